// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "scraper/base/clock.h"

namespace scraper {

/// Which transfers of one CURLM wait for another one's connection, because it may carry them all (HTTP/2).
///
/// Whether an origin speaks HTTP/2 shows when TLS is up (ALPN, RFC 7301). Until then a transfer would open a connection
/// of its own, so a burst of them as many. Here nobody goes ahead while another one that did has no connection yet; so
/// first one alone. When the last of them is connected as many follow as streams still fit on its connection, or one
/// that needs another connection: libcurl puts them there in an order of its own, or opens others where the origin
/// speaks HTTP/1.1. Once an answer has said that it does, nobody waits there any more. Who goes alone may turn out to
/// use a connection that was kept: then it is connected at once, and the wait is over within the same turn.
///
/// Nobody waits long: all of an origin's go ahead when the last without a connection has ended without one, and
/// kWaitMost (or a quarter of the time for connecting) after the first of them began to wait. So each has most of its
/// time left, and fails by its own connection where the origin is to blame.
///
/// CURLOPT_PIPEWAIT is libcurl's way to the same end, but there who waits is under no deadline at all.
///
/// What is known of an origin is forgotten with its last transfer. Transfers are named by their slots. Used by the
/// CURLM's thread; `connected` and `answered` also from libcurl's callbacks.
class FirstConnections {
 public:
  /// `connecting_max`: what a transfer has for name look-up, TCP and TLS together.
  explicit FirstConnections(Duration connecting_max);

  /// A transfer of an origin begins, and has spent `waited` already. True: it goes ahead. False: when `take_ready`
  /// says so. One that has little time left never waits.
  [[nodiscard]] bool enter(size_t slot, std::string_view origin, SteadyTime now, Duration waited);

  /// The transfer has a connection, and sends its request. Which one it is shows by its `local_port`, an origin's
  /// connections being mostly to one address. Nothing happens when it has not entered.
  void connected(size_t slot, int local_port);

  /// The transfer's answer has begun, in HTTP/2 or in an older version. Nothing happens when it has not entered.
  void answered(size_t slot, bool http2);

  /// The transfer has ended, wherever it stood. Nothing happens when it has not entered.
  void leave(size_t slot);

  /// The transfers that go ahead now after all, in the order in which they came.
  std::vector<size_t> take_ready(SteadyTime now);

  /// When to call take_ready without another reason; SteadyTime::max(): never.
  SteadyTime wake_at() const;

  size_t origins() const { return origins_.size(); }

  /// As many requests as libcurl puts on one connection (CURLMOPT_MAX_CONCURRENT_STREAMS).
  static constexpr size_t kStreams = 100;
  static constexpr Duration kWaitMost{2'000};

 private:
  struct Origin {
    size_t transfers = 0;
    bool one_each = false;  ///< the last answer was not in HTTP/2
    size_t awaited = 0;     ///< went ahead in this round, and have no connection yet: others wait for them
    uint64_t round = 1;     ///< begins anew when all are let go: nobody waits any more for who went ahead before
    std::vector<size_t> waiting{};
    std::unordered_map<int, size_t> riders{};  ///< transfers by connection
    SteadyTime until = SteadyTime::max();      ///< when the waiting end at the latest
  };
  using Origins = std::unordered_map<std::string, Origin>;

  enum class State : uint8_t { absent, waiting, ready, ahead };
  struct Place {
    State state = State::absent;
    Origins::value_type* origin = nullptr;  ///< stays where it is when the table grows
    std::optional<int> connection{};
    uint64_t awaited_in = 0;  ///< the round in which others wait for it
  };

  Place* place_of(size_t slot);
  static void await(Place& place);
  static bool end_awaiting(Place& place);
  static void dismount(Place& place);
  void let_go(Origins::value_type& origin, size_t count);
  void let_all_go(Origins::value_type& origin);
  void end_waiting(Origins::value_type& origin);

  const Duration connecting_max_;
  const Duration wait_max_;
  Origins origins_;
  std::vector<Place> places_;                                        ///< by slot
  std::vector<size_t> ready_;                                        ///< may also name slots that have left since
  std::set<std::pair<SteadyTime, Origins::value_type*>> deadlines_;  ///< of origins with some that wait
};

}  // namespace scraper
