// SPDX-License-Identifier: MIT
#include "storage/sqlite/run_counts.h"

namespace storage::sqlite {

RunCounts::RunCounts(Database& database)
    : write_run_(database,
                 "UPDATE runs SET todo = ?2, done = ?3, failed = ?4, skipped = ?5, queued = ?6, pages = ?7, bytes = ?8"
                 " WHERE id = ?1"),
      write_host_(database,
                  "UPDATE hosts SET todo = ?3 + iif(counted_run IS ?2, todo, 0),"
                  " done = ?4 + iif(counted_run IS ?2, done, 0), failed = ?5 + iif(counted_run IS ?2, failed, 0),"
                  " skipped = ?6 + iif(counted_run IS ?2, skipped, 0), counted_run = ?2 WHERE id = ?1"),
      write_error_(database,
                   "INSERT INTO run_errors (run_id, error_kind, urls) VALUES (?1, ?2, ?3)"
                   " ON CONFLICT DO UPDATE SET urls = urls + ?3"),
      read_host_(database, "SELECT todo + done + failed FROM hosts WHERE id = ? AND counted_run = ?") {}

void RunCounts::begin(RunId run, const Counts& counts) {
  run_ = run;
  counts_ = written_ = counts;
}

void RunCounts::moved(const TaskRow& before, const TaskRow& after) {
  count(before, -1);
  count(after, 1);
}

void RunCounts::added(HostId host, int64_t count) {
  counts_.queued += count;
  counts_.todo += count;
  hosts_[host].todo += count;
}

void RunCounts::count(const TaskRow& row, int64_t sign) {
  if (row.run != run_ || !row.state) return;
  if (*row.state == TaskState::todo && row.end == 0) counts_.queued += sign;
  if (row.role == TaskRole::sitemap) return;
  PerHost& host = hosts_[row.host];
  switch (*row.state) {
    case TaskState::todo:
      counts_.todo += sign;
      host.todo += sign;
      return;
    case TaskState::done:
      counts_.done += sign;
      host.done += sign;
      return;
    case TaskState::failed:
      counts_.failed += sign;
      host.failed += sign;
      errors_[row.error_kind] += sign;
      return;
    case TaskState::skipped:
      counts_.skipped += sign;
      host.skipped += sign;
      return;
  }
}

int64_t RunCounts::pages_of(HostId id) {
  int64_t pages = 0;
  read_host_.bind(id, run_);
  if (read_host_.step()) pages = read_host_.integer(0);
  read_host_.reset();
  if (const auto changed = hosts_.find(id); changed != hosts_.end()) {
    pages += changed->second.todo + changed->second.done + changed->second.failed;
  }
  return pages;
}

void RunCounts::write() {
  write_run_
      .bind(run_, counts_.todo, counts_.done, counts_.failed, counts_.skipped, counts_.queued, counts_.pages,
            counts_.bytes)
      .run();
  for (const auto& [id, host] : hosts_) {
    if ((host.todo | host.done | host.failed | host.skipped) == 0) continue;
    write_host_.bind(id, run_, host.todo, host.done, host.failed, host.skipped).run();
  }
  for (const auto& [kind, urls] : errors_) {
    if (urls != 0) write_error_.bind(run_, kind, urls).run();
  }
  hosts_.clear();
  errors_.clear();
  written_ = counts_;
}

void RunCounts::roll_back() {
  hosts_.clear();
  errors_.clear();
  counts_ = written_;
}

}  // namespace storage::sqlite
