// SPDX-License-Identifier: MIT
#pragma once

#include <sys/epoll.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace scraper {

/// The connections that one CURLM has open, in use and idle, and how many of them may stay. Used by its thread;
/// outlives the CURLM.
///
/// libcurl 7.88 leaves an empty entry behind for each host whose connection it closes because CURLMOPT_MAXCONNECTS is
/// reached, and looks through them all the next time: with 10,000 hosts that is most of what a request costs. So that
/// limit is put where it is not reached: when more are open than may stay, a new connection is closed with its transfer
/// (CURLOPT_FORBID_REUSE), and those that nobody has wanted for two seconds make room (CURLOPT_MAXAGE_CONN).
///
/// It also knows what epoll watches of each. Between two transfers libcurl wants nothing of a connection, and mostly
/// the same as before a moment later; so epoll goes on watching until something happens there that nobody waits for.
class KeptConnections {
 public:
  explicit KeptConnections(size_t most) : most_(most) {}

  /// `plain`: HTTP/1 without TLS is spoken there.
  void opened(int socket, bool plain) {
    const auto at = static_cast<size_t>(socket);
    if (at >= sockets_.size()) sockets_.resize(at + 1);
    if (!sockets_[at].open) ++open_;
    sockets_[at] = {.open = true, .plain = plain};
  }

  /// Also for sockets that never became a connection.
  void closed(int socket) {
    if (!is_open(socket)) return;
    sockets_[static_cast<size_t>(socket)] = {};
    --open_;
  }

  bool is_open(int socket) const {
    const auto at = static_cast<size_t>(socket);
    return at < sockets_.size() && sockets_[at].open;
  }

  /// Of one that is open: libcurl wants these events (EPOLLIN, EPOLLOUT). True when epoll has to be told.
  bool want(int socket, uint32_t events) {
    Socket& it = sockets_[static_cast<size_t>(socket)];
    const bool told = it.watched == events;
    it.wanted = true;
    it.watched = events & kWatched;
    return !told;
  }
  /// Of one that is open: libcurl wants none.
  void rest(int socket) { sockets_[static_cast<size_t>(socket)].wanted = false; }

  /// Something happened there. True when nobody waits for it, and epoll has to be told that it is not watched any more.
  bool surprises(int socket) {
    if (!is_open(socket) || sockets_[static_cast<size_t>(socket)].wanted) return false;
    sockets_[static_cast<size_t>(socket)].watched = 0;
    return true;
  }

  /// Breaks a plain connection off when something has come there; it is one that no transfer uses. What comes on a
  /// connection without a request, be it the rest of a body that is longer than its Content-Length, is no answer (RFC
  /// 9112, section 9.2), but libcurl 7.88 would take it for the next one. So it finds the connection dead instead.
  void break_off_unasked(int socket) const;

  /// The same with all of them, while no transfer is under way.
  void break_off_unasked() const;

  bool is_full() const { return open_ >= most_; }
  bool is_crowded() const { return open_ > most_; }
  size_t open() const { return open_; }

 private:
  static constexpr uint32_t kWatched = EPOLLIN | EPOLLOUT;

  struct Socket {
    bool open : 1 = false;
    bool plain : 1 = false;
    bool wanted : 1 = true;   ///< libcurl wants to hear of it
    uint8_t watched : 5 = 0;  ///< what epoll has been told since it is open; 0: nothing
  };
  static_assert(sizeof(Socket) == 1 && kWatched < 1 << 5);

  const size_t most_;
  size_t open_ = 0;
  std::vector<Socket> sockets_;  ///< by descriptor
};

}  // namespace scraper
