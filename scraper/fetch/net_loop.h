// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "scraper/base/bounded_queue.h"
#include "scraper/base/clock.h"
#include "scraper/fetch/descriptor.h"
#include "scraper/fetch/fetcher.h"
#include "scraper/fetch/multi_shard.h"
#include "scraper/fetch/resolver.h"
#include "scraper/fetch/tls_sessions.h"
#include "scraper/fetch/transfer_options.h"

namespace scraper {

/// One thread that drives transfers by events (curl_multi_socket_action over epoll).
///
/// The public functions belong to the owner's thread; everything below `net thread` to that thread, which also calls
/// the sink. It sleeps in epoll_wait alone, until a socket is ready, an eventfd says that there is news, a timer of
/// libcurl's is due (CURLMOPT_TIMERFUNCTION) or a deadline of our own.
///
/// Transfers are spread over shards (see ShardPlan) by a hash of their origin, so that an origin's requests meet the
/// connections that it has kept open. Where that shard is full, one that many transfers to one host have filled say,
/// they go to the next that has room: connections of the host lie there then, too, never more of them in a shard than
/// it had transfers at once.
///
/// Names are looked up before libcurl begins, by a resolver on the same thread that all shards share: libcurl would
/// start a thread for each look-up. What it finds reaches libcurl through CURLOPT_RESOLVE, so that trying addresses in
/// turn stays there. The name of a proxy is libcurl's own business.
///
/// File descriptors: up to 1.25 times the capacity + twice `idle_max` connections, two for each shard, and some for the
/// resolver.
class NetLoop {
 public:
  /// `options` and `sink` outlive the loop. `name`: its thread's. `idle_max`: connections kept
  /// beyond those in use.
  NetLoop(const std::string& name, size_t capacity, size_t idle_max, const TransferOptions& options,
          const FetchSink& sink);
  ~NetLoop();                        ///< cancels what is in flight, unless it has been stopped and joined
  NetLoop(const NetLoop&) = delete;  // its thread holds its address
  NetLoop& operator=(const NetLoop&) = delete;

  size_t in_flight() const { return in_flight_; }
  bool has_room() const { return in_flight() < capacity_; }

  /// Begins an exchange; there must be room. Never blocks.
  void start(FetchRequest request);

  /// Whatever is in flight at `cancel_at` is cancelled, and nothing more is started. Returns at once.
  void stop(SteadyTime cancel_at);
  /// After stop: returns when every start has had its result.
  void join() { thread_.join(); }

 private:
  void wake();

  // Net thread.
  void run(const std::string& name);
  void admit(const Now& now);
  void begin(FetchRequest request, const Now& now);
  MultiShard& shard_for(std::string_view url);
  void hear_names(SteadyTime now);
  void wait_for_events();
  void watch(int descriptor, uint64_t tag);
  int wait_ms(SteadyTime now) const;
  bool is_idle() const;
  void deliver(FetchResult result);

  const size_t capacity_;
  const TransferOptions& options_;
  const FetchSink& sink_;    ///< the owner's
  const FetchSink deliver_;  ///< what shards hand their results to

  BoundedQueue<FetchRequest> inbox_;
  std::atomic<size_t> in_flight_{0};
  std::atomic<bool> stopping_{false};
  std::atomic<SteadyTime> cancel_at_{SteadyTime::max()};  ///< of use once stopping_ is set
  const Descriptor epoll_;
  const Descriptor news_;               ///< eventfd: the inbox or stopping_ has changed
  std::atomic<bool> news_told_{false};  ///< news_ has been written and the net thread has not looked since

  // Net thread. The shards' handles go before the resolver and the sessions.
  Resolver resolver_;
  bool names_ready_ = false;  ///< the resolver's descriptor is readable
  TlsSessions sessions_;
  bool more_to_admit_ = false;  ///< the inbox may hold more than was taken out of it
  std::vector<std::unique_ptr<MultiShard>> shards_;

  std::jthread thread_;
};

}  // namespace scraper
