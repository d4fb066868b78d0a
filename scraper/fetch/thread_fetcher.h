// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "scraper/base/bounded_queue.h"
#include "scraper/base/clock.h"
#include "scraper/fetch/curl_handle.h"
#include "scraper/fetch/fetcher.h"
#include "scraper/fetch/transfer.h"

namespace scraper {

/// FetchModel::threads: as many worker threads as the concurrency, each with one transfer at a time. One worker is the
/// sequential baseline.
///
/// start and stop belong to the owner's thread; the sink is called from all workers, at the same time. A worker sleeps
/// on the request queue, or in curl_multi_poll on its transfer: each has a multi handle of its own, because that sleep
/// can be ended at once from another thread (curl_multi_wakeup), while curl_easy_perform looks up once a second.
/// Connections and looked-up names are kept by each worker for itself. libcurl looks names up, in a thread for each: a
/// worker that waits for its one transfer has no loop for a resolver to run in, and there are threads enough already.
/// FetchSettings::dns_servers is not for this model.
///
/// The constructor throws std::runtime_error when the machine gives it too few threads or descriptors.
class ThreadFetcher final : public Fetcher {
 public:
  ThreadFetcher(size_t concurrency, FetchSettings settings, FetchSink sink);
  ~ThreadFetcher() override;

  void start(FetchRequest request) override;
  size_t capacity() const override { return concurrency_; }
  void stop(Duration grace) override;

 private:
  struct Worker {
    Worker(const TransferOptions& options, size_t idle_connections_max);

    KeptConnections connections;
    MultiHandle multi;  ///< declared before the easy handle, so that it goes after it
    TlsSessions sessions;
    Transfer transfer;
    std::jthread thread;
  };

  void start_workers();
  void work(Worker& worker);
  FetchResult fetch(Worker& worker, FetchRequest request);
  std::optional<FetchResult> drive(Worker& worker);
  void deliver(FetchResult result);

  const size_t concurrency_;
  const TransferOptions options_;
  const FetchSink sink_;

  BoundedQueue<FetchRequest> requests_;
  std::atomic<size_t> in_flight_{0};
  std::atomic<bool> cancelled_{false};
  bool stopped_ = false;  ///< the owner's thread alone

  std::mutex mutex_;
  std::condition_variable all_delivered_;
  size_t undelivered_ = 0;  ///< under mutex_: starts whose sink call has not returned

  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace scraper
