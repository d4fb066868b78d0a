// SPDX-License-Identifier: MIT
#include "storage/sqlite/task_table.h"

#include <algorithm>

#include "scraper/base/check.h"

namespace storage::sqlite {
namespace {

std::optional<int> shown_status(int status) { return status != 0 ? std::optional(status) : std::nullopt; }

/// What is skipped for this reason becomes a task when another link asks for it.
constexpr std::string_view kNofollow = "nofollow";

TaskRole merged(TaskRole a, TaskRole b) { return a == b ? a : TaskRole::both; }

/// What `known` looks like once it has this ending.
TaskRow ended(const TaskRow& known, const Ending& ending, UrlId redirect, UrlId end) {
  TaskRow row = known;
  row.state = ending.state;
  row.error_kind = ending.error_kind;
  row.skip_reason = ending.skip_reason;
  row.redirect = redirect;
  row.end = end;
  return row;
}

}  // namespace

TaskState parse_state(std::string_view text) {
  for (const TaskState state : {TaskState::todo, TaskState::done, TaskState::failed, TaskState::skipped}) {
    if (name(state) == text) return state;
  }
  SCRAPER_CHECK(false);
}

TaskTable::TaskTable(Database& database, LinkTable& links)
    : database_(database),
      links_(links),
      counts_(database),
      read_(database,
            "SELECT host_id, state, depth, redirects, run_id, redirect_id, final_id, error_kind, skip_reason, role,"
            " fetched_at IS NOT NULL FROM urls WHERE id = ?"),
      make_(database,
            "UPDATE urls SET state = ?2, skip_reason = ?3, depth = ?4, redirects = ?5, found_on = ?6, role = ?7,"
            " run_id = ?8, status = NULL, error_kind = NULL, error = NULL, redirect_id = NULL, final_id = NULL,"
            " attempts = iif(run_id IS ?8, attempts, 0), spared = iif(run_id IS ?8, attempts, 0),"
            " attempt_id = iif(run_id IS ?8, attempt_id, NULL) WHERE id = ?1"),
      read_fresh_(database,
                  "SELECT attempt_id, fetched_at FROM urls WHERE id = ? AND fetched_at > ?"
                  " AND (state = 'done' OR skip_reason = 'fresh' OR redirect_id IS NOT NULL)"),
      lower_(database, "UPDATE urls SET depth = ?2, redirects = min(redirects, ?3), found_on = ?4 WHERE id = ?1"),
      set_role_(database, "UPDATE urls SET role = ?2 WHERE id = ?1"),
      retried_(database, "UPDATE urls SET attempt_id = ?2, attempts = ?3 WHERE id = ?1"),
      end_(database,
           "UPDATE urls SET state = ?2, skip_reason = ?3, error_kind = ?4, error = ?5, status = NULL WHERE id = ?1"),
      finish_(database,
              "UPDATE urls SET state = ?2, status = ?3, error_kind = ?4, error = ?5, skip_reason = ?6, attempt_id = ?7,"
              " attempts = ?8, fetched_at = ?9, redirect_id = ?10, final_id = ?11 WHERE id = ?1"),
      finish_well_(database,
                   "UPDATE urls SET state = 'done', status = ?2, attempt_id = ?3, attempts = ?4, fetched_at = ?5"
                   " WHERE id = ?1"),
      read_ending_(database, "SELECT state, status, error_kind, skip_reason FROM urls WHERE id = ?"),
      read_mirrors_(database, "SELECT id FROM urls WHERE final_id = ?"),
      mirror_(
          database,
          "UPDATE urls SET final_id = ?2, state = ?3, status = ?4, error_kind = ?5, skip_reason = ?6 WHERE id = ?1"),
      again_(database,
             "UPDATE urls SET state = 'todo', status = NULL, error_kind = NULL, error = NULL, skip_reason = NULL,"
             " redirect_id = NULL, final_id = NULL, spared = attempts WHERE id = ?"),
      bump_family_(database,
                   "INSERT INTO families (run_id, family, tasks) VALUES (?, ?, 1)"
                   " ON CONFLICT DO UPDATE SET tasks = tasks + 1 RETURNING tasks") {}

void TaskTable::begin(RunId run, const RunSpec& spec, const Counts& counts) {
  run_ = run;
  depth_max_ = spec.depth_max;
  pages_max_ = spec.pages_max;
  pages_per_host_max_ = spec.pages_per_host_max;
  fresh_since_ = spec.fresh_since;
  counts_.begin(run, counts);
  offered_.forget_all();
  has_redirects_ =
      database_.integer("SELECT EXISTS (SELECT 1 FROM urls INDEXED BY urls_final WHERE final_id IS NOT NULL)") != 0;
}

void TaskTable::roll_back() {
  counts_.roll_back();
  offered_.forget_all();
}

/// A task of this run stays one, its depth only gets less, and what it is fetched for only more.
void TaskTable::remember(const TaskRow& task) {
  if (task.role == TaskRole::sitemap || task.skip_reason == kNofollow) return offered_.forget(task.id);
  offered_.remember(task.id, task.depth);
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
  row.error_kind = read_.text(7);
  row.skip_reason = read_.text(8);
  row.role = static_cast<TaskRole>(read_.integer(9));
  row.was_fetched = read_.integer(10) != 0;
  read_.reset();
  return row;
}

/// Counts the offer in its family.
bool TaskTable::is_over_family(const Offer& offer) {
  if (offer.family == 0) return false;
  bump_family_.bind(run_, offer.family);
  const bool counted = bump_family_.step();
  SCRAPER_CHECK(counted);
  const int64_t tasks = bump_family_.integer(0);
  bump_family_.reset();
  return tasks > offer.family_max;
}

bool TaskTable::is_over_limit(HostId host) {
  const Counts& all = counts_.all();
  if (pages_max_ > 0 && all.todo + all.done + all.failed >= pages_max_) return true;
  return pages_per_host_max_ > 0 && counts_.pages_of(host) >= pages_per_host_max_;
}

/// What an earlier run fetched of it is young enough for this one; nullopt: it is not.
std::optional<TaskTable::Fetched> TaskTable::fresh(const TaskRow& known, const Offer& offer) {
  if (fresh_since_.empty() || known.run == run_ || offer.role != TaskRole::page) return std::nullopt;
  std::optional<Fetched> found;
  read_fresh_.bind(known.id, fresh_since_);
  if (read_fresh_.step()) found = {read_fresh_.integer(0), read_fresh_.text(1)};
  read_fresh_.reset();
  return found;
}

/// Makes the URL a task of this run, or one that is over already when something speaks against fetching it.
void TaskTable::start(const TaskRow& known, const Offer& offer, std::vector<Offer>& offers) {
  std::string reason = offer.listed ? std::string() : offer.skip_reason;
  if (!offer.listed && reason.empty() && is_over_family(offer)) reason = "trap";
  const auto fetched = reason.empty() ? fresh(known, offer) : std::nullopt;
  if (fetched && known.redirect == 0) reason = "fresh";
  if (reason.empty() && offer.role != TaskRole::sitemap && is_over_limit(known.host)) reason = "max_pages";
  TaskRow task;
  task.id = known.id;
  task.host = known.host;
  task.run = run_;
  task.state = reason.empty() ? TaskState::todo : TaskState::skipped;
  task.role = offer.role;
  task.depth = offer.depth;
  task.skip_reason = reason;
  remember(task);
  counts_.moved(known, task);
  make_
      .bind(known.id, name(*task.state), reason, offer.depth, offer.redirects, offer.found_on,
            static_cast<int64_t>(offer.role), run_)
      .run();
  // Sources of redirects that end here show what it has become.
  if (known.run == run_) mirror(known.id, known.id, {*task.state, 0, {}, {}, reason});
  if (reason == "fresh") return offer_behind(known, offer, offers);
  if (!fetched || !reason.empty()) return;
  // Where it led it leads: what is young enough is asked of the end of the chain.
  this->offer(target_of(known, offer));
  redirect(known.id, known.redirect, {}, fetched->attempt, 0, fetched->at);
}

Offer TaskTable::target_of(const TaskRow& source, const Offer& offer) {
  Offer target;
  target.id = source.redirect;
  target.depth = offer.depth;
  target.redirects = offer.redirects + 1;
  target.found_on = source.id;
  target.role = offer.role;
  return target;
}

/// What is known to lie behind a task: the target of its redirect, the links of its page.
void TaskTable::offer_behind(const TaskRow& known, const Offer& offer, std::vector<Offer>& offers) {
  if (known.redirect != 0) {
    offers.push_back(target_of(known, offer));
  } else if (offer.depth < depth_max_) {
    for (Offer& link : stored_links(offer.id, offer.depth + 1)) offers.push_back(std::move(link));
  }
}

void TaskTable::offer(const Offer& first) {
  std::vector<Offer> offers{first};
  while (!offers.empty()) {
    const Offer offer = offers.back();
    offers.pop_back();
    if (!offer.listed && offer.role == TaskRole::page && offered_.covers(offer.id, offer.depth)) continue;
    const TaskRow known = row(offer.id);
    if (!known.state || known.run != run_)
      start(known, offer, offers);
    else
      offer_again(known, offer, offers);
  }
}

/// The run has this task already.
void TaskTable::offer_again(const TaskRow& known, const Offer& offer, std::vector<Offer>& offers) {
  const TaskRole role = merged(known.role, offer.role);
  const bool revived = known.state == TaskState::skipped && known.end == 0 &&
                       ((known.skip_reason == kNofollow && (offer.listed || offer.skip_reason.empty())) ||
                        (known.skip_reason == "trap" && offer.listed));
  if (revived || (role != known.role && known.state != TaskState::todo && known.state != TaskState::skipped)) {
    Offer again = offer;
    again.role = role;
    again.depth = std::min(offer.depth, known.depth);
    again.listed = offer.listed || !revived;
    start(known, again, offers);
    return;
  }
  if (role != known.role) {
    TaskRow changed = known;
    changed.role = role;
    counts_.moved(known, changed);
    set_role_.bind(known.id, static_cast<int64_t>(role)).run();
  }
  TaskRow now = known;
  now.role = role;
  now.depth = std::min(offer.depth, known.depth);
  remember(now);
  if (offer.depth >= known.depth) return;
  lower_.bind(offer.id, offer.depth, offer.redirects, offer.found_on).run();
  Offer behind = offer;
  behind.role = known.role;
  if (known.redirect != 0 || known.state == TaskState::done || known.skip_reason == "fresh") {
    offer_behind(known, behind, offers);
  }
}

std::vector<Offer> TaskTable::stored_links(UrlId page, int depth) {
  std::vector<Offer> offers;
  for (LinkTable::Followed& link : links_.followed(page)) {
    Offer& offer = offers.emplace_back();
    offer.id = link.target;
    offer.depth = depth;
    offer.found_on = page;
    offer.skip_reason = std::move(link.skip_reason);
    offer.family = link.family;
    offer.family_max = link.family_max;
  }
  return offers;
}

void TaskTable::offer_stored_links(UrlId page, int depth) {
  for (const Offer& link : stored_links(page, depth)) offer(link);
}

void TaskTable::offer_ended(UrlId id, const Ending& ending) {
  const TaskRow known = row(id);
  if (known.state && known.run == run_) return;
  TaskRow task = ended(known, ending, 0, 0);
  task.run = run_;
  task.role = TaskRole::page;
  counts_.moved(known, task);
  make_.bind(id, name(ending.state), ending.skip_reason, 0, 0, nullptr, static_cast<int64_t>(TaskRole::page), run_)
      .run();
  end_.bind(id, name(ending.state), ending.skip_reason, ending.error_kind, ending.error).run();
  offered_.forget(id);
}

int64_t TaskTable::retry(const std::string& where) {
  std::vector<UrlId> ids;
  try {
    // Of a redirect it is the end of the chain that failed.
    Statement failed(
        database_,
        "SELECT DISTINCT coalesce(u.final_id, u.id) FROM urls u JOIN hosts h ON h.id = u.host_id"
        " WHERE u.run_id = ?1 AND (u.state = 'failed' OR u.skip_reason = 'parked_host') AND u.role <> 1"
        " AND h.origin <> 'invalid:'" +
            (where.empty() ? std::string()
                           : " AND EXISTS (SELECT 1 FROM results WHERE results.id = u.id AND (" + where + "\n))"));
    if (!failed.reads_only()) throw Error(Error::Kind::sql, "--where must be a condition on the columns of results");
    if (failed.parameters() != 1) throw Error(Error::Kind::sql, "--where cannot have parameters");
    for (failed.bind(run_); failed.step();) ids.push_back(failed.integer(0));
  } catch (const Error& error) {
    // Such as a value that is too large: the condition is to blame, not the database.
    if (error.kind() != Error::Kind::other) throw;
    throw Error(Error::Kind::sql, error.what());
  }
  for (const UrlId id : ids) {
    const TaskRow known = row(id);
    const Ending again{TaskState::todo, 0, {}, {}, {}};
    counts_.moved(known, ended(known, again, 0, 0));
    again_.bind(id).run();
    mirror(id, id, again);
  }
  return static_cast<int64_t>(ids.size());
}

void TaskTable::end(const TaskRow& known, const Ending& ending) {
  offered_.forget(known.id);
  counts_.moved(known, ended(known, ending, 0, 0));
  end_.bind(known.id, name(ending.state), ending.skip_reason, ending.error_kind, ending.error).run();
  mirror(known.id, known.id, ending);
}

void TaskTable::retried(UrlId id, AttemptId attempt, int number) { retried_.bind(id, attempt, number).run(); }

void TaskTable::finish(const TaskRow& known, const Ending& ending, AttemptId attempt, int number,
                       const std::string& fetched_at) {
  if (!ending.skip_reason.empty()) offered_.forget(known.id);
  counts_.moved(known, ended(known, ending, 0, 0));
  // A task to be done has nothing in the columns that tell of errors and redirects, and mostly that stays so.
  const bool is_plain = known.state == TaskState::todo && known.redirect == 0 && known.end == 0 &&
                        ending.state == TaskState::done && ending.error_kind.empty() && ending.error.empty() &&
                        ending.skip_reason.empty();
  if (is_plain) {
    finish_well_.bind(known.id, shown_status(ending.status), attempt, number, fetched_at).run();
  } else {
    finish_
        .bind(known.id, name(ending.state), shown_status(ending.status), ending.error_kind, ending.error,
              ending.skip_reason, attempt, number, fetched_at, nullptr, nullptr)
        .run();
  }
  mirror(known.id, known.id, ending);
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
    return finish(row(id), loop, attempt, number, fetched_at);
  }
  const TaskRow known = row(id);
  has_redirects_ = true;
  const Ending shown = ending_of(end);
  offered_.forget(id);
  counts_.moved(known, ended(known, shown, target, end));
  finish_
      .bind(id, name(shown.state), shown_status(shown.status), shown.error_kind, nullptr, shown.skip_reason, attempt,
            number, fetched_at, target, end)
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
  if (!has_redirects_) return;
  std::vector<UrlId> sources;
  for (read_mirrors_.bind(end); read_mirrors_.step();) sources.push_back(read_mirrors_.integer(0));
  read_mirrors_.reset();
  for (const UrlId source : sources) {
    const TaskRow known = row(source);
    offered_.forget(source);
    counts_.moved(known, ended(known, ending, known.redirect, new_end));
    mirror_
        .bind(source, new_end, name(ending.state), shown_status(ending.status), ending.error_kind, ending.skip_reason)
        .run();
  }
}

}  // namespace storage::sqlite
