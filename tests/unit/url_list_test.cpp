// SPDX-License-Identifier: MIT
#include "scraper/cli/url_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "scraper/base/utf8.h"
#include "storage/open_store.h"
#include "tests/support/temporary_directory.h"

namespace scraper {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// Files of URLs, and what a list of them says.
class UrlListOf : public testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& text) {
    const std::string path = (directory_.path() / name).string();
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  std::string folder() const { return directory_.path().string(); }

  static UrlList open(const std::vector<std::string>& sources) {
    auto list = UrlList::open(sources);
    EXPECT_TRUE(list) << list.error().message;
    return std::move(*list);
  }

  static std::vector<storage::SeedRecord> seeds(UrlList& list, const ScopeSettings& settings = {}) {
    Scope scope = std::move(*Scope::make(settings));
    std::vector<storage::SeedRecord> out;
    list.read(scope, [&](storage::SeedRecord seed) {
      out.push_back(std::move(seed));
      return true;
    });
    return out;
  }
  std::vector<storage::SeedRecord> seeds_in(const std::string& text) {
    UrlList list = open({file("list.txt", text)});
    return seeds(list);
  }
  std::vector<std::string> urls_in(const std::string& text) {
    std::vector<std::string> urls;
    for (const auto& seed : seeds_in(text)) urls.push_back(seed.url ? seed.url->url : seed.error_kind);
    return urls;
  }
  std::string fingerprint(const std::vector<std::string>& sources) { return open(sources).whole().hash; }

 private:
  TemporaryDirectory directory_;
};

TEST(ListedOn, IsWhatStandsOnTheLine) {
  EXPECT_EQ(listed_on("http://a.test/\n"), "http://a.test/");
  EXPECT_EQ(listed_on(" \t http://a.test/ \t\r\n"), "http://a.test/");
  EXPECT_EQ(listed_on("\xEF\xBB\xBFhttp://a.test/"), "http://a.test/");
  EXPECT_EQ(listed_on("http://a.test/a b"), "http://a.test/a b");
}

TEST(ListedOn, IsNothingForBlankLinesAndComments) {
  for (const char* line : {"", "\n", "\r\n", "  \t\v\f\n", "#", "# http://a.test/", "   # x", "\xEF\xBB\xBF",
                           "\xEF\xBB\xBF# x", "#x # y"}) {
    EXPECT_EQ(listed_on(line), std::nullopt) << line;
  }
}

TEST(ListedOn, TellsAFragmentFromAComment) {
  EXPECT_EQ(listed_on("http://a.test/#top"), "http://a.test/#top");
  EXPECT_EQ(listed_on("http://a.test/ # the start"), "http://a.test/");
  EXPECT_EQ(listed_on("http://a.test/#top\t# the start # of it"), "http://a.test/#top");
  EXPECT_EQ(listed_on("http://a.test/#top#x"), "http://a.test/#top#x");
}

TEST(ParseListedUrl, TakesANameAloneForHttp) {
  for (const auto& [text, href] : {std::pair("example.com", "http://example.com/"),
                                   {"example.com/a?b", "http://example.com/a?b"},
                                   {"example.com:8080", "http://example.com:8080/"},
                                   {"localhost:3000/x", "http://localhost:3000/x"},
                                   {"127.0.0.1:80", "http://127.0.0.1/"},
                                   {"[::1]:81/", "http://[::1]:81/"},
                                   {"HTTPS://A.test", "https://a.test/"},
                                   {"//a.test/x", "http://a.test/x"},
                                   {"example.com:8080?q", "http://example.com:8080/?q"},
                                   {"example.com/a:b", "http://example.com/a:b"},
                                   {"m\xC3\xBCnchen.de", "http://xn--mnchen-3ya.de/"}}) {
    const auto url = parse_listed_url(text);
    ASSERT_TRUE(url) << text << ": " << url.error().message;
    EXPECT_EQ(url->href(), href);
  }
}

TEST(ParseListedUrl, RefusesOtherSchemes) {
  for (const char* text :
       {"mailto:x@y", "ftp://a.test/", "javascript:alert(1)", "tel:+49123", "file:///etc/passwd", "about:blank"}) {
    const auto url = parse_listed_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().kind, ErrorKind::unsupported_scheme) << text;
  }
}

