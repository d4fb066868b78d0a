// SPDX-License-Identifier: MIT
// Headers of one text are one row, within a run and from one to the next.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "storage/sqlite/database.h"
#include "storage/sqlite/sqlite_store.h"
#include "tests/support/temporary_directory.h"

namespace storage {
namespace {

class StoredHeaders : public testing::Test {
 protected:
  StoredHeaders() : path_((folder_.path() / "crawl.db").string()) {}

  /// A run whose attempts bring these headers.
  void run(const std::vector<std::string>& headers) {
    sqlite::SqliteStore store(path_);
    RunSpec spec;
    spec.start = RunSpec::Start::fresh;
    spec.started_at = kTime;
    spec.fetcher = "multi";
    AttemptId attempt = store.begin_run(spec).next_attempt_id;
    std::vector<Outcome> outcomes;
    for (const std::string& text : headers) {
      Outcome& outcome = outcomes.emplace_back();
      outcome.attempt_origin = "https://a.example";
      outcome.attempt.emplace();
      outcome.attempt->id = attempt++;
      outcome.attempt->kind = "robots";
      outcome.attempt->url = "https://a.example/robots.txt";
      outcome.attempt->started_at = kTime;
      outcome.attempt->headers = text;
    }
    store.finish(outcomes);
    store.end_run("complete", kTime);
  }

  int64_t rows(const std::string& of) {
    sqlite::Database database(path_, sqlite::Database::Mode::read);
    return database.integer("SELECT count(*) FROM " + of);
  }

  static constexpr const char* kTime = "2026-01-01T00:00:00.000Z";
  scraper::TemporaryDirectory folder_;
  std::string path_;
};

TEST_F(StoredHeaders, OfOneTextAreOneRow) {
  run({"A: 1\n", "B: 2\n", "A: 1\n", "A: 1\n", ""});
  EXPECT_EQ(rows("headers"), 2);
  EXPECT_EQ(rows("attempts a JOIN headers h ON h.id = a.headers_id WHERE h.data LIKE 'A%'"), 3);
  run({"B: 2\n", "C: 3\n"});
  EXPECT_EQ(rows("headers"), 3);
  EXPECT_EQ(rows("attempts a JOIN headers h ON h.id = a.headers_id WHERE h.data LIKE 'B%'"), 2);
}

}  // namespace
}  // namespace storage
