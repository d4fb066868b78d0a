// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <map>

#include "scraper/base/quantity.h"
#include "scraper/base/utf8.h"
#include "scraper/cli/commands.h"
#include "scraper/cli/config_file.h"
#include "scraper/cli/stored_body.h"
#include "scraper/cli/url_list.h"
#include "scraper/frontier/robots.h"
#include "scraper/frontier/trap.h"
#include "storage/open_store.h"
#include "storage/run_lock.h"

namespace scraper {
namespace {

constexpr int64_t kSeedsMax = 100'000;  // of a host that are looked at for --span seeds

/// A row by column names; NULL is empty.
using Cells = std::map<std::string, std::string>;

std::string text_or_empty(const storage::Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* number = std::get_if<int64_t>(&value)) return fmt::format("{}", *number);
  return {};
}

std::string cell(const Cells& row, const std::string& column) {
  const auto found = row.find(column);
  return found == row.end() ? std::string() : found->second;
}

std::vector<Cells> select(storage::Reader& reader, const std::string& sql, std::vector<storage::Value> parameters) {
  std::vector<Cells> out;
  std::vector<std::string> names;
  reader.select(
      sql, parameters, [&](const auto& columns) { names = columns; },
      [&](const storage::Row& row) {
        Cells cells;
        for (size_t c = 0; c < row.size(); ++c) cells[names[c]] = text_or_empty(row[c]);
        out.push_back(std::move(cells));
        return true;
      });
  return out;
}

void say(const std::string& what, const std::string& answer) {
  if (!answer.empty()) fmt::print("{:<13} {}\n", what, printable(answer));
}

/// Answers why a URL was fetched or not, from what the database has on record and the rules the run had.
class Why {
 public:
  Why(storage::Reader& reader, Url url, bool in_progress)
      : reader_(reader), url_(std::move(url)), in_progress_(in_progress) {}

  void explain() {
    say("URL", url_.href());
    read_rows();
    tell_state();
    tell_checks();
    tell_attempts();
    tell_when();
  }

 private:
  void read_rows();
  void tell_state();
  void tell_checks();
  void tell_scope();
  void tell_depth();
  void tell_trap();
  void tell_robots();
  void tell_attempts();
  void tell_when();
  Scope scope_with_seeds();
  bool is_listed() const { return !input_.empty(); }
  bool is_task() const { return !row_.empty() && !cell(row_, "state").empty(); }

