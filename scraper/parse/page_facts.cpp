// SPDX-License-Identifier: MIT
#include "scraper/parse/page_facts.h"

#include <algorithm>
#include <array>
#include <utility>

#include "scraper/parse/gumbo_node.h"

namespace scraper {
namespace {

constexpr size_t kTitleBytesMax = 1u << 10;
constexpr size_t kMetasMax = 300;
constexpr size_t kMetaBytesMax = 1u << 10;
constexpr size_t kJsonLdBytesMax = 1u << 20;  ///< of all scripts
constexpr size_t kElementsMax = 30;
constexpr size_t kElementBytesMax = 400;
constexpr size_t kElementNodesMax = 100;  ///< elements that hold more are no byline
constexpr size_t kNamesBytesMax = 200;
constexpr size_t kWrittenBylineBytesMax = 80;

/// The text below a node, of its first kElementNodesMax nodes.
std::string short_text(const GumboNode* element) {
  CollapsedText text(kElementBytesMax);
  std::vector<const GumboNode*> pending{element};
  for (size_t visited = 0; !pending.empty() && visited < kElementNodesMax; ++visited) {
    const GumboNode* top = pending.back();
    pending.pop_back();
    const GumboTag tag = html_tag(top);
    if (tag == GUMBO_TAG_SCRIPT || tag == GUMBO_TAG_STYLE || tag == GUMBO_TAG_NOSCRIPT) continue;
    if (is_element(top)) text.add(" ");
    text.add(text_of(top).substr(0, kElementBytesMax));
    if (const GumboVector* below = children(top))
      for (unsigned i = std::min<unsigned>(below->length, kElementNodesMax); i > 0; --i)
        pending.push_back(child(below, i - 1));
  }
  return std::move(text).take();
}

/// True when one of the names in a class or an id is `word`, or has it as a word of its own: post-author,
/// article__date.
bool has_name(std::string_view names, std::string_view word) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  for (size_t at = 0; (at = names.find(word, at)) != std::string_view::npos; at += word.size()) {
    const size_t end = at + word.size();
    if ((at == 0 || !is_letter(names[at - 1])) && (end == names.size() || !is_letter(names[end]))) return true;
  }
  return false;
}

bool is_item(const GumboNode* element, std::string_view property) {
  const auto item = attribute(element, "itemprop");
  return item && has_name(to_lower(item->substr(0, kNamesBytesMax)), property);
}

/// The names alone where a byline marks them: what itemprop=name or links hold that are two words or more, joined by
/// commas. Empty where it marks none.
std::string marked_names(const GumboNode* element) {
  std::string names;
  std::string linked;
  std::vector<const GumboNode*> pending{element};
  for (size_t visited = 0; !pending.empty() && visited < kElementNodesMax; ++visited) {
    const GumboNode* top = pending.back();
    pending.pop_back();
    const bool named = top != element && is_element(top) && is_item(top, "name");
    if (named || (top != element && html_tag(top) == GUMBO_TAG_A)) {
      const std::string text = short_text(top);
      std::string& list = named ? names : linked;
      if (named || text.find(' ') != std::string::npos) list += (list.empty() ? "" : ", ") + text;
      continue;
    }
    if (const GumboVector* below = children(top))
      for (unsigned i = std::min<unsigned>(below->length, kElementNodesMax); i > 0; --i)
        pending.push_back(child(below, i - 1));
  }
  std::string& found = names.empty() ? linked : names;
  cut_utf8(found, kElementBytesMax);
  return std::move(found);
}

std::string cut(std::string_view text, size_t bytes_max) {
  CollapsedText collapsed(bytes_max);
  collapsed.add(text.substr(0, 4 * bytes_max));
  return std::move(collapsed).take();
}

template <size_t N>
bool has_any_name(std::string_view names, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return has_name(names, word); });
}

class FactsWalk {
 public:
  void enter(const GumboNode* element);
  /// A text in an element, which may say "By Jane Doe".
  void text(const GumboNode* node, const GumboNode* element);
  PageFacts take() && { return std::move(facts_); }

 private:
  void meta(const GumboNode* element);
  void json_ld(const GumboNode* script);
  void author(const GumboNode* element, GumboTag tag);
  void published(const GumboNode* element, GumboTag tag);
  static void add(std::vector<PageFacts::Element>& list, PageFacts::Element::Kind kind, const GumboNode* element) {
    if (list.size() == kElementsMax) return;
    auto datetime = attribute(element, "datetime");
    if (!datetime) datetime = attribute(element, "content");
    list.push_back({kind, short_text(element), marked_names(element), cut(datetime.value_or(""), kElementBytesMax)});
  }

  PageFacts facts_;
  bool title_seen_ = false;
  size_t json_ld_bytes_ = 0;
  size_t written_bylines_ = 0;
  std::string names_;  ///< class and id of the element that is looked at
};

