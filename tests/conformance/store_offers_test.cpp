// SPDX-License-Identifier: MIT
// The rules of storage::Store, over every implementation: what is skipped and revived, limits, sitemaps, hosts, retries
// and runs that are taken up again.
#include "tests/conformance/store_fixture.h"

namespace storage {
namespace {

class StoreOffers : public StoreConformance {
 protected:
  Outcome page_with(const std::string& url, std::vector<LinkRecord> links) {
    Outcome outcome = answer(url);
    outcome.page = PageRecord{};
    outcome.links = std::move(links);
    for (size_t i = 0; i < outcome.links.size(); ++i) outcome.links[i].position = static_cast<int>(i);
    return outcome;
  }
  static LinkRecord link(const std::string& url, const std::string& skip_reason = {}) {
    LinkRecord link;
    link.target = record(url);
    link.follow = true;
    link.skip_reason = skip_reason;
    return link;
  }
  static LinkRecord family_link(const std::string& url, uint64_t family, int most) {
    LinkRecord one = link(url);
    one.family = family;
    one.family_max = most;
    return one;
  }
  void begin(const std::vector<std::string>& urls) {
    list(urls);
    lease_all();
  }
  HostLease host(const std::string& origin) { return store_->lease({0, 0, {origin}}).at(0); }
};

TEST_P(StoreOffers, SkipsALinkForItsReasonUntilAnotherOneAsksForIt) {
  begin({kA, kB});
  finish(page_with(kA, {link(kC, "nofollow"), link(kD, "nofollow")}));
  expect_counts(1, 1, 0, 2);
  EXPECT_TRUE(lease_all().empty());
  finish(page_with(kB, {link(kC)}));
  EXPECT_TRUE(lease_all().contains(kC));
  expect_counts(1, 2, 0, 1);
}

TEST_P(StoreOffers, FetchesWhatIsListedWhateverLinksSayOfIt) {
  begin({kA});
  finish(page_with(kA, {link(kC, "nofollow"), link(kD, "trap")}));
  EXPECT_TRUE(lease_all().empty());
  list({kC, kD});
  EXPECT_EQ(lease_all().size(), 2u);
  expect_counts(2, 1, 0, 0);
}

TEST_P(StoreOffers, KeepsATrapSkippedThatLinksAskForAgain) {
  begin({kA, kB});
  finish(page_with(kA, {link(kC, "trap")}));
  finish(page_with(kB, {link(kC, "trap")}));
  EXPECT_TRUE(lease_all().empty());
  expect_counts(0, 2, 0, 1);
}

TEST_P(StoreOffers, BoundsAFamilyOfUrls) {
  begin({kA});
  std::vector<LinkRecord> links;
  for (int i = 0; i < 5; ++i) links.push_back(family_link("http://a/?" + std::to_string(i), 77, 3));
  links.push_back(family_link("http://a/other", 78, 3));
  finish(page_with(kA, links));
  EXPECT_EQ(lease_all().size(), 4u);
  expect_counts(4, 1, 0, 2);
}

TEST_P(StoreOffers, CountsAFamilyOnceForEachUrl) {
  begin({kA, kB});
  finish(page_with(kA, {family_link(kC, 77, 1)}));
  finish(page_with(kB, {family_link(kC, 77, 1)}));
  EXPECT_EQ(lease_all().size(), 1u);
  expect_counts(1, 2, 0, 0);
}

TEST_P(StoreOffers, OffersBehindAShorterPathWithTheSameReasons) {
  open(1);
  begin({kA});
  finish(page_with(kA, {link(kB)}));
  lease_all();
  finish(page_with(kB, {link(kC), link(kD, "nofollow"), family_link(kFar, 77, 0)}));
  expect_counts(0, 2, 0, 0);  // too deep for a row
  list({kB});
  EXPECT_EQ(lease_all().size(), 1u);
  expect_counts(1, 2, 0, 2);
}

TEST_P(StoreOffers, SkipsWhatIsOverTheLimitOfTheRun) {
  RunSpec limited = spec();
  limited.pages_max = 2;
  open(limited);
  begin({kA});
  finish(page_with(kA, {link(kB), link(kC), link(kFar)}));
  EXPECT_EQ(lease_all().size(), 1u);
  expect_counts(1, 1, 0, 2);
  list({"http://late/"});
  expect_counts(1, 1, 0, 3);
}

TEST_P(StoreOffers, SkipsWhatIsOverTheLimitOfItsHost) {
  RunSpec limited = spec();
  limited.pages_per_host_max = 2;
  open(limited);
  begin({kA, kB, kC, kFar});
  expect_counts(3, 0, 0, 1);
  finish(page_with(kFar, {link("http://far/1"), link("http://far/2"), link(kD)}));
  EXPECT_EQ(lease_all().size(), 1u);
  expect_counts(3, 1, 0, 3);
}

TEST_P(StoreOffers, DoesNotCountWhatIsSkippedAgainstALimit) {
  RunSpec limited = spec();
  limited.pages_max = 2;
  open(limited);
  begin({kA});
  finish(page_with(kA, {link(kB, "nofollow"), link(kC, "trap"), link(kD)}));
  EXPECT_EQ(lease_all().size(), 1u);
}

TEST_P(StoreOffers, LeasesASitemapAndDoesNotCountIt) {
  begin({kA});
  Outcome outcome;
  outcome.host_id = host("http://a").id;
  outcome.sitemaps = {record("http://a/sitemap.xml")};
  finish(outcome);
  expect_counts(1, 0, 0);
  EXPECT_EQ(store_->counts().unleased, 1);
  const auto leased = lease_all();
  ASSERT_EQ(leased.size(), 1u);
  EXPECT_EQ(leased.begin()->second.role, TaskRole::sitemap);
  Outcome done = answer("http://a/sitemap.xml");
  done.role = TaskRole::sitemap;
  done.entries = {link(kB), link(kC)};
  done.sitemaps = {record("http://a/more.xml")};
  finish(done);
  expect_counts(3, 0, 0);
  const auto found = lease_all();
  EXPECT_EQ(found.at(kB).depth, 0);
  EXPECT_EQ(found.at("http://a/more.xml").depth, 1);
  finish(outcome);  // and again, as a run that is taken up does
  EXPECT_TRUE(lease_all().empty());
}

TEST_P(StoreOffers, FetchesASitemapThatIsLinkedToAsAPageToo) {
  begin({kA});
  Outcome outcome;
  outcome.host_id = host("http://a").id;
  outcome.sitemaps = {record(kB)};
  finish(outcome);
  EXPECT_EQ(lease_all().at(kB).role, TaskRole::sitemap);
  finish(page_with(kA, {link(kB)}));
  Outcome done = answer(kB);  // it was out as a sitemap alone
  done.role = TaskRole::sitemap;
  finish(done);
  const auto again = lease_all();
  ASSERT_TRUE(again.contains(kB));
  EXPECT_EQ(again.at(kB).role, TaskRole::both);
  Outcome both = page(kB, {});
  both.role = TaskRole::both;
  finish(both);
  expect_counts(0, 2, 0);
  EXPECT_TRUE(lease_all().empty());
}

TEST_P(StoreOffers, RemembersHowAHostWantsToBeTreated) {
  begin({kA});
  EXPECT_EQ(host("http://a").state, HostState{});
  EXPECT_TRUE(host("http://a").listed);
  EXPECT_FALSE(host("http://unheard.of").listed);
  Outcome first = answer(kA, 503), second = answer(kA, 503);
  first.state = second.state = TaskState::todo;
  first.host_id = second.host_id = host("http://a").id;
  first.host = HostState{"2026-01-01T00:00:01.000Z", 500, 0, 0, {}};
  second.host = HostState{"2026-01-01T00:00:09.000Z", 2000, 2000, 1, "2026-01-01T00:00:09.000Z"};
  store_->finish(std::vector{first, second});
  EXPECT_EQ(host("http://a").state, *second.host);
}

TEST_P(StoreOffers, KeepsARobotsTxtWithItsTextAndNoRow) {
  begin({kA});
  Outcome exchange;
  exchange.host_id = host("http://a").id;
  exchange.attempt = AttemptRecord{};
  exchange.attempt->id = next_attempt_++;
  exchange.attempt->kind = "robots";
  exchange.attempt->url = "http://elsewhere/robots.txt";
  exchange.attempt->started_at = "2026-01-01T00:00:01.000Z";
  exchange.attempt->body = BodyRecord{std::string(64, 'a'), "identity", 4, "text"};
  exchange.attempt_origin = "http://elsewhere";
  exchange.robots = RobotsRecord{200, "2026-01-01T00:00:01.000Z", "2026-01-02T00:00:01.000Z",
                                 BodyRecord{std::string(64, 'a'), {}, 0, {}}};
  finish(exchange);
  const auto robots = host("http://a").robots;
  ASSERT_TRUE(robots);
  EXPECT_EQ(robots->status, 200);
  EXPECT_EQ(robots->expires_at, "2026-01-02T00:00:01.000Z");
  ASSERT_TRUE(robots->body);
  EXPECT_EQ(robots->body->data, "text");
  expect_counts(1, 0, 0);
  finish(exchange);  // its attempt is known: nothing changes
  expect_counts(1, 0, 0);
}

TEST_P(StoreOffers, FailsATaskWithoutAnAttempt) {
  begin({kA, kB});
  Outcome outcome;
  outcome.url_id = ids_.at(kA);
  outcome.state = TaskState::failed;
  outcome.error_kind = "dns";
  outcome.error = "robots.txt: no such host";
  finish(outcome);
  expect_counts(1, 0, 1);
  EXPECT_TRUE(lease_all().empty());
}

TEST_P(StoreOffers, TakesUpTheRunAndDoesAgainWhatFailed) {
  begin({kA, kB, kC, kD});
  Outcome once = answer(kA, 500);
  once.state = TaskState::todo;
  finish(once);
  Outcome twice = answer(kA, 500);
  twice.attempt->number = 2;
  finish(twice);
  finish(answer(kB));
  Outcome parked;
  parked.url_id = ids_.at(kC);
  parked.state = TaskState::skipped;
  parked.skip_reason = "parked_host";
  finish(parked);
  Outcome forbidden = parked;
  forbidden.url_id = ids_.at(kD);
  forbidden.skip_reason = "robots";
  finish(forbidden);
  expect_counts(0, 1, 1, 2);
  store_->end_run("complete", "2026-01-01T00:01:00.000Z");

  reopen(RunSpec::Start::retry);
  EXPECT_EQ(info_.retried, 2);
  EXPECT_TRUE(info_.resumed);
  EXPECT_FALSE(info_.cut_off);
  expect_counts(2, 1, 0, 1);
  const auto again = lease_all();
  ASSERT_EQ(again.size(), 2u);
  EXPECT_EQ(again.at(kA).attempts, 2);
  EXPECT_EQ(again.at(kA).spared, 2);
}

TEST_P(StoreOffers, RetriesTheEndOfARedirectChain) {
  begin({kA});
  finish(redirect(kA, kB));
  lease_all();
  finish(answer(kB, 500));
  expect_counts(0, 0, 2);
  store_->end_run("complete", "2026-01-01T00:01:00.000Z");
  reopen(RunSpec::Start::retry);
  expect_counts(2, 0, 0);
  EXPECT_EQ(lease_all().size(), 1u);
  finish(answer(kB));
  expect_counts(0, 2, 0);
}

TEST_P(StoreOffers, KnowsHowFarTheListWasRead) {
  SeedLines lines;
  lines.add({1, kA, {}, record(kA), {}, {}, {}});
  lines.position = {1, "hash", false};
  store_->add_seeds(lines);
  reopen(RunSpec::Start::resume);
  EXPECT_TRUE(info_.resumed);
  EXPECT_TRUE(info_.cut_off);
  EXPECT_EQ(info_.list.listed, 1);
  EXPECT_EQ(info_.list.hash, "hash");
  EXPECT_FALSE(info_.list.complete);
}

INSTANTIATE_TEST_SUITE_P(Backends, StoreOffers, testing::ValuesIn(all_backends()),
                         [](const auto& tested) { return tested.param.name; });

/// What only a database can tell: where a new run begins and where the last one goes on.
class SqliteRuns : public testing::Test {
 protected:
  std::string path() const { return folder_.path() / "crawl.db"; }
  RunInfo begin(RunSpec spec) {
    spec.started_at = spec.started_at.empty() ? "2026-01-02T00:00:00.000Z" : spec.started_at;
    spec.fetcher = "multi";
    store_.reset();
    store_ = std::make_unique<sqlite::SqliteStore>(path());
    return store_->begin_run(spec);
  }
  scraper::TemporaryDirectory folder_;
  std::unique_ptr<sqlite::SqliteStore> store_;
};

TEST_F(SqliteRuns, GoesOnWithARunThatWasCutOffOnlyWhenItsScopeListAndAgeAllowIt) {
  RunSpec spec;
  spec.scope = "depth=1";
  spec.resumable_since = "2026-01-01T00:00:00.000Z";
  bool same = true;
  spec.same_list = [&](const ListPosition&) { return same; };
  EXPECT_FALSE(begin(spec).resumed);
  EXPECT_TRUE(begin(spec).resumed);
  same = false;
  EXPECT_FALSE(begin(spec).resumed);
  same = true;
  spec.scope = "depth=2";
  EXPECT_FALSE(begin(spec).resumed);
  spec.resumable_since = "2026-01-03T00:00:00.000Z";
  EXPECT_FALSE(begin(spec).resumed);
  spec.start = RunSpec::Start::resume;
  EXPECT_TRUE(begin(spec).resumed);
  store_->end_run("complete", "2026-01-02T00:00:01.000Z");
  EXPECT_FALSE(begin(spec).resumed);
  spec.start = RunSpec::Start::fresh;
  EXPECT_EQ(begin(spec).id, 6);
}

TEST_F(SqliteRuns, RefusesAConditionThatIsNoneAndChangesNothing) {
  begin({});
  SeedLines lines;
  lines.add({1, kA, {}, UrlRecord{kA, std::string_view("http://a").size()}, {}, {}, {}});
  store_->add_seeds(lines);
  store_->end_run("complete", "2026-01-02T00:00:01.000Z");
  RunSpec spec;
  spec.start = RunSpec::Start::retry;
  for (const char* where : {"nonsense =", "no_column = 1", "1); DROP TABLE urls; --", "1) UNION SELECT 1 --(",
                            "(SELECT 1 FROM", "state = ?"}) {
    spec.retry_where = where;
    EXPECT_THROW(begin(spec), Error) << where;
  }
  sqlite::Database database(path(), sqlite::Database::Mode::read);
  EXPECT_EQ(database.text("SELECT outcome FROM runs"), "complete");
  spec.retry_where = "state = 'failed' -- a comment";
  EXPECT_EQ(begin(spec).retried, 0);
  EXPECT_EQ(store_->counts().todo, 1);
}

}  // namespace
}  // namespace storage