  storage::Reader& reader_;
  const Url url_;
  const bool in_progress_;
  Cells row_, host_, run_, input_;
  Settings settings_;  ///< of the run that the URL belongs to, or of the last one
};

void Why::read_rows() {
  const auto id = reader_.find_url(std::string(url_.origin()), url_.href());
  if (id) {
    row_ = select(reader_,
                  "SELECT u.id, u.state, u.status, u.error_kind, coalesce(e.error, u.error, ea.error, a.error) AS "
                  "error, u.skip_reason,"
                  " u.depth, u.attempts, u.run_id, u.fetched_at, u.role, f.url AS found_on, f.redirect_id = u.id AS "
                  "is_target, f.depth AS found_depth,"
                  " e.url AS final_url, u.host_id, p.title FROM urls u LEFT JOIN attempts a ON a.id = u.attempt_id"
                  " LEFT JOIN urls f ON f.id = u.found_on LEFT JOIN urls e ON e.id = u.final_id"
                  " LEFT JOIN attempts ea ON ea.id = e.attempt_id"
                  " LEFT JOIN pages p ON p.id = u.id WHERE u.id = ?",
                  {*id})
               .at(0);
    const auto inputs = select(reader_,
                               "SELECT l.run_id, l.line, coalesce(l.input, u.url) AS input FROM urls u"
                               " JOIN list_lines l ON l.id = u.listed_as WHERE u.id = ?",
                               {*id});
    if (!inputs.empty()) input_ = inputs[0];
  }
  const auto hosts =
      select(reader_,
             "SELECT id, origin, next_fetch_at, delay_ms, slowdown_ms, failures, parked_until,"
             " robots_status, robots_fetched_at, robots_expires_at, robots_hash, todo FROM hosts WHERE origin = ?",
             {std::string(url_.origin())});
  if (!hosts.empty()) host_ = hosts[0];
  const auto runs =
      cell(row_, "run_id").empty()
          ? select(reader_, "SELECT id, outcome, config, started_at FROM runs ORDER BY id DESC LIMIT 1", {})
          : select(reader_, "SELECT id, outcome, config, started_at FROM runs WHERE id = ?",
                   {static_cast<int64_t>(std::stoll(cell(row_, "run_id")))});
  if (runs.empty()) return;
  run_ = runs[0];
  settings_ = recorded_settings(cell(run_, "config"));
}

void Why::tell_state() {
  if (row_.empty()) return say("state", "not known: no list names it and no page that was read links to it");
  if (!is_task()) {
    const bool is_robots = url_.path() == "/robots.txt" && !cell(host_, "robots_fetched_at").empty();
    say("state", is_robots ? "the rules of its host: asked for, and no page"
                           : "known as a link's target alone; it was not to be fetched");
  } else {
    std::string state = cell(row_, "state");
    if (!cell(row_, "skip_reason").empty()) state += ": " + cell(row_, "skip_reason");
    if (!cell(row_, "error_kind").empty()) state += ": " + cell(row_, "error_kind");
    if (!cell(row_, "status").empty()) state += ", HTTP status " + cell(row_, "status");
    say("state", state);
    say("error", cell(row_, "error_kind").empty() ? "" : cell(row_, "error"));
    say("title", cell(row_, "title"));
    say("run", fmt::format("{} ({}, started {})", cell(run_, "id"), cell(run_, "outcome"), cell(run_, "started_at")));
    if (!cell(row_, "final_url").empty()) say("leads to", cell(row_, "final_url"));
    if (cell(row_, "role") != "0") say("fetched as", cell(row_, "role") == "1" ? "a sitemap" : "a page and a sitemap");
  }
  if (is_listed())
    say("listed",
        fmt::format("line {} of run {}: {}", cell(input_, "line"), cell(input_, "run_id"), cell(input_, "input")));
  if (!cell(row_, "found_on").empty()) say("found on", cell(row_, "found_on"));
}

/// The scope as the run had it, as far as it matters to this URL: with the seeds of its own host, or domain.
Scope Why::scope_with_seeds() {
  ScopeSettings settings = settings_.scope;
  settings.sitemaps = true;  // so that it answers at depth 0, too
  auto made = Scope::make(settings);
  Scope scope = made ? std::move(*made) : std::move(*Scope::make({}));
  const std::string host(url_.host());
  const std::string domain = registrable_domain(host);
  const bool by_domain = settings.span == Span::domain;
  const std::string sql =
      by_domain ? "SELECT id, origin FROM hosts WHERE listed_run IS NOT NULL AND instr(origin, ?) > 0"
                : "SELECT id, origin FROM hosts WHERE listed_run IS NOT NULL AND (origin IN (?1, ?2)"
                  " OR origin >= ?1 || ':' AND origin < ?1 || ';' OR origin >= ?2 || ':' AND origin < ?2 || ';')";
  const std::vector<storage::Value> parameters = by_domain
                                                     ? std::vector<storage::Value>{domain}
                                                     : std::vector<storage::Value>{"http://" + host, "https://" + host};
  for (const storage::Row& row : reader_.select_all(sql, parameters)) {
    if (settings.span != Span::seeds) {
      if (const auto seed = Url::parse(text_or_empty(row[1]) + "/")) scope.add_seed(*seed);
      continue;
    }
    const std::vector<storage::Value> id{row[0], kSeedsMax};
    for (const storage::Row& seed :
         reader_.select_all("SELECT url FROM urls WHERE host_id = ? AND listed_as IS NOT NULL LIMIT ?", id)) {
      if (const auto url = Url::parse(text_or_empty(seed[0]))) scope.add_seed(*url);
    }
  }
  return scope;
}

void Why::tell_checks() {
  if (run_.empty()) return;
  fmt::print("\nchecks, with the settings of run {}\n", cell(run_, "id"));
  tell_scope();
  tell_depth();
  tell_trap();
  tell_robots();
  if (cell(row_, "skip_reason") == "max_pages") {
    say("limits", fmt::format("over --max-pages {} or --max-pages-per-host {}", settings_.pages_max,
                              settings_.pages_per_host_max));
  }
  if (cell(row_, "skip_reason") == "nofollow")
    say("nofollow", "each link to it says nofollow, or the page that it is on does");
  if (cell(row_, "skip_reason") == "fresh")
    say("age", fmt::format("fetched {}, more recently than --older-than {} asks for", cell(row_, "fetched_at"),
                           settings_.older_than ? format_duration(*settings_.older_than) : ""));
  if (cell(row_, "skip_reason") == "parked_host") say("patience", "its host was held for longer than --patience");
}

void Why::tell_scope() {
  const std::string answer = scope_with_seeds().explain(url_);
  const bool rejected = answer.starts_with("rejected");
  if (is_listed() && !rejected) return say("  scope", "passed: it is listed");
  if (cell(row_, "is_target") == "1") return say("  scope", "passed: a redirect leads here");
  say("  scope", (answer.starts_with("inside") ? "passed: " : "not passed: ") + answer);
}

void Why::tell_depth() {
  if (is_task())
    return say("  depth", fmt::format("passed: {} of at most {}", cell(row_, "depth"), settings_.scope.depth));
  if (cell(row_, "found_depth").empty()) return;
  const int64_t depth = std::stoll(cell(row_, "found_depth")) + 1;
  if (depth > settings_.scope.depth) {
    say("  depth",
        fmt::format("not passed: it lies {} hops from the list, --depth is {}", depth, settings_.scope.depth));
  }
}

void Why::tell_trap() {
  const auto today = std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(wall_now()));
  const TrapVerdict verdict = judge_trap(url_, settings_.digest.traps, static_cast<int>(today.year()));
  if (is_listed()) return;
  if (verdict.trapped) return say("  trap", "not passed: " + verdict.reason);
  if (verdict.family == 0) return say("  trap", "passed");
  const auto family = reader_.select_all("SELECT tasks FROM families WHERE run_id = ? AND family = ?",
                                         std::vector<storage::Value>{static_cast<int64_t>(std::stoll(cell(run_, "id"))),
                                                                     static_cast<int64_t>(verdict.family)});
  say("  trap", fmt::format("{}: one of {} URLs that differ in a query or a date alone; at most {} are fetched",
                            cell(row_, "skip_reason") == "trap" ? "not passed" : "passed",
                            family.empty() ? "0" : text_or_empty(family[0][0]), verdict.family_max));
}

