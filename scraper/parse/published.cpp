// SPDX-License-Identifier: MIT
#include "scraper/parse/published.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "scraper/parse/date_text.h"

namespace scraper {
namespace {

/// Most certain first.
constexpr std::array<std::string_view, 4> kFirstMetas{"article:published_time", "og:published_time", "datepublished",
                                                      "og:article:published_time"};
constexpr std::array<std::string_view, 22> kOtherMetas{"parsely-pub-date",
                                                       "sailthru.date",
                                                       "cxenseparse:recs:publishtime",
                                                       "dc.date.issued",
                                                       "dcterms.issued",
                                                       "dc.date",
                                                       "dcterms.date",
                                                       "dcterms.created",
                                                       "dc.date.created",
                                                       "dc.created",
                                                       "pubdate",
                                                       "publishdate",
                                                       "publish-date",
                                                       "publish_date",
                                                       "publication_date",
                                                       "citation_publication_date",
                                                       "citation_date",
                                                       "date",
                                                       "article_date_original",
                                                       "created",
                                                       "datecreated",
                                                       "article:created"};

template <size_t N>
std::optional<std::string> from_metas(const PageFacts& facts, const std::array<std::string_view, N>& names) {
  for (const std::string_view name : names)
    for (const PageFacts::Meta& meta : facts.metas)
      if (meta.name == name)
        if (auto date = iso_date(meta.content)) return date;
  return std::nullopt;
}

std::optional<std::string> from_elements(const PageFacts& facts, PageFacts::Element::Kind kind) {
  for (const PageFacts::Element& element : facts.published) {
    if (element.kind != kind) continue;
    if (auto date = iso_date(element.datetime)) return date;
    if (auto date = iso_date(element.text)) return date;
  }
  return std::nullopt;
}

/// /2019/11/19/, /2019-11-19-, /20191119
std::optional<std::string> from_path(const Url& page) {
  std::string_view path = page.href();
  const size_t scheme = path.find("://");
  const size_t begin = path.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
  if (begin == std::string_view::npos) return std::nullopt;
  path = path.substr(begin, path.find_first_of("?#", begin) - begin);
  const size_t year = std::min(path.find("/19"), path.find("/20"));
  if (year == std::string_view::npos) return std::nullopt;
  std::string digits;
  for (size_t i = year; i < path.size() && digits.size() < 8; ++i) {
    if (path[i] >= '0' && path[i] <= '9')
      digits += path[i];
    else if (path[i] != '/' && path[i] != '-')
      break;
  }
  return digits.size() == 8 ? iso_date(digits) : std::nullopt;
}

}  // namespace

std::string page_published(const PageFacts& facts, const ArticleData& article, const Url& page) {
  using Kind = PageFacts::Element::Kind;
  auto date = from_metas(facts, kFirstMetas);
  if (!date) date = iso_date(article.published);
  if (!date) date = from_elements(facts, Kind::itemprop);
  if (!date) date = from_metas(facts, kOtherMetas);
  if (!date) date = from_elements(facts, Kind::rel);
  if (!date) date = from_elements(facts, Kind::name);
  for (size_t i = 0; !date && i < facts.authors.size(); ++i) date = iso_date(facts.authors[i].text);
  if (!date) date = from_path(page);
  return date.value_or("");
}

}  // namespace scraper
