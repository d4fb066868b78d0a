// SPDX-License-Identifier: MIT
// A page as a server sends it, read in all the ways that there are: as HTML with all wishes, as JSON, as a sitemap, as
// a feed, as text, as a header.
#include <cmath>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "scraper/parse/charset.h"
#include "scraper/parse/extractor.h"
#include "scraper/parse/feed_text.h"
#include "scraper/parse/json_text.h"
#include "scraper/parse/lenient_json.h"
#include "scraper/parse/link_header.h"
#include "scraper/parse/number_text.h"
#include "scraper/parse/robots_directives.h"
#include "scraper/parse/sitemap.h"
#include "scraper/parse/text_links.h"
#include "scraper/parse/tree_parser.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/fuzz/page_checks.h"

namespace scraper {
namespace {

/// So small that inputs of a few kilobytes come upon them.
ParseLimits limits() {
  ParseLimits limits;
  limits.timeout = Duration(1000);
  limits.memory_bytes_max = 64u << 20;
  limits.text_bytes_max = 2000;
  limits.links_max = 40;
  limits.link_bytes_max = 4000;
  limits.nodes_max = 3000;
  limits.attributes_max = 3000;
  limits.depth_max = 700;
  return limits;
}

FieldSpec field(FieldSource source, std::string expression, FieldType type, bool all = false) {
  FieldSpec spec;
  spec.name =
      std::to_string(static_cast<int>(source)) + expression + std::to_string(static_cast<int>(type)) + (all ? "*" : "");
  spec.source = source;
  spec.expression = std::move(expression);
  spec.type = type;
  spec.all = all;
  return spec;
}

constexpr FieldType kTypes[] = {FieldType::text, FieldType::integer, FieldType::real, FieldType::boolean,
                                FieldType::url,  FieldType::date,    FieldType::json, FieldType::html};

/// One field of each type; those for all values beside them, or, with `half`, every second one so.
void add_fields(RuleSpec& rule, FieldSource source, const std::string& expression, bool half = false) {
  for (size_t i = 0; i < std::size(kTypes); ++i) {
    if (!half || i % 2 == 0) rule.fields.push_back(field(source, expression, kTypes[i]));
    if (!half || i % 2 == 1) rule.fields.push_back(field(source, expression, kTypes[i], true));
  }
}

/// Rows may be many, and each in the others: a few fields are enough.
std::vector<FieldSpec> row_fields() {
  return {field(FieldSource::css, "", FieldType::text), field(FieldSource::css, "", FieldType::real, true),
          field(FieldSource::css, "", FieldType::html)};
}

/// Each source with each type, for one value and for all of them; rows by CSS, by XPath, by pointer, and one a page.
std::shared_ptr<const RuleSet> rules() {
  RuleSpec page{"page", "^http://page", std::nullopt, {}, {}, 0};
  add_fields(page, FieldSource::css, "p, td, a::attr(href)");
  add_fields(page, FieldSource::css, "script", true);
  add_fields(page, FieldSource::xpath, "//p/text() | //td | //a/@href", true);
  add_fields(page, FieldSource::jsonld, "Product/offers/price");
  add_fields(page, FieldSource::jsonld, "name", true);
  add_fields(page, FieldSource::meta, "og:title", true);
  FieldSpec found = field(FieldSource::css, "p", FieldType::real);
  found.name = "regex";
  found.regex = "([0-9.,]+)";
  page.fields.push_back(found);
  RuleSpec rows{"rows", "", EachSpec{FieldSource::css, "li, tr"}, {}, {}, 0};
  rows.fields = row_fields();
  rows.fields.push_back(field(FieldSource::xpath, "string(.//a/@href)", FieldType::url));
  RuleSpec more_rows{"rows", "", EachSpec{FieldSource::xpath, "//section | //dt/.."}, {}, {}, 0};
  more_rows.fields = row_fields();
  RuleSpec json{"json", "", EachSpec{FieldSource::json, "/items"}, {}, {}, 0};
  add_fields(json, FieldSource::json, "/a/0");
  add_fields(json, FieldSource::json, "");
  RuleSpec whole_json{"whole json", "", std::nullopt, {}, {}, 0};
  add_fields(whole_json, FieldSource::json, "/b");
  add_fields(whole_json, FieldSource::json, "");
  auto compiled = RuleSet::compile({page, rows, more_rows, json, whole_json});
  SCRAPER_CHECK(compiled.has_value());
  return std::make_shared<const RuleSet>(std::move(*compiled));
}

void check_value(const FieldValue& value, const RuleSet::Column& column) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    check_text(*text);
    if (column.all) {
      const auto list = nlohmann::json::parse(*text, nullptr, false);  // one level deeper than its values
      SCRAPER_CHECK(list.is_array() && !list.empty());
    } else if (column.type == FieldType::json) {
      SCRAPER_CHECK(parse_json(*text).has_value());
    } else if (column.type == FieldType::url) {
      const auto url = Url::parse(*text);
      SCRAPER_CHECK(url && url->href() == *text);
    } else {
      SCRAPER_CHECK(column.type == FieldType::text || column.type == FieldType::html || column.type == FieldType::date);
      SCRAPER_CHECK(!text->empty());
    }
  } else if (const auto* real = std::get_if<double>(&value)) {
    SCRAPER_CHECK(column.type == FieldType::real && !column.all && std::isfinite(*real));
  } else if (const auto* integer = std::get_if<int64_t>(&value)) {
    SCRAPER_CHECK(!column.all && (column.type == FieldType::integer || column.type == FieldType::boolean));
    SCRAPER_CHECK(column.type == FieldType::integer || *integer == 0 || *integer == 1);
  }
}