void Why::tell_robots() {
  const HostPolicy policy = policy_for(settings_, std::string(url_.origin()));
  if (!policy.robots) return say("  robots.txt", "not asked for");
  if (host_.empty() || cell(host_, "robots_fetched_at").empty()) return say("  robots.txt", "not read yet");
  const std::string source = fmt::format("HTTP status {}, fetched {}",
                                         cell(host_, "robots_status") == "0" ? "none" : cell(host_, "robots_status"),
                                         cell(host_, "robots_fetched_at"));
  if (cell(host_, "robots_expires_at").empty())
    return say("  robots.txt", "not passed: it could not be had (" + source + "), so nothing is fetched");
  if (cell(host_, "robots_hash").empty()) return say("  robots.txt", "passed: there is none (" + source + ")");
  const auto bodies = reader_.select_all("SELECT codec, size, data FROM bodies WHERE hash = ?",
                                         std::vector<storage::Value>{cell(host_, "robots_hash")});
  if (bodies.empty()) return say("  robots.txt", "its text is no longer stored");
  const std::string text = unpack_body(bodies[0][0], bodies[0][1], bodies[0][2]);
  const Robots::Verdict verdict = Robots::parse(text, product_token(effective_user_agent(settings_))).check(url_);
  const std::string rule =
      verdict.line == 0 ? "no rule matches" : fmt::format("line {}: {}", verdict.line, verdict.rule);
  say("  robots.txt", fmt::format("{}: {} ({})", verdict.allowed ? "passed" : "not passed", rule, source));
}

