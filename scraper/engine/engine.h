// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>

#include "scraper/base/bounded_queue.h"
#include "scraper/base/worker_pool.h"
#include "scraper/engine/digester.h"
#include "scraper/engine/store_thread.h"
#include "scraper/fetch/fetcher.h"
#include "scraper/frontier/frontier.h"
#include "scraper/frontier/retry_policy.h"
#include "scraper/frontier/scope.h"

namespace scraper {

enum class PrivateAddresses { seeds, allow, deny };

struct EngineSettings {
  size_t concurrency = 64;  ///< transfers at once; the fetcher has at least this capacity
  Politeness politeness;
  RetrySettings retry;
  Keep keep;
  int redirects_max = 10;
  PrivateAddresses private_addresses = PrivateAddresses::seeds;
  Duration patience{600'000};          ///< when nothing falls due within it, the rest is skipped
  std::optional<SteadyTime> deadline;  ///< of the whole run
  Duration grace{10'000};              ///< for what is in flight when the run is interrupted
  size_t parse_threads = 2;
  size_t text_bytes_max = 8u << 20;
  size_t backlog_bytes_max = 256u << 20;  ///< bodies waiting to be parsed; above it no new fetch starts
  bool head = false;
  std::string proxy;  ///< for the attempts' rows
  uint64_t jitter_seed = 0;
};

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
  int64_t parked = 0;  ///< tasks left because their hosts asked to wait for longer than the patience
  std::optional<storage::Error> store_error;  ///< set with RunOutcome::failed
};

/// The ring: leases tasks from the store, lets the frontier say what may start, joins fetching and parsing, and commits
/// one outcome for each attempt.
///
/// run() is the engine's thread; only interrupt() may be called from another. Admission is bounded here and nowhere
/// else: no more than the fetcher's capacity in flight, and no new start while bodies or outcomes pile up behind it, so
/// every queue of the ring has room for whatever can be on its way to it.
class Engine {
 public:
  using FetcherFactory = std::function<std::unique_ptr<Fetcher>(FetchSink)>;
  using ProgressSink = std::function<void(const Progress&)>;

  /// `store` has begun its run and its seeds are added. It and `scope` must outlive the engine.
  Engine(EngineSettings settings, storage::Store& store, storage::AttemptId next_attempt_id, const Scope& scope);
  ~Engine();

  /// Runs until nothing is left to do, the deadline, an interrupt or a broken database. `progress` is called about four
  /// times a second when it is set.
  RunReport run(const FetcherFactory& make_fetcher, const ParserFactory& make_parser,
                const ProgressSink& progress = {});

  /// Any thread: stop admitting, let what is in flight finish within the grace, keep the rest for the next run.
  void interrupt();

  /// Set once the time for parsing is up; parsers may look at it to give up early.
  const std::atomic<bool>& parsing_is_over() const { return parsing_is_over_; }

 private:
  struct Interrupt {};
  using Message = std::variant<FetchResult, Digest, StoreReply, StoreFailure, Interrupt>;

  void loop(const ProgressSink& progress);
  std::optional<SteadyTime> wake_at() const;
  size_t lease_room(SteadyTime now) const;
  void lease_more(SteadyTime now);
  void start_fetches(SteadyTime now);
  bool has_room() const;
  bool is_idle() const;
  void begin_stopping(RunOutcome why, SteadyTime now, Duration grace);
  void cancel_the_rest();
  void lose_patience(SteadyTime now);

  void handle(FetchResult result, const Now& now);
  void handle(Digest digest, const Now& now);
  void handle(StoreReply reply, const Now& now);
  void handle(StoreFailure failure, const Now& now);
  void handle(Interrupt interrupt, const Now& now);
  void commit(storage::Outcome outcome);
  bool retry(Task task, const Error& error, const storage::AttemptRecord& attempt, const Now& now);

  EngineSettings settings_;
  storage::Store& store_;
  const Scope& scope_;
  Frontier frontier_;
  RetryPolicy retry_policy_;
  storage::AttemptId next_attempt_id_;
  std::atomic<bool> parsing_is_over_ = false;

  std::unordered_map<uint64_t, Task> in_flight_;  ///< by task id
  size_t digesting_ = 0;                          ///< responses with a parse worker or queued for one
  size_t digesting_bytes_ = 0;
  size_t uncommitted_ = 0;  ///< outcomes on their way through the store thread
  bool lease_pending_ = false;
  bool lease_dry_ = false;  ///< the store had less than was asked for, and nothing was committed since
  storage::Counts counts_;
  std::optional<RunOutcome> stopping_;
  SteadyTime stop_at_{};
  bool cancelled_ = false;
  std::optional<storage::Error> store_error_;
  int64_t parked_ = 0;

  const size_t window_;              ///< tasks held here at once, waiting or in flight
  const size_t tasks_per_host_max_;  ///< of them, of one host

  // In the order in which they may be destroyed from the last: each pushes to those before it.
  BoundedQueue<Message> inbox_;
  std::unique_ptr<StoreThread> store_thread_;
  std::unique_ptr<WorkerPool<DigestJob>> parse_pool_;
  std::unique_ptr<Fetcher> fetcher_;
};

}  // namespace scraper
