// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "scraper/engine/digester.h"
#include "scraper/engine/engine_settings.h"
#include "scraper/engine/host_book.h"
#include "scraper/engine/store_reply.h"
#include "scraper/frontier/frontier.h"
#include "scraper/frontier/scope.h"
#include "storage/store.h"

namespace scraper {

/// What a person wants to know while a run goes on.
struct Progress {
  storage::Counts counts;
  size_t in_flight = 0;
};

enum class RunOutcome { complete, deadline, interrupted, failed };
std::string_view name(RunOutcome outcome);

struct RunReport {
  RunOutcome outcome = RunOutcome::complete;
  storage::Counts counts;
  int64_t parked = 0;   ///< tasks left because their hosts are parked or asked to wait for longer than the patience
  int64_t refused = 0;  ///< tasks left because the robots.txt of their hosts could not be had
  std::optional<storage::Error> store_error;  ///< set with RunOutcome::failed
};

/// What the ring asks of others. Each is called on the ring's thread and returns at once.
struct RingPorts {
  std::function<void(FetchRequest)> fetch;
  std::function<void()> cancel_fetches;  ///< every one of them still yields its result
  std::function<void(DigestJob)> digest;
  std::function<void(storage::Outcome&&)> commit;
  std::function<void(storage::LeaseRequest)> lease;
  std::function<void()> hurry;       ///< the store is waited for: it should gather no more before it answers
  std::function<void()> more_seeds;  ///< the next part of the list; unset: all of it is in the store
};

/// The ring of data as a state machine: leases tasks from the store, lets robots.txt and the frontier say what may
/// start, joins fetching and parsing, and commits one outcome for each attempt.
///
/// It has no thread, no clock and does no I/O: time comes in as a parameter, work goes out through the ports and comes
/// back through handle(), which is what lets a test run a whole crawl under a clock of its own.
///
/// Admission is bounded here and nowhere else: no more than `concurrency` in flight, and no new start while bodies or
/// outcomes pile up, so every queue behind the ports has room for whatever can be on its way to it
/// (on_the_way_max()).
class Ring {
 public:
  /// `scope` must outlive the ring. `counts` are the store's, `run` what it said when the run began.
  Ring(const EngineSettings& settings, const Scope& scope, const storage::RunInfo& run, const storage::Counts& counts,
       RingPorts ports, const Now& now);

  /// Starts whatever may start.
  void turn(const Now& now);

  void handle(FetchResult&& result, const Now& now);
  void handle(Digest&& digest, const Now& now);
  void handle(StoreReply reply, const Now& now);
  void handle(StoreFailure failure, const Now& now);
  void interrupt(const Now& now);

  /// When there is something to do without a message: a task falls due, patience or time is up.
  std::optional<SteadyTime> wake_at() const;

  /// Nothing is under way, and nothing more will be.
  bool is_over() const;

  /// Parsing is of no use any longer.
  bool is_cancelled() const { return cancelled_; }
  bool is_stopping() const { return stopping_.has_value(); }
  Progress progress() const { return {counts_, in_flight_.size()}; }
  RunReport report() const;

  /// Everything that can be on its way to one queue at once.
  static size_t on_the_way_max(const EngineSettings& settings);

 private:
  bool has_room() const;
  bool is_idle() const;
  size_t lease_room(SteadyTime now) const;
  void lease_more(SteadyTime now);
  void start_fetches(const Now& now);
  void hurry_store();
  FetchRequest request_for(const Task& task);
  bool asks_head(const Task& task) const { return settings_.head && !task.get && !task.sitemap && !task.is_robots(); }
  bool counts_alone(const Task& task) const {
    return settings_.digest.counted_alone && !task.is_robots() && !task.sitemap && !asks_head(task);
  }
  void begin_stopping(RunOutcome why, SteadyTime now, Duration grace);
  void lose_patience(const Now& now);
  WallTime wall_of(SteadyTime time) const { return anchor_.wall + (time - anchor_.steady); }

  // ring_hosts.cpp: hosts and their robots.txt
  void admit(storage::HostLease lease, const Now& now);
  HostMemory remembered(const storage::HostState& state, const HostPolicy& policy, const Now& now) const;
  void route(KnownHost& host, Task task, const Now& now);
  void check_robots(KnownHost& host, Task task);
  void ask_for_robots(KnownHost& host, const Now& now);
  Task robots_task(const KnownHost& host, std::string url) const;
  void robots_answered(Digest&& digest, const Now& now);
  bool retry_robots(const Digest& digest, const Error& error, const Now& now);
  bool follow_robots_redirect(const Digest& digest, const Now& now);
  void robots_known(KnownHost& host, std::shared_ptr<const Robots> rules, Duration holds_for, const Now& now);
  void robots_given_up(KnownHost& host, const Error& error, const Now& now);
  void commit_exchange(Digest& digest, const std::optional<Error>& error, std::optional<storage::RobotsRecord> record);
  void offer_sitemaps(KnownHost& host, const Robots& rules);

  void finish(Digest&& digest, const Now& now);
  bool retry(Task task, const Error& error, const storage::AttemptRecord& attempt, const Now& now);
  void end(const Task& task, storage::TaskState state, std::string skip_reason, const Error* error);
  void refuse(const Task& task);
  storage::HostState host_state(storage::HostId host) const;
  void commit(storage::Outcome&& outcome, storage::HostId releases);

  const EngineSettings settings_;
  const Scope& scope_;
  const RingPorts ports_;
  const bool was_cut_off_;
  const Now began_;
  Now anchor_;
  Frontier frontier_;
  HostBook hosts_;
  RetryPolicy retry_policy_;
  storage::AttemptId next_attempt_id_;
  uint64_t next_request_id_ = 1;

  std::unordered_map<uint64_t, Task> in_flight_;  ///< by request id
  size_t digesting_ = 0;                          ///< responses with a parse worker or queued for one
  size_t digesting_bytes_ = 0;
  std::deque<storage::HostId> committing_;  ///< outcomes on their way; the host that each lets go of, or 0
  std::unordered_map<std::string, std::vector<Task>> homeless_;  ///< robots.txt at hosts that are asked for, by origin
  std::unordered_set<storage::HostId> sitemaps_offered_;
  bool lease_pending_ = false;
  bool lease_dry_ = false;  ///< the store had less than was asked for, and nothing was committed since
  bool hurried_ = false;    ///< the store, since it last answered
  bool list_read_ = true;
  storage::Counts counts_;
  std::optional<RunOutcome> stopping_;
  SteadyTime stop_at_{};
  bool cancelled_ = false;
  std::optional<storage::Error> store_error_;
  int64_t parked_ = 0;
  int64_t refused_ = 0;

  const size_t window_;              ///< tasks held here at once, waiting or in flight
  const size_t tasks_per_host_max_;  ///< of them, of one host
};

}  // namespace scraper
