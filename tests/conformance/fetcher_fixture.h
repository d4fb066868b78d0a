// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scraper/fetch/fetcher.h"
#include "tests/support/test_server.h"

namespace scraper::test {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Where a fetcher's results go. Any thread.
class Results {
 public:
  FetchSink sink() {
    return [this](FetchResult result) {
      const std::lock_guard lock(mutex_);
      results_.push_back(std::move(result));
      arrived_.notify_all();
    };
  }

  /// Waits until `count` results have come, no longer than `most`; true when they have.
  bool wait_for(size_t count, Duration most = seconds{20}) {
    std::unique_lock lock(mutex_);
    return arrived_.wait_for(lock, most, [&] { return results_.size() >= count; });
  }

  std::vector<FetchResult> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(results_, {});
  }

  size_t size() const {
    const std::lock_guard lock(mutex_);
    return results_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<FetchResult> results_;
};

/// One suite for every fetching model. Each test has a minute, then SIGALRM ends the program.
class FetcherConformance : public ::testing::TestWithParam<FetchModel> {
 protected:
  void SetUp() override {
    alarm(60);
    for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) unsetenv(name);
  }
  void TearDown() override {
    fetcher_.reset();
    alarm(0);
  }

  static FetchSettings quick_settings() {
    FetchSettings settings;
    settings.connect_timeout = settings.first_byte_timeout = settings.stall_timeout = seconds{5};
    settings.max_time = seconds{15};
    settings.user_agent = "conformance/1";
    return settings;
  }

  /// Replaces the fetcher; the one before is destroyed first.
  Fetcher& build(FetchSettings settings = quick_settings(), size_t concurrency = 8) {
    fetcher_.reset();
    fetcher_ = make_fetcher(GetParam(), concurrency, std::move(settings), results_.sink());
    return *fetcher_;
  }

  FetchRequest request(std::string url, uint64_t id = 1) const {
    FetchRequest request;
    request.id = id;
    request.url = url.starts_with('/') ? server_.url(url) : std::move(url);
    request.allow_private = true;
    return request;
  }

  FetchResult fetch(FetchRequest request) {
    if (!fetcher_) build();
    fetcher_->start(std::move(request));
    if (!results_.wait_for(1)) {
      ADD_FAILURE() << "no result came";
      return {};
    }
    return std::move(results_.take().front());
  }
  FetchResult fetch(std::string url) { return fetch(request(std::move(url))); }

  static std::optional<ErrorKind> kind(const FetchResult& result) {
    if (!result.error) return std::nullopt;
    return result.error->kind;
  }

  /// How long `action` takes.
  template <typename Action>
  static Duration time(Action action) {
    const SteadyTime begin = steady_now();
    action();
    return std::chrono::duration_cast<Duration>(steady_now() - begin);
  }

  TestServer server_;
  Results results_;
  std::unique_ptr<Fetcher> fetcher_;
};

inline std::string model_name(const ::testing::TestParamInfo<FetchModel>& info) {
  return info.param == FetchModel::multi ? "multi" : "threads";
}

}  // namespace scraper::test

namespace scraper {

inline void PrintTo(ErrorKind kind, std::ostream* out) { *out << name(kind); }
inline void PrintTo(const FetchResult& result, std::ostream* out) {
  *out << "status " << result.status << ", " << result.body.size() << " body bytes";
  if (result.error)
    *out << ", " << name(result.error->kind) << " (" << result.error->code << "): " << result.error->message;
}

}  // namespace scraper
