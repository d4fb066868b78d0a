// SPDX-License-Identifier: MIT
#include "scraper/frontier/trap.h"
#include "tests/support/repeated.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

namespace scraper {
namespace {

using testing::HasSubstr;

constexpr int kThisYear = 2026;

TrapVerdict judge(const std::string& rest, const TrapSettings& settings = {}) {
  const auto url = Url::parse("http://a.test" + rest);
  EXPECT_TRUE(url) << rest;
  return judge_trap(*url, settings, kThisYear);
}

uint64_t family(const std::string& rest) {
  const TrapVerdict verdict = judge(rest);
  EXPECT_FALSE(verdict.trapped) << rest << verdict.reason;
  return verdict.family;
}

TEST(Trap, LeavesOrdinaryUrlsAlone) {
  for (const char* rest : {"/",
                           "/index.html",
                           "/article/12345",
                           "/a/b/c/d/e/f/g/",
                           "/docs/1.2.3/",
                           "/v/2023.10/x",
                           "/2026/",
                           "/2026",
                           "/archive/2026/article/1",
                           "/x/2010/12345/",
                           "/doc/html/2.6/3/2",
                           "/a/a/a/",
                           "/a/b/a/b/a/b/",
                           "/2026-13/",
                           "/20261124/",
                           "/1234-11-24",
                           "/report-2026-11-24.pdf",
                           "/a/b/a/c/a/d/a/e/a",
                           "/RFC/2119-4",
                           "/x?"}) {
    const TrapVerdict verdict = judge(rest);
    EXPECT_FALSE(verdict.trapped) << rest << verdict.reason;
    EXPECT_EQ(verdict.reason, "");
    EXPECT_EQ(verdict.family, 0u) << rest;
    EXPECT_EQ(verdict.family_max, 0) << rest;
  }
}

TEST(Trap, IsALongUrl) {
  const std::string longest = "/" + std::string(2048 - 14, 'x');
  EXPECT_FALSE(judge(longest).trapped);
  const TrapVerdict verdict = judge(longest + "x");
  EXPECT_TRUE(verdict.trapped);
  EXPECT_EQ(verdict.reason, "the URL has 2049 bytes (scope.url_bytes_max = 2048)");
  EXPECT_EQ(verdict.family, 0u);
}

TEST(Trap, IsAPathOfManySegments) {
  std::string path;
  for (int i = 0; i < 32; ++i) path += "/s" + std::to_string(i);
  EXPECT_FALSE(judge(path).trapped);
  EXPECT_FALSE(judge(path + "/").trapped);
  EXPECT_EQ(judge(path + "/x").reason, "the path has 33 segments (scope.path_segments_max = 32)");
}

TEST(Trap, IsASegmentRepeatedOnEnd) {
  EXPECT_EQ(judge("/x/x/x/x").reason, "path segment `x` repeated 4 times (scope.repeated_segments_max = 3)");
  EXPECT_TRUE(judge("/before/x/x/x/x/x/after?q").trapped);
  EXPECT_THAT(judge("/before/x/x/x/x/x/after?q").reason, HasSubstr("repeated 5 times"));
  EXPECT_EQ(judge("/a/////b").reason, "empty path segment repeated 4 times (scope.repeated_segments_max = 3)");
  EXPECT_FALSE(judge("/x/x/x/X").trapped);
  EXPECT_FALSE(judge("/x/x/x/x.html").trapped);
}

TEST(Trap, IsACycleOfSegments) {
  EXPECT_EQ(judge("/a/b/a/b/a/b/a/b").reason, "path segments `a/b` repeated 4 times (scope.repeated_segments_max = 3)");
  EXPECT_TRUE(judge("/start" + repeated("/en/news/archive", 4) + "/end").trapped);
  EXPECT_FALSE(judge("/start" + repeated("/en/news/archive", 3) + "/en/news").trapped);
  EXPECT_TRUE(judge(repeated("/a/a/b", 4)).trapped);
}

TEST(Trap, ShowsLittleOfALongSegment) {
  const TrapVerdict verdict = judge(repeated("/" + std::string(300, 'x'), 4));
  EXPECT_TRUE(verdict.trapped);
  EXPECT_LT(verdict.reason.size(), 160u);
}

TEST(Trap, IsADateFarAhead) {
  EXPECT_EQ(judge("/calendar/2029/01/").reason,
            "a date in 2029 is that of a calendar running on (scope.years_ahead_max = 2)");
  for (const char* rest :
       {"/2029-01/", "/x/2029-11-24", "/24-11-2029/", "/?date=2029-11-24", "/?year=2029&month=1", "/?m=202901",
        "/2029/1/5/slug", "/c?view=month&d=11%2F24%2F2029", "/c?start=2028-12-01&end=2029-01-01"}) {
    EXPECT_TRUE(judge(rest).trapped) << rest;
  }
  for (const char* rest : {"/calendar/2028/12/", "/?date=2028-12-31", "/2050/", "/?year=2050", "/?id=20501124",
                           "/x/3000-01/", "/?width=2050&height=11", "/1.2050.11"}) {
    EXPECT_FALSE(judge(rest).trapped) << rest;
  }
}

TEST(Trap, CountsTheQueriesOfOnePath) {
  const TrapVerdict verdict = judge("/list?page=1");
  EXPECT_FALSE(verdict.trapped);
  EXPECT_NE(verdict.family, 0u);
  EXPECT_EQ(verdict.family_max, 1000);
  EXPECT_EQ(family("/list?page=2&sort=x"), verdict.family);
  EXPECT_NE(family("/list/?page=1"), verdict.family);
  EXPECT_NE(family("/other?page=1"), verdict.family);
  const auto elsewhere = Url::parse("http://a.test:81/list?page=1");
  EXPECT_NE(judge_trap(*elsewhere, {}, kThisYear).family, verdict.family);
}

TEST(Trap, CountsTheDatesOfOnePattern) {
  const auto same = [](const std::vector<std::string>& urls) {
    std::set<uint64_t> families;
    for (const std::string& each : urls) families.insert(family(each));
    return families.size() == 1 && !families.contains(0);
  };
  EXPECT_TRUE(same({"/2026/11/24/", "/2025/1/2/", "/1999/12/31/"}));
  EXPECT_TRUE(same({"/cal/2026/11", "/cal/2027/01"}));
  EXPECT_TRUE(same({"/cal/2026-11/list", "/cal/2027-01/list"}));
  EXPECT_TRUE(same({"/cal/2026-11-24", "/cal/2027-1-1"}));
  EXPECT_TRUE(same({"/cal?view=day&date=2026-11-24", "/cal?view=day&date=2027-01-01"}));
  EXPECT_TRUE(same({"/cal?date=2026-11-24T10:00", "/cal?date=2027-01-01T9:30"}));
  EXPECT_TRUE(same({"/cal?year=2026&month=11", "/cal?year=2027&month=1"}));
  EXPECT_TRUE(same({"/cal?d=24&m=11&y=2026", "/cal?d=1&m=1&y=2027"}));
  EXPECT_TRUE(same({"/cal?year=2026&week=48", "/cal?year=2027&week=1"}));
  EXPECT_TRUE(same({"/cal?from=2026-11-01&to=2026-11-30", "/cal?from=2026-12-01&to=2026-12-31"}));
  EXPECT_TRUE(same({"/cal?2026-11", "/cal?2027-01"}));
  EXPECT_EQ(judge("/cal?2026-11", {.calendar_pages_max = 5}).family_max, 5);
}

TEST(Trap, TellsPatternsApart) {
  const std::vector<std::string> urls{"/2026/11/24/",
                                      "/2026/11/",
                                      "/2026/11",
                                      "/2026-11/",
                                      "/a/2026-11/",
                                      "/cal?2026-11",
                                      "/cal?date=2026-11",
                                      "/cal?date=2026-11&view=list",
                                      "/cal?date=2026-11&view=grid",
                                      "/cal?page=1",
                                      "/cal?year=2026&month=11"};
  std::set<uint64_t> families;
  for (const std::string& each : urls) families.insert(family(each));
  EXPECT_EQ(families.size(), urls.size());
}

TEST(Trap, TakesEachArticleBelowADateForItself) {
  EXPECT_NE(family("/2020/05/12/some-slug"), family("/2020/05/12/other-slug"));
  EXPECT_NE(family("/2020/05/12/some-slug"), family("/2020/05/12/"));
}

TEST(Trap, CountsOtherQueriesBelowADateByPath) {
  EXPECT_EQ(family("/2020/05/?page=1"), family("/2020/05/?page=2"));
  EXPECT_NE(family("/2020/05/?page=1"), family("/2020/06/?page=1"));
  EXPECT_NE(family("/2020/05/?page=1"), family("/2020/05/"));
}

TEST(Trap, TakesAYearOrAMonthAloneForAnyQuery) {
  EXPECT_EQ(family("/x?year=2026"), family("/x?q=1"));
  EXPECT_EQ(family("/x?month=11"), family("/x?q=1"));
  EXPECT_EQ(family("/x?id=20261124"), family("/x?q=1"));
}

TEST(Trap, IsNeverFoundWhenEverythingIsOff) {
  const TrapSettings off{0, 0, 0, 0, 0, 0};
  for (const std::string& rest : {repeated("/x", 20'000), "/" + std::string(10'000, 'x'), std::string("/2099/12/31/"),
                                  std::string("/?date=2099-12-31"), std::string("/?q=1")}) {
    const TrapVerdict verdict = judge(rest, off);
    EXPECT_FALSE(verdict.trapped);
    EXPECT_EQ(verdict.family, 0u);
  }
}

TEST(Trap, TakesDatesForQueriesWhenCalendarsAreOff) {
  const TrapVerdict verdict = judge("/x?date=2026-11-24", {.calendar_pages_max = 0});
  EXPECT_EQ(verdict.family, family("/x?q=1"));
  EXPECT_EQ(judge("/2026/11/24/", {.calendar_pages_max = 0}).family, 0u);
  EXPECT_EQ(judge("/x?q=1", {.query_variants_max = 0}).family, 0u);
}

TEST(Trap, IsTheSameFamilyInEveryRun) { EXPECT_EQ(family("/list?page=1"), 2079478635749219076ULL); }

TEST(Trap, CatchesEveryUrlThatGrows) {
  // However a site's relative links lengthen its paths by the same steps, the growth ends.
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::string step;
    for (unsigned i = 0, count = 1 + random() % 6; i < count; ++i) step += "/s" + std::to_string(random() % 3);
    std::string path = "/start";
    int steps = 0;
    while (!judge(path).trapped && steps < 100) {
      path += step;
      ++steps;
    }
    EXPECT_LE(steps, 5) << step;
  }
}

TEST(Trap, JudgesAnyUrl) {
  const std::string alphabet = "/?&=-2026011T%Fdym.";
  std::mt19937 random(11);
  for (int round = 0; round < 20'000; ++round) {
    std::string rest = "/";
    for (unsigned i = 0, length = random() % 40; i < length; ++i) rest += alphabet[random() % alphabet.size()];
    const auto url = Url::parse("http://a.test" + rest);
    ASSERT_TRUE(url) << rest;
    const TrapVerdict verdict = judge_trap(*url, {}, kThisYear);
    EXPECT_EQ(verdict.trapped, !verdict.reason.empty()) << rest;
    EXPECT_EQ(verdict.family != 0, verdict.family_max != 0) << rest;
    EXPECT_FALSE(verdict.trapped && verdict.family != 0) << rest;
    EXPECT_EQ(verdict.family != 0 || verdict.trapped || url->query().empty(), true) << rest;
  }
}

}  // namespace
}  // namespace scraper
