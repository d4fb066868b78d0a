// SPDX-License-Identifier: MIT
#include "scraper/engine/ring.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdlib>

#include "scraper/base/check.h"
#include "scraper/engine/outcome.h"

namespace scraper {
namespace {

constexpr size_t kDigestingMax = 256;     // responses that wait for a parse worker before no new fetch starts
constexpr size_t kUncommittedMax = 1024;  // outcomes that wait for the store thread, likewise
constexpr Duration kParkedBeyond{5000};   // tasks of hosts that cannot start for so long do not fill the window
constexpr size_t kParkedWindows = 8;      // but no more than so many windows of them are held
constexpr Duration kDeadlineGrace{250};   // to finish what is nearly done; the deadline holds within a second
constexpr Duration kClockStep{1000};      // the wall clock was set, or the machine slept

/// Where a host is asked much at once, its tasks must also last while what came is read and stored.
size_t tasks_of_host(size_t connections) {
  return std::max<size_t>(16, connections * std::min<size_t>(connections, 16));
}

size_t window_for(const EngineSettings& settings) { return std::max<size_t>(4096, 4 * settings.concurrency); }

}  // namespace

std::string_view name(RunOutcome outcome) {
  switch (outcome) {
    case RunOutcome::complete:
      return "complete";
    case RunOutcome::deadline:
      return "deadline";
    case RunOutcome::interrupted:
      return "interrupted";
    case RunOutcome::failed:
      return "failed";
  }
  SCRAPER_CHECK(false);
}

size_t Ring::on_the_way_max(const EngineSettings& settings) {
  return settings.concurrency + kDigestingMax + kUncommittedMax + 2 * (kParkedWindows + 1) * window_for(settings) + 64;
}

Ring::Ring(const EngineSettings& settings, const Scope& scope, const storage::RunInfo& run,
           const storage::Counts& counts, RingPorts ports, const Now& now)
    : settings_(settings),
      scope_(scope),
      ports_(std::move(ports)),
      was_cut_off_(run.cut_off),
      began_(now),
      anchor_(now),
      frontier_(settings_.politeness, settings_.jitter_seed),
      retry_policy_(settings_.retry, settings_.jitter_seed + 1),
      next_attempt_id_(run.next_attempt_id),
      counts_(counts),
      window_(window_for(settings_)),
      tasks_per_host_max_(
          tasks_of_host(static_cast<size_t>(std::max(settings_.politeness.per_host, settings_.per_host_max)))) {
  if (!ports_.more_seeds) return;
  list_read_ = false;
  // One part is read while the one before it is added.
  ports_.more_seeds();
  ports_.more_seeds();
}

void Ring::turn(const Now& now) {
  // One offset between the clocks, so that the starts on record lie as far apart as those that were made.
  const auto drift = std::chrono::abs(now.wall - std::chrono::time_point_cast<WallTime::duration>(wall_of(now.steady)));
  if (drift > kClockStep) anchor_ = now;
  if (settings_.deadline && now.steady >= *settings_.deadline && !stopping_) {
    begin_stopping(RunOutcome::deadline, now.steady, kDeadlineGrace);
  }
  if (stopping_ && now.steady >= stop_at_ && !cancelled_) {
    cancelled_ = true;
    ports_.cancel_fetches();
  }
  if (stopping_) return;
  lose_patience(now);
  lease_more(now.steady);
  start_fetches(now);
  hurry_store();
  hosts_.forget_idle(frontier_, now.steady);
}

std::optional<SteadyTime> Ring::wake_at() const {
  if (stopping_) return cancelled_ ? std::nullopt : std::optional(stop_at_);
  std::optional<SteadyTime> wake = settings_.deadline;
  if (const auto ready = frontier_.next_ready_at(); ready && has_room()) wake = wake ? std::min(*wake, *ready) : *ready;
  return wake;
}

bool Ring::is_over() const {
  if (!is_idle()) return false;
  return stopping_ || (frontier_.size() == 0 && hosts_.waiting() == 0 && counts_.unleased == 0 && list_read_);
}

RunReport Ring::report() const {
  return {store_error_ ? RunOutcome::failed : stopping_.value_or(RunOutcome::complete), counts_, parked_, refused_,
          store_error_};
}

bool Ring::has_room() const {
  return in_flight_.size() < settings_.concurrency && digesting_ < kDigestingMax &&
         digesting_bytes_ < settings_.backlog_bytes_max && committing_.size() < kUncommittedMax;
}

bool Ring::is_idle() const {
  return in_flight_.empty() && digesting_ == 0 && homeless_.empty() &&
         (store_error_ || (committing_.empty() && !lease_pending_));
}

/// How many tasks may be leased now; 0 unless that is worth a question.
size_t Ring::lease_room(SteadyTime now) const {
  if (lease_pending_ || lease_dry_ || counts_.unleased == 0) return 0;
  const size_t waiting = frontier_.size() + hosts_.waiting();
  if (waiting > kParkedWindows * window_) return 0;
  size_t held = waiting + in_flight_.size() + digesting_ + committing_.size();
  if (held > window_ / 2) {
    held -= frontier_.parked_until(now + kParkedBeyond, [&](int64_t host) { return hosts_.waiting_at(host); });
  }
  return held > window_ / 2 ? 0 : window_ - held;
}

void Ring::lease_more(SteadyTime now) {
  const size_t room = lease_room(now);
  if (room == 0) return;
  lease_pending_ = true;
  ports_.lease({room, tasks_per_host_max_, {}});
}

void Ring::start_fetches(const Now& now) {
  while (has_room()) {
    auto task = frontier_.next(now.steady);
    if (!task) return;
    task->started = {now.steady, wall_of(now.steady)};
    FetchRequest request = request_for(*task);
    in_flight_.emplace(request.id, std::move(*task));
    ports_.fetch(std::move(request));
  }
}

/// Outcomes are gathered for one transaction, and leases come after it. That must not keep transfers from starting.
void Ring::hurry_store() {
  if (hurried_ || !has_room()) return;
  const bool nothing_else = frontier_.size() == 0 && !committing_.empty();
  if (!lease_pending_ && !nothing_else) return;
  hurried_ = true;
  ports_.hurry();
}

FetchRequest Ring::request_for(const Task& task) {
  const KnownHost& host = hosts_.at(task.host);
  FetchRequest request;
  request.id = next_request_id_++;
  request.url = task.url;
  request.headers = host.policy.headers;
  // Both, for servers that know one of them alone (RFC 9110 13.1.3).
  if (!task.etag.empty()) request.headers.push_back("If-None-Match: " + task.etag);
  if (!task.last_modified.empty()) request.headers.push_back("If-Modified-Since: " + task.last_modified);
  request.head = asks_head(task);
  request.count_body = counts_alone(task);
  if (task.is_robots()) {
    request.body_bytes_max = kRobotsBytesMax;
    request.beginning_alone = true;
  } else if (task.sitemap) {
    request.body_bytes_max = settings_.digest.sitemaps.bytes_max;
  }
  request.send_credentials = task.listed;
  request.allow_private = settings_.private_addresses == PrivateAddresses::allow ||
                          (settings_.private_addresses == PrivateAddresses::seeds && task.listed);
  return request;
}

/// Where only hosts are left that nothing may be asked of for longer than the patience allows, their tasks are left for
/// another run.
void Ring::lose_patience(const Now& now) {
  if (!is_idle() || !list_read_ || frontier_.size() == 0 || lease_room(now.steady) > 0) return;
  const auto ready = frontier_.next_ready_at();
  SCRAPER_CHECK(ready.has_value());
  if (*ready <= now.steady + settings_.patience) return;
  // Our own delay, however long, is no reason to give up.
  if (frontier_.least_hold() <= now.steady + settings_.patience) return;
  std::vector<Task> left;
  for (Task& task : frontier_.drain()) {
    if (!task.is_robots()) {
      left.push_back(std::move(task));
      continue;
    }
    KnownHost& host = hosts_.at(task.robots_of);
    host.robots = RobotsState::unknown;
    for (Task& waiting : hosts_.take_waiting(host)) left.push_back(std::move(waiting));
  }
  for (const Task& task : left) {
    if (task.page) ++parked_;
    end(task, storage::TaskState::skipped, "parked_host", nullptr);
  }
}

void Ring::begin_stopping(RunOutcome why, SteadyTime now, Duration grace) {
  stopping_ = why;
  spdlog::info("stopping: {}", name(why));
  stop_at_ = now + grace;
  if (settings_.deadline) stop_at_ = std::min(stop_at_, std::max(now, *settings_.deadline + kDeadlineGrace));
}

void Ring::commit(storage::Outcome&& outcome, storage::HostId releases) {
  if (store_error_) return;
  committing_.push_back(releases);
  ports_.commit(std::move(outcome));
}

/// The task is over without an attempt of its own.
void Ring::end(const Task& task, storage::TaskState state, std::string skip_reason, const Error* error) {
  storage::Outcome outcome;
  outcome.url_id = task.id;
  outcome.host_id = task.host;
  outcome.state = state;
  outcome.skip_reason = std::move(skip_reason);
  if (error != nullptr) {
    outcome.error_kind = name(error->kind);
    outcome.error = error->message;
  }
  commit(std::move(outcome), task.host);
}

void Ring::handle(StoreReply reply, const Now& now) {
  counts_ = reply.counts;
  hurried_ = false;
  for (size_t i = 0; i < reply.committed; ++i) {
    if (committing_.front() != 0) hosts_.release(committing_.front());
    committing_.pop_front();
  }
  if (reply.committed > 0 || reply.seeds_added > 0) lease_dry_ = false;
  if (reply.seeds_added > 0) {
    list_read_ = reply.list_complete;
    for (int i = 0; i < reply.seeds_added && !list_read_ && !stopping_; ++i) ports_.more_seeds();
  }
  if (!reply.leases) return;
  size_t leased = 0;
  for (storage::HostLease& lease : *reply.leases) {
    leased += lease.tasks.size();
    admit(std::move(lease), now);
  }
  if (reply.lease_asked == 0) return;  // a host was asked for, not tasks
  lease_pending_ = false;
  lease_dry_ = leased < reply.lease_asked;
}

void Ring::handle(StoreFailure failure, const Now& now) {
  store_error_ = failure.error;
  lease_pending_ = false;
  homeless_.clear();
  begin_stopping(RunOutcome::failed, now.steady, Duration{0});
}

void Ring::interrupt(const Now& now) {
  if (!stopping_) begin_stopping(RunOutcome::interrupted, now.steady, settings_.grace);
}

}  // namespace scraper
