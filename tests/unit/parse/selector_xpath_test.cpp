// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <filesystem>

#include "corpora.h"
#include "scraper/base/utf8.h"
#include "scraper/parse/charset.h"
#include "scraper/parse/gunzip.h"
#include "scraper/parse/serialize.h"
#include "scraper/parse/xpath.h"
#include "selector_page.h"
#include "tests/support/sanitizer.h"

namespace scraper {
namespace {

/// A selector and an expression that name the same elements.
struct Pair {
  std::string_view css;
  std::string_view xpath;
};

constexpr Pair kPairs[] = {
    {"*", "//*"},
    {"a[href]", "//a[@href]"},
    {"a[href*='.com']", "//a[contains(@href, '.com')]"},
    {"div p", "//div//p"},
    {"div > p", "//div/p"},
    {"p + p", "//p/following-sibling::*[1][self::p]"},
    {"h2 ~ p", "//h2/following-sibling::p"},
    {"p:first-child", "//p[not(preceding-sibling::*)]"},
    {"li:nth-last-child(2)", "//li[count(following-sibling::*) = 1]"},
    {"*:nth-child(3n+2)", "//*[count(preceding-sibling::*) mod 3 = 1]"},
    {"p:nth-of-type(2)", "//p[count(preceding-sibling::p) = 1]"},
    {"p:only-of-type", "//p[not(preceding-sibling::p) and not(following-sibling::p)]"},
    {"div:has(a)", "//div[.//a]"},
    {"div:has(> a)", "//div[a]"},
    {"p:has(~ div a)", "//p[following-sibling::div//a]"},
    {"div:not(:has(p, a))", "//div[not(.//p) and not(.//a)]"},
    {"p:not(div p)", "//p[not(ancestor::div)]"},
    {":is(td, th):contains('e')", "//*[self::td or self::th][contains(., 'e')]"},
};

class SelectorsAndXPath : public SelectorPage {
 protected:
  /// Asks both of the page. Pages that XPath's bounds refuse are left out.
  void compare(std::string html, const std::string& name) {
    limits_.timeout = Duration(20'000);
    html_ = std::move(html);
    const auto output = tree_.parse(html_, limits_, steady_now() + limits_.timeout);
    if (!output) return;
    const Watchdog watchdog(limits_, steady_now() + Duration(60'000));
    const auto xml = XmlTree::build((*output)->document, limits_, watchdog);
    if (!xml) return;
    ++pages_;
    for (const Pair& pair : kPairs) {
      const auto elements = Selector::compile(pair.css)->select_all((*output)->document, watchdog);
      const auto items = XPath::compile(pair.xpath)->evaluate(*xml, (*output)->document, watchdog);
      ASSERT_TRUE(elements && items) << name << ' ' << pair.css;
      ASSERT_EQ(elements->size(), items->size()) << name << ' ' << pair.css;
      for (size_t i = 0; i < items->size(); ++i)
        ASSERT_EQ((*elements)[i].node, (*items)[i].element) << name << ' ' << pair.css << ' ' << i;
    }
    EXPECT_TRUE(is_valid_utf8(outer_html((*output)->document, 1u << 20))) << name;
  }

  /// Of `files_max` of its pages; -1: of all.
  void compare_folder(const std::filesystem::path& folder, int files_max) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (files_max == 0) break;
      if (entry.path().extension() == ".jsonl") continue;
      --files_max;
      std::ifstream file(entry.path(), std::ios::binary);
      std::string body{std::istreambuf_iterator<char>(file), {}};
      if (is_gzip(body)) body = gunzip(body, 64u << 20)->bytes;
      compare(decode_to_utf8(body, sniff_charset(body, "")), entry.path());
    }
  }

  int pages_ = 0;
};

TEST_F(SelectorsAndXPath, AgreeOnTreeTestsAndFuzzedPages) {
  const auto cases = read_cases("html-tree");
  if (cases.empty()) GTEST_SKIP() << "no public suites at " << corpora();
  for (const auto& test : cases) {
    const std::string data = to_valid_utf8(test["data"].get<std::string>());
    compare(data, data);
  }
  compare_folder(corpora() / "suites/html-fuzz", -1);
  EXPECT_GT(pages_, 500);
}

TEST_F(SelectorsAndXPath, AgreeOnPages) {
  const auto pages = corpora() / "suites/pages";
  if (!std::filesystem::exists(pages)) GTEST_SKIP() << "no public suites at " << corpora();
  for (const char* folder : {"article-benchmark", "recipes", "readability", "postlight", "newspaper4k"})
    compare_folder(pages / folder, SCRAPER_SANITIZED ? 12 : -1);
  EXPECT_GT(pages_, 50);
}

}  // namespace
}  // namespace scraper
