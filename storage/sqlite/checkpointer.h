// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <thread>

#include "storage/sqlite/database.h"
#include "storage/sqlite/schema.h"

namespace storage::sqlite {

/// Copies the log of a database (sqlite.org/wal.html) into its file on a thread and a connection of its own, so that
/// the thread that writes does not wait for the disk meanwhile. Only the last few pages are left to the writer, so that
/// the log can begin anew with its next commit. What fails is tried again: the log grows until then, and the writer's
/// own statements tell of a broken disk.
class Checkpointer {
 public:
  /// Hears of every commit of `writer`, which lives longer; all members belong to its thread. `pages_max`: of the log,
  /// from which on it is copied. Throws Error when the file cannot be opened once more.
  explicit Checkpointer(Database& writer, int pages_max = kWalPages);
  /// Waits for a copy under way.
  ~Checkpointer();
  Checkpointer(const Checkpointer&) = delete;  // its thread and SQLite hold its address
  Checkpointer& operator=(const Checkpointer&) = delete;

  void set_pages_max(int pages) { pages_max_ = pages; }

 private:
  enum class State { at_rest, copying, ending };
  void run();
  void on_commit(int pages);

  Database& writer_;
  Database own_;  ///< its thread's
  int pages_max_;
  int pages_ = 0;  ///< of the log, at the last commit
  bool log_is_new_ = false;
  int due_ = 0;     ///< nothing is done before the log has so many
  int copied_ = 0;  ///< of the log's pages; its thread's while it is copying, the writer's else
  std::atomic<State> state_ = State::at_rest;
  std::jthread thread_;  // last: it ends before what it uses
};

}  // namespace storage::sqlite
