// SPDX-License-Identifier: MIT
#include "scraper/frontier/robots.h"
#include "tests/support/repeated.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace scraper {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

Url url_of_path(const std::string& path) {
  const auto parsed = Url::parse("http://a.test" + path);
  EXPECT_TRUE(parsed) << path;
  return *parsed;
}

Robots robots(std::string_view body, std::string_view token = "scraper") { return Robots::parse(body, token); }

bool allows(std::string_view body, const std::string& path, std::string_view token = "scraper") {
  return robots(body, token).check(url_of_path(path)).allowed;
}

/// A file with one group for everybody.
bool allows_with(const std::string& rules, const std::string& path) { return allows("User-agent: *\n" + rules, path); }

TEST(ProductToken, IsTheFirstWordOfAUserAgent) {
  EXPECT_EQ(product_token("scraper/0.1.0 (+https://example.org)"), "scraper");
  EXPECT_EQ(product_token("My_own-bot"), "My_own-bot");
  EXPECT_EQ(product_token("Bot2 x"), "Bot");
  EXPECT_EQ(product_token("/1.0"), "");
  EXPECT_EQ(product_token(""), "");
}

TEST(Robots, AllowsEverythingWithoutAFile) {
  const Robots::Verdict verdict = Robots().check(url_of_path("/x"));
  EXPECT_TRUE(verdict.allowed);
  EXPECT_EQ(verdict.line, 0);
  EXPECT_EQ(verdict.rule, "");
  EXPECT_FALSE(Robots().crawl_delay());
  EXPECT_THAT(Robots().sitemaps(), IsEmpty());
}

TEST(Robots, AllowsWhatNoRuleMatches) {
  EXPECT_TRUE(allows("", "/x"));
  EXPECT_TRUE(allows_with("Disallow: /private", "/public"));
  EXPECT_TRUE(allows_with("Disallow: /private", "/Private"));
  EXPECT_FALSE(allows_with("Disallow: /private", "/private"));
  EXPECT_FALSE(allows_with("Disallow: /private", "/privately/x?y"));
}

TEST(Robots, NamesTheLineAndTheRuleThatDecided) {
  const Robots file = robots("# us\r\nUser-agent: *\r\n\r\n disallow : /private # secret\r\nAllow:/private/not\r\n");
  const Robots::Verdict no = file.check(url_of_path("/private/x"));
  EXPECT_FALSE(no.allowed);
  EXPECT_EQ(no.line, 4);
  EXPECT_EQ(no.rule, "disallow : /private");
  const Robots::Verdict yes = file.check(url_of_path("/private/not/x"));
  EXPECT_TRUE(yes.allowed);
  EXPECT_EQ(yes.line, 5);
  EXPECT_EQ(yes.rule, "Allow:/private/not");
}

TEST(Robots, ShowsRulesThatAPersonCanRead) {
  EXPECT_EQ(robots("User-agent: *\nDisallow: /a\x1B[31m\xFF").check(url_of_path("/a%1b[31m%ff")).rule.find('\x1B'),
            std::string::npos);
  const std::string shown =
      robots("User-agent: *\nDisallow: /" + repeated("ä", 300)).check(url_of_path("/" + repeated("ä", 301))).rule;
  EXPECT_THAT(shown, testing::StartsWith("Disallow: /ää"));
  EXPECT_THAT(shown, testing::EndsWith("ä"));
  EXPECT_LE(shown.size(), 200u);
}

TEST(Robots, AlwaysAllowsItself) {
  EXPECT_TRUE(allows_with("Disallow: /", "/robots.txt"));
  EXPECT_FALSE(allows_with("Disallow: /", "/robots.txt.bak"));
  EXPECT_FALSE(allows_with("Disallow: /", "/x/robots.txt"));
}

TEST(Robots, LetsTheLongestRuleWin) {
  EXPECT_TRUE(allows_with("Allow: /a/b\nDisallow: /a", "/a/b/c"));
  EXPECT_TRUE(allows_with("Disallow: /a\nAllow: /a/b", "/a/b/c"));
  EXPECT_FALSE(allows_with("Allow: /a/b\nDisallow: /a/b/c", "/a/b/c"));
  EXPECT_FALSE(allows_with("Allow: /page\nDisallow: /*.htm", "/page.htm"));
}

