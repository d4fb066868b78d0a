// SPDX-License-Identifier: MIT
#include "scraper/fetch/thread_fetcher.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include "scraper/base/thread_name.h"
#include "scraper/fetch/block_signals.h"
#include "scraper/fetch/fetch_limits.h"

namespace scraper {
namespace {

constexpr size_t kSessionCachesEach = 4;  // a worker sees few hosts between two visits to one

int wait_ms(SteadyTime until) {
  const auto wait = std::chrono::ceil<Duration>(until - steady_now());
  return static_cast<int>(std::clamp(wait, Duration{0}, kWaitMax).count());
}

std::string too_many(size_t concurrency, const std::error_code& code) {
  const bool descriptors = code.value() == EMFILE || code.value() == ENFILE;
  std::string text = "cannot start " + std::to_string(concurrency) + " transfers at once: ";
  text += descriptors ? "too many open files; raise the limit (ulimit -n)" : code.message() + "; raise the limit";
  return text + " or lower --concurrency";
}

}  // namespace

ThreadFetcher::Worker::Worker(const TransferOptions& options, size_t idle_connections_max)
    : connections(2 + idle_connections_max),  // libcurl's own limit comes first
      multi(make_multi()),
      sessions(kSessionCachesEach),
      transfer(options, sessions) {
  transfer.share(&connections, nullptr);
  set_option(multi.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(1 + idle_connections_max));
  // libcurl makes a handle also where it finds no descriptor for its wake-ups, which stop cannot do without.
  if (curl_multi_wakeup(multi.get()) != CURLM_OK) throw std::system_error(EMFILE, std::generic_category());
}

ThreadFetcher::ThreadFetcher(size_t concurrency, FetchSettings settings, FetchSink sink)
    : concurrency_(concurrency), options_(std::move(settings)), sink_(std::move(sink)), requests_(concurrency) {
  SCRAPER_CHECK(concurrency_ > 0);
  try {
    start_workers();
  } catch (const std::system_error& error) {
    requests_.close();  // the workers that run are joined as workers_ goes, and would wait for a request for ever
    throw std::runtime_error(too_many(concurrency_, error.code()));
  } catch (...) {
    requests_.close();
    throw;
  }
}

void ThreadFetcher::start_workers() {
  const size_t idle_each = std::max<size_t>(2, kIdleConnectionsMax / concurrency_);
  for (size_t i = 0; i < concurrency_; ++i) {
    workers_.push_back(std::make_unique<Worker>(options_, idle_each));
    Worker& worker = *workers_.back();
    worker.thread = std::jthread([this, &worker] { work(worker); });
  }
}

ThreadFetcher::~ThreadFetcher() { stop(Duration{0}); }

void ThreadFetcher::start(FetchRequest request) {
  SCRAPER_CHECK(!stopped_);
  SCRAPER_CHECK(in_flight_.fetch_add(1) < concurrency_);
  {
    const std::lock_guard lock(mutex_);
    ++undelivered_;
  }
  SCRAPER_CHECK(requests_.push(std::move(request)));
}

void ThreadFetcher::stop(Duration grace) {
  if (stopped_) return;
  stopped_ = true;
  requests_.close();
  {
    const SteadyTime cancel_at = steady_now() + std::clamp(grace, Duration{0}, kGraceMax);
    std::unique_lock lock(mutex_);
    all_delivered_.wait_until(lock, cancel_at, [&] { return undelivered_ == 0; });
  }
  cancelled_ = true;
  for (const auto& worker : workers_) check(curl_multi_wakeup(worker->multi.get()));
  for (const auto& worker : workers_) worker->thread.join();
}

void ThreadFetcher::work(Worker& worker) {
  block_signals();
  name_thread("fetch");
  while (auto request = requests_.pop()) deliver(fetch(worker, std::move(*request)));
}

FetchResult ThreadFetcher::fetch(Worker& worker, FetchRequest request) {
  const Now now = read_clocks();
  if (cancelled_) return cancelled_result(request, now.wall);
  Transfer& transfer = worker.transfer;
  worker.connections.break_off_unasked();
  if (auto error = transfer.begin(std::move(request), now)) return transfer.abandon(std::move(*error));
  check(curl_multi_add_handle(worker.multi.get(), transfer.handle()));
  std::optional<FetchResult> result;
  while (!result) result = drive(worker);
  check(curl_multi_remove_handle(worker.multi.get(), transfer.handle()));
  return std::move(*result);
}

/// Goes on with the transfer as far as it can without waiting, then waits for more; the result, once there is one.
std::optional<FetchResult> ThreadFetcher::drive(Worker& worker) {
  Transfer& transfer = worker.transfer;
  int running = 0;
  int left = 0;
  check(curl_multi_perform(worker.multi.get(), &running));
  if (const CURLMsg* message = curl_multi_info_read(worker.multi.get(), &left)) {
    SCRAPER_CHECK(message->msg == CURLMSG_DONE);
    return transfer.finish(message->data.result);
  }
  // A wake-up that comes from here on ends the wait below.
  if (cancelled_) return transfer.abandon(cancelled_error());
  const SteadyTime now = steady_now();
  if (auto error = transfer.overdue(now)) return transfer.abandon(std::move(*error));
  check(curl_multi_poll(worker.multi.get(), nullptr, 0, wait_ms(transfer.next_check(now)), nullptr));
  return std::nullopt;
}

void ThreadFetcher::deliver(FetchResult result) {
  // Before the sink: from there on the owner may start another in its place.
  --in_flight_;
  sink_(std::move(result));
  const std::lock_guard lock(mutex_);
  if (--undelivered_ == 0) all_delivered_.notify_all();
}

}  // namespace scraper