void check_items(const std::vector<TableItems>& tables, const RuleSet& rules) {
  SCRAPER_CHECK(tables.size() == rules.tables().size());
  for (const TableItems& items : tables) {
    const auto& columns = rules.tables()[items.table].columns;
    SCRAPER_CHECK(items.failed.size() == columns.size());
    SCRAPER_CHECK(items.asked || items.rows.empty());
    for (const uint32_t failed : items.failed) SCRAPER_CHECK(failed <= items.rows.size());
    for (const auto& row : items.rows) {
      SCRAPER_CHECK(row.size() == columns.size());
      for (size_t i = 0; i < row.size(); ++i) check_value(row[i], columns[i]);
    }
  }
}

void check_html(std::string_view body, std::string_view charset, const std::shared_ptr<const RuleSet>& rules) {
  const ParseLimits limits = scraper::limits();
  TreeParser parser(limits, {rules, /*content=*/true, /*images=*/true});
  const std::string content_type = "text/html; charset=" + std::string(charset);
  const auto page = parser.parse({page_url(), body, content_type});
  if (!page) {
    SCRAPER_CHECK(page.error().kind == ErrorKind::parse_limit || page.error().kind == ErrorKind::parse_timeout);
    return;
  }
  check_page(*page, limits);
  if (!page->items.empty()) check_items(page->items, *rules);
  if (page->cut_short) return;
  SCRAPER_CHECK(!page->items.empty());
  // A parser is used for page after page. To look now and then is enough, and quicker.
  if (body.size() % 4 != 0) return;
  const auto again = parser.parse({page_url(), body, content_type});
  if (!again || again->cut_short) return;  // a slow moment
  SCRAPER_CHECK(again->text == page->text && again->markdown == page->markdown && again->metadata == page->metadata &&
                again->links.size() == page->links.size() && again->title == page->title);
}

void check_sitemap(std::string_view body) {
  constexpr SitemapLimits kLimits{1u << 20, 50};
  const auto list = parse_sitemap(body, "", page_url(), kLimits);
  (void)looks_like_sitemap_or_feed(body);
  if (!list) {
    SCRAPER_CHECK(list.error().kind == ErrorKind::parse_limit || list.error().kind == ErrorKind::decode);
    check_line(list.error().message);
    return;
  }
  check_text(list->title);
  SCRAPER_CHECK(list->entries.size() <= kLimits.urls_max);
  std::set<std::string_view> seen;
  for (const SitemapEntry& entry : list->entries) {
    SCRAPER_CHECK(seen.insert(entry.url.href()).second);
    check_text(entry.last_modified);
  }
}

void check_text_links(const std::vector<Link>& links, size_t links_max) {
  SCRAPER_CHECK(links.size() <= links_max);
  std::set<std::string_view> seen;
  for (const Link& link : links) {
    SCRAPER_CHECK(seen.insert(link.url.href()).second);
    check_text(link.text);
    check_text(link.rel);
  }
}

void check_other_texts(const std::string& utf8) {
  check_text_links(links_in_text(utf8, 20), 20);
  if (const auto document = parse_json(utf8)) check_text_links(links_in_json(*document, 20), 20);
  check_text_links(header_links({{"Link", utf8}}, page_url()), 1000);
  check_text(feed_text(utf8, page_url(), limits(), steady_now() + limits().timeout));
  for (const nlohmann::json& value : lenient_json(utf8)) {
    SCRAPER_CHECK(value.is_structured());
    check_text(json_text(value));
    SCRAPER_CHECK(parse_json(json_text(value)).has_value());
  }
  for (const char decimal : {'\0', '.', ','}) {
    const auto number = read_number(utf8, decimal);
    if (number) SCRAPER_CHECK(std::isfinite(*number));
    if (read_integer(utf8, decimal)) SCRAPER_CHECK(number || decimal == 0);
  }
  (void)robots_directives({{"X-Robots-Tag", utf8}}, utf8, "scraper");
}

}  // namespace
}  // namespace scraper

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace scraper;
  static const std::shared_ptr<const RuleSet> all_rules = rules();
  const std::string_view body = fuzz_text(data, size);
  const std::string_view charset = sniff_charset(body, "");
  check_html(body, charset, all_rules);
  check_sitemap(body);
  const std::string utf8 = decode_to_utf8(body, charset);
  check_other_texts(utf8);
  const ParseLimits limits = scraper::limits();
  const auto document = read_json(utf8);
  const Extraction extraction = extract_from_json(*all_rules, document ? &*document : nullptr, page_url(), limits,
                                                  {limits, steady_now() + limits.timeout});
  check_items(extraction.tables, *all_rules);
  return 0;
}
