// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage/records.h"
#include "storage/sqlite/database.h"

namespace storage::sqlite {

/// What a finished attempt makes of its task.
struct Ending {
  TaskState state = TaskState::done;
  int status = 0;
  std::string error_kind;
  std::string error;  ///< where no attempt tells it
  std::string skip_reason;
};

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
};

/// The life of tasks: who becomes one, how deep it lies, what a redirect's source shows. Keeps the counts of the run.
class TaskTable {
 public:
  explicit TaskTable(Database& database);

  void begin(RunId run, int depth_max, const Counts& counts);

  /// Makes the URL a task of this run. When it is one already, a lower depth is taken over, and what lies behind it -
  /// the target of its redirect, the links of its page - is offered again.
  void offer(UrlId id, int depth, int redirects, std::optional<UrlId> found_on);

  /// A listed line of which nothing is fetched: it is no URL, or it is left out. A task that is over already; one that
  /// this run has is left as it is.
  void offer_ended(UrlId id, const Ending& ending);

  TaskRow row(UrlId id);

  /// An attempt was made and the task will be tried again.
  void retried(UrlId id, AttemptId attempt, int number);

  /// The task is over without an attempt.
  void skip(UrlId id, const std::string& reason);

  /// The task is over, and with it those whose redirects end here.
  void finish(UrlId id, const Ending& ending, AttemptId attempt, int number, const std::string& fetched_at);

  /// The task redirects to `target`, a task of this run; it takes the state of the end of the chain from now on, or
  /// fails when the chain leads back to it.
  void redirect(UrlId id, UrlId target, const Ending& own, AttemptId attempt, int number,
                const std::string& fetched_at);

  int depth_max() const { return depth_max_; }
  const Counts& counts() const { return counts_; }
  Counts& counts() { return counts_; }

  /// The hosts that got a task since the last call, one entry a task.
  std::vector<HostId> take_new() { return std::move(new_tasks_); }

 private:
  void make_task(const TaskRow& row, int depth, int redirects, std::optional<UrlId> found_on);
  void move_count(const TaskRow& row, TaskState to);
  Ending ending_of(UrlId id);
  void mirror(UrlId end, UrlId new_end, const Ending& ending);
  int64_t& count_of(TaskState state);

  RunId run_ = 0;
  int depth_max_ = 0;
  Counts counts_;
  std::vector<HostId> new_tasks_;
  Statement read_, make_, lower_, followed_links_, retried_, skip_, finish_, read_ending_, read_mirrors_, mirror_;
};

TaskState parse_state(std::string_view text);

}  // namespace storage::sqlite
