// SPDX-License-Identifier: MIT
// Hosts and their robots.txt (RFC 9309): the part of the ring between the store and the frontier.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "scraper/base/check.h"
#include "scraper/engine/outcome.h"
#include "scraper/engine/ring.h"
#include "scraper/engine/url_record.h"

namespace scraper {
namespace {

constexpr Duration kRobotsHold = std::chrono::hours{24};  // RFC 9309 2.4
constexpr Duration kUnreachableHolds = std::chrono::minutes{10};
constexpr int kRobotsRedirectsMax = 5;       // RFC 9309 2.3.1.2
constexpr size_t kSitemapsOfHostMax = 1000;  // those that an index names among them

/// Why there is no answer about robots.txt; nullopt: there is one.
std::optional<Error> robots_error(const Digest& digest) {
  const FetchResult& result = digest.result;
  // More than what counts is not looked at; the first part is there.
  if (result.error && result.error->kind == ErrorKind::too_large && digest.robots) return std::nullopt;
  if (result.error) return result.error;
  if (result.status < 500 && result.status != 429) return std::nullopt;
  return Error{ErrorKind::http_status, Stage::headers, result.status, fmt::format("HTTP status {}", result.status)};
}

/// What a server sent as a header is sent back to it as one, unless it would be no header any more, or a huge one.
bool may_be_sent(const storage::Validators& validators) {
  constexpr size_t kBytesMax = 1024;
  const auto fits = [](const std::string& text) {
    return text.size() <= kBytesMax && std::all_of(text.begin(), text.end(), [](char c) {
             return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F;
           });
  };
  return fits(validators.etag) && fits(validators.last_modified);
}

/// 429 is no answer about robots.txt: the host asks to be left alone, as with 5xx.
bool is_unavailable(int status) { return status >= 400 && status < 500 && status != 429; }

}  // namespace

HostMemory Ring::remembered(const storage::HostState& state, const HostPolicy& policy, const Now& now) const {
  HostMemory memory;
  memory.slowdown = Duration{state.slowdown_ms};
  memory.failures = settings_.forgive ? 0 : state.failures;
  const bool was_parked = !state.parked_until.empty();
  if (const auto next = parse_time(state.next_fetch_at); next && !(was_parked && settings_.forgive)) {
    const auto wait = std::chrono::duration_cast<Duration>(*next - now.wall);
    // A clock that was set back must not hold a host for ever.
    memory.next_start = now.steady + std::clamp(wait, Duration{0}, kRetryAfterMax);
    // What is longer than its delay with all its jitter, the host asked for.
    const Duration delay = std::max(policy.politeness.delay, Duration{state.delay_ms});
    if (wait > 2 * delay) memory.held_until = memory.next_start;
  }
  // What the process that died had asked for last is on no record.
  if (was_cut_off_) {
    const Duration delay = std::max(policy.politeness.delay, Duration{state.delay_ms});
    memory.next_start = std::max(memory.next_start, began_.steady + delay);
  }
  return memory;
}

void Ring::admit(storage::HostLease lease, const Now& now) {
  bool added = false;
  const storage::HostState state = lease.state;
  std::vector<storage::TaskRecord> records = std::move(lease.tasks);
  KnownHost& host = hosts_.open(lease, settings_, &added);
  if (added) frontier_.open(host.id, host.policy.politeness, remembered(state, host.policy, now));
  if (const auto homeless = homeless_.find(host.origin); homeless != homeless_.end()) {
    for (Task& task : homeless->second) {
      task.host = host.id;
      task.listed = host.listed;
      frontier_.admit(std::move(task));
    }
    homeless_.erase(homeless);
  }
  if (host.robots == RobotsState::off) offer_sitemaps(host, Robots());
  if (host.robots == RobotsState::known) offer_sitemaps(host, *host.rules);  // it may have been listed since
  for (storage::TaskRecord& record : records) {
    Task task;
    task.id = record.id;
    task.host = host.id;
    task.url = std::move(record.url);
    task.depth = record.depth;
    task.redirects = record.redirects;
    task.attempts = record.attempts;
    task.spared = record.spared;
    task.page = record.role != storage::TaskRole::sitemap;
    task.sitemap = record.role != storage::TaskRole::page;
    task.listed = host.listed;
    if (may_be_sent(record.validators)) {
      task.etag = std::move(record.validators.etag);
      task.last_modified = std::move(record.validators.last_modified);
    }
    hosts_.hold(host);
    route(host, std::move(task), now);
  }
}

/// To where the task has to wait: the frontier, or the host's robots.txt.
void Ring::route(KnownHost& host, Task task, const Now& now) {
  const bool expired = now.steady >= host.robots_expire;
  if (expired && (host.robots == RobotsState::known || host.robots == RobotsState::unreachable)) {
    host.robots = RobotsState::unknown;
  }
  switch (host.robots) {
    case RobotsState::off:
      return frontier_.admit(std::move(task));
    case RobotsState::known:
      return check_robots(host, std::move(task));
    case RobotsState::unreachable:
      return refuse(task);
    case RobotsState::unknown:
      hosts_.wait(host, std::move(task));
      return ask_for_robots(host, now);
    case RobotsState::asked:
      return hosts_.wait(host, std::move(task));
  }
}

void Ring::check_robots(KnownHost& host, Task task) {
  const auto url = Url::parse(task.url);
  SCRAPER_CHECK(url.has_value());
  if (host.rules->check(*url).allowed) return frontier_.admit(std::move(task));
  end(task, storage::TaskState::skipped, "robots", nullptr);
}

Task Ring::robots_task(const KnownHost& host, std::string url) const {
  Task task;
  task.host = host.id;
  task.robots_of = host.id;
  task.url = std::move(url);
  task.listed = host.listed;
  return task;
}

void Ring::ask_for_robots(KnownHost& host, const Now& now) {
  host.robots = RobotsState::asked;
  const auto cached = std::exchange(host.cached, std::nullopt);
  const auto expires = cached ? parse_time(cached->expires_at) : std::nullopt;
  if (!expires || *expires <= now.wall) return frontier_.admit(robots_task(host, host.origin + "/robots.txt"));
  const auto holds_for = std::min(std::chrono::duration_cast<Duration>(*expires - now.wall), kRobotsHold);
  if (!cached->body) return robots_known(host, std::make_shared<const Robots>(), holds_for, now);
  DigestJob job;
  job.task = robots_task(host, host.origin + "/robots.txt");
  job.cached_robots = cached->body;
  job.cached_for = holds_for;
  ++digesting_;
  ports_.digest(std::move(job));
}

/// One exchange for robots.txt is over, or what was cached of it has been read.
void Ring::robots_answered(Digest&& digest, const Now& now) {
  KnownHost& host = hosts_.at(digest.task.robots_of);
  if (digest.cached_for) {
    if (digest.robots) return robots_known(host, std::move(digest.robots), *digest.cached_for, now);
    return frontier_.admit(robots_task(host, host.origin + "/robots.txt"));  // the text could not be read
  }
  const FetchResult& result = digest.result;
  if (const std::optional<Error> error = robots_error(digest)) {
    // A run that stops leaves the host's tasks to the next one.
    if (error->kind == ErrorKind::cancelled || stopping_ || retry_robots(digest, *error, now)) {
      return commit_exchange(digest, error, std::nullopt);
    }
    storage::RobotsRecord record{result.status, format_time(digest.task.started.wall), {}, {}};
    const Error given_up = *error;
    commit_exchange(digest, error, std::move(record));
    robots_given_up(host, given_up, now);
    return;
  }
  // A run that stops does not go on to where it leads, and must not take that for an answer.
  if (stopping_ && is_redirect_status(result.status)) return commit_exchange(digest, std::nullopt, std::nullopt);
  if (follow_robots_redirect(digest, now)) return commit_exchange(digest, std::nullopt, std::nullopt);
  storage::RobotsRecord record;
  record.status = result.status;
  record.fetched_at = format_time(digest.task.started.wall);
  record.expires_at = format_time(now.wall + kRobotsHold);
  auto rules = std::exchange(digest.robots, nullptr);
  // Redirects that lead nowhere, and what is no answer to a GET, count as no robots.txt at all.
  if (!rules || is_unavailable(result.status))
    rules = std::make_shared<const Robots>();
  else if (digest.body)
    record.body = storage::BodyRecord{digest.body->hash, {}, 0, {}};
  frontier_.set_crawl_delay(host.id, rules->crawl_delay());  // so that it is on record with the exchange
  commit_exchange(digest, std::nullopt, std::move(record));
  robots_known(host, std::move(rules), kRobotsHold, now);
}

/// The host is held, and asked again later.
bool Ring::retry_robots(const Digest& digest, const Error& error, const Now& now) {
  Task task = digest.task;
  ++task.attempts;
  // A host that is parked gets one try at a time.
  const bool transient = is_transient(error) || error.kind == ErrorKind::http_status;
  if (!transient || task.attempts > settings_.retry.retries || frontier_.is_parked(task.host)) return false;
  frontier_.admit_later(std::move(task), now.steady + retry_policy_.wait_after(digest.task.attempts + 1));
  return true;
}

/// True when the next hop is on its way.
bool Ring::follow_robots_redirect(const Digest& digest, const Now& now) {
  const FetchResult& result = digest.result;
  const auto location = find_header(result.headers, "location");
  if (!is_redirect_status(result.status) || !location || digest.task.redirects >= kRobotsRedirectsMax) return false;
  const auto base = Url::parse(digest.task.url);
  const auto target = Url::parse(*location, &*base);
  if (!target) return false;
  Task task = digest.task;
  task.url = target->href();
  ++task.redirects;
  const std::string origin(target->origin());
  if (KnownHost* next = hosts_.find(origin)) {
    task.host = next->id;
    task.listed = next->listed;
    frontier_.admit_later(std::move(task), now.steady);
    return true;
  }
  auto& waiting = homeless_[origin];
  waiting.push_back(std::move(task));
  if (waiting.size() == 1) ports_.lease({0, 0, {origin}});
  return true;
}

void Ring::robots_known(KnownHost& host, std::shared_ptr<const Robots> rules, Duration holds_for, const Now& now) {
  host.robots = RobotsState::known;
  host.robots_expire = now.steady + holds_for;
  host.rules = std::move(rules);
  frontier_.set_crawl_delay(host.id, host.rules->crawl_delay());
  offer_sitemaps(host, *host.rules);
  for (Task& task : hosts_.take_waiting(host)) check_robots(host, std::move(task));
}

/// There is no usable answer. Where the host could not be reached its pages fail in the same way; else it is not known
/// what may be fetched, so nothing is (RFC 9309 2.3.1.4).
void Ring::robots_given_up(KnownHost& host, const Error& error, const Now& now) {
  if (blames_host(error.kind) || error.kind == ErrorKind::blocked_address || error.kind == ErrorKind::tls) {
    host.robots = RobotsState::unknown;
    Error told = error;
    told.message = "robots.txt: " + error.message;
    for (const Task& task : hosts_.take_waiting(host)) end(task, storage::TaskState::failed, {}, &told);
    return;
  }
  spdlog::info("{}: robots.txt cannot be had ({}), nothing is fetched", host.origin, error.message);
  host.robots = RobotsState::unreachable;
  host.robots_expire = now.steady + kUnreachableHolds;
  for (const Task& task : hosts_.take_waiting(host)) refuse(task);
}

/// It is not known whether the task is allowed.
void Ring::refuse(const Task& task) {
  if (task.page) ++refused_;
  end(task, storage::TaskState::skipped, "robots", nullptr);
}

void Ring::commit_exchange(Digest& digest, const std::optional<Error>& error,
                           std::optional<storage::RobotsRecord> record) {
  const storage::HostId asked = digest.task.host;
  const auto url = Url::parse(digest.task.url);
  storage::Outcome outcome;
  outcome.host_id = digest.task.robots_of;
  outcome.attempt_origin = std::string(url->origin());
  outcome.attempt = attempt_record(digest, error, next_attempt_id_++, settings_.proxy);
  outcome.attempt->kind = "robots";
  outcome.robots = std::move(record);
  hosts_.hold(hosts_.at(outcome.host_id));
  const storage::HostId releases = outcome.host_id;
  if (asked == releases) {
    outcome.host = host_state(asked);
    return commit(std::move(outcome), releases);
  }
  storage::Outcome other;  // the host that the robots.txt was redirected to has been asked, too
  other.host_id = asked;
  other.host = host_state(asked);
  commit(std::move(outcome), releases);
  commit(std::move(other), asked);  // which was held since its answer came
}

/// What the robots.txt of a listed host names, and /sitemap.xml: once.
void Ring::offer_sitemaps(KnownHost& host, const Robots& rules) {
  if (!settings_.sitemaps || !host.listed || !sitemaps_offered_.insert(host.id).second) return;
  host.sitemaps_left = kSitemapsOfHostMax;
  std::vector<storage::UrlRecord> sitemaps;
  const auto base = Url::parse(host.origin + "/sitemap.xml");
  for (const std::string& text : rules.sitemaps()) {
    if (const auto url = Url::parse(text, &*base)) sitemaps.push_back(url_record(*url));
  }
  host.sitemaps_left -= sitemaps.size();
  sitemaps.push_back(url_record(*base));
  storage::Outcome outcome;
  outcome.host_id = host.id;
  outcome.sitemaps = std::move(sitemaps);
  hosts_.hold(host);
  commit(std::move(outcome), host.id);
}

}  // namespace scraper