TEST(Robots, LetsAllowWinATie) {
  EXPECT_TRUE(allows_with("Allow: /a\nDisallow: /a", "/a"));
  EXPECT_TRUE(allows_with("Disallow: /a\nAllow: /a", "/a"));
  EXPECT_TRUE(allows_with("Disallow: /*b\nAllow: /ab", "/ab"));
}

TEST(Robots, LetsAnEmptyDisallowAllow) {
  EXPECT_TRUE(allows_with("Disallow:", "/x"));
  EXPECT_FALSE(allows_with("Disallow:\nDisallow: /x", "/x"));
}

TEST(Robots, MatchesThePathWithItsQuery) {
  EXPECT_FALSE(allows_with("Disallow: /a?b=", "/a?b=1"));
  EXPECT_TRUE(allows_with("Disallow: /a?b=", "/a?c=1"));
  EXPECT_FALSE(allows_with("Disallow: /*?", "/a/b?c"));
  EXPECT_TRUE(allows_with("Disallow: /*?", "/a/b"));
}

TEST(Robots, TakesAStarForAnything) {
  EXPECT_FALSE(allows_with("Disallow: /*/x", "/a/x"));
  EXPECT_FALSE(allows_with("Disallow: /*/x", "/a/b/c/xyz"));
  EXPECT_TRUE(allows_with("Disallow: /*/x", "/x"));
  EXPECT_FALSE(allows_with("Disallow: *.pdf", "/a.pdf"));
  EXPECT_FALSE(allows_with("Disallow: *", "/a"));
  EXPECT_FALSE(allows_with("Disallow: /a***b*c*", "/abc"));
  EXPECT_TRUE(allows_with("Disallow: /a***b*c*", "/acb"));
}

TEST(Robots, TakesADollarForTheEnd) {
  EXPECT_FALSE(allows_with("Disallow: /a$", "/a"));
  EXPECT_TRUE(allows_with("Disallow: /a$", "/a?"));
  EXPECT_TRUE(allows_with("Disallow: /a$", "/ab"));
  EXPECT_FALSE(allows_with("Disallow: /*.php$", "/x.php.php"));
  EXPECT_TRUE(allows_with("Disallow: /*.php$", "/x.php5"));
  EXPECT_FALSE(allows_with("Disallow: /a*$", "/abc"));
  EXPECT_TRUE(allows_with("Disallow: /ab*ba$", "/aba"));
  EXPECT_FALSE(allows_with("Disallow: /a$b", "/a$b"));
  EXPECT_TRUE(allows_with("Allow: /$\nDisallow: /", "/"));
  EXPECT_FALSE(allows_with("Allow: /$\nDisallow: /", "/x"));
}

TEST(Robots, ComparesPercentEncodedAndPlainCharactersAlike) {
  // The examples of RFC 9309 2.2.2 and 2.2.3.
  EXPECT_FALSE(allows_with("Disallow: /foo/bar?baz=quz", "/foo/bar?baz=quz"));
  EXPECT_FALSE(allows_with("Disallow: /foo/bar?baz=https://foo.bar", "/foo/bar?baz=https://foo.bar"));
  EXPECT_FALSE(allows_with("Disallow: /foo/bar/\xE3\x83\x84", "/foo/bar/%E3%83%84"));
  EXPECT_FALSE(allows_with("Disallow: /foo/bar/%E3%83%84", "/foo/bar/\xE3\x83\x84"));
  EXPECT_FALSE(allows_with("Disallow: /foo/bar/%62%61%7A", "/foo/bar/baz"));
  EXPECT_FALSE(allows_with("Disallow: /path/file-with-a-%2A.html", "/path/file-with-a-*.html"));
  EXPECT_FALSE(allows_with("Disallow: /path/foo-%24", "/path/foo-$"));
  EXPECT_FALSE(allows_with("Disallow: /%e2%9d%83", "/%E2%9D%83"));
  EXPECT_FALSE(allows_with("Disallow: /a b<c>\"{}|^`", "/a%20b%3Cc%3E%22%7B%7D%7C%5E%60"));
  EXPECT_FALSE(allows_with("Disallow: /%7Ejoe/", "/~joe/"));
  EXPECT_FALSE(allows_with("Disallow: /?q='x'", "/?q='x'"));
  EXPECT_FALSE(allows_with("Disallow: /%a%", "/%a%"));
  EXPECT_FALSE(allows_with("Disallow: /caf\xE9", "/caf%E9"));
}

