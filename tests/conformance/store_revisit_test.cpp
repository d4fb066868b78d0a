// SPDX-License-Identifier: MIT
// What a store remembers for the next run: validators, links of pages that have not changed, what is young enough.
#include "tests/conformance/store_fixture.h"

namespace storage {
namespace {

class RevisitConformance : public StoreConformance {
 protected:
  static RunSpec asking(int depth_max = 5) {
    RunSpec asked = spec(depth_max);
    asked.start = RunSpec::Start::fresh;
    asked.content_key = 7;
    asked.revisits = true;
    return asked;
  }

  void SetUp() override { open(asking()); }

  void begin_again(const RunSpec& asked) {
    store_->end_run("complete", "2026-01-01T00:01:00.000Z");
    if (std::string(GetParam().name) != "Memory") {
      store_.reset();
      store_ = GetParam().open(folder_.path());
    }
    next_attempt_ = store_->begin_run(asked).next_attempt_id;
  }

  Outcome known_page(const std::string& url, const std::vector<std::string>& links = {}) {
    Outcome outcome = page(url, links);
    outcome.page->etag = "\"e\"";
    outcome.page->last_modified = "Sat";
    return outcome;
  }

  Outcome unchanged(const std::string& url) {
    Outcome outcome = answer(url, 304);
    outcome.not_modified = true;
    return outcome;
  }

  Validators leased(const std::string& url) {
    list({url});
    return lease_all().at(url).validators;
  }
};

TEST_P(RevisitConformance, ATaskIsLeasedWithTheValidatorsOfItsPage) {
  EXPECT_TRUE(leased(kA).empty());
  finish(known_page(kA));
  begin_again(asking());
  EXPECT_EQ(leased(kA), (Validators{"\"e\"", "Sat"}));
}

TEST_P(RevisitConformance, WhatWasStoredForAnotherPurposeIsNotAskedAbout) {
  leased(kA);
  finish(known_page(kA));
  RunSpec other = asking();
  other.content_key = 8;
  begin_again(other);
  EXPECT_TRUE(leased(kA).empty());
  finish(known_page(kA));
  RunSpec fresh = other;
  fresh.revisits = false;
  begin_again(fresh);
  EXPECT_TRUE(leased(kA).empty());
  begin_again(other);
  EXPECT_FALSE(leased(kA).empty());
}

TEST_P(RevisitConformance, NorWhatIsGoneOrWasReadInPart) {
  leased(kA);
  finish(known_page(kA));
  begin_again(asking());
  leased(kA);
  Outcome gone = answer(kA, 404);
  gone.gone = true;
  finish(gone);
  begin_again(asking());
  EXPECT_TRUE(leased(kA).empty());
  list({kB});
  lease_all();
  Outcome part = known_page(kB);
  part.state = TaskState::failed;
  part.attempt->error_kind = "parse_limit";
  finish(part);
  begin_again(asking());
  EXPECT_TRUE(leased(kB).empty());
}

TEST_P(RevisitConformance, AnUnchangedPageIsDoneAndOffersItsLinksAgain) {
  leased(kA);
  finish(known_page(kA, {kB, kC}));
  lease_all();
  finish(known_page(kB));
  finish(known_page(kC));
  begin_again(asking());
  leased(kA);
  Outcome outcome = unchanged(kA);
  outcome.validators = Validators{"\"f\"", "Sun"};
  finish(outcome);
  expect_counts(2, 1, 0);
  const auto tasks = lease_all();
  ASSERT_TRUE(tasks.contains(kB) && tasks.contains(kC));
  EXPECT_EQ(tasks.at(kB).depth, 1);
  begin_again(asking(0));
  EXPECT_EQ(leased(kA), (Validators{"\"f\"", "Sun"}));
  finish(unchanged(kA));
  expect_counts(0, 1, 0);
}

TEST_P(RevisitConformance, WhatIsYoungEnoughIsSkippedAndWhatLiesBehindItIsOffered) {
  leased(kA);
  finish(known_page(kA, {kB}));
  lease_all();
  finish(answer(kB, 500));
  list({kC});
  lease_all();
  finish(redirect(kC, kD));
  lease_all();
  finish(known_page(kD));
  RunSpec asked = asking();
  asked.fresh_since = "2026-01-01T00:00:00.500Z";  // every attempt of these tests is a little later
  begin_again(asked);
  list({kA, kC});
  expect_counts(1, 0, 0, 3);  // kB failed: nothing of it is young
  EXPECT_TRUE(lease_all().contains(kB));
  asked.fresh_since = "2026-01-01T00:00:01.000Z";
  begin_again(asked);
  list({kA, kC});
  EXPECT_EQ(lease_all().size(), 2u);
}

INSTANTIATE_TEST_SUITE_P(Every, RevisitConformance, testing::ValuesIn(all_backends()),
                         [](const auto& backend) { return backend.param.name; });

TEST(RevisitSqlite, AnUnchangedPageHasItsStatusAndTheAttemptHasItsOwn) {
  const scraper::TemporaryDirectory folder;
  const std::string path = folder.path() / "crawl.db";
  sqlite::SqliteStore store(path);
  RunSpec spec;
  spec.fetcher = "multi";
  spec.started_at = "2026-01-01T00:00:00.000Z";
  spec.content_key = 7;
  store.begin_run(spec);
  SeedLines seeds;
  seeds.add({1, kA, {}, UrlRecord{kA, std::string_view("http://a").size()}, {}, {}, {}});
  store.add_seeds(seeds);
  Outcome outcome;
  outcome.url_id = store.lease({10, 10}).at(0).tasks.at(0).id;
  outcome.attempt = AttemptRecord{};
  outcome.attempt->id = 1;
  outcome.attempt->url = kA;
  outcome.attempt->started_at = "2026-01-01T00:00:01.000Z";
  outcome.attempt->status = 304;
  outcome.not_modified = true;
  store.finish(std::vector{outcome});
  sqlite::Database database(path, sqlite::Database::Mode::read);
  EXPECT_EQ(database.text("SELECT u.status || ' ' || a.status FROM urls u JOIN attempts a ON a.id = u.attempt_id"),
            "200 304");
}

}  // namespace
}  // namespace storage
