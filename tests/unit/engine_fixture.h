// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "scraper/engine/engine.h"
#include "scraper/parse/tree_parser.h"
#include "storage/memory/memory_store.h"

namespace scraper {

/// What a page of the fake web answers with.
struct Answer {
  int status = 200;
  std::string body;
  Headers headers{{"Content-Type", "text/html; charset=utf-8"}};
  std::optional<Error> error;
  bool hangs = false;  ///< no answer ever: until it is cancelled
};

inline Answer page_linking_to(const std::vector<std::string>& links) {
  Answer answer;
  answer.body = "<title>t</title>";
  for (const std::string& link : links) answer.body += "<a href='" + link + "'>x</a>";
  return answer;
}
inline Answer failing(ErrorKind kind) { return {0, "", {}, Error{kind, Stage::request, 0, "it broke"}, false}; }
inline Answer status(int code, Headers headers = {}) { return {code, "", std::move(headers), {}, false}; }
inline Answer redirecting_to(const std::string& target) { return status(301, {{"Location", target}}); }
inline Answer hanging() { return {0, "", {}, {}, true}; }

/// A web in memory: for each URL a script of answers, the last of which holds from then on; 404 for any other. It keeps
/// what was asked of it. Scripts are written before the run; the rest is any thread's.
class FakeWeb {
 public:
  std::map<std::string, std::vector<Answer>> pages;
  size_t answers_from = 0;                              ///< nothing is answered before so many requests are in flight
  std::function<void(const FetchRequest&)> on_request;  ///< on the fetcher's thread, before the answer

  void started(const FetchRequest& request) {
    {
      const std::lock_guard lock(mutex_);
      log_.push_back(request);
      most_in_flight_ = std::max(most_in_flight_, ++in_flight_);
      const std::string host = host_of(request.url);
      most_at_one_host_ = std::max(most_at_one_host_, ++hosts_[host]);
      last_start_ = steady_now();
    }
    changed_.notify_all();
  }

  std::optional<Answer> answer(const FetchRequest& request) {
    if (on_request) on_request(request);
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds{20}, [&] { return most_in_flight_ >= answers_from || cancelled_; });
    const auto script = pages.find(request.url);
    if (script == pages.end()) return Answer{404, "", {}, {}, false};
    const Answer given = script->second.at(std::min(turns_[request.url]++, script->second.size() - 1));
    return given.hangs ? std::nullopt : std::optional(given);
  }

  void finished(const FetchRequest& request) {
    const std::lock_guard lock(mutex_);
    --in_flight_;
    --hosts_[host_of(request.url)];
  }

  void cancel() {
    {
      const std::lock_guard lock(mutex_);
      cancelled_ = true;
    }
    changed_.notify_all();
  }

  std::vector<FetchRequest> log() const {
    const std::lock_guard lock(mutex_);
    return log_;
  }
  std::vector<std::string> urls_asked() const {
    std::vector<std::string> urls;
    for (const FetchRequest& request : log()) urls.push_back(request.url);
    return urls;
  }
  size_t most_in_flight() const { return most_in_flight_; }
  size_t most_at_one_host() const { return most_at_one_host_; }
  SteadyTime last_start() const { return last_start_; }

 private:
  static std::string host_of(const std::string& url) { return std::string(Url::parse(url)->origin()); }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<FetchRequest> log_;
  std::map<std::string, size_t> turns_, hosts_;
  size_t in_flight_ = 0, most_in_flight_ = 0, most_at_one_host_ = 0;
  SteadyTime last_start_{};
  bool cancelled_ = false;
};

/// Answers from a FakeWeb, on one thread of its own.
class FakeFetcher final : public Fetcher {
 public:
  FakeFetcher(FakeWeb& web, size_t capacity, FetchSink sink)
      : web_(web), sink_(std::move(sink)), capacity_(capacity), requests_(capacity), thread_([this] { work(); }) {}
  ~FakeFetcher() override { stop(Duration{0}); }