TEST(Robots, KeepsReservedCharactersApartFromTheirEncodings) {
  EXPECT_TRUE(allows_with("Disallow: /a%2Fb", "/a/b"));
  EXPECT_TRUE(allows_with("Disallow: /a/b", "/a%2Fb"));
  EXPECT_TRUE(allows_with("Disallow: /a?b", "/a%3Fb"));
  EXPECT_TRUE(allows_with("Disallow: /a%2Ab", "/axb"));
}

TEST(Robots, HasTheGroupOfItsTokenWhateverTheCase) {
  const std::string file = "User-agent: SCRAPER\nDisallow: /a\n\nUser-agent: *\nDisallow: /b";
  EXPECT_FALSE(allows(file, "/a"));
  EXPECT_TRUE(allows(file, "/b"));
  EXPECT_TRUE(allows(file, "/a", "other"));
  EXPECT_FALSE(allows(file, "/b", "other"));
}

TEST(Robots, ComparesTheWholeLeadingTokenOfAnAgentLine) {
  EXPECT_FALSE(allows("User-agent: Scraper/2.0 (x)\nDisallow: /", "/"));
  EXPECT_TRUE(allows("User-agent: scraper-news\nDisallow: /", "/"));
  EXPECT_TRUE(allows("User-agent: scrape\nDisallow: /", "/"));
  EXPECT_TRUE(allows("User-agent: my scraper\nDisallow: /", "/"));
  EXPECT_TRUE(allows("User-agent: *scraper\nDisallow: /", "/"));
  EXPECT_FALSE(allows("User-agent: * x\nDisallow: /", "/"));
}

TEST(Robots, MatchesNoAgentLineWithATokenThatIsNone) {
  EXPECT_TRUE(allows("User-agent: 007\nDisallow: /", "/", ""));
  EXPECT_TRUE(allows("User-agent:\nDisallow: /", "/", ""));
  EXPECT_FALSE(allows("User-agent: *\nDisallow: /", "/", ""));
}

TEST(Robots, LetsAGroupNameSeveralAgents) {
  const std::string file =
      "User-agent: a\nUser-agent: scraper\n\nUser-agent: b\nDisallow: /x\nUser-agent: c\nDisallow: /y";
  EXPECT_FALSE(allows(file, "/x"));
  EXPECT_TRUE(allows(file, "/y"));
  EXPECT_FALSE(allows(file, "/y", "c"));
}

TEST(Robots, MergesTheGroupsOfOneAgent) {
  const std::string file =
      "User-agent: scraper\nDisallow: /a\nUser-agent: other\nDisallow: /b\nUser-agent: scraper\nDisallow: /c";
  EXPECT_FALSE(allows(file, "/a"));
  EXPECT_TRUE(allows(file, "/b"));
  EXPECT_FALSE(allows(file, "/c"));
  EXPECT_FALSE(allows("User-agent: *\nDisallow: /a\nUser-agent: *\nDisallow: /b", "/a"));
}

TEST(Robots, LeavesOutTheGroupForAllWhereASpecificOneSaysNothing) {
  EXPECT_TRUE(allows("User-agent: *\nDisallow: /\nUser-agent: scraper\n", "/"));
  EXPECT_TRUE(allows("User-agent: scraper\nDisallow:\nUser-agent: *\nDisallow: /\n", "/"));
}

TEST(Robots, IgnoresRulesBeforeTheFirstAgent) { EXPECT_TRUE(allows("Disallow: /\nUser-agent: *\nAllow: /x", "/y")); }

