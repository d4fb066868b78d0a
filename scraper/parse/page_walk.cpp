// SPDX-License-Identifier: MIT
#include "scraper/parse/page_walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "scraper/parse/display.h"
#include "scraper/parse/link_header.h"
#include "scraper/parse/robots_directives.h"

namespace scraper {
namespace {

constexpr size_t kNodesBetweenLooks = 1024;
constexpr size_t kCandidatesMax = 100;  // of one srcset
constexpr size_t kResolvedBytesBetweenLooks = 1u << 20;

/// Where a <meta http-equiv=refresh> leads (HTML 4.2.5.3): `5; url=next.html`, with or without quotes.
std::optional<std::string_view> refresh_target(std::string_view content) {
  size_t at = content.find_first_not_of("0123456789. \t\r\n\f");
  if (at == std::string_view::npos || at == 0 ||
      (content[at] != ';' && content[at] != ',' && !is_white_space(content[at - 1]))) {
    return std::nullopt;
  }
  if (content[at] == ';' || content[at] == ',') ++at;
  std::string_view rest = content.substr(at);
  while (!rest.empty() && is_white_space(rest[0])) rest.remove_prefix(1);
  if (rest.size() > 3 && equals_ignoring_case(rest.substr(0, 3), "url")) {
    std::string_view after = rest.substr(3);
    while (!after.empty() && is_white_space(after[0])) after.remove_prefix(1);
    if (!after.empty() && after[0] == '=') {
      rest = after.substr(1);
      while (!rest.empty() && is_white_space(rest[0])) rest.remove_prefix(1);
    }
  }
  if (!rest.empty() && (rest[0] == '"' || rest[0] == '\'')) {
    const char quote = rest[0];
    rest = rest.substr(1, rest.find(quote, 1) - 1);
  }
  return rest.empty() ? std::nullopt : std::optional(rest);
}

/// True when the space-separated, lower-case `list` holds `word`.
bool has_word(std::string_view list, std::string_view word) {
  size_t at = 0;
  while ((at = list.find(word, at)) != std::string_view::npos) {
    const size_t end = at + word.size();
    if ((at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' ')) return true;
    at = end;
  }
  return false;
}

}  // namespace

PageWalk::PageWalk(const Url& page, const Url& base, bool images, const ParseLimits& limits, SteadyTime deadline)
    : limits_(limits),
      watchdog_(limits, deadline),
      page_url_(page),
      base_(base),
      images_(images),
      link_bytes_left_(limits.link_bytes_max),
      targets_(64, TargetHash{&page_.links}, TargetEqual{&page_.links}),
      text_(limits.text_bytes_max) {}

tl::expected<ParsedPage, Error> PageWalk::run(const GumboNode* document) {
  stack_.push_back({document, 0, 0, false});
  while (!stack_.empty()) {
    if (time_to_look()) {
      const Overrun seen = watchdog_.look();
      if (seen == Overrun::stopped) return tl::make_unexpected(overrun_error(seen, limits_));
      if (seen != Overrun::none) page_.cut_short = overrun_error(seen, limits_);
    }
    Frame& top = stack_.back();
    const GumboVector* below = children(top.element);
    if (top.next_child == below->length) {
      leave();
      continue;
    }
    if (page_.cut_short && page_.cut_short->kind == ErrorKind::parse_timeout) break;
    const GumboNode* next = child(below, top.next_child++);
    ++nodes_;
    if (is_element(next) && within_limits(next))
      enter(next);
    else if (is_element(next))
      continue;
    else
      text(next);
  }
  return finish();
}

/// What is over is left out; what comes after it at a lesser depth is read.
bool PageWalk::within_limits(const GumboNode* element) {
  attributes_ += element->v.element.attributes.length;
  std::string over;
  if (nodes_ > limits_.nodes_max) over = fmt::format("the page has more than {} nodes", limits_.nodes_max);
  if (attributes_ > limits_.attributes_max) {
    over = fmt::format("the page has more than {} attributes", limits_.attributes_max);
  }
  if (stack_.size() > limits_.depth_max) over = fmt::format("the page is nested deeper than {}", limits_.depth_max);
  if (over.empty()) return true;
  if (!page_.cut_short) page_.cut_short = Error{ErrorKind::parse_limit, Stage::parse, 0, std::move(over)};
  return false;
}

bool PageWalk::time_to_look() {
  if (++nodes_unlooked_ < kNodesBetweenLooks && bytes_unlooked_ < kResolvedBytesBetweenLooks) return false;
  nodes_unlooked_ = bytes_unlooked_ = 0;
  return true;
}

void PageWalk::enter(const GumboNode* element) {
  const GumboTag tag = html_tag(element);
  // A browser that runs scripts reads no markup in it, so that no link and no <meta> in there counts.
  if (tag == GUMBO_TAG_NOSCRIPT) return;
  const bool is_svg = element->v.element.tag_namespace == GUMBO_NAMESPACE_SVG;
  stack_.push_back({element, 0, state_, false});
  if (tag == GUMBO_TAG_HTML && stack_.size() == 2)
    page_.lang = collapse_and_cut(attribute(element, "lang").value_or(""), kShortValueBytesMax);
  else if (tag == GUMBO_TAG_A || tag == GUMBO_TAG_AREA)
    stack_.back().opened_link = hyperlink(element, tag);
  else if (!other_link(element, tag))
    head_element(element, tag);
  const uint8_t display = kDisplay[tag];
  if (is_svg || (display & kDisplayUnseen)) state_ |= kNoText;
  if (attribute(element, "hidden")) state_ |= kHidden;
  if (display & kDisplaySpaced) state_ |= kPre;
  if (tag == GUMBO_TAG_IMG && !open_links_.empty()) open_links_.back().text.add(attribute(element, "alt").value_or(""));
  if (state_ & (kHidden | kNoText)) return;
  if (display & kDisplayBlock) text_.end_line();
  if (display & kDisplayCell) text_.add_space();
}

void PageWalk::leave() {
  const Frame frame = stack_.back();
  stack_.pop_back();
  if (stack_.empty()) return;
  if (!(state_ & (kHidden | kNoText))) {
    const uint8_t display = kDisplay[html_tag(frame.element)];
    if (display & kDisplayBlock) text_.end_line();
    if (display & kDisplayCell) text_.add_space();
  }
  if (frame.opened_link) {
    page_.links[open_links_.back().index].text = std::move(open_links_.back().text).take();
    open_links_.pop_back();
  }
  state_ = frame.state_before;
}

void PageWalk::text(const GumboNode* node) {
  if (state_ & kNoText) return;
  const std::string_view text = text_of(node);
  if (!open_links_.empty()) open_links_.back().text.add(text);
  if (state_ & kHidden) return;
  if (state_ & kPre)
    text_.add_preformatted(text);
  else
    text_.add(text);
}

void PageWalk::head_element(const GumboNode* element, GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_TITLE:
      if (!title_seen_) page_.title = collapse_and_cut(node_text(element), kValueBytesMax);
      title_seen_ = true;
      return;
    case GUMBO_TAG_META:
      return meta(element);
    case GUMBO_TAG_BASE:
      return base_element(element);
    case GUMBO_TAG_LINK:
      return link_element(element);
    default:
      return;
  }
}

