// SPDX-License-Identifier: MIT
#include "storage/sqlite/sqlite_store.h"

#include <algorithm>
#include <unordered_map>

#include "scraper/base/check.h"
#include "storage/sqlite/schema.h"

namespace storage::sqlite {
namespace {

constexpr int kWalPagesWhileLoading = 131'072;
constexpr size_t kLargePart = 65'536;  // lines of a list

constexpr int kOk = 200;  // what an unchanged page had answered when it was stored

/// Listed lines that are no URL stand under this origin, so that they have a row like any other.
constexpr const char* kNoOrigin = "invalid:";

}  // namespace

SqliteStore::SqliteStore(const std::string& path, UrlTable::Hash hash)
    : database_(open_for_writing(path)),
      checkpointer_(std::in_place, database_),
      urls_(database_, std::move(hash)),
      hosts_(database_),
      links_(database_),
      tasks_(database_, links_),
      pages_(database_, links_),
      items_(database_),
      leases_(database_),
      add_input_(
          database_,
          "INSERT INTO list_lines (id, run_id, line, url_id, input, meta) VALUES (?,?,?,?,?,?) ON CONFLICT DO NOTHING"),
      update_list_(database_, "UPDATE runs SET list_lines = ?2, list_hash = ?3, list_complete = ?4 WHERE id = ?1") {}

template <typename Work>
void SqliteStore::in_transaction(const Work& work) {
  try {
    Transaction transaction(database_);
    work();
    tasks_.counts().write();
    items_.counts().write();
    transaction.commit();
  } catch (...) {
    urls_.roll_back();
    pages_.roll_back();
    tasks_.roll_back();
    items_.counts().roll_back();
    throw;
  }
}

/// 0: a new run begins.
RunId SqliteStore::resumable_run(const RunSpec& spec) {
  if (spec.start == RunSpec::Start::fresh) return 0;
  Statement last(database_,
                 "SELECT id, outcome, scope, started_at, list_lines, list_hash, list_complete FROM runs"
                 " ORDER BY id DESC LIMIT 1");
  if (!last.step()) return 0;
  const RunId id = last.integer(0);
  if (spec.start == RunSpec::Start::retry) return id;
  if (last.text_view(1) == "complete") return 0;
  if (spec.start == RunSpec::Start::resume) return id;
  if (last.text_view(2) != spec.scope || last.text_view(3) <= spec.resumable_since) return 0;
  const ListPosition list{last.integer(4), last.text(5), last.integer(6) != 0};
  return !spec.same_list || spec.same_list(list) ? id : 0;
}

RunId SqliteStore::begin_new_run(const RunSpec& spec) {
  Statement(database_,
            "INSERT INTO runs (started_at, outcome, fetcher, config, version, scope, depth_max)"
            " VALUES (?, 'running', ?, ?, ?, ?, ?)")
      .bind(spec.started_at, spec.fetcher, spec.config, spec.version, spec.scope, spec.depth_max)
      .run();
  const RunId run = sqlite3_last_insert_rowid(database_.handle());
  // Nobody is at an earlier one, and nobody will go on with it.
  Statement(database_,
            "UPDATE runs SET outcome = 'interrupted', finished_at = ?2 WHERE id < ?1 AND outcome = 'running'")
      .bind(run, spec.started_at)
      .run();
  database_.execute("DELETE FROM families");
  return run;
}

RunInfo SqliteStore::take_up(RunId run, Counts& counts) {
  RunInfo info;
  info.id = run;
  info.resumed = true;
  Statement read(
      database_,
      "SELECT todo, done, failed, skipped, queued, pages, bytes, list_lines, list_hash, list_complete, outcome"
      " FROM runs WHERE id = ?");
  read.bind(run).step();
  counts.todo = read.integer(0);
  counts.done = read.integer(1);
  counts.failed = read.integer(2);
  counts.skipped = read.integer(3);
  counts.queued = read.integer(4);
  counts.pages = read.integer(5);
  counts.bytes = read.integer(6);
  info.list = {read.integer(7), read.text(8), read.integer(9) != 0};
  info.cut_off = read.text_view(10) == "running";
  read.reset();
  Statement last(database_, "SELECT line FROM list_lines WHERE id < ? ORDER BY id DESC LIMIT 1");
  if (last.bind(UrlTable::line_id(run + 1, 0)).step()) info.last_line = last.integer(0);
  last.reset();
  Statement(database_, "UPDATE runs SET outcome = 'running', finished_at = NULL WHERE id = ?").bind(run).run();
  return info;
}

RunInfo SqliteStore::begin_run(const RunSpec& spec) {
  SCRAPER_CHECK(run_ == 0);
  RunInfo info;
  Counts counts;
  Transaction transaction(database_);
  // What a rebuild of items has done may be fetched again now.
  database_.execute("DELETE FROM meta WHERE key LIKE 'extract\\_%' ESCAPE '\\'");
  const RunId resumed = resumable_run(spec);
  if (resumed != 0)
    info = take_up(resumed, counts);
  else
    info.id = begin_new_run(spec);
  tasks_.begin(info.id, spec, counts);
  items_.open(spec.tables, info.id);
  leases_.begin(info.id, spec.revisits ? spec.content_key : 0);
  if (spec.start == RunSpec::Start::retry && info.resumed) info.retried = tasks_.retry(spec.retry_where);
  tasks_.counts().write();
  info.next_attempt_id = database_.integer("SELECT max(id) FROM attempts") + 1;
  pages_.begin(spec.content_key, info.next_attempt_id);
  transaction.commit();
  run_ = info.id;
  return info;
}

void SqliteStore::add_seeds(const SeedLines& seeds) {
  // Each large part touches nearly every page of the indexes: they are copied into the file once for several parts.
  const bool large = seeds.size() >= kLargePart && !seeds.position.complete;
  checkpointer_->set_pages_most(large ? kWalPagesWhileLoading : kWalPages);
  in_transaction([&] {
    add_plain_seeds(seeds);
    for (const SeedRecord& seed : seeds.others()) {
      const UrlId id =
          seed.url ? urls_.resolve(seed.url->origin(), seed.url->url) : urls_.resolve(kNoOrigin, seed.input);
      urls_.mark_listed(id, seed.url ? urls_.host_id(seed.url->origin()) : 0, run_, seed.line);
      offer_seed(seed, id);
      // What is no URL stands in its row as it was typed.
      add_input_
          .bind(UrlTable::line_id(run_, seed.line), run_, seed.line, id, seed.url ? seed.input : std::string(),
                seed.meta)
          .run();
    }
    update_list_.bind(run_, seeds.position.listed, seeds.position.hash, seeds.position.complete).run();
  });
}

/// What is to be fetched is most often new, and added in one step; for the rest the rows are looked at.
void SqliteStore::add_plain_seeds(const SeedLines& seeds) {
  std::vector<UrlTable::Added> rows(seeds.plain().size());
  if (tasks_.may_add()) {
    rows = urls_.add_listed(seeds, run_, [&](HostId host, int64_t count) { tasks_.added(host, count); });
  }
  SeedRecord seed;
  for (size_t i = 0; i < seeds.plain().size(); ++i) {
    const SeedLines::Plain& plain = seeds.plain()[i];
    const std::string_view url = seeds.url(plain);
    auto [id, is_new] = rows[i];
    if (!is_new) {
      seed.url = UrlRecord{std::string(url), plain.origin_bytes};
      if (id == 0) {
        id = urls_.resolve(seed.url->origin(), seed.url->url);
        urls_.mark_listed(id, urls_.host_id(seed.url->origin()), run_, plain.line);
      }
      offer_seed(seed, id);
    }
    add_input_.bind(UrlTable::line_id(run_, plain.line), run_, plain.line, id, nullptr, nullptr).run();
  }
}

/// A seed whose row was there before, or of which nothing is fetched.
void SqliteStore::offer_seed(const SeedRecord& seed, UrlId url) {
  if (!seed.url) return tasks_.offer_ended(url, {TaskState::failed, 0, seed.error_kind, seed.error, {}});
  if (!seed.skip_reason.empty()) return tasks_.offer_ended(url, {TaskState::skipped, 0, {}, {}, seed.skip_reason});
  Offer offer;
  offer.id = url;
  offer.listed = true;
  tasks_.offer(offer);
}

std::vector<HostLease> SqliteStore::lease(const LeaseRequest& request) {
  std::vector<HostLease> leases;
  if (counts().unleased > 0) {
    Transaction transaction(database_, Transaction::Kind::read);
    lease_tasks(request, leases);
    transaction.commit();
  }
  if (!request.origins.empty()) {
    in_transaction([&] {
      for (const std::string& origin : request.origins) leases.push_back(hosts_.read(urls_.host_id(origin), run_));
    });
  }
  return leases;
}

void SqliteStore::lease_tasks(const LeaseRequest& request, std::vector<HostLease>& leases) {
  size_t room = request.tasks_max;
  // In turn: from the host after the last one, once around.
  const HostId begin = last_leased_;
  bool around = false;
  for (HostId host = begin; room > 0;) {
    host = leases_.next_host(host);
    if (host == 0 && !around) {
      around = true;
      continue;
    }
    if (host == 0 || (around && host > begin)) break;
    const size_t out = leases_.out(host);
    if (2 * out > request.tasks_per_host_max) continue;
    std::vector<TaskRecord> tasks = leases_.hand_out(host, std::min(room, request.tasks_per_host_max - out));
    if (tasks.empty()) continue;
    room -= tasks.size();
    last_leased_ = host;
    leases.push_back(hosts_.read(host, run_));
    leases.back().tasks = std::move(tasks);
  }
}

void SqliteStore::finish(std::span<const Outcome> outcomes) {
  std::vector<std::pair<HostId, UrlId>> over;
  in_transaction([&] {
    std::vector<const UrlRecord*> records;
    std::vector<UrlId> found_on;
    for (const Outcome& outcome : outcomes) {
      for (const LinkRecord& link : outcome.links) records.push_back(&link.target);
      for (const LinkRecord& entry : outcome.entries) records.push_back(&entry.target);
      for (const UrlRecord& sitemap : outcome.sitemaps) records.push_back(&sitemap);
      if (outcome.redirect) records.push_back(&outcome.redirect->target);
      found_on.resize(records.size(), outcome.url_id);
    }
    const std::vector<UrlId> ids = urls_.resolve_all(records, found_on);
    size_t at = 0;
    for (const Outcome& outcome : outcomes) {
      const size_t count =
          outcome.links.size() + outcome.entries.size() + outcome.sitemaps.size() + (outcome.redirect ? 1u : 0u);
      const HostId host = finish_one(outcome, std::span<const UrlId>(ids.data() + at, count));
      at += count;
      if (host != 0) over.emplace_back(host, outcome.url_id);
    }
    // Of the outcomes of one host the last one knows best.
    std::unordered_map<HostId, const HostState*> states;
    for (const Outcome& outcome : outcomes) {
      if (outcome.host) states[outcome.host_id] = &*outcome.host;
    }
    for (const auto& [host, state] : states) hosts_.put_state(host, *state);
  });
  for (const auto& [host, url] : over) leases_.finished(host, url);
}

/// `targets`: the ids of links, entries, sitemaps and the redirect. Returns the host whose task is over; 0: none.
HostId SqliteStore::finish_one(const Outcome& outcome, std::span<const UrlId> targets) {
  const auto take = [&](size_t count) {
    const auto taken = targets.subspan(0, count);
    targets = targets.subspan(count);
    return taken;
  };
  const auto links = take(outcome.links.size()), entries = take(outcome.entries.size()),
             sitemaps = take(outcome.sitemaps.size());
  const bool is_over = outcome.url_id != 0 && outcome.state != TaskState::todo;
  if (outcome.attempt) {
    const UrlId id = outcome.url_id != 0 ? outcome.url_id : urls_.resolve(outcome.attempt_origin, outcome.attempt->url);
    if (!pages_.add_attempt(*outcome.attempt, id, run_)) return is_over ? tasks_.row(id).host : 0;
    tasks_.counts().all().bytes += static_cast<int64_t>(outcome.attempt->wire_bytes);
  }
  if (outcome.robots) hosts_.put_robots(outcome.host_id, *outcome.robots);
  HostId over = 0;
  if (outcome.url_id != 0 && outcome.attempt && outcome.state == TaskState::todo) {
    tasks_.retried(outcome.url_id, outcome.attempt->id, outcome.attempt->number);
  } else if (outcome.url_id != 0) {
    // The row, not the lease, knows the depth: a shorter path may have been found in the meantime.
    const TaskRow row = tasks_.row(outcome.url_id);
    finish_task(outcome, row, links, targets.empty() ? 0 : targets[0]);
    if (is_over) over = row.host;
  }
  offer_links(outcome.entries, entries, 0, outcome.url_id);
  for (const UrlId sitemap : sitemaps) {
    Offer offer;
    offer.id = sitemap;
    offer.depth = outcome.url_id != 0 ? tasks_.row(outcome.url_id).depth + 1 : 0;
    offer.role = TaskRole::sitemap;
    tasks_.offer(offer);
  }
  return over;
}

void SqliteStore::finish_task(const Outcome& outcome, const TaskRow& row, std::span<const UrlId> link_targets,
                              UrlId redirect_target) {
  if (!outcome.attempt) {
    return tasks_.end(row, {outcome.state, 0, outcome.error_kind, outcome.error, outcome.skip_reason});
  }
  const UrlId id = row.id;
  const AttemptRecord& attempt = *outcome.attempt;
  // It is wanted for more than it was fetched for, since it was named meanwhile: it is leased again.
  if (row.role != outcome.role) return tasks_.retried(id, attempt.id, attempt.number);
  const Ending ending{outcome.state, attempt.status, attempt.error_kind, {}, outcome.skip_reason};
  if (outcome.redirect && outcome.redirect->follow) {
    Offer offer;
    offer.id = redirect_target;
    offer.depth = row.depth;
    offer.redirects = row.redirects + 1;
    offer.found_on = id;
    offer.role = row.role;
    tasks_.offer(offer);
    tasks_.redirect(id, redirect_target, ending, attempt.id, attempt.number, attempt.started_at);
    return;
  }
  if (outcome.not_modified) return finish_unchanged(outcome, row);
  const bool better = outcome.page && (outcome.state == TaskState::done || !row.was_fetched || !pages_.has_page(id));
  if (better) {
    ++tasks_.counts().all().pages;
    pages_.put_page(id, outcome, link_targets, !row.was_fetched);
    items_.put(id, attempt.url, outcome.items);
  }
  if (outcome.gone) pages_.mark_gone(id, attempt.started_at);
  tasks_.finish(row, ending, attempt.id, attempt.number, attempt.started_at);
  if (better && row.depth < tasks_.depth_max()) offer_links(outcome.links, link_targets, row.depth + 1, id);
}

/// What is stored of the page answers for it: nothing of what is wide is touched.
void SqliteStore::finish_unchanged(const Outcome& outcome, const TaskRow& row) {
  const AttemptRecord& attempt = *outcome.attempt;
  if (outcome.validators) pages_.put_validators(row.id, *outcome.validators);
  if (items_.is_open()) items_.count_again(row.id, pages_.asked_tables(row.id));
  tasks_.finish(row, {TaskState::done, kOk, {}, {}, {}}, attempt.id, attempt.number, attempt.started_at);
  if (row.depth < tasks_.depth_max()) tasks_.offer_stored_links(row.id, row.depth + 1);
}

void SqliteStore::offer_links(std::span<const LinkRecord> links, std::span<const UrlId> targets, int depth,
                              UrlId found_on) {
  for (size_t i = 0; i < links.size(); ++i) {
    if (!links[i].follow) continue;
    Offer offer;
    offer.id = targets[i];
    offer.depth = depth;
    offer.found_on = found_on;
    offer.skip_reason = links[i].skip_reason;
    offer.family = links[i].family;
    offer.family_max = links[i].family_max;
    tasks_.offer(offer);
  }
}

Counts SqliteStore::counts() const {
  Counts counts = tasks_.counts().all();
  counts.unleased = counts.queued - leases_.total();
  return counts;
}

void SqliteStore::end_run(const std::string& outcome, const std::string& finished_at) {
  Statement(database_, "UPDATE runs SET outcome = ?2, finished_at = ?3 WHERE id = ?1")
      .bind(run_, outcome, finished_at)
      .run();
  database_.execute("PRAGMA optimize");
  checkpointer_.reset();
  leave_wal(database_);
}

}  // namespace storage::sqlite
