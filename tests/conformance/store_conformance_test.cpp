// SPDX-License-Identifier: MIT
// The rules of storage::Store, over every implementation.
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>

#include "storage/memory/memory_store.h"
#include "storage/sqlite/sqlite_store.h"
#include "tests/support/temporary_directory.h"

namespace storage {
namespace {

struct Backend {
  const char* name;
  std::function<std::unique_ptr<Store>(const std::string& folder)> open;
};

class StoreConformance : public testing::TestWithParam<Backend> {
 protected:
  void SetUp() override { open(); }

  void open(int depth_max = 5) {
    store_.reset();
    std::filesystem::remove(folder_.path() / "crawl.db");
    store_ = GetParam().open(folder_.path());
    RunSpec spec;
    spec.started_at = "2026-01-01T00:00:00.000Z";
    spec.fetcher = "multi";
    spec.depth_max = depth_max;
    next_attempt_ = store_->begin_run(spec).next_attempt_id;
  }

  static UrlRecord record(const std::string& url) { return {url.substr(0, url.find('/', 8)), url}; }

  void list(const std::vector<std::string>& urls) {
    std::vector<SeedRecord> seeds;
    for (const std::string& url : urls) seeds.push_back({++line_, url, {}, record(url), {}, {}, {}});
    store_->add_seeds(seeds);
  }

  /// Everything that can be leased, by URL.
  std::map<std::string, TaskRecord> lease_all() {
    std::map<std::string, TaskRecord> tasks;
    for (const HostLease& lease : store_->lease({1000, 1000})) {
      for (const TaskRecord& task : lease.tasks) tasks[task.url] = task;
    }
    for (const auto& [url, task] : tasks) ids_[url] = task.id;
    return tasks;
  }

  Outcome answer(const std::string& url, int status = 200) {
    Outcome outcome;
    outcome.url_id = ids_.at(url);
    outcome.state = status < 400 ? TaskState::done : TaskState::failed;
    AttemptRecord attempt;
    attempt.id = next_attempt_++;
    attempt.url = url;
    attempt.status = status;
    attempt.started_at = "2026-01-01T00:00:01.000Z";
    attempt.wire_bytes = 10;
    if (status >= 400) attempt.error_kind = "http_status";
    outcome.attempt = attempt;
    return outcome;
  }

  Outcome page(const std::string& url, const std::vector<std::string>& links) {
    Outcome outcome = answer(url);
    outcome.page = PageRecord{};
    for (const std::string& link : links) {
      outcome.links.push_back({record(link), "text", "", static_cast<int>(outcome.links.size()), true});
    }
    return outcome;
  }

  Outcome redirect(const std::string& url, const std::string& target, bool follow = true) {
    Outcome outcome = answer(url, 301);
    outcome.redirect = RedirectRecord{record(target), follow};
    return outcome;
  }

  void finish(const Outcome& outcome) { store_->finish(std::vector{outcome}); }

  void expect_counts(int64_t todo, int64_t done, int64_t failed, int64_t skipped = 0) {
    const Counts counts = store_->counts();
    EXPECT_EQ(counts.todo, todo);
    EXPECT_EQ(counts.done, done);
    EXPECT_EQ(counts.failed, failed);
    EXPECT_EQ(counts.skipped, skipped);
  }

