// SPDX-License-Identifier: MIT
// A page read by TokenParser: what it finds is sound and within the limits, is found again by the same object, and, of
// what cannot hang on how a torn tree is mended, is what TreeParser finds.
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scraper/base/ascii.h"
#include "scraper/parse/charset.h"
#include "scraper/parse/html_tokenizer.h"
#include "scraper/parse/page_builder.h"
#include "scraper/parse/token_parser.h"
#include "scraper/parse/tree_parser.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/fuzz/page_checks.h"

namespace scraper {
namespace {

/// So small that inputs of a few kilobytes come upon them; the time is so long that it is no matter of chance.
ParseLimits small_limits() {
  ParseLimits limits;
  limits.timeout = Duration(20'000);
  limits.text_bytes_max = 500;
  limits.links_max = 20;
  limits.link_bytes_max = 1000;
  limits.nodes_max = 300;
  limits.attributes_max = 200;
  limits.depth_max = 40;
  return limits;
}

ParseLimits wide_limits() {
  ParseLimits limits;
  limits.timeout = Duration(20'000);
  limits.depth_max = 400;
  return limits;
}

/// As check_page, and what holds where no tree was made.
void check_page_of_tokens(const ParsedPage& page, const ParseLimits& limits) {
  check_page(page, limits);
  for (const std::string* none : {&page.content, &page.markdown, &page.author, &page.published_at})
    SCRAPER_CHECK(none->empty());
  SCRAPER_CHECK(page.items.empty());
  if (page.cut_short) {
    SCRAPER_CHECK(page.cut_short->kind == ErrorKind::parse_limit || page.cut_short->kind == ErrorKind::parse_timeout);
    check_line(page.cut_short->message);
  }
}

std::string links_of(const ParsedPage& page) {
  std::string out;
  for (const Link& link : page.links) {
    out.append(link.url.href()).append(" ").append(link.kind).append(" ").append(link.rel).append(" [");
    out.append(link.text).append("]\n");
  }
  return out;
}

void check_same(const ParsedPage& a, const ParsedPage& b) {
  SCRAPER_CHECK(a.title == b.title && a.description == b.description && a.canonical_url == b.canonical_url);
  SCRAPER_CHECK(a.lang == b.lang && a.robots == b.robots && a.charset == b.charset && a.base_url == b.base_url);
  SCRAPER_CHECK(a.text == b.text && a.metadata == b.metadata && links_of(a) == links_of(b));
  SCRAPER_CHECK(a.cut_short.has_value() == b.cut_short.has_value());
}

/// Reads the page twice with one object, and looks at it.
ParsedPage read_page(TokenParser& parser, const ParseLimits& limits, std::string_view body) {
  auto page = parser.parse({page_url(), body, ""});
  if (!page) {  // it took a tree, and was too much for that
    SCRAPER_CHECK(page.error().kind == ErrorKind::parse_limit || page.error().kind == ErrorKind::parse_timeout);
    return {};
  }
  check_page_of_tokens(*page, limits);
  const auto again = parser.parse({page_url(), body, ""});
  SCRAPER_CHECK(again.has_value());
  check_same(*page, *again);
  return std::move(*page);
}

/// Reads the tokens, each of which goes on in the input and lies in it. True when all tags are of those that a tree has
/// where they are written.
bool is_plain(std::string_view utf8) {
  static const std::set<std::string, std::less<>> kPlain = {"div",  "p",  "b",       "i",  "span",  "br",   "hr",
                                                            "meta", "h1", "section", "em", "title", "link", "ul",
                                                            "ol",   "li", "base",    "a",  "html",  "head", "body"};
  HtmlTokenizer tokenizer(utf8);
  bool plain = true;
  size_t last = 0;
  const auto lies_in = [utf8](std::string_view part) {
    return part.empty() || (part.data() >= utf8.data() && part.data() + part.size() <= utf8.data() + utf8.size());
  };
  for (auto kind = tokenizer.next(); kind != HtmlTokenizer::Kind::end; kind = tokenizer.next()) {
    SCRAPER_CHECK(tokenizer.position() > last && tokenizer.position() <= utf8.size());
    last = tokenizer.position();
    if (kind != HtmlTokenizer::Kind::start_tag && kind != HtmlTokenizer::Kind::end_tag) {
      SCRAPER_CHECK(lies_in(tokenizer.text()));
      SCRAPER_CHECK(kind != HtmlTokenizer::Kind::text || !tokenizer.text().empty());
      continue;
    }
    SCRAPER_CHECK(!tokenizer.name().empty() && lies_in(tokenizer.name()));
    for (const RawAttribute& attribute : tokenizer.attributes())
      SCRAPER_CHECK(!attribute.name.empty() && lies_in(attribute.name) && lies_in(attribute.value));
    const std::string name = to_lower(tokenizer.name());
    plain = plain && kPlain.contains(name);
    if (kind == HtmlTokenizer::Kind::start_tag && name == "title")
      tokenizer.set_content(HtmlTokenizer::Content::rcdata);
  }
  return plain;
}

/// gumbo makes U+FFFD of control characters that the standard leaves, and of numbers of references to them.
bool has_controls(std::string_view utf8) {
  for (size_t i = 0; i < utf8.size(); ++i) {
    const auto c = static_cast<unsigned char>(utf8[i]);
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f') || c == 0x7F || c == 0xC2 || c >= 0xEF)
      return true;
  }
  return utf8.find("&#") != std::string_view::npos;
}

void compare_with_tree(const ParsedPage& page, std::string_view body, std::string_view utf8, bool plain) {
  ParseLimits limits = wide_limits();
  limits.timeout = Duration(1000);  // what costs a tree more is not compared
  static TreeParser parser(limits, {nullptr, false, false, true});
  const auto tree = parser.parse({page_url(), body, ""});
  if (!tree || tree->cut_short || page.cut_short) return;
  SCRAPER_CHECK(page.charset == tree->charset);
  if (!plain || has_controls(utf8)) return;
  SCRAPER_CHECK(page.title == tree->title);
  SCRAPER_CHECK(page.description == tree->description && page.robots == tree->robots);
  SCRAPER_CHECK(page.base_url == tree->base_url && page.canonical_url == tree->canonical_url);
}

}  // namespace
}  // namespace scraper

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace scraper;
  const std::string_view body = fuzz_text(data, size);
  std::string utf8 = decode_to_utf8(body, sniff_charset(body, ""));
  normalize_newlines(utf8);
  const bool plain = is_plain(utf8);
  static TokenParser small(small_limits(), {nullptr, true, false, true}, TokenParser::Metadata::of_tokens);
  static TokenParser wide(wide_limits(), {nullptr, true, false, true}, TokenParser::Metadata::of_tokens);
  static TokenParser mixed(wide_limits(), {nullptr, true, false, false});
  read_page(small, small_limits(), body);
  const ParsedPage page = read_page(wide, wide_limits(), body);
  if (size % 4 == 0) read_page(mixed, wide_limits(), body);
  compare_with_tree(page, body, utf8, plain);
  return 0;
}
