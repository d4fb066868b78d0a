// SPDX-License-Identifier: MIT
// Random crawls of a random web, driven in the same order through the SQLite store and the reference model: after every
// step both must tell the same of every URL.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>

#include "storage/memory/memory_store.h"
#include "storage/sqlite/sqlite_store.h"
#include "tests/support/sanitizer.h"
#include "tests/support/temporary_directory.h"

namespace storage {
namespace {

using Told = std::map<std::string, std::string>;  // URL -> everything that is compared

std::string told(const std::string& state, int64_t status, const std::string& kind, const std::string& skip,
                 int64_t depth) {
  return state + " " + std::to_string(status) + " " + kind + " " + skip + " depth " + std::to_string(depth);
}

Told told_by(const memory::MemoryStore& store) {
  Told out;
  for (const auto& [id, url] : store.urls()) {
    if (url.is_task)
      out[url.url] = told(std::string(name(url.state)), url.status, url.error_kind, url.skip_reason, url.depth);
  }
  return out;
}

Told told_by(const std::string& path) {
  Told out;
  sqlite::Database database(path, sqlite::Database::Mode::read);
  sqlite::Statement rows(database, "SELECT url, state, status, error_kind, skip_reason, depth FROM latest");
  while (rows.step())
    out[rows.text(0)] = told(rows.text(1), rows.integer(2), rows.text(3), rows.text(4), rows.integer(5));
  return out;
}

/// What a URL of the random web answers.
class Web {
 public:
  explicit Web(uint32_t seed) : random_(seed), size_(2 + random_() % 30) {
    for (int i = 0; i < size_; ++i) pages_.push_back(any_page());
  }

  /// Between two runs some pages become others.
  void change() {
    for (Page& page : pages_) {
      if (random_() % 4 == 0) page = any_page();
    }
  }

  UrlRecord record(int i) const {
    const std::string origin = "http://h" + std::to_string(i % 3);
    return {origin + "/" + std::to_string(i), origin.size()};
  }
  int any() { return static_cast<int>(random_() % static_cast<uint32_t>(size_)); }
  uint32_t random() { return random_(); }

  /// A page that is known by its validators has changed or not as the attempt's id has it.
  Outcome answer(const TaskRecord& task, AttemptId attempt_id, RunId run) {
    const Page& page = pages_.at(static_cast<size_t>(std::stoi(task.url.substr(task.url.rfind('/') + 1))));
    Outcome outcome;
    outcome.url_id = task.id;
    AttemptRecord attempt;
    attempt.id = attempt_id;
    attempt.url = task.url;
    attempt.status = page.status;
    attempt.started_at = time_of(run, attempt_id % 60);
    if (!task.validators.empty() && attempt_id % 3 != 0) {
      attempt.status = 304;
      outcome.not_modified = true;
      if (attempt_id % 3 == 1) outcome.validators = Validators{"new", task.validators.last_modified};
    } else if (page.status == 404) {
      attempt.error_kind = "http_status";
      outcome.state = TaskState::failed;
    } else if (page.status == 301) {
      outcome.redirect = RedirectRecord{record(page.target), page.follow};
    } else {
      outcome.page = PageRecord{};
      if (page.target % 4 != 0) outcome.page->etag = std::to_string(page.target);
      if (page.target % 3 != 0) outcome.page->last_modified = "yesterday";
      std::set<int> distinct(page.links.begin(), page.links.end());
      for (const int link : distinct)
        outcome.links.push_back({record(link), "", "", static_cast<int>(outcome.links.size()), link % 7 != 0,
                                 (link + page.target) % 3 == 0 ? "nofollow" : ""});
    }
    outcome.attempt = attempt;
    return outcome;
  }

  static std::string time_of(RunId run, int64_t minute) {
    return "2026-01-0" + std::to_string(run) + "T00:" + (minute < 10 ? "0" : "") + std::to_string(minute) + ":00.000Z";
  }

 private:
  struct Page {
    int status = 200;
    bool follow = true;
    int target = 0;
    std::vector<int> links;
  };
  Page any_page() {
    Page page;
    const uint32_t kind = random_() % 10;
    page.status = kind == 0 ? 404 : kind <= 3 ? 301 : 200;
    page.follow = random_() % 8 != 0;
    for (uint32_t n = random_() % 5; n-- > 0;)
      page.links.push_back(static_cast<int>(random_() % static_cast<uint32_t>(size_)));
    page.target = static_cast<int>(random_() % static_cast<uint32_t>(size_));
    return page;
  }

