// SPDX-License-Identifier: MIT
// Stopping, destruction, misuse and the address guard, for every fetching model.
#include <gmock/gmock.h>

#include <map>
#include <random>
#include <set>
#include <thread>

#include "tests/conformance/fetcher_fixture.h"
#include "tests/support/loopback_traps.h"

namespace scraper::test {
namespace {

using ::testing::HasSubstr;

class FetcherStop : public FetcherConformance {
 protected:
  /// Starts `urls`, waits a moment, stops at once; all must come back cancelled and soon.
  void expect_prompt_cancel(const std::vector<std::string>& urls) {
    Fetcher& fetcher = build(quick_settings(), urls.size());
    for (size_t i = 0; i < urls.size(); ++i) fetcher.start(request(urls[i], i));
    std::this_thread::sleep_for(milliseconds{150});
    const Duration took = time([&] { fetcher.stop(Duration{0}); });
    EXPECT_LT(took, seconds{4}) << urls.front();
    const auto results = results_.take();
    EXPECT_EQ(results.size(), urls.size()) << urls.front();
    for (const FetchResult& result : results) {
      EXPECT_EQ(kind(result), ErrorKind::cancelled) << urls[result.id] << ::testing::PrintToString(result);
    }
    EXPECT_LT(time([&] { fetcher_.reset(); }), seconds{4});
  }
};

using FetcherStopDeathTest = FetcherStop;
using FetcherGuard = FetcherConformance;

constexpr auto kModels = [] { return ::testing::Values(FetchModel::multi, FetchModel::threads); };
INSTANTIATE_TEST_SUITE_P(Models, FetcherStop, kModels(), model_name);
INSTANTIATE_TEST_SUITE_P(Models, FetcherStopDeathTest, kModels(), model_name);
INSTANTIATE_TEST_SUITE_P(Models, FetcherGuard, kModels(), model_name);

TEST_P(FetcherStop, CancelsInEveryPhase) {
  const FullBacklog full;
  const SilentServer silent;
  expect_prompt_cancel({full.url(), "https://127.0.0.1:" + std::to_string(silent.port()) + "/", "/page?hang",
                        "/page?stall=headers", "/page?stall=body&body=5000", "/page?drip=10ms&body=5000",
                        "/page?delay=30s"});
}

TEST_P(FetcherStop, WhatCameBeforeTheCancelIsKept) {
  FetchResult result;
  // Nothing says that the first half has come: a busy machine gets more time for it.
  for (const milliseconds pause : {milliseconds{200}, milliseconds{2'000}, milliseconds{8'000}}) {
    Fetcher& fetcher = build();
    fetcher.start(request("/page?stall=body&body=5000"));
    std::this_thread::sleep_for(pause);
    fetcher.stop(Duration{0});
    result = results_.take().at(0);
    if (!result.body.empty()) break;
  }
  EXPECT_EQ(kind(result), ErrorKind::cancelled);
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.body.size(), 2500u);
  EXPECT_GE(result.times.total, milliseconds{190});
}

TEST_P(FetcherStop, ANameLookUpInFlightStallsNothing) {
  // The namespace belongs to one thread and to those it starts: the fetcher's, and libcurl's resolvers.
  std::string cannot;
  std::jthread([&] {
    cannot = make_lookups_hang();
    if (!cannot.empty()) return;
    FetchSettings settings = quick_settings();
    settings.connect_timeout = milliseconds{800};
    Fetcher& fetcher = build(settings, 4);
    FetchResult result;
    const Duration took = time([&] { result = fetch("http://hangs.example.com/"); });
    EXPECT_EQ(kind(result), ErrorKind::connect_timeout) << ::testing::PrintToString(result);
    ASSERT_TRUE(result.error);
    EXPECT_EQ(result.error->stage, Stage::resolve);
    EXPECT_LT(took, milliseconds{4500});
    // A page next to a name that does not resolve is not held up when the look-up is given up.
    fetcher.start(request("http://hangs-too.example.com/", 1));
    fetcher.start(request("/page?body=30&drip=20ms", 2));
    EXPECT_TRUE(results_.wait_for(2, milliseconds{4500}));
    results_.take();
    expect_prompt_cancel({"http://one.example.com/", "http://two.example.com/", "http://three.example.com/"});
  }).join();
  if (!cannot.empty()) GTEST_SKIP() << cannot;
}

TEST_P(FetcherStop, GraceLetsTransfersFinish) {
  Fetcher& fetcher = build();
  fetcher.start(request("/page?delay=300ms", 1));
  fetcher.start(request("/page?hang", 2));
  const Duration took = time([&] { fetcher.stop(milliseconds{2000}); });
  EXPECT_GE(took, milliseconds{1950});
  EXPECT_LT(took, seconds{8});
  std::map<uint64_t, std::optional<ErrorKind>> kinds;
  for (const FetchResult& result : results_.take()) kinds[result.id] = kind(result);
  EXPECT_EQ(kinds.size(), 2u);
  EXPECT_EQ(kinds[1], std::nullopt);
  EXPECT_EQ(kinds[2], ErrorKind::cancelled);
}

TEST_P(FetcherStop, ReturnsBeforeTheGraceIsOverWhenAllIsDone) {
  Fetcher& fetcher = build();
  fetcher.start(request("/page?delay=100ms"));
  EXPECT_LT(time([&] { fetcher.stop(seconds{30}); }), seconds{4});
  EXPECT_EQ(kind(results_.take().at(0)), std::nullopt);
  EXPECT_LT(time([&] { fetcher.stop(seconds{30}); }), seconds{4});
  EXPECT_EQ(results_.size(), 0u);
}

TEST_P(FetcherStop, StopsWithNothingInFlight) {
  EXPECT_LT(time([&] { build().stop(Duration::max()); }), seconds{4});
  EXPECT_LT(time([&] {
              build();
              fetcher_.reset();
            }),
            seconds{4});
}

TEST_P(FetcherStop, DestructionDeliversWhatIsInFlight) {
  Fetcher& fetcher = build(quick_settings(), 8);
  for (uint64_t id = 0; id < 8; ++id) fetcher.start(request(id % 2 == 0 ? "/page?hang" : "/page?endless=body", id));
  EXPECT_LT(time([&] { fetcher_.reset(); }), seconds{4});
  EXPECT_EQ(results_.size(), 8u);
}

TEST_P(FetcherStop, AtAnyMomentEveryStartHasExactlyOneResult) {
  const uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const std::vector<std::string> paths = {
      "/page",      "/page?delay=3ms",        "/page?body=300000&chunked", "/page?stall=body", "/page?close",
      "/page?hang", "/page?drip=1ms&body=50", "http://nosuch.invalid/",    "http://"};
  for (int round = 0; round < 25; ++round) {
    const size_t concurrency = 1 + random() % 20;
    Fetcher& fetcher = build(quick_settings(), concurrency);
    const SteadyTime until = steady_now() + milliseconds{random() % 40};
    uint64_t started = 0;
    while (steady_now() < until || started < concurrency / 2) {
      if (started - results_.size() < concurrency)
        fetcher.start(request(paths[random() % paths.size()], started++));
      else if (!results_.wait_for(started - concurrency + 1, milliseconds{5}) && steady_now() >= until)
        break;
    }
    if (random() % 3 != 0)
      fetcher.stop(milliseconds{random() % 20});
    else
      fetcher_.reset();
    std::set<uint64_t> ids;
    const auto results = results_.take();
    for (const FetchResult& result : results) ids.insert(result.id);
    ASSERT_EQ(results.size(), started) << "round " << round;
    ASSERT_EQ(ids.size(), started) << "round " << round;
  }
}

TEST_P(FetcherStopDeathTest, MoreThanItsCapacityIsAMistake) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  for (const size_t capacity : {2, 64}) {  // on one net thread, and on two
    EXPECT_DEATH(
        {
          Fetcher& fetcher = build(quick_settings(), capacity);
          for (uint64_t id = 0; id <= capacity; ++id) fetcher.start(request("/page?hang", id));
        },
        "check failed");
  }
}

