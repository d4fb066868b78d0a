// SPDX-License-Identifier: MIT
#include "storage/sqlite/task_table.h"

#include "scraper/base/check.h"

namespace storage {

std::string_view name(TaskState state) {
  switch (state) {
    case TaskState::todo:
      return "todo";
    case TaskState::done:
      return "done";
    case TaskState::failed:
      return "failed";
    case TaskState::skipped:
      return "skipped";
  }
  SCRAPER_CHECK(false);
}

}  // namespace storage

namespace storage::sqlite {

TaskState parse_state(std::string_view text) {
  for (const TaskState state : {TaskState::todo, TaskState::done, TaskState::failed, TaskState::skipped}) {
    if (name(state) == text) return state;
  }
  SCRAPER_CHECK(false);
}

TaskTable::TaskTable(Database& database)
    : read_(database, "SELECT host_id, state, depth, redirects, run_id, redirect_id, final_id FROM urls WHERE id = ?"),
      make_(database,
            "UPDATE urls SET state = 'todo', status = NULL, error_kind = NULL, error = NULL, skip_reason = NULL, depth "
            "= ?2,"
            " redirects = ?3, attempts = 0, run_id = ?4, redirect_id = NULL, final_id = NULL, found_on = ?5 WHERE id = "
            "?1"),
      lower_(database, "UPDATE urls SET depth = ?2, redirects = min(redirects, ?3), found_on = ?4 WHERE id = ?1"),
      followed_links_(database, "SELECT target_id FROM page_links WHERE page_id = ? AND follow = 1"),
      retried_(database, "UPDATE urls SET attempt_id = ?2, attempts = ?3 WHERE id = ?1"),
      skip_(database, "UPDATE urls SET state = 'skipped', skip_reason = ?2 WHERE id = ?1"),
      finish_(database,
              "UPDATE urls SET state = ?2, status = ?3, error_kind = ?4, error = ?5, skip_reason = ?6, attempt_id = ?7,"
              " attempts = ?8, fetched_at = ?9, redirect_id = ?10, final_id = ?11 WHERE id = ?1"),
      read_ending_(database, "SELECT state, status, error_kind, skip_reason FROM urls WHERE id = ?"),
      read_mirrors_(database, "SELECT id FROM urls WHERE final_id = ?"),
      mirror_(
          database,
          "UPDATE urls SET final_id = ?2, state = ?3, status = ?4, error_kind = ?5, skip_reason = ?6 WHERE id = ?1") {}

void TaskTable::begin(RunId run, int depth_max, const Counts& counts) {
  run_ = run;
  depth_max_ = depth_max;
  counts_ = counts;
}

TaskRow TaskTable::row(UrlId id) {
  read_.bind(id);
  const bool found = read_.step();
  SCRAPER_CHECK(found);
  TaskRow row;
  row.id = id;
  row.host = read_.integer(0);
  if (!read_.is_null(1)) row.state = parse_state(read_.text_view(1));
  row.depth = static_cast<int>(read_.integer(2));
  row.redirects = static_cast<int>(read_.integer(3));
  row.run = read_.integer(4);
  row.redirect = read_.integer(5);
  row.end = read_.integer(6);
  read_.reset();
  return row;
}

int64_t& TaskTable::count_of(TaskState state) {
  switch (state) {
    case TaskState::todo:
      return counts_.todo;
    case TaskState::done:
      return counts_.done;
    case TaskState::failed:
      return counts_.failed;
    case TaskState::skipped:
      return counts_.skipped;
  }
  SCRAPER_CHECK(false);
}

void TaskTable::move_count(const TaskRow& row, TaskState to) {
  if (row.run != run_ || !row.state) return;
  --count_of(*row.state);
  ++count_of(to);
}

void TaskTable::make_task(const TaskRow& row, int depth, int redirects, std::optional<UrlId> found_on) {
  make_.bind(row.id, depth, redirects, run_, found_on).run();
  ++counts_.todo;
  new_tasks_.push_back(row.host);
}

void TaskTable::offer(UrlId id, int depth, int redirects, std::optional<UrlId> found_on) {
  struct Offer {
    UrlId id;
    int depth;
    int redirects;
    std::optional<UrlId> found_on;
  };
  std::vector<Offer> offers{{id, depth, redirects, found_on}};
  while (!offers.empty()) {
    const Offer offer = offers.back();
    offers.pop_back();
    const TaskRow known = row(offer.id);
    if (!known.state || known.run != run_) {
      make_task(known, offer.depth, offer.redirects, offer.found_on);
      continue;
    }
    if (offer.depth >= known.depth) continue;
    lower_.bind(offer.id, offer.depth, offer.redirects, offer.found_on).run();
    if (known.redirect != 0) {
      offers.push_back({known.redirect, offer.depth, offer.redirects + 1, offer.id});
    } else if (known.state == TaskState::done && offer.depth < depth_max_) {
      for (followed_links_.bind(offer.id); followed_links_.step();) {
        offers.push_back({followed_links_.integer(0), offer.depth + 1, 0, offer.id});
      }
      followed_links_.reset();
    }
  }
}

void TaskTable::offer_ended(UrlId id, const Ending& ending) {
  const TaskRow known = row(id);
  if (known.state && known.run == run_) return;
  make_.bind(id, 0, 0, run_, nullptr).run();
  finish_
      .bind(id, name(ending.state), nullptr, ending.error_kind, ending.error, ending.skip_reason, nullptr, 0, nullptr,
            nullptr, nullptr)
      .run();
  ++count_of(ending.state);
}

void TaskTable::skip(UrlId id, const std::string& reason) {
  move_count(row(id), TaskState::skipped);
  skip_.bind(id, reason).run();
  mirror(id, id, {TaskState::skipped, 0, {}, {}, reason});
}

void TaskTable::retried(UrlId id, AttemptId attempt, int number) { retried_.bind(id, attempt, number).run(); }

void TaskTable::finish(UrlId id, const Ending& ending, AttemptId attempt, int number, const std::string& fetched_at) {
  move_count(row(id), ending.state);
  finish_
      .bind(id, name(ending.state), ending.status != 0 ? std::optional(ending.status) : std::nullopt, ending.error_kind,
            ending.error, ending.skip_reason, attempt, number, fetched_at, nullptr, nullptr)
      .run();
  mirror(id, id, ending);
}

void TaskTable::redirect(UrlId id, UrlId target, const Ending& own, AttemptId attempt, int number,
                         const std::string& fetched_at) {
  const UrlId known_end = row(target).end;
  const UrlId end = known_end != 0 ? known_end : target;
  if (end == id) {
    Ending loop = own;
    loop.state = TaskState::failed;
    loop.error_kind = "redirect";
    loop.error = target == id ? "redirects to itself" : "redirects in a loop: the chain leads back to this URL";
    return finish(id, loop, attempt, number, fetched_at);
  }
  const Ending shown = ending_of(end);
  move_count(row(id), shown.state);
  finish_
      .bind(id, name(shown.state), shown.status != 0 ? std::optional(shown.status) : std::nullopt, shown.error_kind,
            nullptr, shown.skip_reason, attempt, number, fetched_at, target, end)
      .run();
  mirror(id, end, shown);
}

Ending TaskTable::ending_of(UrlId id) {
  read_ending_.bind(id);
  const bool found = read_ending_.step();
  SCRAPER_CHECK(found && !read_ending_.is_null(0));
  Ending ending;
  ending.state = parse_state(read_ending_.text_view(0));
  ending.status = static_cast<int>(read_ending_.integer(1));
  ending.error_kind = read_ending_.text(2);
  ending.skip_reason = read_ending_.text(3);
  read_ending_.reset();
  return ending;
}

void TaskTable::mirror(UrlId end, UrlId new_end, const Ending& ending) {
  std::vector<UrlId> sources;
  for (read_mirrors_.bind(end); read_mirrors_.step();) sources.push_back(read_mirrors_.integer(0));
  read_mirrors_.reset();
  for (const UrlId source : sources) {
    move_count(row(source), ending.state);
    mirror_
        .bind(source, new_end, name(ending.state), ending.status != 0 ? std::optional(ending.status) : std::nullopt,
              ending.error_kind, ending.skip_reason)
        .run();
  }
}

}  // namespace storage::sqlite
