// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

#include "scraper/base/clock.h"
#include "scraper/fetch/curl_handle.h"
#include "scraper/fetch/fetcher.h"
#include "scraper/fetch/first_connections.h"
#include "scraper/fetch/name_entries.h"
#include "scraper/fetch/resolver.h"
#include "scraper/fetch/transfer.h"

namespace scraper {

/// How many transfers share a multi handle, and how many of those there are.
///
/// What libcurl does for one transfer grows with the handles and connections that are in the same CURLM: it looks for a
/// free connection among all of its host, and for the next timer among all. A shard is filled to `transfers_max`
/// only where its hosts crowd; on average a quarter stays free, so that nearly every host finds room in its own.
struct ShardPlan {
  /// `idle_max`: connections that all of them together keep beyond those in use, more or less.
  ShardPlan(size_t concurrency, size_t idle_max);

  size_t shards;
  size_t transfers_max;    ///< of one shard; together they hold more than the concurrency
  size_t connections_max;  ///< of one shard, in use and idle (CURLMOPT_MAXCONNECTS); never below transfers_max
};

/// One CURLM with its transfers, its timer and its deadlines, beside others on the epoll set of one thread.
///
/// Used by that thread alone, which also calls the sink. libcurl holds its address, so it can neither be copied nor
/// moved.
class MultiShard {
 public:
  /// `epoll`, `options`, `resolver`, `sessions` and `sink` are the fetcher's and outlive the shard. Events on its
  /// sockets come back with event_tag(number, socket) as their data, names that it waits for with event_tag(number,
  /// slot) as ticket.
  MultiShard(uint32_t number, int epoll, const ShardPlan& plan, const TransferOptions& options, Resolver& resolver,
             TlsSessions& sessions, const FetchSink& sink);
  ~MultiShard();
  MultiShard(const MultiShard&) = delete;
  MultiShard& operator=(const MultiShard&) = delete;

  size_t size() const { return active_; }
  bool is_full() const { return active_ >= transfers_max_; }

  /// The exchange is under way afterwards, or its result has gone to the sink.
  void begin(FetchRequest request, const Now& now);

  /// Epoll says that there is something to do at one of its sockets.
  void on_event(int socket, uint32_t events);

  /// The name that a slot's transfer waits for has been looked up.
  void on_name(size_t slot, const Resolution& found, SteadyTime now);

  /// Does what is due, and delivers what is done.
  void turn(SteadyTime now);

  /// When to take a turn without an event; SteadyTime::max(): never.
  SteadyTime wake_at() const;

  void cancel_all();

  static uint64_t event_tag(uint32_t number, int socket) {
    return uint64_t{number} << 32 | static_cast<uint32_t>(socket);
  }

 private:
  /// When to look at a slot's transfer. There is one appointment a slot at most, whichever transfer runs there by then.
  using Appointment = std::pair<SteadyTime, size_t>;

  void enter(Transfer& transfer, SteadyTime now);
  bool enter_ready(SteadyTime now);
  void act(curl_socket_t socket, int actions);
  void reap();
  uint64_t ticket(const Transfer& transfer) const { return event_tag(number_, static_cast<int>(transfer.slot)); }
  void drop_overdue(SteadyTime now);
  void schedule(Transfer& transfer, SteadyTime now);
  void release(Transfer& transfer);
  void on_socket(curl_socket_t socket, int what, bool known) noexcept;
  void on_timer(long timeout_ms) noexcept;

  const uint32_t number_;
  const int epoll_;
  const size_t transfers_max_;
  const TransferOptions& options_;
  Resolver& resolver_;
  TlsSessions& sessions_;
  const FetchSink& sink_;

  KeptConnections connections_;
  FirstConnections first_connections_;
  // The multi handle goes after the easy handles that were in it, so it is declared first.
  MultiHandle multi_;
  std::vector<std::unique_ptr<Transfer>> slots_;
  NameEntries names_;       ///< what multi_ knows of ours
  std::vector<bool> busy_;  ///< by slot: its handle is in multi_, or waits for its name or for another's connection
  std::vector<bool> appointed_;     ///< by slot: it has an appointment
  std::vector<size_t> free_slots_;  ///< used as a stack, so that warm memory is used first
  size_t active_ = 0;
  bool acted_ = false;  ///< libcurl may have something to tell
  std::priority_queue<Appointment, std::vector<Appointment>, std::greater<>> appointments_;
  SteadyTime timer_at_ = SteadyTime::max();  ///< libcurl's timer
};

}  // namespace scraper
