// SPDX-License-Identifier: MIT
#include "scraper/engine/store_thread.h"

namespace scraper {
namespace {

constexpr size_t kBatchMax = 256;  // outcomes a transaction: beyond it the cost an outcome no longer falls

}  // namespace

StoreThread::StoreThread(storage::Store& store, size_t outcomes_max, Sink sink)
    : store_(store), sink_(std::move(sink)), inbox_(outcomes_max + 1), thread_([this] { run(); }) {}

StoreThread::~StoreThread() { inbox_.close(); }

void StoreThread::run() {
  for (;;) {
    std::vector<Message> messages = inbox_.pop_batch(kBatchMax);
    if (messages.empty()) return;
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
  std::optional<storage::LeaseRequest> lease;
  for (Message& message : messages) {
    if (auto* outcome = std::get_if<storage::Outcome>(&message))
      outcomes.push_back(std::move(*outcome));
    else
      lease = std::get<storage::LeaseRequest>(message);
  }
  if (!outcomes.empty()) store_.finish(outcomes);
  reply.committed = outcomes.size();
  // After the commit, so that it sees the tasks that these outcomes found.
  if (lease) {
    reply.leases = store_.lease(*lease);
    reply.lease_asked = lease->tasks_max;
  }
  reply.counts = store_.counts();
  return reply;
}

}  // namespace scraper
