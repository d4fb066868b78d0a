// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
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
  /// Hears of every commit of `writer`, which lives longer; all members belong to its thread. The log is copied when it
  /// has half as many pages as the file, a quarter of `pages_most` at least and `pages_most` at most: where commits
  /// touch pages all over a large file, a long log copies many of them once for several commits. Throws Error when the
  /// file cannot be opened once more.
  explicit Checkpointer(Database& writer, int pages_most = kWalPages);
  /// Waits for a copy under way.
  ~Checkpointer();
  Checkpointer(const Checkpointer&) = delete;  // its thread and SQLite hold its address
  Checkpointer& operator=(const Checkpointer&) = delete;

  void set_pages_most(int pages);

 private:
  enum class State { at_rest, copying, ending };
  void run() noexcept;
  void on_commit(int pages);
  int pages_max() const;

  Database& writer_;
  Database own_;  ///< its thread's
  int64_t page_bytes_ = 0;
  int pages_most_;
  int pages_ = 0;  ///< of the log, at the last commit
  bool log_is_new_ = false;
  int due_ = 0;  ///< nothing is done before the log has so many
  // These two are the thread's while it is copying, else the writer's.
  int copied_ = 0;          ///< of the log's pages
  int64_t file_bytes_ = 0;  ///< at the last copy
  std::atomic<State> state_ = State::at_rest;
  std::jthread thread_;  // last: it ends before what it uses
};

}  // namespace storage::sqlite