void Why::tell_attempts() {
  if (row_.empty()) return;
  const auto attempts = select(reader_,
                               "SELECT run_id, number, kind, started_at, status, error_kind, error, total_ms, ip,"
                               " redirect_to, retry_after_s, CASE WHEN status = 304 THEN (SELECT b.run_id FROM"
                               " attempts b WHERE b.url_id = a.url_id AND b.id < a.id AND b.status = 200"
                               " ORDER BY b.id DESC LIMIT 1) END AS content_run"
                               " FROM attempts a WHERE url_id = ? ORDER BY id DESC LIMIT 20",
                               {static_cast<int64_t>(std::stoll(cell(row_, "id")))});
  if (attempts.empty()) {
    const bool host_failed = cell(row_, "state") == "failed" || cell(row_, "skip_reason") == "robots";
    return fmt::print("\nno attempt was made{}\n",
                      host_failed ? fmt::format("; see {}/robots.txt", url_.origin()) : "");
  }
  fmt::print("\nattempts, the last first\n");
  for (const Cells& attempt : attempts) {
    std::string line = fmt::format("  run {} {} {}: {}, {} ms", cell(attempt, "run_id"), cell(attempt, "kind"),
                                   cell(attempt, "number"), cell(attempt, "started_at"), cell(attempt, "total_ms"));
    if (!cell(attempt, "status").empty()) line += ", HTTP status " + cell(attempt, "status");
    if (cell(attempt, "status") == "304" && cell(attempt, "error_kind").empty())
      line += fmt::format(", not modified (304), content of run {} kept", cell(attempt, "content_run"));
    if (!cell(attempt, "redirect_to").empty()) line += ", to " + cell(attempt, "redirect_to");
    if (!cell(attempt, "retry_after_s").empty()) line += ", Retry-After " + cell(attempt, "retry_after_s") + " s";
    if (!cell(attempt, "error_kind").empty())
      line += ", " + cell(attempt, "error_kind") + ": " + cell(attempt, "error");
    if (!cell(attempt, "ip").empty()) line += ", from " + cell(attempt, "ip");
    fmt::print("{}\n", printable(line));
  }
}

void Why::tell_when() {
  if (cell(row_, "state") != "todo") return;
  fmt::print("\n");
  const std::string now = format_time(wall_now());
  if (!in_progress_)
    say("due", "when the run goes on: scraper run with the same list, or --resume");
  else if (cell(host_, "next_fetch_at") > now)
    say("due", "not before " + cell(host_, "next_fetch_at"));
  else
    say("due", fmt::format("when its turn comes: {} tasks wait at its host", cell(host_, "todo")));
  if (cell(host_, "parked_until") > now)
    say("held by", fmt::format("its host could not be reached {} times and is parked until {}", cell(host_, "failures"),
                               cell(host_, "parked_until")));
  else if (!cell(host_, "slowdown_ms").empty() && cell(host_, "slowdown_ms") != "0")
    say("held by",
        fmt::format("429 and 503 answers of its host: {} ms between two requests", cell(host_, "slowdown_ms")));
}

}  // namespace

Exit why_command(const std::string& database, const std::string& text) {
  auto url = parse_listed_url(text);
  if (!url) {
    complain(fmt::format("`{}`: {}", text, url.error().message));
    return Exit::usage;
  }
  const auto reader = storage::open_reader(database);
  Why(*reader, std::move(*url), storage::is_run_in_progress(database)).explain();
  return Exit::done;
}

}  // namespace scraper
