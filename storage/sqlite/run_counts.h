// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <unordered_map>

#include "storage/records.h"
#include "storage/sqlite/database.h"

namespace storage::sqlite {

/// A URL's row, as far as its life as a task goes.
struct TaskRow {
  UrlId id = 0;
  HostId host = 0;
  std::optional<TaskState> state;  ///< nullopt: a link target alone
  int depth = 0;
  int redirects = 0;
  RunId run = 0;
  UrlId redirect = 0;
  UrlId end = 0;  ///< of the redirect chain; 0: not a redirect
  std::string error_kind;
  std::string skip_reason;
  TaskRole role = TaskRole::page;
  bool was_fetched = false;  ///< once, in whatever run: without that there is no page of it
};

/// What a run has of each state, in all, of each host and of each kind of error: kept while rows change, so that nobody
/// has to count them. Written with the transaction that changed them.
class RunCounts {
 public:
  explicit RunCounts(Database& database);

  void begin(RunId run, const Counts& counts);

  /// A task of the run has come to look like this, and looked like `before` until now.
  void moved(const TaskRow& before, const TaskRow& after);
  /// The host has so many new tasks to do.
  void added(HostId host, int64_t count);

  /// Tasks of the host that are no skipped ones.
  int64_t pages_of(HostId host);

  Counts& all() { return counts_; }
  const Counts& all() const { return counts_; }

  /// Into the rows of the run and of the hosts.
  void write();
  /// The transaction was rolled back: the counts are those of before.
  void roll_back();

 private:
  struct PerHost {
    int64_t todo = 0, done = 0, failed = 0, skipped = 0;
  };
  void count(const TaskRow& row, int64_t sign);

  RunId run_ = 0;
  Counts counts_, written_;
  std::unordered_map<HostId, PerHost> hosts_;  ///< changes that are not written yet
  std::map<std::string, int64_t> errors_;      ///< likewise
  Statement write_run_, write_host_, write_error_, read_host_;
};

}  // namespace storage::sqlite
