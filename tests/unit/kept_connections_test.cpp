// SPDX-License-Identifier: MIT
#include "scraper/fetch/kept_connections.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace scraper::test {
namespace {

constexpr int kSocket = 7;

/// Two ends of a TCP connection.
std::pair<int, int> connected_sockets() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* address = reinterpret_cast<sockaddr*>(&at);
  socklen_t bytes = sizeof at;
  EXPECT_EQ(bind(listener, address, bytes), 0);
  EXPECT_EQ(listen(listener, 1), 0);
  EXPECT_EQ(getsockname(listener, address, &bytes), 0);
  const int own = socket(AF_INET, SOCK_STREAM, 0);
  EXPECT_EQ(connect(own, address, bytes), 0);
  const int peer = accept(listener, nullptr, nullptr);
  EXPECT_GE(peer, 0);
  close(listener);
  return {own, peer};
}

void send_and_wait(int from, int to) {
  ASSERT_EQ(send(from, "!", 1, 0), 1);
  pollfd arrival{to, POLLIN, 0};
  ASSERT_EQ(poll(&arrival, 1, 5000), 1);
}

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

TEST(KeptConnections, WhatComesUnaskedBreaksAPlainOneOff) {
  const auto [own, peer] = connected_sockets();
  KeptConnections connections(2);
  connections.opened(own, true);
  connections.break_off_unasked(own);
  EXPECT_EQ(send(own, "?", 1, MSG_NOSIGNAL), 1) << "nothing has come";
  send_and_wait(peer, own);
  connections.break_off_unasked();
  EXPECT_EQ(send(own, "?", 1, MSG_NOSIGNAL), -1);
  close(own);
  close(peer);
}

TEST(KeptConnections, OthersMayHaveWordFromTheServer) {
  const auto [own, peer] = connected_sockets();
  KeptConnections connections(2);
  connections.break_off_unasked();
  connections.opened(own, false);
  send_and_wait(peer, own);
  connections.break_off_unasked();
  connections.break_off_unasked(own);
  EXPECT_EQ(send(own, "?", 1, MSG_NOSIGNAL), 1);
  connections.closed(own);
  close(own);
  connections.break_off_unasked();
  connections.break_off_unasked(own);
  close(peer);
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
