// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "storage/memory/memory_store.h"
#include "storage/sqlite/sqlite_store.h"
#include "tests/support/temporary_directory.h"

namespace storage {

struct Backend {
  const char* name;
  std::function<std::unique_ptr<Store>(const std::string& folder)> open;
};

/// Every implementation of the seam: a new one is one line here.
inline std::vector<Backend> all_backends() {
  return {{"Memory", [](const std::string&) { return std::make_unique<memory::MemoryStore>(); }},
          {"Sqlite",
           [](const std::string& folder) { return std::make_unique<sqlite::SqliteStore>(folder + "/crawl.db"); }}};
}

/// A store in which a run has begun, and short ways to talk to it.
class StoreConformance : public testing::TestWithParam<Backend> {
 protected:
  void SetUp() override { open(); }

  static RunSpec spec(int depth_max = 5) {
    RunSpec spec;
    spec.started_at = "2026-01-01T00:00:00.000Z";
    spec.fetcher = "multi";
    spec.depth_max = depth_max;
    return spec;
  }

  void open(int depth_max = 5) { open(spec(depth_max)); }
  void open(const RunSpec& asked) {
    store_.reset();
    std::filesystem::remove(folder_.path() / "crawl.db");
    store_ = GetParam().open(folder_.path());
    next_attempt_ = store_->begin_run(asked).next_attempt_id;
  }

  /// As the next process finds it.
  void reopen(RunSpec::Start start, int depth_max = 5) {
    RunSpec asked = spec(depth_max);
    asked.start = start;
    if (std::string(GetParam().name) != "Memory") {  // which keeps nothing
      store_.reset();
      store_ = GetParam().open(folder_.path());
    }
    info_ = store_->begin_run(asked);
    next_attempt_ = info_.next_attempt_id;
  }

  static UrlRecord record(const std::string& url) { return {url, std::min(url.find('/', 8), url.size())}; }

  void add(const std::vector<SeedRecord>& seeds) {
    SeedLines lines;
    for (const SeedRecord& seed : seeds) lines.add(seed);
    store_->add_seeds(lines);
  }

  void list(const std::vector<std::string>& urls) {
    std::vector<SeedRecord> seeds;
    for (const std::string& url : urls) seeds.push_back({++line_, url, {}, record(url), {}, {}, {}});
    add(seeds);
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
  RunInfo info_;
};

inline const std::string kA = "http://a/", kB = "http://a/b", kC = "http://a/c", kD = "http://a/d",
                         kFar = "http://far/";

}  // namespace storage
