// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scraper/frontier/robots.h"
#include "tests/unit/parse/corpora.h"

namespace scraper {
namespace {

using nlohmann::json;

/// URLs of the suites may be mere paths.
Url url_of(const json& test) {
  const Url base = *Url::parse("http://foo.bar/");
  const auto url = Url::parse(test["url"].get<std::string>(), &base);
  EXPECT_TRUE(url) << test;
  return url.value_or(base);
}

/// Two cases hold half a surrogate pair, which JSON can write and UTF-8 cannot: no server sends it, and they are left
/// out.
std::vector<json> read_rules() {
  std::vector<json> cases;
  std::ifstream file(corpora() / "suites/robots-rules/cases.jsonl");
  for (std::string line; std::getline(file, line);) {
    json test = json::parse(line, nullptr, false);
    if (!test.is_discarded()) cases.push_back(std::move(test));
  }
  return cases;
}

/// RFC 9309 2.2.2 has `/foo/bar/%62%61%7A` match `/foo/bar/baz`: an encoded octet that need not be MUST be decoded
/// before the comparison. Google's parser compares the bytes, and its test calls that nothing to rely upon.
bool contradicts_the_rfc(const json& test) {
  return test["robots"].get<std::string>().find("/foo/bar/%62%61%7A") != std::string::npos &&
         test["url"].get<std::string>().ends_with("/foo/bar/baz");
}

/// /robots.txt itself is implicitly allowed (2.2.2), whatever the file says; and a path with dot segments is never
/// asked for, because canonical URLs have none.
bool is_never_asked(const json& check) {
  const auto url = check["url"].get<std::string>();
  return url.ends_with("/robots.txt") || url.find("/./") != std::string::npos;
}

TEST(RobotsSuite, AgreesWithGooglesRules) {
  const std::vector<json> cases = read_rules();
  if (cases.empty()) GTEST_SKIP() << "no suite robots-rules in " << corpora();
  int judged = 0;
  for (const json& test : cases) {
    if (!test["google_agrees"].get<bool>() || contradicts_the_rfc(test)) continue;
    const Robots robots = Robots::parse(test["robots"].get<std::string>(), test["agent"].get<std::string>());
    EXPECT_EQ(robots.check(url_of(test)).allowed, test["allowed"].get<bool>()) << test;
    ++judged;
  }
  EXPECT_GT(judged, 200);
}

TEST(RobotsSuite, AgreesWithTwoParsersOnRealFiles) {
  const std::vector<json> cases = read_cases("robots-real");
  if (cases.empty()) GTEST_SKIP() << "no suite robots-real in " << corpora();
  for (const json& test : cases) {
    const auto body = test["robots"].get<std::string>();
    for (const json& check : test["checks"]) {
      if (is_never_asked(check)) continue;
      const Robots robots = Robots::parse(body, check["agent"].get<std::string>());
      const Robots::Verdict verdict = robots.check(url_of(check));
      EXPECT_EQ(verdict.allowed, check["allowed"].get<bool>())
          << check << " line " << verdict.line << ": " << verdict.rule;
    }
    const Robots robots = Robots::parse(body, "MoscaBot");
    std::optional<double> delay;
    if (robots.crawl_delay()) delay = std::chrono::duration<double>(*robots.crawl_delay()).count();
    std::optional<double> expected_delay;
    if (!test["crawl_delay_MoscaBot"].is_null()) expected_delay = test["crawl_delay_MoscaBot"].get<double>();
    EXPECT_EQ(delay, expected_delay) << test["host"];
    auto sitemaps = test["sitemaps"].get<std::vector<std::string>>();
    if (sitemaps.size() > kRobotsSitemapsMax) sitemaps.resize(kRobotsSitemapsMax);
    EXPECT_EQ(robots.sitemaps(), sitemaps) << test["host"];
  }
}

}  // namespace
}  // namespace scraper
