// SPDX-License-Identifier: MIT
// The rules of storage::Store, over every implementation: tasks, depth and redirects.
#include "tests/conformance/store_fixture.h"

namespace storage {
namespace {

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
  add({{1, "http://", {}, std::nullopt, "bad_url", "no host", {}}});
  expect_counts(0, 0, 1);
  EXPECT_TRUE(lease_all().empty());
}

TEST_P(StoreConformance, RecordsAListedUrlThatIsLeftOutAsSkipped) {
  add({{1, kA, {}, record(kA), {}, {}, "scope"}});
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

TEST_P(StoreConformance, AHostGetsMoreWhenNoMoreThanHalfIsOut) {
  open();
  list({"http://a/1", "http://a/2", "http://a/3", "http://a/4", "http://a/5", "http://a/6"});
  const auto leases = store_->lease({100, 4});
  ASSERT_EQ(leases.size(), 1u);
  ASSERT_EQ(leases[0].tasks.size(), 4u);
  for (const TaskRecord& task : leases[0].tasks) ids_[task.url] = task.id;
  finish(answer(leases[0].tasks[0].url));
  EXPECT_TRUE(store_->lease({100, 4}).empty()) << "three are out";
  finish(answer(leases[0].tasks[1].url));
  const auto more = store_->lease({100, 4});
  ASSERT_EQ(more.size(), 1u);
  EXPECT_EQ(more[0].tasks.size(), 2u);
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

INSTANTIATE_TEST_SUITE_P(Backends, StoreConformance, testing::ValuesIn(all_backends()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace storage
