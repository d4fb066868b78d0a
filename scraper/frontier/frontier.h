// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "scraper/base/clock.h"

namespace scraper {

/// A request to be made: a task of the store on its way through the ring.
struct Task {
  int64_t id = 0;    ///< the store's URL id
  int64_t host = 0;  ///< the store's host id: scheme, host and port
  std::string url;
  int depth = 0;
  int redirects = 0;    ///< hops since the URL that was listed or linked to
  int attempts = 0;     ///< made so far in this run
  bool listed = false;  ///< of an origin that the user listed
  bool get = false;     ///< the server does not take HEAD: ask with GET also where headers alone are wanted
};

/// How considerate to be of one host.
struct Politeness {
  int per_host = 2;     ///< requests in flight at once
  Duration delay{500};  ///< least time between two request starts
  double jitter = 0.5;  ///< each delay is stretched by a random share of up to this
};

/// Per-host queues and the one answer to "what may be fetched now?".
///
/// No thread and no clock of its own: `now` is always a parameter. Invariants: a host never has more than per_host
/// tasks in flight; between two starts at one host lies at least its delay; a host that is held starts nothing;
/// hosts that are ready take turns; whatever is admitted comes out of next() or drain() exactly once.
class Frontier {
 public:
  Frontier(const Politeness& politeness, uint64_t jitter_seed);

  void admit(Task task);

  /// Admits a task that must not start before `due`.
  void admit_later(Task task, SteadyTime due);

  /// A task that may start now; it counts as in flight at its host until finished(). nullopt: none is ready.
  std::optional<Task> next(SteadyTime now);

  /// The task that next() gave is no longer in flight.
  void finished(int64_t host, SteadyTime now);

  /// Nothing starts at this host before `until` (Retry-After). Never shortens an earlier hold.
  void hold(int64_t host, SteadyTime until);

  /// When next() may have something, given that nothing else happens; nullopt: not before something finishes or is
  /// admitted.
  std::optional<SteadyTime> next_ready_at() const;

  /// Tasks waiting here; what is in flight does not count.
  size_t size() const { return size_; }

  /// How many of them cannot start before `then`, because their hosts cannot.
  size_t parked_until(SteadyTime then) const;

  /// Takes out everything that waits.
  std::vector<Task> drain();

 private:
  struct Waiting {
    SteadyTime due;
    uint64_t order;
    Task task;
  };
  struct LaterDue {
    bool operator()(const Waiting& a, const Waiting& b) const {
      return std::tie(a.due, a.order) > std::tie(b.due, b.order);
    }
  };
  struct Host {
    std::deque<Task> ready;
    std::vector<Waiting> waiting;  ///< a heap by due time: retries
    int in_flight = 0;
    SteadyTime next_start{};                              ///< delay and holds
    std::optional<std::pair<SteadyTime, uint64_t>> turn;  ///< its entry in turns_
    bool idle() const { return ready.empty() && waiting.empty() && in_flight == 0; }
  };

  void reschedule(int64_t id, Host& host);
  std::optional<SteadyTime> ready_at(const Host& host) const;
  void forget_idle_hosts(SteadyTime now);
  Duration jittered_delay();

  Politeness politeness_;
  std::mt19937_64 random_;
  std::unordered_map<int64_t, Host> hosts_;
  /// Hosts that can start a task, by when they may; among those that may now, who came first.
  std::set<std::tuple<SteadyTime, uint64_t, int64_t>> turns_;
  uint64_t order_ = 0;
  size_t size_ = 0;
  size_t forget_at_ = 1024;  ///< number of hosts at which idle ones are looked for
};

}  // namespace scraper
