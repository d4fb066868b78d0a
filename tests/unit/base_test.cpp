// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <exception>
#include <thread>

#include "scraper/base/bounded_queue.h"
#include "scraper/base/clock.h"
#include "scraper/base/quantity.h"
#include "scraper/base/utf8.h"
#include "scraper/base/worker_pool.h"
#include "tests/support/sanitizer.h"

namespace scraper {
namespace {

using std::chrono::milliseconds;

TEST(Clock, FormatsTimesAsTheyAreStored) {
  const WallTime time{std::chrono::duration_cast<WallTime::duration>(milliseconds{1'700'000'000'042})};
  EXPECT_EQ(format_time(time), "2023-11-14T22:13:20.042Z");
  EXPECT_EQ(parse_time("2023-11-14T22:13:20.042Z"), time);
}

TEST(Clock, RefusesAnyOtherFormOfTime) {
  for (const char* text :
       {"", "2023-11-14", "2023-11-14 22:13:20.042Z", "2023-13-14T22:13:20.042Z", "2023-11-14T22:13:20.04xZ"}) {
    EXPECT_EQ(parse_time(text), std::nullopt) << text;
  }
}

TEST(Quantity, ReadsDurationsAsPeopleWriteThem) {
  EXPECT_EQ(parse_duration("500ms"), milliseconds{500});
  EXPECT_EQ(parse_duration("1.5m"), milliseconds{90'000});
  EXPECT_EQ(parse_duration("2"), milliseconds{2000});
  EXPECT_EQ(parse_duration("0"), milliseconds{0});
  EXPECT_EQ(parse_duration("30d"), milliseconds{30LL * 86'400'000});
  for (const char* text : {"", "ms", "-1s", "10 s", "1w", "nan", "inf", "1e3s", "999999d"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(Quantity, ReadsSizesAsPeopleWriteThem) {
  EXPECT_EQ(parse_size("16MiB"), 16u << 20);
  EXPECT_EQ(parse_size("10k"), 10u << 10);
  EXPECT_EQ(parse_size("1.5G"), 3ULL << 29);
  EXPECT_EQ(parse_size("4096"), 4096u);
  for (const char* text : {"", "MiB", "-1", "10 k", "5X"}) EXPECT_EQ(parse_size(text), std::nullopt) << text;
}

TEST(Quantity, WhatItFormatsItReadsBack) {
  for (const int64_t ms : {0LL, 1LL, 500LL, 1000LL, 60'000LL, 90'000LL, 7'200'000LL, 86'400'000LL, 86'400'001LL}) {
    EXPECT_EQ(parse_duration(format_duration(milliseconds{ms})), milliseconds{ms});
  }
  for (const uint64_t bytes : {0ULL, 1ULL, 1500ULL, 1024ULL, 16ULL << 20, 3ULL << 30}) {
    EXPECT_EQ(parse_size(format_size(bytes)), bytes);
  }
}

TEST(Utf8, LeavesValidTextAlone) {
  const std::string text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80";
  EXPECT_TRUE(is_valid_utf8(text));
  EXPECT_EQ(to_valid_utf8(text), text);
}

TEST(Utf8, ReplacesEachMaximalIllFormedPartOnce) {
  const std::string r = "\xEF\xBF\xBD";
  EXPECT_EQ(to_valid_utf8("a\xFFz"), "a" + r + "z");
  EXPECT_EQ(to_valid_utf8("\xE2\x82"), r);
  EXPECT_EQ(to_valid_utf8("\xF0\x9F\x98z"), r + "z");
  EXPECT_EQ(to_valid_utf8("\xED\xA0\x80"), r + r + r);  // a surrogate
  EXPECT_EQ(to_valid_utf8("\xC0\x80"), r + r);          // overlong
  EXPECT_EQ(to_valid_utf8(std::string("a\0b", 3)), "a" + r + "b");
}

TEST(Utf8, IsFoundInvalidWhereverItIs) {
  for (size_t bytes = 1; bytes < 150; ++bytes) {
    EXPECT_TRUE(is_valid_utf8(std::string(bytes, 'x')));
    for (size_t at = 0; at < bytes; ++at) {
      std::string text(bytes, 'x');
      for (const char bad : {'\0', '\x80', '\xFF', '\xC3'}) {
        text[at] = bad;
        EXPECT_FALSE(is_valid_utf8(text)) << bytes << " " << at;
      }
      EXPECT_TRUE(is_valid_utf8(text.replace(at, 1, "\xC3\xA9"))) << bytes << " " << at;
      EXPECT_FALSE(is_valid_utf8(text.insert(at + 2, 1, '\0'))) << bytes << " " << at;
    }
  }
}

TEST(Utf8, CutsBetweenCodePoints) { EXPECT_EQ(utf8_prefix("a\xC3\xA9z", 2), "a\xC3\xA9"); }

TEST(BoundedQueue, GivesBackInOrder) {
  BoundedQueue<int> queue(3);
  queue.push(1);
  queue.push(2);
  queue.push(3);
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.pop_batch(8), (std::vector{2, 3}));
}

TEST(BoundedQueue, WaitsForABatchToGrowUntilItsDeadline) {
  BoundedQueue<int> queue(9);
  queue.push(1);
  EXPECT_EQ(queue.pop_grown_batch(9, 3, steady_now() + Duration{5}), (std::vector{1}));
  std::jthread producer([&] {
    for (const int i : {1, 2, 3}) queue.push(i);
  });
  const SteadyTime never = steady_now() + std::chrono::minutes{10};
  EXPECT_EQ(queue.pop_grown_batch(9, 3, never), (std::vector{1, 2, 3}));
}

TEST(BoundedQueue, LetsNoBatchGrowOnceAValueIsPushedAtOnce) {
  BoundedQueue<int> queue(9);
  const SteadyTime never = steady_now() + std::chrono::minutes{10};
  queue.push(1);
  queue.push(2, true);
  EXPECT_EQ(queue.pop_grown_batch(1, 9, never), (std::vector{1}));
  EXPECT_EQ(queue.pop_grown_batch(9, 9, never), (std::vector{2}));
  std::jthread producer([&] { queue.push(3, true); });
  EXPECT_EQ(queue.pop_grown_batch(9, 9, never), (std::vector{3}));
  producer.join();
  std::jthread closer([&] { queue.close(); });
  EXPECT_TRUE(queue.pop_grown_batch(9, 9, never).empty());
}

TEST(BoundedQueue, GivesWhatIsQueuedWhenItIsHurried) {
  BoundedQueue<int> queue(9);
  const SteadyTime never = steady_now() + std::chrono::minutes{10};
  queue.hurry();  // nothing is queued: of what comes later nothing is hurried
  queue.push(1);
  EXPECT_EQ(queue.pop_grown_batch(9, 2, steady_now() + Duration{5}), (std::vector{1}));
  queue.push(2);
  queue.hurry();
  EXPECT_EQ(queue.pop_grown_batch(9, 9, never), (std::vector{2}));
  queue.push(3);
  std::jthread hurrier([&] { queue.hurry(); });
  EXPECT_EQ(queue.pop_grown_batch(9, 9, never), (std::vector{3}));
}

TEST(BoundedQueue, StillGivesWhatWasQueuedWhenItIsClosed) {
  BoundedQueue<int> queue(3);
  queue.push(1);
  queue.close();
  EXPECT_FALSE(queue.push(2));
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.pop(), std::nullopt);
}

TEST(BoundedQueue, WakesAWaitingConsumerOnClose) {
  BoundedQueue<int> queue(1);
  std::jthread consumer([&] { EXPECT_EQ(queue.pop(), std::nullopt); });
  queue.close();
}

TEST(BoundedQueue, WaitsNoLongerThanUntilTheDeadline) {
  BoundedQueue<int> queue(1);
  EXPECT_TRUE(queue.pop_batch_until(1, steady_now() + milliseconds{1}).empty());
}

TEST(BoundedQueueDeathTest, TreatsAFullQueueAsOurOwnMistake) {
  BoundedQueue<int> queue(1);
  queue.push(1);
  EXPECT_DEATH(queue.push(2), "check failed");
}

[[noreturn]] void make_a_pool_that_has_no_room() {
  alarm(20);  // it would hang for ever
  const rlimit room{1u << 30, RLIM_INFINITY};
  if (setrlimit(RLIMIT_AS, &room) != 0) _exit(2);
  try {
    const WorkerPool<int> pool("test", 5'000, 1, [] { return [](int) {}; });
  } catch (const std::exception&) {
    _exit(3);
  }
  _exit(0);
}

TEST(WorkerPool, EndsItsThreadsWhenOneOfThemCannotStart) {
#if SCRAPER_SANITIZED
  GTEST_SKIP() << "sanitizers need more address space than the limit leaves";
#endif
  EXPECT_EXIT(make_a_pool_that_has_no_room(), ::testing::ExitedWithCode(3), "");
}

}  // namespace
}  // namespace scraper
