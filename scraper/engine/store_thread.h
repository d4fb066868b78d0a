// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <thread>
#include <variant>
#include <vector>

#include "scraper/base/bounded_queue.h"
#include "scraper/engine/store_reply.h"
#include "storage/store.h"

namespace scraper {

/// The one thread that uses the Store. Takes all that has piled up in its inbox at once and commits it in one
/// transaction, and waits a little for more where much comes in: batches grow with the load, and nothing waits when
/// there is none.
class StoreThread {
 public:
  using Sink = std::function<void(std::variant<StoreReply, StoreFailure>)>;

  /// There is room for `outcomes_max` outcomes and as many other requests as the ring has out at once. `store` belongs
  /// to this thread until the destructor has returned. `sink` is called on the thread and must be quick.
  StoreThread(storage::Store& store, size_t outcomes_max, Sink sink);
  /// Commits what was pushed, then joins.
  ~StoreThread();
  StoreThread(const StoreThread&) = delete;  // its thread holds its address
  StoreThread& operator=(const StoreThread&) = delete;

  void commit(storage::Outcome&& outcome) { inbox_.push(std::make_unique<storage::Outcome>(std::move(outcome))); }
  /// A request for hosts, not for tasks, is served at once.
  void lease(storage::LeaseRequest request) {
    const bool at_once = !request.origins.empty();
    inbox_.push(std::move(request), at_once);
  }
  void add(storage::SeedLines seeds) { inbox_.push(std::move(seeds), true); }
  /// Somebody has nothing to do until what was pushed is done.
  void hurry() { inbox_.hurry(); }

 private:
  // An outcome is large, and moving it takes its time.
  using Message = std::variant<std::unique_ptr<storage::Outcome>, storage::LeaseRequest, storage::SeedLines>;
  void run();
  void fail(const storage::Error& error);
  void serve(std::vector<Message> messages);
  StoreReply answer(std::vector<storage::Outcome> outcomes, const std::vector<storage::LeaseRequest>& leases);
  StoreReply add_parts(std::vector<storage::SeedLines> parts);

  storage::Store& store_;
  Sink sink_;
  BoundedQueue<Message> inbox_;
  std::jthread thread_;  // last: it ends before what it uses
};

}  // namespace scraper
