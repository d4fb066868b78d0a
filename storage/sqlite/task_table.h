// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/records.h"
#include "storage/sqlite/database.h"
#include "storage/sqlite/link_table.h"
#include "storage/sqlite/offered_tasks.h"
#include "storage/sqlite/run_counts.h"

namespace storage::sqlite {

/// What a finished attempt makes of its task.
struct Ending {
  TaskState state = TaskState::done;
  int status = 0;
  std::string error_kind;
  std::string error;  ///< where no attempt tells it
  std::string skip_reason;
};

/// A URL that is listed, linked to, redirected to or named as a sitemap.
struct Offer {
  UrlId id = 0;
  int depth = 0;
  int redirects = 0;
  std::optional<UrlId> found_on;
  bool listed = false;
  TaskRole role = TaskRole::page;
  std::string skip_reason;  ///< as LinkRecord
  uint64_t family = 0;
  int family_max = 0;
};

/// The life of tasks: who becomes one, how deep it lies, what a redirect's source shows. Keeps the counts of the run.
class TaskTable {
 public:
  TaskTable(Database& database, LinkTable& links);

  /// `counts` as the run's row has them.
  void begin(RunId run, const RunSpec& spec, const Counts& counts);

  /// Makes the URL a task of this run. When it is one already, a lower depth is taken over, and what lies behind it -
  /// the target of its redirect, the links of its page - is offered again.
  void offer(const Offer& offer);

  /// Rows of the host were just added with state `todo` and depth 0 (UrlTable::add_listed).
  void added(HostId host, int64_t count) { counts_.added(host, count); }
  /// A row may be added that way: no limit has to be looked at.
  bool may_add() const { return pages_max_ == 0 && pages_per_host_max_ == 0; }

  /// A listed line of which nothing is fetched: it is no URL, or it is left out. A task that is over already; one that
  /// this run has is left as it is.
  void offer_ended(UrlId id, const Ending& ending);

  /// Makes a task of each that failed, or was left because its host was parked, and that `where` holds for. How many.
  int64_t retry(const std::string& where);

  TaskRow row(UrlId id);

  /// An attempt was made and the task will be tried again.
  void retried(UrlId id, AttemptId attempt, int number);

  /// The task is over without an attempt.
  void end(const TaskRow& known, const Ending& ending);

  /// The task is over, and with it those whose redirects end here. `known` is its row as it is.
  void finish(const TaskRow& known, const Ending& ending, AttemptId attempt, int number, const std::string& fetched_at);

  /// The task redirects to `target`, a task of this run; it takes the state of the end of the chain from now on, or
  /// fails when the chain leads back to it.
  void redirect(UrlId id, UrlId target, const Ending& own, AttemptId attempt, int number,
                const std::string& fetched_at);

  /// The stored links of a page that is done, as far as they are to be followed, as tasks of this depth.
  void offer_stored_links(UrlId page, int depth);

  /// A transaction was rolled back: what was kept in memory of its rows is no longer so.
  void roll_back();

  int depth_max() const { return depth_max_; }
  RunCounts& counts() { return counts_; }
  const RunCounts& counts() const { return counts_; }

 private:
  struct Fetched {
    AttemptId attempt = 0;
    std::string at;
  };
  std::optional<Fetched> fresh(const TaskRow& known, const Offer& offer);
  void start(const TaskRow& known, const Offer& offer, std::vector<Offer>& offers);
  static Offer target_of(const TaskRow& source, const Offer& offer);
  void offer_behind(const TaskRow& known, const Offer& offer, std::vector<Offer>& offers);
  void offer_again(const TaskRow& known, const Offer& offer, std::vector<Offer>& offers);
  std::vector<Offer> stored_links(UrlId page, int depth);
  void remember(const TaskRow& task);
  bool is_over_family(const Offer& offer);
  bool is_over_limit(HostId host);
  Ending ending_of(UrlId id);
  void mirror(UrlId end, UrlId new_end, const Ending& ending);

  Database& database_;
  LinkTable& links_;
  RunId run_ = 0;
  int depth_max_ = 0;
  int64_t pages_max_ = 0;
  int64_t pages_per_host_max_ = 0;
  std::string fresh_since_;
  RunCounts counts_;
  OfferedTasks offered_;       ///< none that is skipped as nofollow, and none that is a sitemap alone
  bool has_redirects_ = true;  ///< false: no row has a final_id
  Statement read_, make_, read_fresh_, lower_, set_role_, retried_, end_, finish_, finish_well_, read_ending_,
      read_mirrors_, mirror_, again_, bump_family_;
};

TaskState parse_state(std::string_view text);

}  // namespace storage::sqlite
