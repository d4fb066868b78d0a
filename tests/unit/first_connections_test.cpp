// SPDX-License-Identifier: MIT
#include "scraper/fetch/first_connections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>
#include <vector>

namespace scraper::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const SteadyTime kStart{seconds{1000}};
const std::string kOrigin = "https://a.test";
constexpr int kPort = 40'000;

class FirstConnectionsTest : public ::testing::Test {
 protected:
  bool enter(size_t slot, SteadyTime now = kStart, const std::string& origin = kOrigin) {
    return first_.enter(slot, origin, now, Duration{0});
  }
  /// Nobody is awaited: the first goes ahead, the others wait for it.
  void enter_all(size_t first, size_t end) {
    EXPECT_TRUE(enter(first));
    for (size_t slot = first + 1; slot < end; ++slot) EXPECT_FALSE(enter(slot)) << slot;
  }
  void connect_all(size_t first, size_t end, int port) {
    for (size_t slot = first; slot < end; ++slot) first_.connected(slot, port);
  }
  std::vector<size_t> ready(SteadyTime now = kStart) { return first_.take_ready(now); }

  FirstConnections first_{seconds{10}};
};

TEST_F(FirstConnectionsTest, OthersWaitUntilTheFirstIsConnected) {
  EXPECT_TRUE(enter(5));
  EXPECT_FALSE(enter(3));
  EXPECT_FALSE(enter(4));
  EXPECT_THAT(ready(), IsEmpty());
  first_.connected(5, kPort);
  EXPECT_EQ(first_.wake_at(), SteadyTime::min());
  EXPECT_THAT(ready(), ElementsAre(3, 4));
  EXPECT_THAT(ready(), IsEmpty());
  EXPECT_EQ(first_.wake_at(), SteadyTime::max());
}

TEST_F(FirstConnectionsTest, OriginsDoNotWaitForEachOther) {
  EXPECT_TRUE(enter(0));
  EXPECT_TRUE(enter(1, kStart, "https://b.test"));
  EXPECT_TRUE(enter(2, kStart, "https://a.test:8443"));
  EXPECT_EQ(first_.origins(), 3u);
}

TEST_F(FirstConnectionsTest, WhereHttp1IsSpokenNobodyWaits) {
  EXPECT_TRUE(enter(0));
  EXPECT_FALSE(enter(1));
  first_.connected(0, kPort);
  EXPECT_THAT(ready(), ElementsAre(1));
  EXPECT_FALSE(enter(2));  // nothing is known yet
  EXPECT_FALSE(enter(3));
  first_.answered(0, false);
  EXPECT_THAT(ready(), ElementsAre(2, 3));
  EXPECT_TRUE(enter(4));
  EXPECT_TRUE(enter(5));
  first_.answered(4, true);
  EXPECT_TRUE(enter(6));
  EXPECT_FALSE(enter(7));
}

TEST_F(FirstConnectionsTest, AFailureOfTheFirstLetsAllGo) {
  EXPECT_TRUE(enter(0));
  EXPECT_FALSE(enter(1));
  EXPECT_FALSE(enter(2));
  first_.leave(0);
  EXPECT_THAT(ready(), ElementsAre(1, 2));
}

TEST_F(FirstConnectionsTest, NobodyWaitsLong) {
  EXPECT_TRUE(enter(0));
  EXPECT_FALSE(enter(1, kStart + seconds{1}));
  EXPECT_FALSE(enter(2, kStart + seconds{2}));
  EXPECT_EQ(first_.wake_at(), kStart + seconds{3});
  EXPECT_THAT(ready(kStart + milliseconds{2999}), IsEmpty());
  EXPECT_THAT(ready(kStart + seconds{3}), ElementsAre(1, 2));
  EXPECT_TRUE(enter(3, kStart + seconds{3}));
  FirstConnections hasty{milliseconds{400}};
  EXPECT_TRUE(hasty.enter(0, kOrigin, kStart, Duration{0}));
  EXPECT_FALSE(hasty.enter(1, kOrigin, kStart, Duration{0}));
  EXPECT_EQ(hasty.wake_at(), kStart + milliseconds{100});
  EXPECT_TRUE(hasty.enter(2, kOrigin, kStart, Duration{201})) << "little time is left";
}

TEST_F(FirstConnectionsTest, NoMoreGoAtOnceThanAConnectionTakes) {
  enter_all(0, 251);
  first_.connected(0, kPort);
  EXPECT_THAT(ready(), SizeIs(99)) << "as many as find room beside it";
  connect_all(2, 100, kPort);
  EXPECT_THAT(ready(), IsEmpty()) << "one may still find no room, and need a connection";
  EXPECT_FALSE(enter(251));
  first_.connected(1, kPort);
  EXPECT_THAT(ready(), ElementsAre(100)) << "it needs a connection";
  first_.connected(100, kPort + 1);
  EXPECT_THAT(ready(), SizeIs(99));
  EXPECT_NE(first_.wake_at(), SteadyTime::max());
  connect_all(101, 200, kPort + 1);
  EXPECT_THAT(ready(), ElementsAre(200));
  first_.leave(200);
  EXPECT_THAT(ready(), SizeIs(51)) << "it had no connection";
}