  scraper::TemporaryDirectory folder_;
  std::unique_ptr<Store> store_;
  std::map<std::string, UrlId> ids_;
  AttemptId next_attempt_ = 1;
  int64_t line_ = 0;
};

const std::string kA = "http://a/", kB = "http://a/b", kC = "http://a/c", kD = "http://a/d", kFar = "http://far/";

TEST_P(StoreConformance, MakesOneTaskOfAUrlHoweverOftenItIsListed) {
  list({kA, kB, kA, kA});
  list({kB});
  EXPECT_EQ(lease_all().size(), 2u);
  expect_counts(2, 0, 0);
}

TEST_P(StoreConformance, HandsOutATaskOnce) {
  list({kA});
  EXPECT_EQ(lease_all().size(), 1u);
  EXPECT_EQ(lease_all().size(), 0u);
  EXPECT_EQ(store_->counts().unleased, 0);
}

TEST_P(StoreConformance, RecordsALineThatIsNoUrlAsAFailedTask) {
  store_->add_seeds(std::vector<SeedRecord>{{1, "http://", {}, std::nullopt, "bad_url", "no host", {}}});
  expect_counts(0, 0, 1);
  EXPECT_TRUE(lease_all().empty());
}

TEST_P(StoreConformance, RecordsAListedUrlThatIsLeftOutAsSkipped) {
  store_->add_seeds(std::vector<SeedRecord>{{1, kA, {}, record(kA), {}, {}, "scope"}});
  expect_counts(0, 0, 0, 1);
  EXPECT_TRUE(lease_all().empty());
}

TEST_P(StoreConformance, SaysWhetherAnOriginWasListed) {
  list({kA});
  lease_all();
  finish(page(kA, {kFar}));
  const auto leases = store_->lease({10, 10});
  ASSERT_EQ(leases.size(), 1u);
  EXPECT_EQ(leases[0].origin, "http://far");
  EXPECT_FALSE(leases[0].listed);
}

TEST_P(StoreConformance, LeasesNoMoreOfAHostThanItMayHaveOut) {
  list({kA, kB, kC, kFar});
  const auto leases = store_->lease({100, 2});
  size_t tasks = 0;
  for (const HostLease& lease : leases) {
    EXPECT_LE(lease.tasks.size(), 2u);
    tasks += lease.tasks.size();
    for (const TaskRecord& task : lease.tasks) ids_[task.url] = task.id;
  }
  EXPECT_EQ(tasks, 3u);
  EXPECT_TRUE(store_->lease({100, 2}).empty());
  finish(answer(ids_.contains(kA) ? kA : kB));
  const auto more = store_->lease({100, 2});
  ASSERT_EQ(more.size(), 1u);
  EXPECT_EQ(more[0].tasks.size(), 1u);
}

TEST_P(StoreConformance, LeasesNoMoreThanIsAskedFor) {
  list({kA, kB, kC, kFar});
  size_t tasks = 0;
  for (const HostLease& lease : store_->lease({3, 100})) tasks += lease.tasks.size();
  EXPECT_EQ(tasks, 3u);
}

TEST_P(StoreConformance, LeasesShallowTasksFirst) {
  list({kA, kFar});
  lease_all();
  finish(page(kA, {kB}));
  list({kC});
  const auto leases = store_->lease({1, 100});
  ASSERT_EQ(leases.size(), 1u);
  EXPECT_EQ(leases[0].tasks[0].url, kC);
}

TEST_P(StoreConformance, FollowsLinksAsFarAsTheDepthAllows) {
  open(1);
  list({kA});
  lease_all();
  finish(page(kA, {kB, kA}));
  EXPECT_EQ(lease_all().at(kB).depth, 1);
  finish(page(kB, {kC}));
  EXPECT_TRUE(lease_all().empty());
  expect_counts(0, 2, 0);
}

TEST_P(StoreConformance, DoesNotFollowALinkThatIsOutOfScope) {
  list({kA});
  lease_all();
  Outcome outcome = page(kA, {kB});
  outcome.links[0].follow = false;
  finish(outcome);
  EXPECT_TRUE(lease_all().empty());
  expect_counts(0, 1, 0);
}

TEST_P(StoreConformance, KeepsTheLeastDepthAndOffersTheLinksBehindItAgain) {
  open(2);
  list({kA});
  lease_all();
  finish(page(kA, {kB, kC}));
  lease_all();
  finish(page(kB, {kD}));  // d at depth 2: its links are too deep
  lease_all();
  finish(page(kD, {kFar}));
  EXPECT_TRUE(lease_all().empty());
  list({kD});  // d at depth 0 after all
  EXPECT_EQ(lease_all().at(kFar).depth, 1);
}

TEST_P(StoreConformance, KeepsATaskThatIsTriedAgainWithItsAttempts) {
  list({kA});
  lease_all();
  Outcome outcome = answer(kA, 503);
  outcome.state = TaskState::todo;
  finish(outcome);
  expect_counts(1, 0, 0);
  EXPECT_TRUE(lease_all().empty());  // whoever leased it has it still
}

TEST_P(StoreConformance, CommitsAnAttemptOnce) {
  list({kA});
  lease_all();
  const Outcome outcome = page(kA, {kB});
  finish(outcome);
  finish(outcome);
  expect_counts(1, 1, 0);
  EXPECT_EQ(store_->counts().bytes, 10);
  EXPECT_EQ(store_->counts().pages, 1);
}

TEST_P(StoreConformance, SkipsATaskWithoutAnAttempt) {
  list({kA});
  lease_all();
  Outcome outcome;
  outcome.url_id = ids_.at(kA);
  outcome.state = TaskState::skipped;
  outcome.skip_reason = "parked_host";
  finish(outcome);
  expect_counts(0, 0, 0, 1);
}

TEST_P(StoreConformance, MakesTheTargetOfARedirectATaskOfTheSameDepth) {
  list({kA});
  lease_all();
  finish(redirect(kA, kB));
  expect_counts(2, 0, 0);
  const TaskRecord target = lease_all().at(kB);
  EXPECT_EQ(target.depth, 0);
  EXPECT_EQ(target.redirects, 1);
  finish(page(kB, {}));
  expect_counts(0, 2, 0);
}

TEST_P(StoreConformance, FetchesATargetOnceHoweverManyRedirectToIt) {
  list({kA, kB});
  lease_all();
  finish(redirect(kA, kC));
  EXPECT_EQ(lease_all().size(), 1u);
  finish(answer(kC, 404));
  finish(redirect(kB, kC));
  EXPECT_TRUE(lease_all().empty());
  expect_counts(0, 0, 3);
}

TEST_P(StoreConformance, GivesTheStateOfTheEndToAllOfAChain) {
  list({kA});
  lease_all();
  finish(redirect(kA, kB));
  lease_all();
  finish(redirect(kB, kC));
  lease_all();
  finish(answer(kC, 500));
  expect_counts(0, 0, 3);
}

TEST_P(StoreConformance, FailsARedirectToItself) {
  list({kA});
  lease_all();
  finish(redirect(kA, kA));
  expect_counts(0, 0, 1);
}

TEST_P(StoreConformance, FailsALoopOfRedirectsAsAWhole) {
  list({kA});
  lease_all();
  finish(redirect(kA, kB));
  lease_all();
  finish(redirect(kB, kC));
  lease_all();
  finish(redirect(kC, kB));
  expect_counts(0, 0, 3);
  EXPECT_TRUE(lease_all().empty());
}

TEST_P(StoreConformance, LetsARedirectOutOfScopeEndWithItsOwnAnswer) {
  list({kA});
  lease_all();
  finish(redirect(kA, kFar, false));
  expect_counts(0, 1, 0);
  EXPECT_TRUE(lease_all().empty());
}

TEST_P(StoreConformance, LowersTheDepthBehindARedirectToo) {
  open(2);
  list({kA});
  lease_all();
  finish(page(kA, {kB}));
  lease_all();
  finish(page(kB, {kC}));
  lease_all();
  finish(redirect(kC, kD));  // d at depth 2
  lease_all();
  finish(page(kD, {kFar}));
  EXPECT_TRUE(lease_all().empty());
  list({kC});
  EXPECT_EQ(lease_all().at(kFar).depth, 1);
}

INSTANTIATE_TEST_SUITE_P(
    Backends, StoreConformance,
    testing::Values(Backend{"Memory", [](const std::string&) { return std::make_unique<memory::MemoryStore>(); }},
                    Backend{"Sqlite",
                            [](const std::string& folder) {
                              return std::make_unique<sqlite::SqliteStore>(folder + "/crawl.db");
                            }}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace storage
