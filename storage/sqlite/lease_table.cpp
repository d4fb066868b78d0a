// SPDX-License-Identifier: MIT
#include "storage/sqlite/lease_table.h"

#include "scraper/base/check.h"

namespace storage::sqlite {

LeaseTable::LeaseTable(Database& database)
    : database_(database),
      next_host_(database,
                 "SELECT host_id FROM urls INDEXED BY urls_todo WHERE run_id = ? AND host_id > ? AND state = 'todo'"
                 " AND final_id IS NULL ORDER BY host_id LIMIT 1"),
      // Of the index alone: those that are out already are passed over at little cost.
      next_tasks_(database,
                  "SELECT id FROM urls INDEXED BY urls_todo WHERE run_id = ? AND host_id = ? AND state = 'todo'"
                  " AND final_id IS NULL ORDER BY depth, id"),
      task_(database, "SELECT url, depth, redirects, attempts, spared, role FROM urls WHERE id = ?"),
      validators_(database, "SELECT etag, last_modified FROM validators WHERE page_id = ? AND content_key = ?") {}

void LeaseTable::begin(RunId run, int64_t content_key) {
  run_ = run;
  // What this run stores it does not ask for again.
  content_key_ = database_.integer("SELECT EXISTS (SELECT 1 FROM validators)") != 0 ? content_key : 0;
}

HostId LeaseTable::next_host(HostId after) {
  next_host_.bind(run_, after);
  const HostId host = next_host_.step() ? next_host_.integer(0) : 0;
  next_host_.reset();
  return host;
}

std::vector<TaskRecord> LeaseTable::hand_out(HostId host, size_t most) {
  std::vector<TaskRecord> tasks;
  std::unordered_set<UrlId>& out = hosts_[host];
  for (next_tasks_.bind(run_, host); tasks.size() < most && next_tasks_.step();) {
    const UrlId id = next_tasks_.integer(0);
    if (out.insert(id).second) tasks.push_back(read(id));
  }
  next_tasks_.reset();
  total_ += static_cast<int64_t>(tasks.size());
  if (out.empty()) hosts_.erase(host);
  return tasks;
}

TaskRecord LeaseTable::read(UrlId task) {
  TaskRecord record;
  record.id = task;
  const bool found = task_.bind(task).step();
  SCRAPER_CHECK(found);
  record.url = task_.text(0);
  record.depth = static_cast<int>(task_.integer(1));
  record.redirects = static_cast<int>(task_.integer(2));
  record.attempts = static_cast<int>(task_.integer(3));
  record.spared = static_cast<int>(task_.integer(4));
  record.role = static_cast<TaskRole>(task_.integer(5));
  task_.reset();
  if (content_key_ != 0) read_validators(record);
  return record;
}

void LeaseTable::read_validators(TaskRecord& task) {
  // What a sitemap lists is not stored with it.
  if (task.role != TaskRole::page) return;
  validators_.bind(task.id, content_key_);
  if (validators_.step()) task.validators = {validators_.text(0), validators_.text(1)};
  validators_.reset();
}

void LeaseTable::finished(HostId host, UrlId task) {
  const auto found = hosts_.find(host);
  if (found == hosts_.end()) return;
  total_ -= static_cast<int64_t>(found->second.erase(task));
  if (found->second.empty()) hosts_.erase(found);
}

size_t LeaseTable::out(HostId host) const {
  const auto found = hosts_.find(host);
  return found == hosts_.end() ? 0 : found->second.size();
}

}  // namespace storage::sqlite
