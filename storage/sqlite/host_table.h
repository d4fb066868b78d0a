// SPDX-License-Identifier: MIT
#pragma once

#include "storage/records.h"
#include "storage/sqlite/database.h"

namespace storage::sqlite {

/// What is known of the hosts that outlives the process: how they want to be treated, and their robots.txt.
class HostTable {
 public:
  explicit HostTable(Database& database);

  /// Everything but the tasks.
  HostLease read(HostId host, RunId run);

  void put_state(HostId host, const HostState& state);
  void put_robots(HostId host, const RobotsRecord& robots);

 private:
  Statement read_, read_body_, put_state_, put_robots_;
};

}  // namespace storage::sqlite