  std::mt19937 random_;
  int size_;
  std::vector<Page> pages_;
};

std::map<std::string, TaskRecord> lease(Store& store) {
  std::map<std::string, TaskRecord> out;
  for (const HostLease& host : store.lease({1000, 1000})) {
    for (const TaskRecord& task : host.tasks) out[task.url] = task;
  }
  return out;
}

/// The model and the store that is compared with it.
struct Both {
  memory::MemoryStore model;
  const scraper::TemporaryDirectory folder;
  const std::string path = folder.path() / "crawl.db";
  std::unique_ptr<sqlite::SqliteStore> store;
  int64_t line = 0;

  /// With a hash that knows four values only: almost every URL collides with others.
  void open() {
    store.reset();
    store = std::make_unique<sqlite::SqliteStore>(path, [](std::string_view url, uint64_t) {
      return url.size() % 2 + static_cast<uint64_t>(url.back() % 2) * 2;
    });
  }
  void list(Web& web) {
    const UrlRecord record = web.record(web.any());
    SeedLines seeds;
    seeds.add({++line, record.url, {}, record, {}, {}, {}});
    model.add_seeds(seeds);
    store->add_seeds(seeds);
  }
};

/// A whole run, through to its end.
void run_once(Both& both, Web& web, RunId run, AttemptId attempt) {
  std::map<std::string, TaskRecord> in_model, in_store;
  for (;;) {
    in_model.merge(lease(both.model));
    in_store.merge(lease(*both.store));
    ASSERT_EQ(in_model.size(), in_store.size());
    ASSERT_EQ(told_by(both.model), told_by(both.path));
    if (in_model.empty()) break;
    if (web.random() % 10 == 0) both.list(web);
    auto chosen = in_model.begin();
    std::advance(chosen, web.random() % in_model.size());
    const std::string url = chosen->first;
    ASSERT_TRUE(in_store.contains(url)) << url;
    ASSERT_EQ(in_model.at(url).validators, in_store.at(url).validators) << url;
    both.model.finish(std::vector{web.answer(in_model.at(url), attempt, run)});
    both.store->finish(std::vector{web.answer(in_store.at(url), attempt, run)});
    ++attempt;
    in_model.erase(url);
    in_store.erase(url);
  }
  const Counts a = both.model.counts(), b = both.store->counts();
  EXPECT_EQ(std::tuple(a.todo, a.done, a.failed, a.skipped, a.pages),
            std::tuple(b.todo, b.done, b.failed, b.skipped, b.pages));
  EXPECT_EQ(a.todo, 0);
}

void crawl(uint32_t seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  Web web(seed);
  Both both;
  RunSpec spec;
  spec.start = RunSpec::Start::fresh;
  spec.fetcher = "multi";
  spec.depth_max = static_cast<int>(web.random() % 4);
  for (RunId run = 1; run <= 4 && !testing::Test::HasFailure(); ++run) {
    SCOPED_TRACE("run " + std::to_string(run));
    spec.started_at = Web::time_of(run, 0);
    spec.content_key = web.random() % 5 == 0 ? 2 : 1;
    spec.revisits = web.random() % 5 != 0;
    spec.fresh_since = web.random() % 2 == 0 ? "" : Web::time_of(run - 1, 20);
    both.open();
    both.model.begin_run(spec);
    const AttemptId attempt = both.store->begin_run(spec).next_attempt_id;
    both.list(web);
    run_once(both, web, run, attempt);
    both.store->end_run("complete", Web::time_of(run, 59));
    web.change();
  }
  sqlite::Database database(both.path, sqlite::Database::Mode::read);
  EXPECT_EQ(database.text("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(database.integer("SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

TEST(StoreModel, SqliteTellsWhatTheReferenceModelTells) {
  for (uint32_t seed = 1; seed <= (SCRAPER_SANITIZED ? 15 : 60) && !testing::Test::HasFailure(); ++seed) crawl(seed);
}

}  // namespace
}  // namespace storage