TEST_P(FetcherStopDeathTest, StartAfterStopIsAMistake) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        Fetcher& fetcher = build();
        fetcher.stop(Duration{0});
        fetcher.start(request("/page"));
      },
      "check failed");
}

TEST_P(FetcherGuard, RefusesAddressesThatAreNotPublic) {
  const std::string port = std::to_string(server_.port());
  for (const std::string host :
       {"127.0.0.1", "127.1.2.3", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "10.0.0.1", "169.254.169.254",
        "192.168.1.1", "[fd00::1]", "[fe80::1]", "localhost", "hostile.localhost"}) {
    FetchRequest guarded = request("http://" + host + ":" + port + "/page");
    guarded.allow_private = false;
    const FetchResult result = fetch(std::move(guarded));
    EXPECT_EQ(kind(result), ErrorKind::blocked_address) << host << ::testing::PrintToString(result);
    EXPECT_TRUE(result.body.empty());
  }
  EXPECT_EQ(server_.accepted(), 0u);
}

TEST_P(FetcherGuard, JudgesTheAddressThatANameLeadsTo) {
  FetchSettings settings = quick_settings();
  const std::string port = std::to_string(server_.port());
  settings.resolve = {"public.example:" + port + ":127.0.0.1,10.1.2.3"};
  build(settings);
  FetchRequest guarded = request("http://public.example:" + port + "/page");
  guarded.allow_private = false;
  const FetchResult result = fetch(std::move(guarded));
  ASSERT_EQ(kind(result), ErrorKind::blocked_address) << ::testing::PrintToString(result);
  EXPECT_EQ(result.error->stage, Stage::connect);
  EXPECT_TRUE(result.error->message.find("127.0.0.1") != std::string::npos ||
              result.error->message.find("10.1.2.3") != std::string::npos)
      << result.error->message;
  EXPECT_EQ(server_.accepted(), 0u);
}

TEST_P(FetcherGuard, APooledConnectionIsNoWayAroundIt) {
  FetchSettings settings = quick_settings();
  const std::string port = std::to_string(server_.port());
  settings.resolve = {"public.example:" + port + ":127.0.0.1"};
  build(settings, 1);
  const std::string url = "http://public.example:" + port + "/page";
  EXPECT_EQ(kind(fetch(url)), std::nullopt);
  FetchRequest guarded = request(url);
  guarded.allow_private = false;
  const FetchResult result = fetch(std::move(guarded));
  EXPECT_EQ(kind(result), ErrorKind::blocked_address) << ::testing::PrintToString(result);
  EXPECT_EQ(server_.served(), 1u);
  EXPECT_EQ(kind(fetch(url)), std::nullopt);
}

}  // namespace
}  // namespace scraper::test
