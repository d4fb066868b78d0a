// SPDX-License-Identifier: MIT
// Url::parse reads plain links by copying, and others by the general algorithm. A space in front of a link is trimmed,
// but is not plain: so each link can be read both ways, and must come out the same.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "scraper/model/url.h"

namespace scraper {
namespace {

/// All that can be told from outside, with what is wrong where nothing could be read.
std::string told(const tl::expected<Url, Error>& url) {
  if (!url) return "error: " + url.error().message;
  return url->href() + " scheme " + std::string(url->scheme()) + " host " + std::string(url->host()) + " port " +
         (url->port() ? std::to_string(*url->port()) : "none") + " path " + std::string(url->path()) + " query " +
         std::string(url->query()) + " origin " + std::string(url->origin());
}

/// False stops a loop at the first difference.
bool same_both_ways(const std::string& reference, const Url* base) {
  const std::string either = told(Url::parse(reference, base));
  const std::string general = told(Url::parse(' ' + reference, base));
  EXPECT_EQ(either, general) << '\'' << reference << "' on " << (base != nullptr ? base->href() : "nothing");
  return either == general;
}

std::vector<Url> parsed(const std::vector<const char*>& texts) {
  std::vector<Url> urls;
  for (const char* text : texts) urls.push_back(*Url::parse(text));
  return urls;
}

const std::vector<Url>& bases() {
  static const std::vector<Url> kBases = parsed(
      {"http://a.test", "https://a.test/b/c/d.html?q=1/2#f", "http://a.test:8080/b/c/", "http://a.test//b//",
       "https://[::1]:1/b:c/d", "http://1.2.3.4/b?http://c/", "http://a.test/b;c=d/%2F/e?", "http://http/http/"});
  return kBases;
}

const std::vector<std::string> kPlainPieces = {"a",        "b.html", "/",     "/",         "../",     "./",
                                               "..",       ".",      "?",     "q=1&r=%20", "#x(int)", "http://",
                                               "https://", "a.test", ":8080", "index.html"};
const std::vector<std::string> kOddPieces = {
    "",        "//",      "...",     ".x",     "%2e",   "%2E",        ".%2e", "%2e%2e/", "%",        "%zz",
    "%00",     "\\",      "/\\",     "\t",     "\n",    "\r",         " ",    "\x01",    "\x7F",     "|",
    "\"",      "'",       "<",       ">",      "^",     "`",          "{",    "}",       "\xC3\xA9", "\xFF",
    ":",       ":80",     ":443",    ":0",     "::",    "C:",         "c|",   "x:",      "http:",    "http",
    "HTTP://", "hTTps:/", "@",       "u:p@",   "[::1]", "1.2.3.4",    "0x7f", "1",       "a..b",     "xn--a",
    "A.Test",  "_",       "mailto:", "data:,", ";",     "$&+,=!~*()", "??",   "#",       "##",       "//b.test/"};

TEST(UrlPlain, OfRandomPiecesIsReadAsTheGeneralAlgorithmReadsIt) {
  std::mt19937 random(20'261'128);
  const auto one_of = [&](const auto& pieces) -> const auto& { return pieces[random() % pieces.size()]; };
  for (int i = 0; i < 60'000; ++i) {
    std::string reference;
    const unsigned odd_in_eight = random() % 4;  // none in a quarter of them
    for (unsigned left = random() % 8; left > 0; --left)
      reference += one_of(random() % 8 < odd_in_eight ? kOddPieces : kPlainPieces);
    ASSERT_TRUE(same_both_ways(reference, random() % 8 == 0 ? nullptr : &one_of(bases())));
  }
}

TEST(UrlPlain, OfEveryByteAnywhereIsReadAsTheGeneralAlgorithmReadsIt) {
  for (int byte = 0; byte < 256; ++byte) {
    for (const char* whole :
         {"", "ab", "a/b", "../a/b", "/a/b", "?a=b", "a?b", "http://a.test/b?c", "https://c.d.test:1/b", "/a#b"}) {
      for (size_t at = 0; at <= std::strlen(whole); ++at) {
        std::string reference = whole;
        reference.insert(at, 1, static_cast<char>(byte));
        for (const Url& base : bases()) ASSERT_TRUE(same_both_ways(reference, &base));
        ASSERT_TRUE(same_both_ways(reference, nullptr));
      }
    }
  }
}

TEST(UrlPlain, IsRefusedWhereTheGeneralAlgorithmFindsItTooLong) {
  const auto base = Url::parse("http://a.test/" + std::string(40'000, 'b') + "/c");
  ASSERT_TRUE(base);
  for (const size_t bytes : {25'500u, 25'518u, 25'519u, 25'520u, 25'521u, 25'522u, 65'535u, 65'536u, 65'537u}) {
    ASSERT_TRUE(same_both_ways(std::string(bytes, 'x'), &*base));
    ASSERT_TRUE(same_both_ways("../" + std::string(bytes, 'x'), &*base));
    ASSERT_TRUE(same_both_ways("http://b.test/" + std::string(bytes, 'x'), &*base));
    ASSERT_TRUE(same_both_ways("#" + std::string(bytes, 'x'), &*base));
    ASSERT_TRUE(same_both_ways("?" + std::string(bytes, 'x'), &*base));
  }
  std::string dots;
  for (int i = 0; i < 32'800; ++i) dots += "./";
  ASSERT_TRUE(same_both_ways(dots, &*base));
}

TEST(UrlPlain, TakesNoMoreMemoryThanItsText) {
  const auto base = Url::parse("http://a.test/a/folder/of/some/length/page.html");
  ASSERT_TRUE(base);
  for (const char* reference :
       {"../../other/page.html#part", "/some/other/folder/page.html", "http://b.test/some/other/page.html"}) {
    const auto url = Url::parse(reference, &*base);
    ASSERT_TRUE(url);
    EXPECT_EQ(url->href().capacity(), url->href().size());
  }
}

TEST(UrlPlain, OfTheWebPlatformTestsIsReadAsTheGeneralAlgorithmReadsIt) {
  const char* corpora = std::getenv("SCRAPER_CORPORA");
  const std::filesystem::path folder =
      corpora != nullptr ? corpora : std::filesystem::path(SCRAPER_SOURCE_ROOT) / "../shared/corpora";
  std::ifstream file(folder / "suites/url-parse/cases.jsonl");
  if (!file) GTEST_SKIP() << "no public suites in " << folder;
  for (std::string line; std::getline(file, line);) {
    const auto test = nlohmann::json::parse(line);
    const std::string input = test["input"];
    EXPECT_TRUE(same_both_ways(input, nullptr));
    for (const Url& base : bases()) EXPECT_TRUE(same_both_ways(input, &base));
    if (!test["base"].is_string()) continue;
    const auto base = Url::parse(test["base"].get<std::string>());
    EXPECT_TRUE(!base || same_both_ways(input, &*base));
  }
}

}  // namespace
}  // namespace scraper