TEST(ParseListedUrl, RefusesWhatIsNoUrl) {
  for (const char* text : {"http://", "example.com:99999", "a b", "http://[::1/", "http://a.test:port/", "http://%/"}) {
    const auto url = parse_listed_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().kind, ErrorKind::bad_url) << text;
    EXPECT_FALSE(url.error().message.empty());
  }
}

TEST_F(UrlListOf, ListsOneUrlALine) {
  EXPECT_THAT(urls_in("http://a.test/\nhttps://b.test/x\n\n# c\nc.test\n"),
              ElementsAre("http://a.test/", "https://b.test/x", "http://c.test/"));
}

TEST_F(UrlListOf, TakesCrlfABomAndAMissingLastLineEndInStride) {
  EXPECT_THAT(urls_in("\xEF\xBB\xBFhttp://a.test/\r\nhttp://b.test/\r\nhttp://c.test/"),
              ElementsAre("http://a.test/", "http://b.test/", "http://c.test/"));
}

TEST_F(UrlListOf, IsEmptyForAnEmptyFile) {
  EXPECT_THAT(urls_in(""), ElementsAre());
  EXPECT_THAT(urls_in("\n\n#\n"), ElementsAre());
}

TEST_F(UrlListOf, RecordsABadLineWithItsNumberAndGoesOn) {
  const auto all = seeds_in("http://a.test/\n\nnot a url\nmailto:x@y\nhttp://b.test/\n");
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[1].line, 3);
  EXPECT_EQ(all[1].input, "not a url");
  EXPECT_EQ(all[1].error_kind, "bad_url");
  EXPECT_FALSE(all[1].error.empty());
  EXPECT_FALSE(all[1].url);
  EXPECT_EQ(all[2].error_kind, "unsupported_scheme");
  EXPECT_EQ(all[3].line, 5);
  EXPECT_EQ(all[3].url->origin(), "http://b.test");
}

TEST_F(UrlListOf, KeepsTheInputAsTyped) {
  const auto all = seeds_in("  EXAMPLE.com/#x  # note\n");
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].input, "EXAMPLE.com/#x");
  EXPECT_EQ(all[0].url->url, "http://example.com/");
}

TEST_F(UrlListOf, NumbersLinesThroughAllSources) {
  const std::string first = file("first.txt", "# one\nhttp://a.test/\n"), empty = file("empty.txt", ""),
                    last = file("last.txt", "\nbad line");
  UrlList list = open({first, "http://b.test/", empty, last});
  std::vector<int64_t> lines;
  for (const auto& seed : seeds(list)) lines.push_back(seed.line);
  EXPECT_THAT(lines, ElementsAre(2, 3, 5));
  EXPECT_EQ(list.place(2), first + ":2: ");
  EXPECT_EQ(list.place(3), "");
  EXPECT_EQ(list.place(5), last + ":2: ");
}

TEST_F(UrlListOf, CanBeReadAgain) {
  UrlList list = open({file("a", "http://a.test/\n"), "http://b.test/"});
  list.whole();
  EXPECT_EQ(seeds(list).size(), 2u);
  EXPECT_EQ(seeds(list).size(), 2u);
}

TEST_F(UrlListOf, LeavesOutWhatTheScopeRejects) {
  UrlList list = open({"http://a.test/logout", "http://a.test/"});
  const auto all = seeds(list, {0, Span::host, {}, {"logout"}, false});
  EXPECT_EQ(all[0].skip_reason, "scope");
  EXPECT_TRUE(all[0].url);
  EXPECT_EQ(all[1].skip_reason, "");
}

TEST_F(UrlListOf, MakesSeedsOfTheOthers) {
  UrlList list = open({"http://a.test/", "http://b.test/logout", "mailto:x://y"});
  Scope scope = std::move(*Scope::make({1, Span::host, {}, {"logout"}, false}));
  list.fill(scope);
  EXPECT_TRUE(scope.admits(*Url::parse("http://a.test/x")));
  EXPECT_FALSE(scope.admits(*Url::parse("http://b.test/x")));
}

TEST_F(UrlListOf, TakesAVeryLongLineForABadUrlAndGoesOn) {
  const auto all = seeds_in("http://a.test/" + std::string(2u << 20, 'x') + "\nhttp://b.test/\n");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].error_kind, "bad_url");
  EXPECT_EQ(all[1].url->url, "http://b.test/");
}

