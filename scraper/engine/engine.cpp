// SPDX-License-Identifier: MIT
#include "scraper/engine/engine.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "scraper/base/check.h"
#include "scraper/engine/outcome.h"

namespace scraper {
namespace {

constexpr size_t kDigestingMax = 256;     // responses that wait for a parse worker before no new fetch starts
constexpr size_t kUncommittedMax = 1024;  // outcomes that wait for the store thread, likewise
constexpr size_t kMessagesMax = 256;      // taken from the inbox in one turn of the loop
constexpr Duration kProgressEvery{250};
constexpr Duration kParkedBeyond{5000};  // tasks of hosts that cannot start for so long do not fill the window
constexpr size_t kParkedWindows = 8;     // but no more than so many windows of them are held
constexpr Duration kDeadlineGrace{250};  // to finish what is nearly done; the deadline holds within a second

/// Everything that can be on its way to one queue at once.
size_t on_the_way(const EngineSettings& settings, size_t window) {
  return settings.concurrency + kDigestingMax + kUncommittedMax + (kParkedWindows + 1) * window + 64;
}

std::optional<Duration> retry_after(const FetchResult& result, const Now& now) {
  const auto header = find_header(result.headers, "retry-after");
  return header ? parse_retry_after(*header, now.wall) : std::nullopt;
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

Engine::Engine(EngineSettings settings, storage::Store& store, storage::AttemptId next_attempt_id, const Scope& scope)
    : settings_(std::move(settings)),
      store_(store),
      scope_(scope),
      frontier_(settings_.politeness, settings_.jitter_seed),
      retry_policy_(settings_.retry, settings_.jitter_seed + 1),
      next_attempt_id_(next_attempt_id),
      window_(window_for(settings_)),
      tasks_per_host_max_(std::max<size_t>(16, 4 * static_cast<size_t>(settings_.politeness.per_host))),
      inbox_(2 * on_the_way(settings_, window_)) {}

Engine::~Engine() = default;

void Engine::interrupt() { inbox_.push(Interrupt{}); }

RunReport Engine::run(const FetcherFactory& make_fetcher, const ParserFactory& make_parser,
                      const ProgressSink& progress) {
  counts_ = store_.counts();
  store_thread_ = std::make_unique<StoreThread>(store_, on_the_way(settings_, window_), [this](auto message) {
    std::visit([this](auto&& held) { inbox_.push(std::move(held)); }, std::move(message));
  });
  parse_pool_ = std::make_unique<WorkerPool<DigestJob>>(
      settings_.parse_threads, on_the_way(settings_, window_), [this, make_parser]() -> WorkerPool<DigestJob>::Work {
        auto digester = std::make_shared<Digester>(scope_, settings_.keep, make_parser, settings_.text_bytes_max);
        return [this, digester](DigestJob job) {
          inbox_.push(parsing_is_over_ ? digester->cancel(std::move(job)) : digester->digest(std::move(job)));
        };
      });
  fetcher_ = make_fetcher([this](FetchResult result) { inbox_.push(std::move(result)); });
  SCRAPER_CHECK(fetcher_->capacity() >= settings_.concurrency);

  loop(progress);

  fetcher_.reset();
  parse_pool_.reset();
  store_thread_.reset();
  return {store_error_ ? RunOutcome::failed : stopping_.value_or(RunOutcome::complete), counts_, parked_, store_error_};
}

void Engine::loop(const ProgressSink& progress) {
  SteadyTime report_at = steady_now();
  for (;;) {
    Now now = read_clocks();
    if (settings_.deadline && now.steady >= *settings_.deadline && !stopping_) {
      begin_stopping(RunOutcome::deadline, now.steady, kDeadlineGrace);
    }
    if (stopping_ && now.steady >= stop_at_ && !cancelled_) cancel_the_rest();
    if (!stopping_) {
      lose_patience(now.steady);
      lease_more(now.steady);
      start_fetches(now.steady);
    }
    if (is_idle() && (stopping_ || (frontier_.size() == 0 && counts_.unleased == 0))) return;
    if (progress && now.steady >= report_at) {
      progress({counts_, in_flight_.size()});
      report_at = now.steady + kProgressEvery;
    }
    auto wake = wake_at();
    if (progress) wake = wake ? std::min(*wake, report_at) : report_at;
    auto messages = inbox_.pop_batch_until(kMessagesMax, wake);
    now = read_clocks();
    for (Message& message : messages) {
      std::visit([&](auto&& held) { handle(std::move(held), now); }, std::move(message));
    }
  }
}

/// When the loop has something to do without a message: a task falls due, patience or time is up.
std::optional<SteadyTime> Engine::wake_at() const {
  if (stopping_) return cancelled_ ? std::nullopt : std::optional(stop_at_);
  std::optional<SteadyTime> wake = settings_.deadline;
  if (const auto ready = frontier_.next_ready_at(); ready && has_room()) wake = wake ? std::min(*wake, *ready) : *ready;
  return wake;
}

bool Engine::has_room() const {
  return in_flight_.size() < settings_.concurrency && digesting_ < kDigestingMax &&
         digesting_bytes_ < settings_.backlog_bytes_max && uncommitted_ < kUncommittedMax;
}

bool Engine::is_idle() const {
  return in_flight_.empty() && digesting_ == 0 && (store_error_ || (uncommitted_ == 0 && !lease_pending_));
}

/// How many tasks may be leased now; 0 unless that is worth a question.
size_t Engine::lease_room(SteadyTime now) const {
  if (lease_pending_ || lease_dry_ || counts_.unleased == 0 || frontier_.size() > kParkedWindows * window_) return 0;
  size_t held = frontier_.size() + in_flight_.size() + digesting_ + uncommitted_;
  if (held > window_ / 2) held -= frontier_.parked_until(now + kParkedBeyond);
  return held > window_ / 2 ? 0 : window_ - held;
}

void Engine::lease_more(SteadyTime now) {
  const size_t room = lease_room(now);
  if (room == 0) return;
  lease_pending_ = true;
  store_thread_->lease({room, tasks_per_host_max_});
}

void Engine::start_fetches(SteadyTime now) {
  while (has_room()) {
    auto task = frontier_.next(now);
    if (!task) return;
    FetchRequest request;
    request.id = static_cast<uint64_t>(task->id);
    request.url = task->url;
    request.head = settings_.head && !task->get;
    request.send_credentials = task->listed;
    request.allow_private = settings_.private_addresses == PrivateAddresses::allow ||
                            (settings_.private_addresses == PrivateAddresses::seeds && task->listed);
    const bool added = in_flight_.emplace(request.id, std::move(*task)).second;
    SCRAPER_CHECK(added);
    fetcher_->start(std::move(request));
  }
}

/// Where only hosts are left that nothing may be asked of for longer than the patience allows, their tasks are left for
/// another run.
void Engine::lose_patience(SteadyTime now) {
  if (!is_idle() || frontier_.size() == 0 || lease_room(now) > 0) return;
  const auto ready = frontier_.next_ready_at();
  SCRAPER_CHECK(ready.has_value());
  if (*ready <= now + settings_.patience) return;
  for (const Task& task : frontier_.drain()) {
    storage::Outcome outcome;
    outcome.url_id = task.id;
    outcome.state = storage::TaskState::skipped;
    outcome.skip_reason = "parked_host";
    ++parked_;
    commit(std::move(outcome));
  }
}

void Engine::begin_stopping(RunOutcome why, SteadyTime now, Duration grace) {
  stopping_ = why;
  spdlog::info("stopping: {}", name(why));
  stop_at_ = now + grace;
  if (settings_.deadline) stop_at_ = std::min(stop_at_, std::max(now, *settings_.deadline + kDeadlineGrace));
}

void Engine::cancel_the_rest() {
  cancelled_ = true;
  parsing_is_over_ = true;
  fetcher_->stop(Duration{0});
}

void Engine::commit(storage::Outcome outcome) {
  if (store_error_) return;
  ++uncommitted_;
  store_thread_->commit(std::move(outcome));
}

void Engine::handle(FetchResult result, const Now& now) {
  auto node = in_flight_.extract(result.id);
  SCRAPER_CHECK(!node.empty());
  Task task = std::move(node.mapped());
  // Before the host's next request can start, not only when the body has been read.
  if (result.status == 429 || result.status == 503) {
    if (const auto wait = retry_after(result, now)) frontier_.hold(task.host, now.steady + *wait);
  }
  frontier_.finished(task.host, now.steady);
  const bool headers_alone = settings_.head && !task.get;
  if (headers_alone || (result.body.empty() && !is_success(result))) {
    Digest digest;
    digest.task = std::move(task);
    digest.result = std::move(result);
    ++digesting_;
    return handle(std::move(digest), now);
  }
  ++digesting_;
  digesting_bytes_ += result.body.size();
  parse_pool_->push({std::move(task), std::move(result)});
}

void Engine::handle(Digest digest, const Now& now) {
  --digesting_;
  digesting_bytes_ -= digest.body_bytes;
  const Verdict verdict = judge(digest, scope_, settings_.redirects_max);
  storage::Outcome outcome;
  outcome.url_id = digest.task.id;
  outcome.attempt = attempt_record(digest, verdict.error, next_attempt_id_++, settings_.proxy);
  if (const auto wait = retry_after(digest.result, now)) {
    outcome.attempt->retry_after_s = std::chrono::duration_cast<std::chrono::seconds>(*wait).count();
  }
  const int status = digest.result.status;
  spdlog::debug("{} {} attempt {} status {} {} ms{}{}", digest.task.id, digest.task.url, outcome.attempt->number,
                status, outcome.attempt->total_ms, verdict.error ? " " : "",
                verdict.error ? name(verdict.error->kind) : "");
  if (settings_.head && !digest.task.get && (status == 405 || status == 501)) {
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
  } else if (verdict.redirect) {
    outcome.redirect = verdict.redirect;
    outcome.attempt->redirect_to = verdict.redirect->target.url;
  } else {
    outcome.page = std::move(digest.page);
    outcome.links = std::move(digest.links);
  }
  commit(std::move(outcome));
}

/// True when the task stays to be done: it comes again later, or the run is over before it had its due.
bool Engine::retry(Task task, const Error& error, const storage::AttemptRecord& attempt, const Now& now) {
  if (error.kind == ErrorKind::cancelled) {
    SCRAPER_CHECK(stopping_.has_value());
    return true;
  }
  ++task.attempts;
  if (!retry_policy_.worth_another(error, task.attempts)) return false;
  if (stopping_) return true;
  Duration wait = retry_policy_.wait_after(task.attempts);
  if (attempt.retry_after_s) wait = std::max<Duration>(wait, std::chrono::seconds{*attempt.retry_after_s});
  frontier_.admit_later(std::move(task), now.steady + wait);
  return true;
}

void Engine::handle(StoreReply reply, const Now&) {
  counts_ = reply.counts;
  uncommitted_ -= reply.committed;
  if (reply.committed > 0) lease_dry_ = false;
  if (!reply.leases) return;
  lease_pending_ = false;
  size_t leased = 0;
  for (storage::HostLease& lease : *reply.leases) {
    for (storage::TaskRecord& record : lease.tasks) {
      Task task;
      task.id = record.id;
      task.host = lease.id;
      task.url = std::move(record.url);
      task.depth = record.depth;
      task.redirects = record.redirects;
      task.attempts = record.attempts;
      task.listed = lease.listed;
      frontier_.admit(std::move(task));
      ++leased;
    }
  }
  lease_dry_ = leased < reply.lease_asked;
}

void Engine::handle(StoreFailure failure, const Now& now) {
  store_error_ = failure.error;
  uncommitted_ = 0;
  lease_pending_ = false;
  begin_stopping(RunOutcome::failed, now.steady, Duration{0});
}

void Engine::handle(Interrupt, const Now& now) {
  if (!stopping_) begin_stopping(RunOutcome::interrupted, now.steady, settings_.grace);
}

}  // namespace scraper
