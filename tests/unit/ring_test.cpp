// SPDX-License-Identifier: MIT
// What the simulation cannot see of the ring: when it makes the store answer at once.
#include "scraper/engine/ring.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "scraper/frontier/scope.h"

namespace scraper {
namespace {

/// A ring with room for two transfers, which asks of one host.
class RingOfTwo : public testing::Test {
 protected:
  void SetUp() override {
    EngineSettings settings;
    settings.concurrency = 2;
    settings.politeness.per_host = 2;
    settings.politeness.delay = Duration{0};
    storage::Counts counts;
    counts.unleased = 100;
    RingPorts ports;
    ports.fetch = [this](FetchRequest) { ++fetches_; };
    ports.cancel_fetches = [] {};
    ports.digest = [](DigestJob) {};
    ports.commit = [](storage::Outcome&&) {};
    ports.lease = [this](storage::LeaseRequest request) { asked_ = request.tasks_max; };
    ports.hurry = [this] { ++hurries_; };
    ring_.emplace(settings, scope_, storage::RunInfo{}, counts, std::move(ports), now_);
  }

  void lease(int tasks) {
    StoreReply reply;
    storage::HostLease lease;
    lease.id = 1;
    lease.origin = "http://h.test";
    for (int i = 1; i <= tasks; ++i) {
      storage::TaskRecord task;
      task.id = i;
      task.url = "http://h.test/" + std::to_string(i);
      lease.tasks.push_back(std::move(task));
    }
    reply.leases.emplace();
    reply.leases->push_back(std::move(lease));
    reply.lease_asked = asked_;
    reply.counts.unleased = 100;
    ring_->handle(std::move(reply), now_);
  }

  const Now now_ = read_clocks();
  Scope scope_ = std::move(*Scope::make({}));
  size_t asked_ = 0;
  int fetches_ = 0, hurries_ = 0;
  std::optional<Ring> ring_;
};

TEST_F(RingOfTwo, HurriesTheStoreOnceWhenItHasNothingToDo) {
  ring_->turn(now_);
  EXPECT_GT(asked_, 0u);
  EXPECT_EQ(hurries_, 1);
  ring_->turn(now_);
  EXPECT_EQ(hurries_, 1) << "once is enough until it answers";
}

TEST_F(RingOfTwo, LetsTheStoreGatherWhileAllTransfersAreUnderWay) {
  ring_->turn(now_);
  lease(50);
  ring_->turn(now_);
  EXPECT_EQ(fetches_, 2);
  EXPECT_EQ(hurries_, 1);
  FetchResult result;
  result.id = 1;
  result.status = 200;
  ring_->handle(std::move(result), now_);
  ring_->turn(now_);
  EXPECT_EQ(fetches_, 3);
  EXPECT_EQ(hurries_, 1) << "what waits here goes first";
}

TEST_F(RingOfTwo, HurriesNobodyWhoOwesNothing) {
  ring_->turn(now_);
  lease(1);  // fewer than were asked for: there are no more
  ring_->turn(now_);
  EXPECT_EQ(fetches_, 1);
  EXPECT_EQ(hurries_, 1) << "one transfer could start, but the store has nothing for it";
}

}  // namespace
}  // namespace scraper
