// SPDX-License-Identifier: MIT
#include "storage/sqlite/sqlite_store.h"

#include <algorithm>

#include "scraper/base/check.h"
#include "storage/sqlite/schema.h"

namespace storage::sqlite {
namespace {

/// Listed lines that are no URL stand under this origin, so that they have a row like any other.
constexpr const char* kNoOrigin = "invalid:";

}  // namespace

SqliteStore::SqliteStore(const std::string& path, UrlTable::Hash hash)
    : database_(open_for_writing(path)),
      urls_(database_, std::move(hash)),
      tasks_(database_),
      pages_(database_),
      add_input_(database_,
                 "INSERT INTO inputs (run_id, line, input, url_id, meta) VALUES (?,?,?,?,?) ON CONFLICT DO NOTHING"),
      next_tasks_(database_,
                  "SELECT id, url, depth, redirects, attempts FROM urls"
                  " WHERE run_id = ? AND host_id = ? AND state = 'todo' AND final_id IS NULL ORDER BY depth, id"),
      read_host_(database_, "SELECT origin, listed_run FROM hosts WHERE id = ?"),
      update_run_(
          database_,
          "UPDATE runs SET todo = ?2, done = ?3, failed = ?4, skipped = ?5, pages = ?6, bytes = ?7 WHERE id = ?1") {}

template <typename Work>
void SqliteStore::in_transaction(const Work& work) {
  const Counts before = tasks_.counts();
  try {
    Transaction transaction(database_);
    work();
    const Counts& now = tasks_.counts();
    update_run_.bind(run_, now.todo, now.done, now.failed, now.skipped, now.pages, now.bytes).run();
    transaction.commit();
  } catch (...) {
    tasks_.counts() = before;
    tasks_.take_new();
    throw;
  }
  for (const HostId host : tasks_.take_new()) leases_.add(host, 1);
}

RunId SqliteStore::resumable_run(const RunSpec& spec) {
  if (spec.start == RunSpec::Start::fresh) return 0;
  Statement last(database_, "SELECT id, outcome, fingerprint, started_at FROM runs ORDER BY id DESC LIMIT 1");
  if (!last.step()) return 0;
  const RunId id = last.integer(0);
  if (last.text_view(1) == "complete") return 0;
  if (spec.start == RunSpec::Start::resume) return id;
  return last.text_view(2) == spec.fingerprint && last.text_view(3) > spec.resumable_since ? id : 0;
}

RunInfo SqliteStore::begin_run(const RunSpec& spec) {
  SCRAPER_CHECK(run_ == 0);
  Transaction transaction(database_);
  Counts counts;
  run_ = resumable_run(spec);
  const bool resumed = run_ != 0;
  if (resumed) {
    Statement read(database_, "SELECT todo, done, failed, skipped, pages, bytes FROM runs WHERE id = ?");
    read.bind(run_).step();
    counts.todo = read.integer(0);
    counts.done = read.integer(1);
    counts.failed = read.integer(2);
    counts.skipped = read.integer(3);
    counts.pages = read.integer(4);
    counts.bytes = read.integer(5);
    read.reset();
    Statement(database_, "UPDATE runs SET outcome = 'running', finished_at = NULL WHERE id = ?").bind(run_).run();
  } else {
    Statement(database_,
              "INSERT INTO runs (started_at, outcome, fetcher, config, version, fingerprint, depth_max)"
              " VALUES (?, 'running', ?, ?, ?, ?, ?)")
        .bind(spec.started_at, spec.fetcher, spec.config, spec.version, spec.fingerprint, spec.depth_max)
        .run();
    run_ = sqlite3_last_insert_rowid(database_.handle());
  }
  transaction.commit();
  tasks_.begin(run_, spec.depth_max, counts);
  if (resumed) count_waiting();
  return {run_, resumed, database_.integer("SELECT max(id) FROM attempts") + 1};
}

void SqliteStore::count_waiting() {
  Statement waiting(
      database_,
      "SELECT host_id, count(*) FROM urls WHERE run_id = ? AND state = 'todo' AND final_id IS NULL GROUP BY host_id");
  for (waiting.bind(run_); waiting.step();) leases_.add(waiting.integer(0), waiting.integer(1));
}

void SqliteStore::add_seeds(std::span<const SeedRecord> seeds) {
  in_transaction([&] {
    std::vector<UrlRecord> invalid;
    invalid.reserve(seeds.size());
    std::vector<const UrlRecord*> records;
    records.reserve(seeds.size());
    for (const SeedRecord& seed : seeds) {
      if (!seed.url) invalid.push_back({kNoOrigin, seed.input});
      records.push_back(seed.url ? &*seed.url : &invalid.back());
    }
    const std::vector<UrlId> ids = urls_.resolve_all(records);
    for (size_t i = 0; i < seeds.size(); ++i) add_seed(seeds[i], ids[i]);
  });
}

void SqliteStore::add_seed(const SeedRecord& seed, UrlId url) {
  if (seed.url) {
    urls_.mark_listed(urls_.host_id(seed.url->origin), run_);
    if (seed.skip_reason.empty())
      tasks_.offer(url, 0, 0, std::nullopt);
    else
      tasks_.offer_ended(url, {TaskState::skipped, 0, {}, {}, seed.skip_reason});
  } else {
    tasks_.offer_ended(url, {TaskState::failed, 0, seed.error_kind, seed.error, {}});
  }
  add_input_.bind(run_, seed.line, seed.input, url, seed.meta).run();
}

std::vector<HostLease> SqliteStore::lease(const LeaseRequest& request) {
  std::vector<HostLease> leases;
  size_t room = request.tasks_max;
  while (room > 0) {
    const HostId host = leases_.next_host(request.tasks_per_host_max);
    if (host == 0) break;
    const size_t most = std::min(room, request.tasks_per_host_max - leases_.out(host));
    HostLease lease;
    lease.id = host;
    lease.tasks = next_tasks(host, most);
    SCRAPER_CHECK(!lease.tasks.empty());
    read_host_.bind(host).step();
    lease.origin = read_host_.text(0);
    lease.listed = read_host_.integer(1) == run_;
    read_host_.reset();
    room -= lease.tasks.size();
    leases.push_back(std::move(lease));
  }
  return leases;
}

std::vector<TaskRecord> SqliteStore::next_tasks(HostId host, size_t most) {
  std::vector<TaskRecord> tasks;
  for (next_tasks_.bind(run_, host); tasks.size() < most && next_tasks_.step();) {
    const UrlId id = next_tasks_.integer(0);
    if (leases_.is_out(host, id)) continue;
    tasks.push_back({id, next_tasks_.text(1), static_cast<int>(next_tasks_.integer(2)),
                     static_cast<int>(next_tasks_.integer(3)), static_cast<int>(next_tasks_.integer(4))});
    leases_.handed_out(host, id);
  }
  next_tasks_.reset();
  return tasks;
}

void SqliteStore::finish(std::span<const Outcome> outcomes) {
  std::vector<std::pair<HostId, UrlId>> over;
  in_transaction([&] {
    std::vector<const UrlRecord*> records;
    for (const Outcome& outcome : outcomes) {
      for (const LinkRecord& link : outcome.links) records.push_back(&link.target);
      if (outcome.redirect) records.push_back(&outcome.redirect->target);
    }
    const std::vector<UrlId> ids = urls_.resolve_all(records);
    size_t at = 0;
    for (const Outcome& outcome : outcomes) {
      const std::span<const UrlId> targets(ids.data() + at, outcome.links.size());
      at += outcome.links.size();
      const UrlId redirect = outcome.redirect ? ids[at++] : 0;
      finish_one(outcome, targets, redirect);
      if (outcome.state != TaskState::todo) over.emplace_back(tasks_.row(outcome.url_id).host, outcome.url_id);
    }
  });
  for (const auto& [host, url] : over) leases_.finished(host, url);
}

void SqliteStore::finish_one(const Outcome& outcome, std::span<const UrlId> link_targets, UrlId redirect_target) {
  const UrlId id = outcome.url_id;
  if (!outcome.attempt) return tasks_.skip(id, outcome.skip_reason);
  const AttemptRecord& attempt = *outcome.attempt;
  if (!pages_.add_attempt(attempt, id, run_)) return;
  tasks_.counts().bytes += static_cast<int64_t>(attempt.wire_bytes);
  if (outcome.state == TaskState::todo) return tasks_.retried(id, attempt.id, attempt.number);

  // The row, not the lease, knows the depth: a shorter path may have been found in the meantime.
  const TaskRow row = tasks_.row(id);
  const Ending ending{outcome.state, attempt.status, attempt.error_kind, {}, outcome.skip_reason};
  if (outcome.redirect && outcome.redirect->follow) {
    tasks_.offer(redirect_target, row.depth, row.redirects + 1, id);
    tasks_.redirect(id, redirect_target, ending, attempt.id, attempt.number, attempt.started_at);
    return;
  }
  if (outcome.page) {
    ++tasks_.counts().pages;
    pages_.put_page(id, outcome, link_targets);
  }
  if (outcome.gone) pages_.mark_gone(id, attempt.started_at);
  tasks_.finish(id, ending, attempt.id, attempt.number, attempt.started_at);
  if (row.depth >= tasks_.depth_max()) return;
  for (size_t i = 0; i < link_targets.size(); ++i) {
    if (outcome.links[i].follow) tasks_.offer(link_targets[i], row.depth + 1, 0, id);
  }
}

Counts SqliteStore::counts() const {
  Counts counts = tasks_.counts();
  counts.unleased = leases_.waiting();
  return counts;
}

void SqliteStore::end_run(const std::string& outcome, const std::string& finished_at) {
  Statement(database_, "UPDATE runs SET outcome = ?2, finished_at = ?3 WHERE id = ?1")
      .bind(run_, outcome, finished_at)
      .run();
  database_.execute("PRAGMA optimize");
  // Out of WAL mode the file stands alone and opens read-only anywhere. While somebody reads it, it has to stay.
  Statement leave_wal(database_, "PRAGMA journal_mode = DELETE");
  sqlite3_busy_timeout(database_.handle(), 0);
  try {
    leave_wal.step();
  } catch (const Error& error) {
    if (error.kind() != Error::Kind::busy) throw;
  }
}

}  // namespace storage::sqlite
