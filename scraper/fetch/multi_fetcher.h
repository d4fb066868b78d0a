// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <queue>
#include <thread>
#include <utility>
#include <vector>

#include "scraper/base/bounded_queue.h"
#include "scraper/base/clock.h"
#include "scraper/fetch/curl_handle.h"
#include "scraper/fetch/fetcher.h"
#include "scraper/fetch/transfer.h"

namespace scraper {

/// A file descriptor of our own.
class Descriptor {
 public:
  explicit Descriptor(int fd);  ///< CHECKs that it is open
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  const int fd_;
};

/// FetchModel::multi: one thread drives all transfers by events (curl_multi_socket_action over epoll).
///
/// start and stop belong to the owner's thread; everything below `net thread` to that thread, which also calls the
/// sink. It sleeps in epoll_wait alone, until a socket is ready, an eventfd says that there is news, libcurl's timer is
/// due (CURLMOPT_TIMERFUNCTION) or a deadline of our own.
///
/// File descriptors: up to concurrency + 256 connections, and two for each name look-up in flight. libcurl runs each
/// look-up in a thread of its own, so a start of many new hosts at once is a start of as many threads.
class MultiFetcher final : public Fetcher {
 public:
  MultiFetcher(size_t concurrency, FetchSettings settings, FetchSink sink);
  ~MultiFetcher() override;

  void start(FetchRequest request) override;
  size_t capacity() const override { return concurrency_; }
  void stop(Duration grace) override;

 private:
  /// When to look at a slot's transfer. There is one appointment a slot at most, whichever transfer runs there by then.
  using Appointment = std::pair<SteadyTime, size_t>;

  void wake();

  // Net thread.
  void run();
  void admit(const Now& now);
  void begin(FetchRequest request, const Now& now);
  void wait_for_events();
  int wait_ms(SteadyTime now) const;
  void act(curl_socket_t socket, int events);
  void act_on_timer(SteadyTime now);
  void reap();
  void drop_overdue(SteadyTime now);
  void cancel_all();
  void schedule(Transfer& transfer, SteadyTime now);
  void release(Transfer& transfer);
  void deliver(FetchResult result);
  void on_socket(curl_socket_t socket, int what, bool known) noexcept;
  void on_timer(long timeout_ms) noexcept;

  const size_t concurrency_;
  const TransferOptions options_;
  const FetchSink sink_;

  BoundedQueue<FetchRequest> inbox_;
  std::atomic<size_t> in_flight_{0};
  std::atomic<bool> stopping_{false};
  std::atomic<SteadyTime> cancel_at_{SteadyTime::max()};  ///< of use once stopping_ is set
  const Descriptor epoll_;
  const Descriptor news_;  ///< eventfd: the inbox or stopping_ has changed

  // Net thread. The multi handle goes after the easy handles that were in it, so it is declared first.
  MultiHandle multi_;
  std::vector<std::unique_ptr<Transfer>> slots_;
  std::vector<bool> busy_;          ///< by slot: its handle is in multi_
  std::vector<bool> appointed_;     ///< by slot: it has an appointment
  std::vector<size_t> free_slots_;  ///< used as a stack, so that warm memory is used first
  size_t active_ = 0;
  std::priority_queue<Appointment, std::vector<Appointment>, std::greater<>> appointments_;
  std::optional<SteadyTime> timer_at_;  ///< libcurl's timer

  std::jthread net_thread_;
};

}  // namespace scraper
