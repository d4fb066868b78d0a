// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "scraper/base/clock.h"
#include "scraper/frontier/pace.h"

namespace scraper {

/// A request to be made: a task of the store on its way through the ring, or the robots.txt of a host.
struct Task {
  int64_t id = 0;    ///< the store's URL id; 0: a robots.txt, which is no task of the store
  int64_t host = 0;  ///< the store's host id: scheme, host and port
  std::string url;
  int depth = 0;
  int redirects = 0;            ///< hops since the URL that was listed or linked to
  int attempts = 0;             ///< made so far in this run
  int spared = 0;               ///< of them, those that do not count against the number of tries
  bool page = true;             ///< fetched for itself
  bool sitemap = false;         ///< fetched for the URLs that it lists
  bool listed = false;          ///< of an origin that the user listed
  bool get = false;             ///< the server does not take HEAD: ask with GET also where headers alone are wanted
  int64_t robots_of = 0;        ///< the host whose robots.txt this is: another than `host` after a redirect
  std::string etag{};           ///< the page is only wanted if it is no longer known by this ...
  std::string last_modified{};  ///< ... or this
  Now started{};                ///< its current attempt

  bool is_conditional() const { return !etag.empty() || !last_modified.empty(); }
  bool is_robots() const { return robots_of != 0; }
};

/// What of a host is to outlive the process.
struct HostMemory {
  SteadyTime next_start{};
  Duration delay{0};     ///< in force
  Duration slowdown{0};  ///< of it, what 429 and 503 answers brought
  int failures = 0;
  bool parked = false;      ///< until next_start
  SteadyTime held_until{};  ///< it asked to be left alone until then
};

/// Per-host queues and the one answer to "what may be fetched now?".
///
/// No thread and no clock of its own: `now` is always a parameter. Invariants: a host never has more tasks in flight
/// than its pace allows; between two starts at one host lies at least its delay; a host that is held starts nothing;
/// hosts that are ready take turns; whatever is admitted comes out of next() or drain() exactly once.
class Frontier {
 public:
  /// `politeness` holds for hosts that are not opened.
  Frontier(const Politeness& politeness, uint64_t jitter_seed);

  /// Makes a host known with a politeness of its own and what is remembered of it; nothing starts before
  /// memory.next_start. Without effect on a host that is known already.
  void open(int64_t host, const Politeness& politeness, const HostMemory& memory);

  void admit(Task task);

  /// Admits a task that must not start before `due`.
  void admit_later(Task task, SteadyTime due);

  /// A task that may start now; it counts as in flight at its host until finished(). nullopt: none is ready.
  std::optional<Task> next(SteadyTime now);

  /// The task that next() gave is no longer in flight.
  void finished(int64_t host);

  /// Nothing starts at this host before `until` (Retry-After). Never shortens an earlier hold.
  void hold(int64_t host, SteadyTime until);

  // How the host answered, which sets its pace from now on.
  void answered(int64_t host);
  void pushed_back(int64_t host, SteadyTime now);  ///< 429 or 503
  void failed(int64_t host, SteadyTime now);       ///< it could not be reached
  void set_crawl_delay(int64_t host, std::optional<Duration> delay);

  HostMemory memory(int64_t host) const;
  /// It is parked, because it could not be reached so often.
  bool is_parked(int64_t host) const { return hosts_.at(host).pace.is_parked(); }

  /// Forgets the host, unless it has tasks, or its delay or a hold forbids a start at `now`.
  bool forget(int64_t host, SteadyTime now);

  /// When next() may have something, given that nothing else happens; nullopt: not before something finishes or is
  /// admitted.
  std::optional<SteadyTime> next_ready_at() const;

  /// The earliest time until which a host with tasks asked to be left alone (Retry-After, parking); the beginning of
  /// time when one of them did not.
  SteadyTime least_hold() const;

  /// Tasks waiting here; what is in flight does not count.
  size_t size() const { return size_; }

  /// How many of them cannot start before `then`, because their hosts cannot; `beside` tells how many more tasks wait
  /// for such a host elsewhere.
  size_t parked_until(SteadyTime then, const std::function<size_t(int64_t host)>& beside = {}) const;

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
    explicit Host(const Politeness& politeness) : pace(politeness) {}

    Pace pace;
    std::deque<Task> ready;
    std::vector<Waiting> waiting;  ///< a heap by due time: retries
    int in_flight = 0;
    SteadyTime next_start{};  ///< delay and holds
    SteadyTime held_until{};  ///< Retry-After, parking
    SteadyTime last_start{};
    std::optional<std::pair<SteadyTime, uint64_t>> turn;  ///< its entry in turns_
    bool idle() const { return ready.empty() && waiting.empty() && in_flight == 0; }
  };

  void not_before(int64_t id, Host& host, SteadyTime time);
  Host& host_at(int64_t id) { return hosts_.try_emplace(id, politeness_).first->second; }
  void reschedule(int64_t id, Host& host);
  static std::optional<SteadyTime> ready_at(const Host& host);
  Duration jittered(const Pace& pace);

  Politeness politeness_;
  std::mt19937_64 random_;
  std::unordered_map<int64_t, Host> hosts_;
  /// Hosts that can start a task, by when they may; among those that may now, who came first.
  std::set<std::tuple<SteadyTime, uint64_t, int64_t>> turns_;
  uint64_t order_ = 0;
  size_t size_ = 0;
};

}  // namespace scraper
