// SPDX-License-Identifier: MIT
// What becomes of an answer: the part of the ring between the fetcher and the store.
#include <spdlog/spdlog.h>

#include <algorithm>

#include "scraper/base/check.h"
#include "scraper/engine/outcome.h"
#include "scraper/engine/ring.h"

namespace scraper {
namespace {

std::optional<Duration> retry_after(const FetchResult& result, const Now& now) {
  const auto header = find_header(result.headers, "retry-after");
  return header ? parse_retry_after(*header, now.wall) : std::nullopt;
}

/// `sitemaps_left`: how many more sitemaps of this host may become tasks.
void take_content(Digest& digest, size_t& sitemaps_left, storage::Outcome& outcome) {
  outcome.page = std::move(digest.page);
  outcome.links = std::move(digest.links);
  outcome.items = std::move(digest.items);
  outcome.entries = std::move(digest.entries);
  outcome.sitemaps = std::move(digest.sitemaps);
  outcome.sitemaps.resize(std::min(outcome.sitemaps.size(), sitemaps_left));
  sitemaps_left -= outcome.sitemaps.size();
}

}  // namespace

void Ring::handle(FetchResult&& result, const Now& now) {
  auto node = in_flight_.extract(result.id);
  SCRAPER_CHECK(!node.empty());
  Task task = std::move(node.mapped());
  // Before the host's next request can start, not only when the body has been read.
  if (result.status == 429 || result.status == 503) {
    frontier_.pushed_back(task.host, now.steady);
    if (const auto wait = retry_after(result, now)) frontier_.hold(task.host, now.steady + *wait);
  } else if (result.error && blames_host(result.error->kind)) {
    frontier_.failed(task.host, now.steady);
  } else if (result.status != 0) {
    frontier_.answered(task.host);
  }
  frontier_.finished(task.host);
  ++digesting_;
  // Until what it answered is on record. The host whose robots.txt it is has tasks that wait.
  if (task.is_robots() && task.host != task.robots_of) hosts_.hold(hosts_.at(task.host));
  if (counts_alone(task)) {
    digesting_bytes_ += result.body_bytes;
    return handle(Digester::count({std::move(task), std::move(result)}), now);
  }
  if (asks_head(task) || (result.body.empty() && !is_success(result))) {
    Digest digest;
    digest.task = std::move(task);
    digest.result = std::move(result);
    return handle(std::move(digest), now);
  }
  digesting_bytes_ += result.body.size();
  ports_.digest({std::move(task), std::move(result)});
}

void Ring::handle(Digest&& digest, const Now& now) {
  --digesting_;
  digesting_bytes_ -= digest.body_bytes;
  if (digest.task.is_robots()) return robots_answered(std::move(digest), now);
  finish(std::move(digest), now);
}

void Ring::finish(Digest&& digest, const Now& now) {
  const Verdict verdict = judge(digest, scope_, settings_.redirects_max);
  const storage::HostId host = digest.task.host;
  storage::Outcome outcome;
  outcome.url_id = digest.task.id;
  outcome.host_id = host;
  outcome.role = !digest.task.sitemap ? storage::TaskRole::page
                 : digest.task.page   ? storage::TaskRole::both
                                      : storage::TaskRole::sitemap;
  outcome.attempt = attempt_record(digest, verdict.error, next_attempt_id_++, settings_.proxy);
  outcome.host = host_state(host);
  if (const auto wait = retry_after(digest.result, now)) {
    outcome.attempt->retry_after_s = std::chrono::duration_cast<std::chrono::seconds>(*wait).count();
  }
  const int status = digest.result.status;
  spdlog::debug("{} {} attempt {} status {} {} ms{}{}", digest.task.id, digest.task.url, outcome.attempt->number,
                status, outcome.attempt->total_ms, verdict.error ? " " : "",
                verdict.error ? name(verdict.error->kind) : "");
  if (asks_head(digest.task) && (status == 405 || status == 501)) {
    Task again = std::move(digest.task);
    again.get = true;
    ++again.attempts;
    outcome.state = storage::TaskState::todo;
    if (!stopping_) frontier_.admit(std::move(again));
  } else if (verdict.error && retry(std::move(digest.task), *verdict.error, *outcome.attempt, now)) {
    outcome.state = storage::TaskState::todo;
  } else if (verdict.error) {
    outcome.state = storage::TaskState::failed;
    outcome.gone = status == 404 || status == 410;
    // Of a page that was read in part.
    if (digest.page) take_content(digest, hosts_.at(host).sitemaps_left, outcome);
  } else if (verdict.not_modified) {
    outcome.not_modified = true;
    outcome.validators = changed_validators(digest);
  } else if (verdict.redirect) {
    outcome.redirect = verdict.redirect;
    outcome.attempt->redirect_to = verdict.redirect->target.url;
  } else {
    take_content(digest, hosts_.at(host).sitemaps_left, outcome);
  }
  const bool over = outcome.state != storage::TaskState::todo;
  commit(std::move(outcome), over ? host : 0);
}

/// True when the task stays to be done: it comes again later, or the run is over before it had its due.
bool Ring::retry(Task task, const Error& error, const storage::AttemptRecord& attempt, const Now& now) {
  if (error.kind == ErrorKind::cancelled) {
    SCRAPER_CHECK(stopping_.has_value());
    return true;
  }
  ++task.attempts;
  const int tries = task.attempts - task.spared;
  if (!retry_policy_.worth_another(error, tries)) return false;
  if (stopping_) return true;
  Duration wait = retry_policy_.wait_after(tries);
  if (attempt.retry_after_s) wait = std::max<Duration>(wait, std::chrono::seconds{*attempt.retry_after_s});
  frontier_.admit_later(std::move(task), now.steady + wait);
  return true;
}

storage::HostState Ring::host_state(storage::HostId host) const {
  const HostMemory memory = frontier_.memory(host);
  storage::HostState state;
  // On record it is in milliseconds, and none too early.
  const auto next = std::chrono::ceil<std::chrono::milliseconds>(wall_of(memory.next_start));
  if (memory.next_start > began_.steady) state.next_fetch_at = format_time(next);
  state.delay_ms = memory.delay.count();
  state.slowdown_ms = memory.slowdown.count();
  state.failures = memory.failures;
  if (memory.parked) state.parked_until = state.next_fetch_at;
  return state;
}

}  // namespace scraper