TEST_F(FirstConnectionsTest, WhoComesLaterFindsWhatOthersHaveLeft) {
  enter_all(0, 60);
  first_.connected(0, kPort);
  EXPECT_THAT(ready(), SizeIs(59));
  connect_all(1, 60, kPort);
  enter_all(60, 130);
  first_.connected(60, kPort);
  EXPECT_THAT(ready(), SizeIs(39));
  connect_all(61, 100, kPort);
  EXPECT_THAT(ready(), ElementsAre(100));
  first_.connected(100, kPort + 1);
  EXPECT_THAT(ready(), SizeIs(29));
}

TEST_F(FirstConnectionsTest, WhoEndsMakesRoomForTheNextThatComes) {
  enter_all(0, 100);
  first_.connected(0, kPort);
  EXPECT_THAT(ready(), SizeIs(99));
  connect_all(1, 100, kPort);
  for (size_t slot = 0; slot < 10; ++slot) first_.leave(slot);
  enter_all(100, 120);
  first_.connected(100, kPort);
  EXPECT_THAT(ready(), SizeIs(9));
}

TEST_F(FirstConnectionsTest, WhoStartsOverOnAnotherConnectionCountsThere) {
  EXPECT_TRUE(enter(0));
  first_.connected(0, kPort);
  EXPECT_TRUE(enter(1));
  first_.connected(1, kPort);
  first_.connected(0, kPort + 1);
  enter_all(2, 120);
  first_.connected(2, kPort + 1);
  EXPECT_THAT(ready(), SizeIs(98));
}

TEST_F(FirstConnectionsTest, WhoLeavesIsNotLetGoNorIsTheNextInItsSlot) {
  EXPECT_TRUE(enter(0));
  EXPECT_FALSE(enter(1));
  EXPECT_FALSE(enter(2));
  first_.leave(1);
  first_.connected(0, kPort);
  first_.leave(2);  // ready, and gone before it was taken
  EXPECT_TRUE(enter(1));
  EXPECT_FALSE(enter(2));
  EXPECT_THAT(ready(), IsEmpty());
  first_.connected(1, kPort);
  EXPECT_THAT(ready(), ElementsAre(2));
  first_.leave(9);
  first_.connected(9, kPort);
  first_.answered(9, true);
  for (size_t slot = 0; slot < 3; ++slot) first_.leave(slot);
  EXPECT_EQ(first_.origins(), 0u);
  EXPECT_EQ(first_.wake_at(), SteadyTime::max());
}

/// Whatever happens to transfers in whatever order: each that waits is let go once, within its time, and all is
/// forgotten in the end.
TEST_F(FirstConnectionsTest, EveryOneThatWaitsIsLetGoOnceAndInTime) {
  const uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  constexpr size_t kSlots = 60;
  std::vector<bool> present(kSlots), ahead(kSlots);
  std::vector<SteadyTime> entered(kSlots);
  SteadyTime now = kStart;
  for (int step = 0; step < 50'000; ++step) {
    const size_t slot = random() % kSlots;
    if (!present[slot]) {
      present[slot] = true;
      entered[slot] = now;
      ahead[slot] = enter(slot, now, "https://" + std::to_string(slot % 5) + ".test");
    } else if (ahead[slot] && random() % 3 != 0) {
      random() % 2 == 0 ? first_.connected(slot, static_cast<int>(random() % 3))
                        : first_.answered(slot, random() % 2 == 0);
    } else if (random() % 4 == 0) {
      first_.leave(slot);
      present[slot] = ahead[slot] = false;
    }
    if (random() % 5 != 0) continue;
    now += milliseconds{random() % 400};
    for (const size_t one : first_.take_ready(now)) {
      ASSERT_TRUE(present[one] && !ahead[one]) << one;
      ahead[one] = true;
    }
    for (size_t one = 0; one < kSlots; ++one) {
      ASSERT_TRUE(!present[one] || ahead[one] || now < entered[one] + FirstConnections::kWaitMost) << one;
    }
    ASSERT_GT(first_.wake_at(), now);
  }
  for (size_t slot = 0; slot < kSlots; ++slot) first_.leave(slot);
  EXPECT_EQ(first_.origins(), 0u);
  EXPECT_THAT(ready(now), IsEmpty());
  EXPECT_EQ(first_.wake_at(), SteadyTime::max());
}

}  // namespace
}  // namespace scraper::test
