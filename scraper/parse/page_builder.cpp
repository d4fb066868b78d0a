// SPDX-License-Identifier: MIT
#include "scraper/parse/page_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "scraper/parse/link_header.h"

namespace scraper {
namespace {

constexpr size_t kCandidatesMax = 100;  // of one srcset

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

PageBuilder::PageBuilder(const Url& page, const Url& base, bool images, const ParseLimits& limits, SteadyTime deadline)
    : limits_(limits),
      watchdog_(limits, deadline),
      page_url_(page),
      images_(images),
      links_(base, limits),
      text_(limits.text_bytes_max) {}

tl::expected<bool, Error> PageBuilder::look() {
  steps_unlooked_ = 0;
  const Overrun seen = watchdog_.look();
  if (seen == Overrun::none) return true;
  if (seen == Overrun::stopped) return tl::make_unexpected(overrun_error(seen, limits_));
  page_.cut_short = overrun_error(seen, limits_);
  return false;
}

void PageBuilder::is_over(size_t depth) {
  std::string over;
  if (nodes_ > limits_.nodes_max) over = fmt::format("the page has more than {} nodes", limits_.nodes_max);
  if (attributes_ > limits_.attributes_max) {
    over = fmt::format("the page has more than {} attributes", limits_.attributes_max);
  }
  if (depth > limits_.depth_max) over = fmt::format("the page is nested deeper than {}", limits_.depth_max);
  if (!page_.cut_short) page_.cut_short = Error{ErrorKind::parse_limit, Stage::parse, 0, std::move(over)};
}

void PageBuilder::add_alt(const ElementAttributes& has) {
  if (!open_links_.empty()) open_links_.back().text.add(has.get(AttributeName::alt).value_or(""));
}

void PageBuilder::set_link_text() {
  links_[open_links_.back().index].text = std::move(open_links_.back().text).take();
  open_links_.pop_back();
}

void PageBuilder::text(std::string_view text) {
  ++nodes_;
  if (state_ & kNoText) return;
  if (text.size() == 1 && state_ == 0 && is_white_space(text[0])) {  // as most text between tags is
    if (!open_links_.empty()) open_links_.back().text.add_space();
    text_.add_space();
    return;
  }
  const TextPiece piece(text);
  if (!open_links_.empty()) open_links_.back().text.add(piece);
  if (state_ & kHidden) return;
  if (state_ & kPre)
    text_.add_preformatted(text);
  else
    text_.add(piece);
}

void PageBuilder::root(const ElementAttributes& has) {
  page_.lang = collapse_and_cut(has.get(AttributeName::lang).value_or(""), kShortValueBytesMax);
}

void PageBuilder::title(std::string_view text) {
  if (!title_seen_) page_.title = collapse_and_cut(text, kValueBytesMax);
  title_seen_ = true;
}

/// True when the text inside is a link's.
bool PageBuilder::element(GumboTag tag, const ElementAttributes& has) {
  switch (tag) {
    case GUMBO_TAG_A:
    case GUMBO_TAG_AREA:
      return hyperlink(has, tag == GUMBO_TAG_AREA);
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_FRAME:
      frame(tag, has);
      return false;
    case GUMBO_TAG_IMG:
    case GUMBO_TAG_SOURCE:
      if (images_) image(has);
      return false;
    case GUMBO_TAG_META:
      meta(has);
      return false;
    case GUMBO_TAG_BASE:
      base_element(has);
      return false;
    case GUMBO_TAG_LINK:
      link_element(has);
      return false;
    default:
      return false;
  }
}

void PageBuilder::base_element(const ElementAttributes& has) {
  // The first <base> with a href counts, whatever it says (HTML 4.2.3).
  const auto href = has.get(AttributeName::href);
  if (!href || base_seen_) return;
  base_seen_ = true;
  const auto base = Url::parse(*href, &page_url_);
  if (!base || *base == links_.base()) return;
  if (links_.resolved_anything())
    late_base_ = *base;
  else
    links_.set_base(*base);
}

void PageBuilder::link_element(const ElementAttributes& has) {
  const auto href = has.get(AttributeName::href);
  const auto rel = has.get(AttributeName::rel);
  if (!href || !rel) return;
  if (const std::string_view kind = followed_rel(*rel); !kind.empty()) links_.add(*href, kind, *rel, {});
  if (!page_.canonical_url.empty()) return;
  if (!has_word(to_lower(collapse_white_space(*rel)), "canonical")) return;
  if (auto url = links_.resolve(*href)) page_.canonical_url = url->href();
}

bool PageBuilder::hyperlink(const ElementAttributes& has, bool area) {
  const auto href = has.get(AttributeName::href);
  if (!href) return false;
  std::string text;
  if (area) text = collapse_and_cut(has.get(AttributeName::alt).value_or(""), kLinkTextBytesMax);
  const auto index = links_.add(*href, area ? "area" : "a", has.get(AttributeName::rel).value_or(""), std::move(text));
  if (!index || area) return false;
  open_links_.push_back({*index, CollapsedText(kLinkTextBytesMax)});
  return true;
}

void PageBuilder::frame(GumboTag tag, const ElementAttributes& has) {
  const auto src = has.get(AttributeName::src);
  if (!src || src->empty()) return;
  links_.add(*src, tag == GUMBO_TAG_FRAME ? "frame" : "iframe", {},
             collapse_and_cut(has.get(AttributeName::title).value_or(""), kLinkTextBytesMax));
}

/// src, and the candidates of srcset (HTML 4.8.4.2.1): URLs with a width or a density after each, and commas between.
void PageBuilder::image(const ElementAttributes& has) {
  const std::string alt = collapse_and_cut(has.get(AttributeName::alt).value_or(""), kLinkTextBytesMax);
  if (const auto src = has.get(AttributeName::src); src && !src->empty()) links_.add(*src, "img", {}, alt);
  const std::string_view set = has.get(AttributeName::srcset).value_or("");
  size_t candidates = 0;
  for (size_t at = 0; at < set.size() && candidates < kCandidatesMax; ++candidates) {
    while (at < set.size() && (is_white_space(set[at]) || set[at] == ',')) ++at;
    size_t end = at;
    while (end < set.size() && !is_white_space(set[end])) ++end;
    std::string_view url = set.substr(at, end - at);
    at = end;
    const bool comma = url.ends_with(',');
    while (url.ends_with(',')) url.remove_suffix(1);
    if (!url.empty()) links_.add(url, "img", {}, {});
    if (!comma) at = std::min(set.find(',', at), set.size());
  }
}

void PageBuilder::meta(const ElementAttributes& has) {
  const auto content = has.get(AttributeName::content);
  if (!content) return;
  if (equals_ignoring_case(has.get(AttributeName::http_equiv).value_or(""), "refresh")) {
    if (const auto target = refresh_target(*content)) links_.add(*target, "refresh", {}, {});
  }
  const auto property = has.get(AttributeName::property);
  // Both attributes are in use for Open Graph, though its documents know `property` alone.
  const std::string_view name = property ? *property : has.get(AttributeName::name).value_or("");
  const std::string_view key = trim(name);
  const auto keep = [&](std::string_view wanted, std::string& value) {
    if (value.empty() && equals_ignoring_case(key, wanted)) value = collapse_and_cut(*content, kValueBytesMax);
  };
  keep("description", page_.description);
  keep("og:description", og_description_);
  keep("robots", page_.robots);
}

ParsedPage PageBuilder::finish() {
  while (!open_links_.empty()) set_link_text();  // of a page that was cut short, or without its end tags
  page_.links = std::move(links_).take();
  page_.text = std::move(text_).take();
  if (page_.description.empty()) page_.description = std::move(og_description_);
  page_.base_url = links_.base().href();
  return std::move(page_);
}

}  // namespace scraper