void PageWalk::base_element(const GumboNode* element) {
  // The first <base> with a href counts, whatever it says (HTML 4.2.3).
  const auto href = attribute(element, "href");
  if (!href || base_seen_) return;
  base_seen_ = true;
  const auto base = Url::parse(*href, &page_url_);
  if (!base || *base == base_) return;
  if (resolved_anything_)
    late_base_ = *base;
  else
    base_ = *base;
}

void PageWalk::link_element(const GumboNode* element) {
  const auto href = attribute(element, "href");
  const auto rel = attribute(element, "rel");
  if (!href || !rel) return;
  if (const std::string_view kind = followed_rel(*rel); !kind.empty()) add_link(*href, kind, *rel, {});
  if (!page_.canonical_url.empty()) return;
  if (!has_word(to_lower(collapse_white_space(*rel)), "canonical")) return;
  if (auto url = resolve(*href)) page_.canonical_url = url->href();
}

tl::expected<Url, Error> PageWalk::resolve(std::string_view href) {
  resolved_anything_ = true;
  auto url = Url::parse(href, &base_);
  bytes_unlooked_ += url ? url->href().size() : base_.href().size() + href.size();
  return url;
}

/// What a link leads to, unless that is no page of ours or is too long.
std::optional<Url> PageWalk::found_url(std::string_view href) {
  auto url = resolve(href);
  if (!url && url.error().kind == ErrorKind::unsupported_scheme) return std::nullopt;
  const size_t bytes = url ? url->href().size() : base_.href().size() + href.size();
  if (bytes > kFoundUrlBytesMax) {
    (void)spend_link_bytes(bytes);  // so that the time for them is bounded too
    return std::nullopt;
  }
  return url ? std::optional(std::move(*url)) : std::nullopt;
}

/// False once the links have used up what they may take; the first that does not fit uses up the rest.
bool PageWalk::spend_link_bytes(size_t bytes) {
  const bool fits = bytes <= link_bytes_left_;
  link_bytes_left_ = fits ? link_bytes_left_ - bytes : 0;
  return fits;
}

