// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "scraper/base/clock.h"

namespace storage {

/// True while a run holds the database: what its row says of a run that died is `running` for ever.
bool is_run_in_progress(const std::string& database_path);

/// One run at a time on one database: an flock on `PATH.lock`, symbolic links resolved. Not on the database itself,
/// where opening and closing the file would drop SQLite's own POSIX locks. The kernel gives the lock back when the
/// process ends, however it ends.
class RunLock {
 public:
  /// Waits up to `wait`; throws Error (Kind::held) when another run holds it for longer.
  RunLock(const std::string& database_path, scraper::Duration wait);
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  std::string path_;
  int fd_ = -1;
};

}  // namespace storage
