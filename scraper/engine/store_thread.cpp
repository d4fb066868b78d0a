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
// come in at this rate anyway, more of them are waited for, a little while, unless the ring has nothing else to do.
constexpr size_t kManyOutcomes = 8;
constexpr Duration kBatchWait{50};

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
                                        : inbox_.pop_grown_batch(kBatchMax, kBatchMax, steady_now() + kBatchWait);
    if (messages.empty()) return;
    last = messages.size();
    try {
      serve(std::move(messages));
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

void StoreThread::serve(std::vector<Message> messages) {
  std::vector<storage::Outcome> outcomes;
  outcomes.reserve(messages.size());
  std::vector<storage::LeaseRequest> leases;
  std::vector<storage::SeedLines> seeds;
  for (Message& message : messages) {
    if (auto* outcome = std::get_if<std::unique_ptr<storage::Outcome>>(&message))
      outcomes.push_back(std::move(**outcome));
    else if (auto* lease = std::get_if<storage::LeaseRequest>(&message))
      leases.push_back(std::move(*lease));
    else
      seeds.push_back(std::move(std::get<storage::SeedLines>(message)));
  }
  // Leases after the commit, so that they see the tasks that these outcomes found, and before the list, of which a part
  // can take seconds: what is known already is fetched meanwhile.
  if (!outcomes.empty() || !leases.empty()) sink_(answer(std::move(outcomes), leases));
  if (!seeds.empty()) sink_(add_parts(std::move(seeds)));
}

StoreReply StoreThread::answer(std::vector<storage::Outcome> outcomes,
                               const std::vector<storage::LeaseRequest>& leases) {
  StoreReply reply;
  if (!outcomes.empty()) store_.finish(outcomes);
  reply.committed = outcomes.size();
  for (const storage::LeaseRequest& lease : leases) {
    std::vector<storage::HostLease> leased = store_.lease(lease);
    reply.lease_asked += lease.tasks_max;
    if (!reply.leases) reply.leases.emplace();
    std::move(leased.begin(), leased.end(), std::back_inserter(*reply.leases));
  }
  reply.counts = store_.counts();
  return reply;
}

StoreReply StoreThread::add_parts(std::vector<storage::SeedLines> parts) {
  StoreReply reply;
  for (const storage::SeedLines& part : parts) {
    store_.add_seeds(part);
    ++reply.seeds_added;
    reply.list_complete = part.position.complete;
  }
  reply.counts = store_.counts();
  return reply;
}

}  // namespace scraper
