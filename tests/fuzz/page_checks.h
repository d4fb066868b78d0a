// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scraper/base/check.h"
#include "scraper/model/page.h"
#include "scraper/parse/charset.h"
#include "scraper/parse/page_builder.h"
#include "tests/fuzz/fuzz_input.h"

namespace scraper {

/// Where the pages of fuzz targets stand.
inline const Url& page_url() {
  static const Url url = *Url::parse("http://page.test/2024/03/05/a?b");
  return url;
}

inline void check_links(const std::vector<Link>& links, const ParseLimits& limits) {
  SCRAPER_CHECK(links.size() <= limits.links_max);
  std::set<std::string_view> seen;
  size_t bytes = 0;
  int last = -1;
  for (const Link& link : links) {
    SCRAPER_CHECK(seen.insert(link.url.href()).second);
    bytes += link.url.href().size();
    SCRAPER_CHECK(link.position > last);
    last = link.position;
    check_text(link.text);
    check_text(link.rel);
    SCRAPER_CHECK(link.text.size() <= kLinkTextBytesMax && link.rel.size() <= kShortValueBytesMax);
    SCRAPER_CHECK(!link.kind.empty());
  }
  SCRAPER_CHECK(bytes <= limits.link_bytes_max);
}

inline void check_page(const ParsedPage& page, const ParseLimits& limits) {
  for (const std::string* text :
       {&page.title, &page.description, &page.canonical_url, &page.lang, &page.robots, &page.charset, &page.base_url,
        &page.content, &page.markdown, &page.author, &page.published_at, &page.text, &page.metadata}) {
    check_text(*text);
  }
  SCRAPER_CHECK(charset_for_label(page.charset) || page.charset.starts_with("UTF-32"));
  SCRAPER_CHECK(page.text.size() <= limits.text_bytes_max && page.content.size() <= limits.text_bytes_max &&
                page.markdown.size() <= limits.text_bytes_max);
  SCRAPER_CHECK(page.title.size() <= kValueBytesMax && page.description.size() <= kValueBytesMax);
  SCRAPER_CHECK(page.robots.size() <= kValueBytesMax && page.lang.size() <= kShortValueBytesMax);
  const auto base = Url::parse(page.base_url);
  SCRAPER_CHECK(base && base->href() == page.base_url);
  if (!page.canonical_url.empty()) {
    const auto canonical = Url::parse(page.canonical_url);
    SCRAPER_CHECK(canonical && canonical->href() == page.canonical_url);
  }
  if (!page.metadata.empty()) {
    const auto metadata = nlohmann::json::parse(page.metadata, nullptr, false);
    SCRAPER_CHECK(metadata.is_object() && !metadata.empty());
  }
  check_links(page.links, limits);
}

}  // namespace scraper
