// SPDX-License-Identifier: MIT
#pragma once

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "storage/records.h"
#include "storage/sqlite/database.h"

namespace storage::sqlite {

/// Hands out the tasks of a run and knows which are out. That is in memory alone: when the process dies, what was
/// handed out is simply still to do.
class LeaseTable {
 public:
  explicit LeaseTable(Database& database);

  /// `content_key`: what earlier runs have stored under it can be asked by whether it has changed; 0: nothing.
  void begin(RunId run, int64_t content_key);

  HostId next_host(HostId after);  ///< with tasks to do, out or not; 0: none
  /// The next tasks of the host: of one depth in the order of their ids.
  std::vector<TaskRecord> hand_out(HostId host, size_t most);
  /// The task is done with; it need not have been out.
  void finished(HostId host, UrlId task);

  size_t out(HostId host) const;
  int64_t total() const { return total_; }

 private:
  TaskRecord read(UrlId task);
  void read_validators(TaskRecord& task);

  Database& database_;
  std::unordered_map<HostId, std::unordered_set<UrlId>> hosts_;
  int64_t total_ = 0;
  RunId run_ = 0;
  int64_t content_key_ = 0;
  Statement next_host_, next_tasks_, task_, validators_;
};

}  // namespace storage::sqlite