TEST_F(UrlListOf, MakesValidTextOfAnyBytes) {
  const auto all = seeds_in(std::string("http://a.test/\0x\n", 17) + "http://b.test/\xFF\n\xE2\x82\n" +
                            std::string("\0\0\n", 3) + "http://c.test/\n");
  ASSERT_EQ(all.size(), 5u);
  for (const auto& seed : all) {
    EXPECT_TRUE(is_valid_utf8(seed.input));
    EXPECT_TRUE(is_valid_utf8(seed.error));
    EXPECT_EQ(seed.url.has_value(), seed.error_kind.empty());
  }
  EXPECT_EQ(all[0].url->url, "http://a.test/%00x");
  EXPECT_EQ(all[1].url->url, "http://b.test/%EF%BF%BD");
  EXPECT_EQ(all[4].url->url, "http://c.test/");
}

TEST_F(UrlListOf, SaysWhichFileCannotBeRead) {
  const auto missing = UrlList::open({"http://a.test/", folder() + "/missing"});
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr(folder() + "/missing"));
  EXPECT_THAT(missing.error().message, HasSubstr("No such file"));
  const auto directory = UrlList::open({folder()});
  ASSERT_FALSE(directory);
  EXPECT_THAT(directory.error().message, HasSubstr("directory"));
}

TEST_F(UrlListOf, SuggestsAUrlWhereAFileLooksLikeOne) {
  const auto missing = UrlList::open({"example.com"});
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("http://example.com"));
}

TEST_F(UrlListOf, KnowsTheSameListAgain) {
  const std::string text = "http://a.test/\nhttp://b.test/\n";
  EXPECT_EQ(fingerprint({file("a", text)}), fingerprint({file("b", text)}));
  EXPECT_EQ(fingerprint({"http://a.test/"}), fingerprint({"http://a.test/"}));
  UrlList list = open({file("a", text)});
  EXPECT_EQ(list.whole().hash, list.whole().hash);
  EXPECT_EQ(list.whole().hash.size(), 32u);
}

TEST_F(UrlListOf, KnowsAListAgainWhateverItsCommentsAndWhiteSpace) {
  const std::string first = fingerprint({file("a", "http://a.test/\n")});
  for (const char* same :
       {"http://a.test/", "\xEF\xBB\xBFhttp://a.test/\r\n", "# note\n\n  http://a.test/ # more\n\n"}) {
    EXPECT_EQ(first, fingerprint({file("a", same)})) << same;
  }
  EXPECT_EQ(first, fingerprint({"http://a.test/"}));
}

TEST_F(UrlListOf, TakesUpTheListOfTheLastRunWithItsNumbers) {
  const std::string database = folder() + "/results.db";
  EXPECT_TRUE(UrlList::of_last_run(database).empty());
  UrlList typed =
      open({file("a", "# one\n\nhttp://a.test/\nno url\n\nexample.com/?u=http://b.test/\n"), "http://c.test/"});
  {
    const auto store = storage::open_store(database);
    storage::RunSpec spec;
    spec.started_at = "2024-01-01T00:00:00.000Z";
    spec.fetcher = spec.config = spec.version = spec.scope = "x";
    store->begin_run(spec);
    storage::SeedLines lines;
    for (storage::SeedRecord& seed : seeds(typed)) lines.add(std::move(seed));
    store->add_seeds(lines);
    store->end_run("complete", "2024-01-01T00:00:01.000Z");
  }
  UrlList again = UrlList::of_last_run(database);
  EXPECT_FALSE(again.empty());
  EXPECT_EQ(again.whole().hash, typed.whole().hash);
  const auto before = seeds(typed), after = seeds(again);
  ASSERT_EQ(before.size(), after.size());
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(before[i].line, after[i].line);
    EXPECT_EQ(before[i].input, after[i].input);
  }
}

TEST_F(UrlListOf, KnowsAnotherListFromIt) {
  const std::string first = fingerprint({file("a", "http://a.test/\n")});
  for (const char* other :
       {"", "http://a.test/x\n", "http://A.test/\n", "http://b.test/\n", "http://a.test/\nhttp://b.test/\n"}) {
    EXPECT_NE(first, fingerprint({file("a", other)})) << other;
  }
  EXPECT_NE(fingerprint({"http://a.test/", "http://b.test/"}), fingerprint({"http://b.test/", "http://a.test/"}));
  EXPECT_NE(fingerprint({"http://a.test/"}), fingerprint({"http://a.test/", "http://a.test/"}));
}

}  // namespace
}  // namespace scraper
