// SPDX-License-Identifier: MIT
#include "scraper/frontier/pace.h"

#include <gtest/gtest.h>

#include "scraper/frontier/frontier.h"
#include "tests/unit/frontier_parts.h"

namespace scraper {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Politeness polite(Duration delay = milliseconds{500}) {
  Politeness politeness;
  politeness.delay = delay;
  politeness.jitter = 0;
  return politeness;
}

TEST(Pace, BeginsWithWhatIsConfigured) {
  const Pace pace(polite());
  EXPECT_EQ(pace.delay(), milliseconds{500});
  EXPECT_EQ(pace.per_host(), 2);
  EXPECT_FALSE(pace.is_parked());
}

TEST(Pace, TakesTheLongestOfDelayAndCrawlDelayUpToALimit) {
  Pace pace(polite());
  pace.set_crawl_delay(seconds{3});
  EXPECT_EQ(pace.delay(), seconds{3});
  pace.set_crawl_delay(milliseconds{100});
  EXPECT_EQ(pace.delay(), milliseconds{500});
  pace.set_crawl_delay(std::chrono::hours{10});
  EXPECT_EQ(pace.delay(), seconds{60});
  pace.set_crawl_delay(std::nullopt);
  EXPECT_EQ(pace.delay(), milliseconds{500});
}

TEST(Pace, SlowsDownWithEachPushBackAndRecoversWithGoodAnswers) {
  Pace pace(polite());
  pace.pushed_back();
  EXPECT_EQ(pace.delay(), seconds{1});
  EXPECT_EQ(pace.per_host(), 1);
  pace.pushed_back();
  EXPECT_EQ(pace.delay(), seconds{2});
  for (int i = 0; i < 20; ++i) pace.pushed_back();
  EXPECT_EQ(pace.delay(), seconds{60});
  int answers = 0;
  for (; pace.slowdown().count() > 0; ++answers) pace.answered();
  EXPECT_EQ(pace.delay(), milliseconds{500});
  EXPECT_EQ(pace.per_host(), 2);
  EXPECT_LT(answers, 30);
}

TEST(Pace, SlowsDownAlsoWhereThereWasNoDelay) {
  Pace pace(polite(Duration{0}));
  pace.pushed_back();
  EXPECT_EQ(pace.delay(), seconds{1});
}

TEST(Pace, ParksAHostThatCannotBeReachedForLongerAndLonger) {
  Pace pace(polite());
  EXPECT_EQ(pace.failed(), std::nullopt);
  EXPECT_EQ(pace.failed(), std::nullopt);
  EXPECT_EQ(pace.failed(), seconds{30});
  EXPECT_TRUE(pace.is_parked());
  EXPECT_EQ(pace.per_host(), 1);
  EXPECT_EQ(pace.failed(), seconds{60});
  for (int i = 0; i < 100; ++i) EXPECT_LE(pace.failed(), std::chrono::minutes{30});
  pace.answered();
  EXPECT_FALSE(pace.is_parked());
  EXPECT_EQ(pace.failed(), std::nullopt);
}

TEST(Pace, GoesOnFromWhatIsRemembered) {
  Pace pace(polite());
  pace.restore(seconds{4}, 2);
  EXPECT_EQ(pace.delay(), seconds{4});
  EXPECT_EQ(pace.failed(), seconds{30});
}

TEST(Frontier, TreatsAHostThatIsOpenedAsItIsRemembered) {
  Frontier frontier(polite(Duration{0}), 1);
  HostMemory memory;
  memory.next_start = kStart + seconds{9};
  memory.slowdown = seconds{4};
  frontier.open(1, polite(milliseconds{100}), memory);
  frontier.open(1, polite(seconds{99}), {});  // known already
  frontier.admit(task(1, 1));
  frontier.admit(task(2, 1));
  EXPECT_EQ(frontier.next_ready_at(), kStart + seconds{9});
  EXPECT_EQ(frontier.next(kStart + seconds{9})->id, 1);
  frontier.finished(1);
  EXPECT_EQ(frontier.next_ready_at(), kStart + seconds{13});
  EXPECT_EQ(frontier.memory(1).slowdown, seconds{4});
}

TEST(Frontier, KeepsACrawlDelayFromTheRobotsTxtOn) {
  Frontier frontier(polite(Duration{0}), 1);
  frontier.admit(task(0, 1));
  EXPECT_TRUE(frontier.next(kStart));
  frontier.finished(1);
  frontier.set_crawl_delay(1, seconds{5});
  frontier.admit(task(1, 1));
  EXPECT_EQ(frontier.next_ready_at(), kStart + seconds{5});
}

TEST(Frontier, ParksAHostAndLetsTheOthersGoOn) {
  Frontier frontier(polite(Duration{0}), 1);
  for (int i = 0; i < 3; ++i) frontier.failed(1, kStart);
  frontier.admit(task(1, 1));
  frontier.admit(task(2, 2));
  EXPECT_EQ(frontier.next(kStart)->id, 2);
  EXPECT_EQ(frontier.next_ready_at(), kStart + seconds{30});
  EXPECT_TRUE(frontier.is_parked(1));
  EXPECT_EQ(frontier.memory(1).failures, 3);
}

TEST(Frontier, ForgetsAHostOnlyWhenNothingIsOwedToIt) {
  Frontier frontier(polite(milliseconds{100}), 1);
  frontier.admit(task(1, 1));
  EXPECT_FALSE(frontier.forget(1, kStart));
  EXPECT_TRUE(frontier.next(kStart));
  EXPECT_FALSE(frontier.forget(1, kStart + seconds{1}));
  frontier.finished(1);
  EXPECT_FALSE(frontier.forget(1, kStart + milliseconds{99}));
  EXPECT_TRUE(frontier.forget(1, kStart + milliseconds{100}));
  EXPECT_TRUE(frontier.forget(7, kStart));
}

}  // namespace
}  // namespace scraper