void FactsWalk::enter(const GumboNode* element) {
  const GumboTag tag = html_tag(element);
  if (tag == GUMBO_TAG_META) meta(element);
  if (tag == GUMBO_TAG_SCRIPT) return json_ld(element);
  if (tag == GUMBO_TAG_TITLE && !title_seen_) {
    title_seen_ = true;
    facts_.title = cut(node_text(element), kTitleBytesMax);
  }
  if (tag == GUMBO_TAG_BASE && !facts_.base) {
    if (const auto href = attribute(element, "href")) facts_.base = std::string(*href);
  }
  if (tag == GUMBO_TAG_HTML || tag == GUMBO_TAG_BODY) return;
  if (element->v.element.attributes.length == 0 && tag != GUMBO_TAG_TIME) return;
  names_ = to_lower(attribute(element, "class").value_or("").substr(0, kNamesBytesMax)) + ' ' +
           to_lower(attribute(element, "id").value_or("").substr(0, kNamesBytesMax));
  author(element, tag);
  published(element, tag);
}

void FactsWalk::meta(const GumboNode* element) {
  if (facts_.metas.size() == kMetasMax) return;
  auto content = attribute(element, "content");
  if (!content) content = attribute(element, "value");
  if (!content || content->empty()) return;
  for (const char* key : {"name", "property", "itemprop"}) {
    if (const auto name = attribute(element, key)) {
      facts_.metas.push_back({to_lower(cut(*name, kNamesBytesMax)), cut(*content, kMetaBytesMax)});
      return;
    }
  }
}

void FactsWalk::json_ld(const GumboNode* script) {
  const auto type = attribute(script, "type");
  if (!type || to_lower(type->substr(0, kNamesBytesMax)).find("ld+json") == std::string::npos) return;
  const GumboVector* below = children(script);
  if (below->length == 0) return;
  const std::string_view text = text_of(child(below, 0));
  if (json_ld_bytes_ + text.size() > kJsonLdBytesMax) return;
  json_ld_bytes_ += text.size();
  facts_.json_ld.emplace_back(text);
}

void FactsWalk::author(const GumboNode* element, GumboTag tag) {
  constexpr std::array<std::string_view, 9> kNames{"authorname", "bylinename", "byline", "author", "authors",
                                                   "bylines",    "creator",    "writer", "autor"};
  if (tag == GUMBO_TAG_META || tag == GUMBO_TAG_LINK) return;
  if (is_item(element, "author"))
    add(facts_.authors, PageFacts::Element::Kind::itemprop, element);
  else if (has_name(to_lower(attribute(element, "rel").value_or("").substr(0, kNamesBytesMax)), "author"))
    add(facts_.authors, PageFacts::Element::Kind::rel, element);
  else if (has_any_name(names_, kNames) && !has_name(names_, "comment") && !has_name(names_, "comments"))
    add(facts_.authors, PageFacts::Element::Kind::name, element);
}

void FactsWalk::text(const GumboNode* node, const GumboNode* element) {
  constexpr std::array<std::string_view, 6> kBy{"By", "Von", "Por", "Par", "Door", "Di"};
  std::string_view text = text_of(node);
  while (!text.empty() && is_white_space(text.front())) text.remove_prefix(1);
  const std::string_view word = text.substr(0, std::min(text.find_first_of(" \t\n:"), text.size()));
  if (std::find(kBy.begin(), kBy.end(), word) == kBy.end() || written_bylines_++ >= kElementsMax) return;
  std::string all = short_text(element);
  if (all.size() <= kWrittenBylineBytesMax && all.starts_with(word) && all.size() > word.size() + 2)
    facts_.authors.push_back({PageFacts::Element::Kind::text, std::move(all), {}, {}});
}

void FactsWalk::published(const GumboNode* element, GumboTag tag) {
  constexpr std::array<std::string_view, 9> kNames{"published", "pubdate", "date",  "dateline", "timestamp",
                                                   "posted",    "datum",   "fecha", "time"};
  if (tag == GUMBO_TAG_META) return;
  if (is_item(element, "datepublished"))
    add(facts_.published, PageFacts::Element::Kind::itemprop, element);
  else if (tag == GUMBO_TAG_TIME)
    add(facts_.published, PageFacts::Element::Kind::rel, element);
  else if (has_any_name(names_, kNames) && !has_name(names_, "comment") && !has_name(names_, "comments"))
    add(facts_.published, PageFacts::Element::Kind::name, element);
}

}  // namespace

tl::expected<PageFacts, Error> collect_facts(const GumboNode* document, const ParseLimits& limits,
                                             const Watchdog& watchdog) {
  struct Frame {
    const GumboNode* element;
    unsigned next_child;
  };
  FactsWalk walk;
  std::vector<Frame> stack{{document, 0}};
  for (size_t steps = 0; !stack.empty(); ++steps) {
    if (steps % kNodesBetweenLooks == 0) {
      const Overrun seen = watchdog.look();
      if (seen != Overrun::none) return tl::make_unexpected(overrun_error(seen, limits));
    }
    Frame& top = stack.back();
    const GumboVector* below = children(top.element);
    if (below == nullptr || top.next_child == below->length) {
      stack.pop_back();
      continue;
    }
    const GumboNode* next = child(below, top.next_child++);
    if (!is_element(next)) {
      if (is_element(top.element)) walk.text(next, top.element);
      continue;
    }
    walk.enter(next);
    stack.push_back({next, 0});
  }
  return std::move(walk).take();
}

}  // namespace scraper
