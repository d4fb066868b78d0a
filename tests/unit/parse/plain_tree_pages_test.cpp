// SPDX-License-Identifier: MIT
// The tree that PlainTree makes of a page is gumbo's, or there is none: public suites, real pages, and markup that is
// torn up at random.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "corpora.h"
#include "scraper/parse/charset.h"
#include "scraper/parse/gunzip.h"
#include "tests/support/sanitizer.h"
#include "tests/support/two_trees.h"

namespace scraper {
namespace {

/// Compares the trees of these pages; the share of them that is plain.
double plain_share(const std::vector<std::string>& pages) {
  TwoTrees trees;
  std::map<std::string, size_t> reasons;
  size_t plain = 0;
  for (const std::string& page : pages) {
    const auto difference = trees.difference(page);
    if (!difference) ++reasons[trees.reason()];
    EXPECT_EQ(difference.value_or(""), "") << page.substr(0, 500);
    plain += difference ? 1 : 0;
  }
  std::printf("%zu of %zu pages are plain\n", plain, pages.size());
  for (const auto& [reason, count] : reasons) std::printf("  %zu %s\n", count, reason.c_str());
  return static_cast<double>(plain) / static_cast<double>(pages.size());
}

TEST(PlainTreeSuites, AgreesOnTheTestsOfTreeConstruction) {
  std::vector<std::string> pages;
  for (const auto& test : read_cases("html-tree"))
    pages.push_back(decode_to_utf8(test["data"].get<std::string>(), "UTF-8"));
  if (pages.empty()) GTEST_SKIP() << "no public suites at " << corpora();
  EXPECT_GE(plain_share(pages), 0.8);
}

std::vector<std::string> pages_below(const std::filesystem::path& folder) {
  std::vector<std::string> pages;
  if (!std::filesystem::is_directory(folder)) return pages;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    if (!entry.is_regular_file() || name.find(".html") == std::string::npos) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::string body{std::istreambuf_iterator<char>(file), {}};
    if (name.ends_with(".gz")) {
      const auto unpacked = gunzip(body, 64u << 20);
      body = unpacked ? unpacked->bytes : std::string();
    }
    pages.push_back(decode_to_utf8(body, sniff_charset(body, "")));
    if (SCRAPER_SANITIZED && pages.size() == 100) break;
  }
  return pages;
}

TEST(PlainTreeSuites, AgreesOnRealPagesAndMostAreMadeByIt) {
  const auto pages = pages_below(corpora() / "suites/pages");
  if (pages.empty()) GTEST_SKIP() << "no public suites at " << corpora();
  EXPECT_GE(plain_share(pages), 0.95);
}

/// Pages of so many of the pieces, some cut off and some with a byte too many.
class TornUp {
 public:
  TornUp(unsigned seed, std::vector<std::string> pieces) : random_(seed), pieces_(std::move(pieces)) {}

  std::string page() {
    std::string out;
    const size_t count = below(30) + 1;
    for (size_t i = 0; i < count; ++i) out += pieces_[below(pieces_.size())];
    if (below(8) == 0) out.resize(below(out.size() + 1));
    if (below(8) == 0 && !out.empty()) out[below(out.size())] = " <>/\"'=&!-\n"[below(11)];
    return decode_to_utf8(out, "UTF-8");
  }

 private:
  size_t below(size_t end) { return std::uniform_int_distribution<size_t>(0, end - 1)(random_); }

  std::mt19937 random_;
  std::vector<std::string> pieces_;
};

/// Start and end tags of these names, and some text.
std::vector<std::string> tags(const std::vector<std::string>& names) {
  std::vector<std::string> pieces{"x", " ", "\n", "<!-- c -->", "&lt; y"};
  for (const std::string& name : names) {
    for (int i = 0; i < 2; ++i) {
      pieces.push_back("<" + name + ">");
      pieces.push_back("</" + name.substr(0, name.find(' ')) + ">");
    }
    pieces.push_back("<" + name + " a=1 B='2'>");
  }
  return pieces;
}

void expect_no_difference(unsigned seed, const std::vector<std::string>& names, double least_share) {
  TornUp torn(seed, tags(names));
  std::vector<std::string> pages;
  for (int i = 0; i < (SCRAPER_SANITIZED ? 1000 : 8000); ++i) pages.push_back(torn.page());
  EXPECT_GE(plain_share(pages), least_share);
}

TEST(PlainTreeTornUp, HeadsAgree) {
  expect_no_difference(1,
                       {"html", "head", "body", "title", "meta", "link", "base", "script", "style", "noscript", "p",
                        "br", "!doctype html", "template", "noframes", "basefont"},
                       0.9);
}

TEST(PlainTreeTornUp, BlocksAndFormattingAgree) {
  expect_no_difference(2, {"p",  "div", "ul",       "li",   "dl",  "dt",     "dd",       "h1",     "h2",  "b",
                           "i",  "a",   "a href=1", "span", "pre", "form",   "button",   "object", "x-y", "nobr",
                           "hr", "br",  "ruby",     "rt",   "rtc", "option", "textarea", "image"},
                       0.95);
}

TEST(PlainTreeTornUp, TablesAgree) {
  expect_no_difference(3, {"table",   "tr",       "td",       "th",     "tbody",  "thead",    "tfoot",
                           "caption", "colgroup", "col",      "select", "option", "optgroup", "input type=hidden",
                           "form",    "script",   "template", "p",      "b",      "div",      "svg",
                           "body",    "html"},
                       0.7);
}

TEST(PlainTreeTornUp, ForeignContentAgrees) {
  expect_no_difference(4,
                       {"svg",
                        "g",
                        "a",
                        "math",
                        "mi",
                        "mo",
                        "mglyph",
                        "foreignObject",
                        "title",
                        "desc",
                        "p",
                        "b",
                        "div",
                        "font",
                        "font color=a",
                        "table",
                        "tr",
                        "td",
                        "style",
                        "svg viewBox=a xlink:href=b",
                        "annotation-xml",
                        "![CDATA[ x ]]",
                        "script"},
                       0.7);
}

TEST(PlainTreeTornUp, SyntaxAgrees) {
  TornUp torn(5, {"<",          ">",         "/",     "=",         "\"",      "'",        "&",        "&amp",
                  "&lt;",       "&#65;",     "&#x",   "a",         "b",       "A",        " ",        "\n",
                  "\r\n",       "\r",        "<p",    "</p",       "<!--",    "-->",      "--",       "!",
                  "<!",         "<?",        "]]>",   "<![CDATA[", "<title>", "</title",  "<script>", "</script",
                  "<textarea>", "<!doctype", " html", " public",   " system", "\xC2\x80", "\x01",     "\xEF\xBF\xBD",
                  "<svg>",      "é",         "<br",   "<a href=",  "-"});
  std::vector<std::string> pages;
  for (int i = 0; i < (SCRAPER_SANITIZED ? 2000 : 20'000); ++i) pages.push_back(torn.page());
  EXPECT_GE(plain_share(pages), 0.65);
}

}  // namespace
}  // namespace scraper