TEST(Robots, DoesNotEndAGroupAtLinesThatAreNoRules) {
  const std::string file = "User-agent: scraper\nSitemap: http://a.test/s\nNoise: x\nUser-agent: b\nDisallow: /x";
  EXPECT_FALSE(allows(file, "/x"));
  EXPECT_FALSE(allows("User-agent: *\nDisallow: /a\nSitemap: x\n\n# c\n\nDisallow: /b", "/b"));
}

TEST(Robots, ReadsAllLineEndsAndAByteOrderMark) {
  for (const char* end : {"\n", "\r", "\r\n"}) {
    const std::string file =
        std::string("\xEF\xBB\xBFUser-agent: *") + end + "Disallow: /a" + end + end + "Disallow: /b";
    EXPECT_FALSE(allows(file, "/a"));
    EXPECT_EQ(robots(file).check(url_of_path("/b")).line, 4);
  }
}

TEST(Robots, ForgivesCommonMisspellings) {
  for (const char* agent : {"useragent: *", "USER AGENT: *", "user-agents: *", "User-agent *", " User-agent\t:\t*\t"}) {
    EXPECT_FALSE(allows(std::string(agent) + "\nDisallow: /", "/")) << agent;
  }
  for (const char* word : {"dissallow:", "Dissalow:", "disalow:", "diasllow:", "disallaw:", "Disallow", "DISALLOW :"}) {
    EXPECT_FALSE(allows_with(std::string(word) + " /", "/")) << word;
  }
  EXPECT_TRUE(allows_with("Disallow / x", "/"));
  EXPECT_TRUE(allows_with("Disallow x", "/x"));
}

TEST(Robots, LetsAnAllowedIndexPageSpeakForItsFolder) {
  EXPECT_TRUE(allows_with("Allow: /x/index.html\nDisallow: /", "/x/"));
  EXPECT_FALSE(allows_with("Allow: /x/index.html\nDisallow: /", "/x/y"));
  EXPECT_FALSE(allows_with("Disallow: /x/index.html", "/x/index.html"));
  EXPECT_TRUE(allows_with("Disallow: /x/index.html", "/x/"));
}

TEST(Robots, ReadsTheDelayOfItsGroup) {
  const auto delay = [](const std::string& file) { return robots(file).crawl_delay(); };
  EXPECT_EQ(delay("User-agent: *\nCrawl-delay: 10"), 10s);
  EXPECT_EQ(delay("User-agent: *\nCRAWL-DELAY:0.25 # s"), 250ms);
  EXPECT_EQ(delay("User-agent: *\nCrawl-delay: 0"), 0s);
  EXPECT_EQ(delay("User-agent: *\nCrawl-delay: 10\nUser-agent: scraper\nDisallow:"), std::nullopt);
  EXPECT_EQ(delay("User-agent: *\nCrawl-delay: 2\nCrawl-delay: 4\nCrawl-delay: 3"), 4s);
  EXPECT_EQ(delay("Crawl-delay: 10\nUser-agent: *\n"), std::nullopt);
}

TEST(Robots, DoesNotGiveADelayToTheAgentsNamedAfterIt) {
  const std::string file = "User-agent: slow\nCrawl-delay: 10\n\nUser-agent: scraper\nCrawl-delay: 1\nDisallow: /x";
  EXPECT_EQ(robots(file).crawl_delay(), 1s);
  EXPECT_EQ(robots(file, "slow").crawl_delay(), 10s);
}

TEST(Robots, ClampsAbsurdDelaysAndIgnoresGarbage) {
  const auto delay = [](const std::string& value) {
    return robots("User-agent: *\nCrawl-delay: " + value).crawl_delay();
  };
  EXPECT_EQ(delay("-5"), 0s);
  EXPECT_EQ(delay("1000000000"), 24h);
  EXPECT_EQ(delay(repeated("9", 1000)), 24h);
  EXPECT_EQ(delay("-" + repeated("9", 1000)), 0s);
  for (const char* garbage : {"", "soon", "5s", "nan", "inf", "1,5", "--1", "0x10"})
    EXPECT_EQ(delay(garbage), std::nullopt) << garbage;
}

