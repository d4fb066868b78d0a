// SPDX-License-Identifier: MIT
#include "scraper/frontier/frontier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "tests/unit/frontier_parts.h"

namespace scraper {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

constexpr std::chrono::nanoseconds kTick{1};

/// The tasks that come out while the clock stands still.
std::vector<int64_t> take_all(Frontier& frontier, SteadyTime now) {
  std::vector<int64_t> ids;
  while (const auto next = frontier.next(now)) ids.push_back(next->id);
  return ids;
}

TEST(Frontier, HasNothingToGiveWhenNothingWasAdmitted) {
  Frontier frontier(polite(1, Duration{0}), 1);
  EXPECT_EQ(frontier.next(kStart), std::nullopt);
  EXPECT_EQ(frontier.next_ready_at(), std::nullopt);
  EXPECT_EQ(frontier.size(), 0u);
  EXPECT_TRUE(frontier.drain().empty());
}

TEST(Frontier, GivesBackTheWholeTask) {
  Frontier frontier(polite(1, Duration{0}), 1);
  Task whole;
  whole.id = 7;
  whole.host = 3;
  whole.url = "http://a.test/";
  whole.depth = 2;
  whole.redirects = 4;
  whole.attempts = 1;
  whole.spared = 1;
  whole.sitemap = true;
  whole.listed = true;
  whole.get = true;
  frontier.admit(whole);
  const auto given = frontier.next(kStart);
  ASSERT_TRUE(given);
  EXPECT_EQ(given->id, 7);
  EXPECT_EQ(given->host, 3);
  EXPECT_EQ(given->url, "http://a.test/");
  EXPECT_EQ(given->depth, 2);
  EXPECT_EQ(given->redirects, 4);
  EXPECT_EQ(given->attempts, 1);
  EXPECT_EQ(given->spared, 1);
  EXPECT_TRUE(given->page && given->sitemap);
  EXPECT_TRUE(given->listed);
  EXPECT_TRUE(given->get);
}

TEST(Frontier, NeverHasMoreThanPerHostInFlight) {
  Frontier frontier(polite(2, Duration{0}), 1);
  for (int64_t id = 1; id <= 4; ++id) frontier.admit(task(id, 1));
  EXPECT_THAT(take_all(frontier, kStart), ElementsAre(1, 2));
  EXPECT_EQ(frontier.next_ready_at(), std::nullopt);
  EXPECT_EQ(frontier.size(), 2u);
  frontier.finished(1);
  EXPECT_THAT(take_all(frontier, kStart), ElementsAre(3));
}

TEST(Frontier, HoldsAHostUntilItsDelayHasPassed) {
  Frontier frontier(polite(4, milliseconds{500}), 1);
  frontier.admit(task(1, 1));
  frontier.admit(task(2, 1));
  EXPECT_EQ(frontier.next(kStart)->id, 1);
  EXPECT_EQ(frontier.next_ready_at(), kStart + milliseconds{500});
  EXPECT_EQ(frontier.next(kStart + milliseconds{500} - kTick), std::nullopt);
  EXPECT_EQ(frontier.next(kStart + milliseconds{500})->id, 2);
}

TEST(Frontier, CountsTheDelayFromTheStartNotFromTheEnd) {
  Frontier frontier(polite(1, milliseconds{500}), 1);
  frontier.admit(task(1, 1));
  frontier.admit(task(2, 1));
  ASSERT_TRUE(frontier.next(kStart));
  frontier.finished(1);
  EXPECT_EQ(frontier.next_ready_at(), kStart + milliseconds{500});
}

TEST(Frontier, StretchesADelayByUpToTheJitter) {
  Frontier frontier(polite(1, milliseconds{1000}, 0.5), 7);
  std::set<SteadyTime::duration> seen;
  SteadyTime now = kStart;
  for (int64_t id = 1; id <= 200; ++id) {
    frontier.admit(task(2 * id, 1));
    frontier.admit(task(2 * id + 1, 1));
    now = std::max(now, *frontier.next_ready_at());
    ASSERT_TRUE(frontier.next(now));
    frontier.finished(1);
    const auto wait = *frontier.next_ready_at() - now;
    EXPECT_GE(wait, milliseconds{1000});
    EXPECT_LE(wait, milliseconds{1500});
    seen.insert(wait);
  }
  EXPECT_GT(seen.size(), 50u);
}

TEST(Frontier, DoesNotJitterWhereThereIsNoDelay) {
  Frontier frontier(polite(8, Duration{0}, 0.5), 7);
  for (int64_t id = 1; id <= 8; ++id) frontier.admit(task(id, 1));
  EXPECT_EQ(take_all(frontier, kStart).size(), 8u);
}

TEST(Frontier, HoldsBackAHostThatAskedForIt) {
  Frontier frontier(polite(1, Duration{0}), 1);
  frontier.hold(1, kStart + milliseconds{30});
  frontier.admit(task(1, 1));
  frontier.admit(task(2, 2));
  EXPECT_THAT(take_all(frontier, kStart), ElementsAre(2));
  EXPECT_EQ(frontier.next_ready_at(), kStart + milliseconds{30});
  EXPECT_EQ(frontier.next(kStart + milliseconds{30} - kTick), std::nullopt);
  EXPECT_EQ(frontier.next(kStart + milliseconds{30})->id, 1);
}

TEST(Frontier, NeverShortensAHold) {
  Frontier frontier(polite(2, milliseconds{500}), 1);
  frontier.admit(task(1, 1));
  frontier.admit(task(2, 1));
  frontier.hold(1, kStart + milliseconds{900});
  frontier.hold(1, kStart + milliseconds{100});
  EXPECT_EQ(frontier.next_ready_at(), kStart + milliseconds{900});
  ASSERT_TRUE(frontier.next(kStart + milliseconds{900}));
  frontier.hold(1, kStart + milliseconds{901});  // nor the delay
  EXPECT_EQ(frontier.next_ready_at(), kStart + milliseconds{1400});
}

TEST(Frontier, HoldsRetriesToo) {
  Frontier frontier(polite(1, Duration{0}), 1);
  frontier.admit_later(task(1, 1), kStart + milliseconds{10});
  frontier.hold(1, kStart + milliseconds{50});
  EXPECT_EQ(frontier.next_ready_at(), kStart + milliseconds{50});
  EXPECT_EQ(frontier.next(kStart + milliseconds{49}), std::nullopt);
  EXPECT_TRUE(frontier.next(kStart + milliseconds{50}));
}

TEST(Frontier, LetsHostsTakeTurnsAlsoWithoutADelayAndWithAClockThatStandsStill) {
  Frontier frontier(polite(8, Duration{0}), 1);
  for (int64_t id = 1; id <= 9; ++id) frontier.admit(task(id, (id - 1) / 3));  // 1-3, 4-6, 7-9 of three hosts
  EXPECT_THAT(take_all(frontier, kStart), ElementsAre(1, 4, 7, 2, 5, 8, 3, 6, 9));
}

TEST(Frontier, LetsAHostThatComesLateTakeItsTurn) {
  Frontier frontier(polite(100, Duration{0}), 1);
  for (int64_t id = 1; id <= 100; ++id) frontier.admit(task(id, 1));
  ASSERT_TRUE(frontier.next(kStart));
  frontier.admit(task(1001, 2));
  frontier.admit(task(1002, 2));
  std::vector<int64_t> next;
  for (int i = 0; i < 4; ++i) next.push_back(frontier.next(kStart)->id);
  EXPECT_THAT(next, UnorderedElementsAre(1001, 1002, 2, 3));
}

TEST(Frontier, GivesTurnsToTheHostThatMayStartForTheLongestTime) {
  Frontier frontier(polite(1, milliseconds{100}), 1);
  frontier.admit(task(1, 1));
  frontier.admit(task(2, 1));
  ASSERT_TRUE(frontier.next(kStart));
  frontier.finished(1);
  frontier.admit(task(3, 2));
  frontier.admit(task(4, 2));
  ASSERT_EQ(frontier.next(kStart + milliseconds{50})->id, 3);
  frontier.finished(2);
  EXPECT_THAT(take_all(frontier, kStart + milliseconds{500}), ElementsAre(2, 4));
}

TEST(Frontier, DoesNotGiveARetryBeforeItIsDue) {
  Frontier frontier(polite(2, Duration{0}), 1);
  frontier.admit_later(task(1, 1), kStart + milliseconds{20});
  EXPECT_EQ(frontier.size(), 1u);
  EXPECT_EQ(frontier.next(kStart + milliseconds{20} - kTick), std::nullopt);
  EXPECT_EQ(frontier.next_ready_at(), kStart + milliseconds{20});
  EXPECT_EQ(frontier.next(kStart + milliseconds{20})->id, 1);
}

TEST(Frontier, GivesRetriesInTheOrderInWhichTheyFallDueAndBeforeNewTasks) {
  Frontier frontier(polite(9, Duration{0}), 1);
  frontier.admit(task(1, 1));
  frontier.admit_later(task(2, 1), kStart + milliseconds{3});
  frontier.admit_later(task(3, 1), kStart + milliseconds{1});
  frontier.admit_later(task(4, 1), kStart + milliseconds{1});
  frontier.admit_later(task(5, 1), kStart + milliseconds{9});
  EXPECT_THAT(take_all(frontier, kStart + milliseconds{3}), ElementsAre(3, 4, 2, 1));
}

TEST(Frontier, DoesNotLetAWaitingRetryKeepNewTasksBack) {
  Frontier frontier(polite(2, Duration{0}), 1);
  frontier.admit_later(task(1, 1), kStart + hours{1});
  frontier.admit(task(2, 1));
  EXPECT_EQ(frontier.next(kStart)->id, 2);
  EXPECT_EQ(frontier.next_ready_at(), kStart + hours{1});
}

TEST(Frontier, MovesAHostForwardWhenAnEarlierRetryComes) {
  Frontier frontier(polite(2, Duration{0}), 1);
  frontier.admit_later(task(1, 1), kStart + milliseconds{50});
  frontier.admit_later(task(2, 1), kStart + milliseconds{5});
  EXPECT_EQ(frontier.next_ready_at(), kStart + milliseconds{5});
}

TEST(Frontier, DrainsEverythingThatWaitsOnce) {
  Frontier frontier(polite(1, Duration{0}), 1);
  for (int64_t id = 1; id <= 6; ++id) frontier.admit(task(id, id % 3));
  frontier.admit_later(task(7, 1), kStart + hours{1});
  frontier.admit_later(task(8, 9), kStart + hours{1});
  const int64_t out = frontier.next(kStart)->id;
  std::set<int64_t> drained;
  for (const Task& one : frontier.drain()) EXPECT_TRUE(drained.insert(one.id).second);
  EXPECT_EQ(drained.size(), 7u);
  EXPECT_FALSE(drained.contains(out));
  EXPECT_EQ(frontier.size(), 0u);
  EXPECT_EQ(frontier.next_ready_at(), std::nullopt);
  EXPECT_TRUE(frontier.drain().empty());
}

TEST(Frontier, GoesOnAfterItWasDrained) {
  Frontier frontier(polite(1, milliseconds{100}), 1);
  frontier.admit(task(1, 1));
  frontier.admit(task(2, 1));
  ASSERT_TRUE(frontier.next(kStart));
  frontier.drain();
  frontier.finished(1);
  frontier.admit(task(3, 1));
  EXPECT_EQ(frontier.next_ready_at(), kStart + milliseconds{100});
  EXPECT_EQ(frontier.next(kStart + milliseconds{100})->id, 3);
}

TEST(Frontier, ForgetsManyIdleHostsButNeverADelayOrAHold) {
  Frontier frontier(polite(1, milliseconds{100}), 1);
  frontier.hold(-1, kStart + hours{1});
  SteadyTime now = kStart;
  for (int64_t host = 1; host <= 20'000; ++host) {
    now += milliseconds{1};
    frontier.admit(task(host, host));
    ASSERT_TRUE(frontier.next(now));
    frontier.finished(host);
  }
  frontier.admit(task(1, 20'000));  // its delay has not passed
  EXPECT_EQ(frontier.next_ready_at(), now + milliseconds{100});
  frontier.drain();
  frontier.admit(task(2, -1));  // idle all the time, and held
  EXPECT_EQ(frontier.next_ready_at(), kStart + hours{1});
  frontier.drain();
  frontier.admit(task(3, 1));
  EXPECT_TRUE(frontier.next(now));
}

TEST(FrontierDeathTest, TreatsAFinishThatNothingStartedAsOurOwnMistake) {
  Frontier frontier(polite(1, Duration{0}), 1);
  frontier.admit(task(1, 1));
  EXPECT_DEATH(frontier.finished(1), "check failed");
}

}  // namespace
}  // namespace scraper
