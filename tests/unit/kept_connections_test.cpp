// SPDX-License-Identifier: MIT
#include "scraper/fetch/kept_connections.h"

#include <gtest/gtest.h>
#include <sys/epoll.h>

namespace scraper::test {
namespace {

constexpr int kSocket = 7;

TEST(KeptConnections, CountsEachSocketOnce) {
  KeptConnections connections(2);
  connections.closed(kSocket);  // never became a connection
  connections.opened(kSocket, false);
  connections.opened(kSocket, false);
  EXPECT_EQ(connections.open(), 1u);
  connections.opened(300, false);
  EXPECT_TRUE(connections.is_full());
  EXPECT_FALSE(connections.is_crowded());
  connections.opened(8, false);
  EXPECT_TRUE(connections.is_crowded());
  connections.closed(kSocket);
  connections.closed(kSocket);
  EXPECT_EQ(connections.open(), 2u);
  EXPECT_FALSE(connections.is_open(kSocket));
  EXPECT_TRUE(connections.is_open(300));
}

TEST(KeptConnections, EpollIsToldOnlyOfWhatChanges) {
  KeptConnections connections(2);
  connections.opened(kSocket, false);
  EXPECT_TRUE(connections.want(kSocket, EPOLLOUT));
  EXPECT_TRUE(connections.want(kSocket, EPOLLIN));
  connections.rest(kSocket);
  EXPECT_FALSE(connections.want(kSocket, EPOLLIN));
  EXPECT_TRUE(connections.want(kSocket, EPOLLIN | EPOLLOUT));
}

TEST(KeptConnections, WhatHappensAtARestingOneIsASurpriseOnce) {
  KeptConnections connections(2);
  EXPECT_FALSE(connections.surprises(kSocket));  // somebody else's
  connections.opened(kSocket, false);
  EXPECT_FALSE(connections.surprises(kSocket));  // watched since before it was connected
  connections.want(kSocket, EPOLLIN);
  EXPECT_FALSE(connections.surprises(kSocket));
  connections.rest(kSocket);
  EXPECT_TRUE(connections.surprises(kSocket));
  EXPECT_TRUE(connections.want(kSocket, EPOLLIN)) << "it is not watched any more";
}

TEST(KeptConnections, KnowsWhichArePlainAsLongAsTheyAreOpen) {
  KeptConnections connections(2);
  EXPECT_FALSE(connections.is_plain(kSocket));
  connections.opened(kSocket, true);
  connections.opened(8, false);
  connections.want(kSocket, EPOLLIN);
  EXPECT_TRUE(connections.is_plain(kSocket));
  EXPECT_FALSE(connections.is_plain(8));
  connections.closed(kSocket);
  EXPECT_FALSE(connections.is_plain(kSocket));
}

TEST(KeptConnections, ANumberThatIsGivenOutAgainBeginsAnew) {
  KeptConnections connections(2);
  connections.opened(kSocket, false);
  connections.want(kSocket, EPOLLIN);
  connections.rest(kSocket);
  connections.closed(kSocket);
  EXPECT_FALSE(connections.surprises(kSocket));
  connections.opened(kSocket, false);
  EXPECT_FALSE(connections.surprises(kSocket));
  EXPECT_TRUE(connections.want(kSocket, EPOLLIN));
}

}  // namespace
}  // namespace scraper::test