/// A link by its target: the index of a new one, or of one that was no hyperlink until now and becomes one.
std::optional<uint32_t> PageWalk::add_link(std::string_view href, std::string_view kind, std::string_view rel_text,
                                           std::string text) {
  resolved_anything_ = true;
  if (page_.links.size() >= limits_.links_max || link_bytes_left_ == 0) return std::nullopt;
  auto url = found_url(href);
  if (!url) return std::nullopt;
  std::string rel = to_lower(collapse_and_cut(rel_text, kShortValueBytesMax));
  const bool nofollow = says_nofollow(rel);
  if (const auto known = targets_.find(std::string_view(url->href())); known != targets_.end()) {
    Link& link = page_.links[*known];
    link.nofollow &= nofollow;
    const auto is_hyperlink = [](std::string_view one) { return one == "a" || one == "area"; };
    if (!is_hyperlink(kind) || is_hyperlink(link.kind)) return std::nullopt;
    link.kind = kind;
    link.rel = std::move(rel);
    link.text = std::move(text);
    return *known;
  }
  if (!spend_link_bytes(url->href().size())) return std::nullopt;
  const auto index = static_cast<uint32_t>(page_.links.size());
  page_.links.push_back({std::move(*url), std::move(text), std::move(rel), static_cast<int>(index), nofollow, kind});
  targets_.insert(index);
  return index;
}

/// True when the text inside is the link's.
bool PageWalk::hyperlink(const GumboNode* element, GumboTag tag) {
  const auto href = attribute(element, "href");
  if (!href) return false;
  const bool area = tag == GUMBO_TAG_AREA;
  std::string text;
  if (area) text = collapse_and_cut(attribute(element, "alt").value_or(""), kLinkTextBytesMax);
  const auto index = add_link(*href, area ? "area" : "a", attribute(element, "rel").value_or(""), std::move(text));
  if (!index || area) return false;
  open_links_.push_back({*index, CollapsedText(kLinkTextBytesMax)});
  return true;
}

/// Frames and images. True when the element is one.
bool PageWalk::other_link(const GumboNode* element, GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_FRAME:
      if (const auto src = attribute(element, "src"); src && !src->empty()) {
        add_link(*src, tag == GUMBO_TAG_FRAME ? "frame" : "iframe", {},
                 collapse_and_cut(attribute(element, "title").value_or(""), kLinkTextBytesMax));
      }
      return true;
    case GUMBO_TAG_IMG:
    case GUMBO_TAG_SOURCE:
      if (images_) image(element);
      return true;
    default:
      return false;
  }
}

/// src, and the candidates of srcset (HTML 4.8.4.2.1): URLs with a width or a density after each, and commas between.
void PageWalk::image(const GumboNode* element) {
  const std::string alt = collapse_and_cut(attribute(element, "alt").value_or(""), kLinkTextBytesMax);
  if (const auto src = attribute(element, "src"); src && !src->empty()) add_link(*src, "img", {}, alt);
  const std::string_view set = attribute(element, "srcset").value_or("");
  size_t candidates = 0;
  for (size_t at = 0; at < set.size() && candidates < kCandidatesMax; ++candidates) {
    while (at < set.size() && (is_white_space(set[at]) || set[at] == ',')) ++at;
    size_t end = at;
    while (end < set.size() && !is_white_space(set[end])) ++end;
    std::string_view url = set.substr(at, end - at);
    at = end;
    const bool comma = url.ends_with(',');
    while (url.ends_with(',')) url.remove_suffix(1);
    if (!url.empty()) add_link(url, "img", {}, {});
    if (!comma) at = std::min(set.find(',', at), set.size());
  }
}

void PageWalk::meta(const GumboNode* element) {
  const auto content = attribute(element, "content");
  if (!content) return;
  if (equals_ignoring_case(attribute(element, "http-equiv").value_or(""), "refresh")) {
    if (const auto target = refresh_target(*content)) add_link(*target, "refresh", {}, {});
  }
  const auto property = attribute(element, "property");
  // Both attributes are in use for Open Graph, though its documents know `property` alone.
  const std::string_view name = property ? *property : attribute(element, "name").value_or("");
  const std::string key = to_lower(collapse_and_cut(name, kShortValueBytesMax));
  if (key.empty()) return;
  const std::string value = collapse_and_cut(*content, kValueBytesMax);
  if (key == "description" && page_.description.empty()) page_.description = value;
  if (key == "og:description" && og_description_.empty()) og_description_ = value;
  if (key == "robots" && page_.robots.empty()) page_.robots = value;
}

ParsedPage PageWalk::finish() {
  for (; !open_links_.empty(); open_links_.pop_back()) {  // of a walk that was cut short
    page_.links[open_links_.back().index].text = std::move(open_links_.back().text).take();
  }
  page_.text = std::move(text_).take();
  if (page_.description.empty()) page_.description = std::move(og_description_);
  page_.base_url = base_.href();
  return std::move(page_);
}

}  // namespace scraper