TEST(Robots, ListsTheSitemapsWhereverTheyStand) {
  EXPECT_THAT(
      robots("Sitemap: http://a.test/1\nUser-agent: other\nsitemap:/2 # x\nDisallow: /\nSite-Map: \nsitemap: b c")
          .sitemaps(),
      ElementsAre("http://a.test/1", "/2", "b c"));
  EXPECT_EQ(robots(repeated("Sitemap: /x\n", 500)).sitemaps().size(), kRobotsSitemapsMax);
}

TEST(Robots, ReadsNoFurtherThanItsLimits) {
  const std::string comment = "#" + std::string(kRobotsBytesMax, 'x') + "\n";
  EXPECT_TRUE(allows(comment + "User-agent: *\nDisallow: /", "/"));
  EXPECT_FALSE(allows_with("#" + std::string(kRobotsBytesMax / 2, 'x') + "\nDisallow: /", "/"));
  EXPECT_FALSE(allows_with(std::string(kRobotsLineBytesMax * 2, ' ') + "Allow: /\nDisallow: /", "/"));
  const Robots many = robots("User-agent: *\n" + repeated("Disallow:/a\n", kRobotsRulesMax) + "Disallow:/b");
  EXPECT_FALSE(many.check(url_of_path("/a")).allowed);
  EXPECT_TRUE(many.check(url_of_path("/b")).allowed);
}

TEST(Robots, KeepsOnlyWhatConcernsItsToken) {
  const std::string rules = repeated("Disallow: /some/folder/somewhere\n", 1000);
  EXPECT_LT(
      robots("User-agent: other\n" + rules + "User-agent: *\n" + rules + "User-agent: scraper\nDisallow: /x").bytes(),
      1000u);
  EXPECT_GT(robots("User-agent: *\n" + rules).bytes(), rules.size());
  EXPECT_LT(robots("User-agent: *\n" + rules).bytes(), 3 * rules.size());
}

TEST(Robots, StaysFastWithHostileRules) {
  std::string file = "User-agent: *\n";
  const std::string pattern = "Disallow: /" + repeated("*a", 2000) + "b\n";
  const std::string plain = "Disallow: /*" + std::string(4000, 'a') + "b\n";
  while (file.size() + pattern.size() + plain.size() < kRobotsBytesMax) file += pattern + plain;
  const Robots hostile = robots(file);
  const Url target = url_of_path("/" + std::string(60'000, 'a'));
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(hostile.check(target).allowed);
}

TEST(Robots, TakesWhateverBytesComeIn) {
  const std::string good =
      "\xEF\xBB\xBFUser-agent: *\r\nDisallow: /a*b$ # c\nAllow: /%41%zz\xE3\x83\x84\nCrawl-delay: 1.5\nSitemap: "
      "http://a.test/s\n"
      "User-agent: scraper\nDisallow: /x/index.html\nAllow: /x/index.htm\n";
  const std::vector<Url> urls{url_of_path("/"), url_of_path("/a1b"), url_of_path("/x/"), url_of_path("/Azz?%ff*$")};
  std::mt19937 random(20240601);
  for (int round = 0; round < 5000; ++round) {
    std::string body = good;
    for (unsigned i = 0, edits = random() % 12; i < edits; ++i) {
      const size_t at = random() % (body.size() + 1);
      if (random() % 3 == 0) {
        body.erase(at, random() % 20);
      } else if (random() % 2 == 0) {
        body.insert(at, 1, static_cast<char>(random()));
      } else {
        body.insert(at, good.substr(random() % good.size(), random() % 40));
      }
    }
    const Robots file = robots(body);
    for (const Url& each : urls) {
      const Robots::Verdict verdict = file.check(each);
      EXPECT_TRUE(verdict.allowed || verdict.line > 0) << round;
      EXPECT_EQ(verdict.line > 0, !verdict.rule.empty()) << round;
    }
    EXPECT_LE(file.crawl_delay().value_or(0ms), kCrawlDelayMax);
  }
}

}  // namespace
}  // namespace scraper
