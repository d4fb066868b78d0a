// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <variant>

#include "scraper/base/bounded_queue.h"
#include "scraper/base/worker_pool.h"
#include "scraper/engine/ring.h"
#include "scraper/engine/store_thread.h"
#include "scraper/fetch/fetcher.h"

namespace scraper {

/// Where the list comes from while a run goes on.
class SeedSource {
 public:
  SeedSource() = default;
  virtual ~SeedSource() = default;
  SeedSource(const SeedSource&) = delete;
  SeedSource& operator=(const SeedSource&) = delete;

  /// The next part; position.complete with the last one. Waits for it. Called on one thread; throws std::exception when
  /// the list cannot be read. After stop() it returns at once, with whatever it has.
  virtual storage::SeedLines next() = 0;
  /// Any thread.
  virtual void stop() = 0;
};

/// Gives the ring its threads: a fetcher, the parse workers, the store thread, the one that reads the list, and its
/// own, which is the one that calls run(). Only interrupt() may be called from another.
class Engine {
 public:
  using FetcherFactory = std::function<std::unique_ptr<Fetcher>(FetchSink)>;
  using ProgressSink = std::function<void(const Progress&)>;

  /// `store` has begun its run. It and `scope` must outlive the engine.
  Engine(EngineSettings settings, storage::Store& store, const storage::RunInfo& run, const Scope& scope);
  ~Engine();

  /// Runs until nothing is left to do, the deadline, an interrupt or a broken database. `list` is read meanwhile; null:
  /// all of it is in the store. `progress` is called about four times a second when it is set.
  RunReport run(const FetcherFactory& make_fetcher, const ParserFactory& make_parser, SeedSource* list = nullptr,
                const ProgressSink& progress = {});

  /// Any thread: stop admitting, let what is in flight finish within the grace, keep the rest for the next run.
  void interrupt();

  /// Set once the time for parsing is up; parsers may look at it to give up early.
  const std::atomic<bool>& parsing_is_over() const { return parsing_is_over_; }

 private:
  struct Interrupt {};
  struct WantSeeds {};
  // A digest is large, and moving it takes its time.
  using Message = std::variant<FetchResult, std::unique_ptr<Digest>, StoreReply, StoreFailure, Interrupt>;

  /// Lets the list's thread come to its end, also when an exception leaves run().
  struct ListEnd {
    SeedSource* list;
    BoundedQueue<WantSeeds>& wanted;
    void operator()() const {
      if (list != nullptr) list->stop();
      wanted.close();
    }
    ~ListEnd() { (*this)(); }
  };

  RingPorts ports(bool with_list);
  void start_threads(const FetcherFactory& make_fetcher, const ParserFactory& make_parser, SeedSource* list);
  void read_list(SeedSource& list);
  void loop(Ring& ring, const ProgressSink& progress);

  const EngineSettings settings_;
  storage::Store& store_;
  const storage::RunInfo run_;
  const Scope& scope_;
  std::atomic<bool> parsing_is_over_ = false;

  // In the order in which they may be destroyed from the last: each pushes to those before it.
  BoundedQueue<Message> inbox_;
  std::unique_ptr<StoreThread> store_thread_;
  std::unique_ptr<WorkerPool<DigestJob>> parse_pool_;
  std::unique_ptr<Fetcher> fetcher_;
  BoundedQueue<WantSeeds> wanted_seeds_{4};
  std::jthread list_thread_;
};

}  // namespace scraper
