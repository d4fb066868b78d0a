// SPDX-License-Identifier: MIT
#include "scraper/engine/store_thread.h"

#include <iterator>

#include "scraper/base/clock.h"
#include "scraper/base/thread_name.h"

namespace scraper {
namespace {

constexpr size_t kRequestsMax = 1024;  // leases and parts of the list that the ring has out at once
constexpr size_t kBatchMax = 256;      // outcomes a transaction: beyond it the cost an outcome no longer falls

// Each transaction writes the last page of every table anew, so that a few outcomes cost as much as many. When they
// come in at this rate anyway, more of them are waited for, a little while.
constexpr size_t kManyOutcomes = 8;
constexpr size_t kBatchAim = 128;
constexpr Duration kBatchWait{20};

}  // namespace

StoreThread::StoreThread(storage::Store& store, size_t outcomes_max, Sink sink)
    : store_(store), sink_(std::move(sink)), inbox_(outcomes_max + kRequestsMax), thread_([this] { run(); }) {}

StoreThread::~StoreThread() { inbox_.close(); }

void StoreThread::run() {
  name_thread("store");
  size_t last = 0;
  for (;;) {
    std::vector<Message> messages = last < kManyOutcomes
                                        ? inbox_.pop_batch(kBatchMax)
                                        : inbox_.pop_grown_batch(kBatchMax, kBatchAim, steady_now() + kBatchWait);
    if (messages.empty()) return;
    last = messages.size();
    try {
      sink_(serve(std::move(messages)));
    } catch (const storage::Error& error) {
      return fail(error);
    } catch (const std::exception& error) {  // no memory left, say: it ends the run as a broken database does
      return fail(storage::Error(storage::Error::Kind::other, error.what()));
    }
  }
}

void StoreThread::fail(const storage::Error& error) {
  inbox_.close();
  inbox_.drain();
  sink_(StoreFailure{error});
}

StoreReply StoreThread::serve(std::vector<Message> messages) {
  StoreReply reply;
  std::vector<storage::Outcome> outcomes;
  std::vector<storage::LeaseRequest> leases;
  for (Message& message : messages) {
    if (auto* outcome = std::get_if<storage::Outcome>(&message)) {
      outcomes.push_back(std::move(*outcome));
    } else if (auto* lease = std::get_if<storage::LeaseRequest>(&message)) {
      leases.push_back(std::move(*lease));
    } else {
      const storage::SeedLines seeds = std::move(std::get<storage::SeedLines>(message));
      store_.add_seeds(seeds);
      ++reply.seeds_added;
      reply.list_complete = seeds.position.complete;
    }
  }
  if (!outcomes.empty()) store_.finish(outcomes);
  reply.committed = outcomes.size();
  // After the commit, so that it sees the tasks that these outcomes found.
  for (const storage::LeaseRequest& lease : leases) {
    std::vector<storage::HostLease> leased = store_.lease(lease);
    reply.lease_asked += lease.tasks_max;
    if (!reply.leases) reply.leases.emplace();
    std::move(leased.begin(), leased.end(), std::back_inserter(*reply.leases));
  }
  reply.counts = store_.counts();
  return reply;
}

}  // namespace scraper
