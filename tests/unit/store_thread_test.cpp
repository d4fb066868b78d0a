// SPDX-License-Identifier: MIT
#include "scraper/engine/store_thread.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "storage/store.h"

namespace scraper {
namespace {

using testing::ElementsAre;

/// Notes what it is asked for, and is busy with the first part of a list until it is told to go on.
class NotingStore final : public storage::Store {
 public:
  storage::RunInfo begin_run(const storage::RunSpec&) override { return {}; }
  storage::Counts counts() const override { return {}; }
  void end_run(const std::string&, const std::string&) override {}
  void add_seeds(const storage::SeedLines& seeds) override {
    note("part " + std::to_string(seeds.position.listed));
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return may_go_on_; });
  }
  std::vector<storage::HostLease> lease(const storage::LeaseRequest&) override {
    note("lease");
    return {};
  }
  void finish(std::span<const storage::Outcome> outcomes) override {
    note(std::to_string(outcomes.size()) + " outcomes");
  }

  void wait_until_busy() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !asked_.empty(); });
  }
  void go_on() {
    const std::lock_guard lock(mutex_);
    may_go_on_ = true;
    changed_.notify_all();
  }
  const std::vector<std::string>& asked() const { return asked_; }  ///< when its thread has ended

 private:
  void note(std::string what) {
    const std::lock_guard lock(mutex_);
    asked_.push_back(std::move(what));
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> asked_;
  bool may_go_on_ = false;
};

storage::SeedLines part(int64_t number, bool last) {
  storage::SeedLines seeds;
  seeds.position = {number, "", last};
  return seeds;
}

TEST(StoreThread, LeasesSeeWhatIsCommittedAndDoNotWaitForTheList) {
  NotingStore store;
  std::vector<StoreReply> replies;  // of the store's thread
  {
    StoreThread thread(store, 10, [&](auto message) { replies.push_back(std::get<StoreReply>(std::move(message))); });
    thread.add(part(1, false));
    store.wait_until_busy();
    // All in one batch.
    thread.add(part(2, true));
    thread.lease({5, 5});
    thread.commit({});
    thread.commit({});
    store.go_on();
  }
  EXPECT_THAT(store.asked(), ElementsAre("part 1", "2 outcomes", "lease", "part 2"));
  ASSERT_EQ(replies.size(), 3u);
  EXPECT_EQ(replies[0].seeds_added, 1);
  EXPECT_FALSE(replies[0].list_complete);
  EXPECT_EQ(replies[1].committed, 2u);
  EXPECT_TRUE(replies[1].leases.has_value());
  EXPECT_EQ(replies[1].lease_asked, 5u);
  EXPECT_EQ(replies[1].seeds_added, 0);
  EXPECT_EQ(replies[2].seeds_added, 1);
  EXPECT_TRUE(replies[2].list_complete);
  EXPECT_FALSE(replies[2].leases.has_value());
}

}  // namespace
}  // namespace scraper
