// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

namespace scraper {

/// The connections that one CURLM has open, in use and idle, and how many of them may stay. Used by its thread;
/// outlives the CURLM.
///
/// libcurl 7.88 leaves an empty entry behind for each host whose connection it closes because CURLMOPT_MAXCONNECTS is
/// reached, and looks through them all the next time: with 10,000 hosts that is most of what a request costs. So that
/// limit is put where it is not reached: when more are open than may stay, a new connection is closed with its transfer
/// (CURLOPT_FORBID_REUSE), and those that nobody has wanted for two seconds make room (CURLOPT_MAXAGE_CONN).
class KeptConnections {
 public:
  explicit KeptConnections(size_t most) : most_(most) {}

  void opened(int socket) {
    const auto at = static_cast<size_t>(socket);
    if (at >= counted_.size()) counted_.resize(at + 1, false);
    if (!counted_[at]) ++open_;
    counted_[at] = true;
  }

  /// Also for sockets that never became a connection.
  void closed(int socket) {
    const auto at = static_cast<size_t>(socket);
    if (at >= counted_.size() || !counted_[at]) return;
    counted_[at] = false;
    --open_;
  }

  bool is_full() const { return open_ >= most_; }
  bool is_crowded() const { return open_ > most_; }
  size_t open() const { return open_; }

 private:
  const size_t most_;
  size_t open_ = 0;
  std::vector<bool> counted_;  ///< by socket
};

}  // namespace scraper