  void start(FetchRequest request) override {
    web_.started(request);
    const bool taken = requests_.push(std::move(request));
    SCRAPER_CHECK(taken);  // none after stop
  }
  size_t capacity() const override { return capacity_; }
  void stop(Duration) override {
    stopping_ = true;
    requests_.close();
    web_.cancel();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void work() {
    std::vector<FetchRequest> hanging;
    while (auto request = requests_.pop()) {
      const auto answer = stopping_ ? std::nullopt : web_.answer(*request);
      if (answer)
        give(*request, *answer);
      else
        hanging.push_back(std::move(*request));
    }
    for (const FetchRequest& request : hanging) give(request, failing(ErrorKind::cancelled));
  }

  void give(const FetchRequest& request, const Answer& answer) {
    FetchResult result;
    result.id = request.id;
    result.status = answer.status;
    result.headers = answer.headers;
    if (!request.head) result.body = answer.body;
    result.error = answer.error;
    result.started_at = wall_now();
    result.wire_bytes = answer.body.size();
    web_.finished(request);
    sink_(std::move(result));
  }

  FakeWeb& web_;
  FetchSink sink_;
  const size_t capacity_;
  std::atomic<bool> stopping_ = false;
  BoundedQueue<FetchRequest> requests_;
  std::thread thread_;  // last: it uses the others
};

/// Passes everything on to a store in memory until its n-th call, which fails as a full disk does.
class FullStore final : public storage::Store {
 public:
  FullStore(storage::Store& inner, int fails_at) : inner_(inner), fails_at_(fails_at) {}
  storage::RunInfo begin_run(const storage::RunSpec& spec) override { return inner_.begin_run(spec); }
  void add_seeds(const storage::SeedLines& lines) override { return count(), inner_.add_seeds(lines); }
  std::vector<storage::HostLease> lease(const storage::LeaseRequest& request) override {
    return count(), inner_.lease(request);
  }
  void finish(std::span<const storage::Outcome> outcomes) override { return count(), inner_.finish(outcomes); }
  storage::Counts counts() const override { return count(), inner_.counts(); }
  void end_run(const std::string& outcome, const std::string& at) override { inner_.end_run(outcome, at); }
  int calls() const { return calls_; }

 private:
  void count() const {
    if (++calls_ == fails_at_) throw storage::Error(storage::Error::Kind::full, "the disk is full");
  }
  storage::Store& inner_;
  const int fails_at_;
  mutable int calls_ = 0;
};

/// A whole run over a fake web and a store in memory. A run that hangs ends by its deadline, and the test fails.
struct Crawl {
  FakeWeb web;
  storage::memory::MemoryStore store;
  EngineSettings settings;
  ScopeSettings scope_settings;
  ParserFactory make_parser = [] { return std::make_unique<TreeParser>(ParseLimits{}); };
  std::vector<storage::SeedRecord> seeds;
  Engine::ProgressSink progress;
  std::function<void(Engine&)> before_run;

  Crawl() {
    settings.politeness.per_host = 4;
    settings.politeness.delay = Duration{0};
    settings.politeness.jitter = 0;
    settings.politeness.slowdown_max = Duration{1};
    settings.retry.base = Duration{1};
    settings.retry.most = Duration{2};
    settings.concurrency = 8;
    settings.grace = Duration{20'000};
  }

  void seed(const std::string& text) {
    const auto url = Url::parse(text);
    storage::SeedRecord record;
    record.line = static_cast<int64_t>(seeds.size()) + 1;
    record.input = text;
    record.url = storage::UrlRecord{url->href(), url->origin().size()};
    seeds.push_back(std::move(record));
  }

  RunReport run() { return run_on(store); }

  RunReport run_on(storage::Store& used) {
    storage::RunSpec spec;
    spec.depth_max = scope_settings.depth;
    const auto begun = used.begin_run(spec);
    Scope scope = std::move(*Scope::make(scope_settings));
    for (const storage::SeedRecord& record : seeds) {
      if (record.url && record.skip_reason.empty()) scope.add_seed(*Url::parse(record.url->url));
    }
    storage::SeedLines lines;
    for (const storage::SeedRecord& record : seeds) lines.add(record);
    used.add_seeds(lines);
    if (!settings.deadline) settings.deadline = steady_now() + std::chrono::seconds{60};
    Engine engine(settings, used, begun, scope);
    if (before_run) before_run(engine);
    return engine.run(
        [&](FetchSink sink) { return std::make_unique<FakeFetcher>(web, settings.concurrency, std::move(sink)); },
        make_parser, nullptr, progress);
  }

  /// The row of a URL; nullptr when the store does not know it.
  const storage::memory::MemoryStore::Url* row(const std::string& url) const {
    for (const auto& [id, known] : store.urls()) {
      if (known.url == url) return &known;
    }
    return nullptr;
  }
  bool is_task(const std::string& url) const { return row(url) != nullptr && row(url)->is_task; }
  storage::TaskState state(const std::string& url) const { return row(url)->state; }
};

}  // namespace scraper
