// SPDX-License-Identifier: MIT
// Many https requests of one origin at once: over how many connections they go, and what becomes of them when the first
// connection fails, hangs or comes late. For every fetching model; the threads' connections are their own.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/conformance/fetcher_fixture.h"
#include "tests/support/loopback_traps.h"

namespace scraper::test {
namespace {

using ::testing::SizeIs;

class FetcherTls : public FetcherConformance {
 protected:
  static bool is_multi() { return GetParam() == FetchModel::multi; }

  static FetchSettings trusting(const TlsSite& site) {
    FetchSettings settings = quick_settings();
    settings.ca_file = site.certificate();
    return settings;
  }

  /// For servers that never come to show a certificate: to read those that are trusted takes a while.
  static FetchSettings careless() {
    FetchSettings settings = quick_settings();
    settings.insecure = true;
    return settings;
  }

  /// So many requests at once, with ids from `id`.
  void start(size_t count, const std::string& url, uint64_t id = 0) {
    for (size_t i = 0; i < count; ++i) fetcher_->start(request(url, id + i));
  }

  /// Waits for so many results, all of them good; on which connections they came.
  std::multiset<std::string> connections_of(size_t count) {
    EXPECT_TRUE(results_.wait_for(count));
    std::multiset<std::string> connections;
    for (const FetchResult& result : results_.take()) {
      EXPECT_EQ(kind(result), std::nullopt) << ::testing::PrintToString(result);
      EXPECT_EQ(result.status, 200);
      connections.insert(result.body);
    }
    EXPECT_EQ(connections.size(), count);
    return connections;
  }

  /// So many requests, one whenever less than `at_once` are under way; on which connections they came.
  std::multiset<std::string> connections_of_flow(size_t count, size_t at_once, const std::string& url) {
    size_t started = 0;
    for (; started < at_once; ++started) fetcher_->start(request(url, started));
    for (; started < count && results_.wait_for(started - at_once + 1); ++started)
      fetcher_->start(request(url, started));
    return connections_of(count);
  }

  static size_t distinct(const std::multiset<std::string>& all) {
    return std::set<std::string>(all.begin(), all.end()).size();
  }
};

using FetcherTlsFaults = FetcherTls;
INSTANTIATE_TEST_SUITE_P(Models, FetcherTls, ::testing::Values(FetchModel::multi, FetchModel::threads), model_name);
INSTANTIATE_TEST_SUITE_P(Models, FetcherTlsFaults, ::testing::Values(FetchModel::multi, FetchModel::threads),
                         model_name);

TEST_P(FetcherTls, OneConnectionCarriesAllThatStartAtOnceOverHttp2) {
  const TlsSite site({"--delay", "20"});
  if (!site.running()) GTEST_SKIP() << "openssl or python3 is not here";
  build(trusting(site), 32);
  for (uint64_t round = 0; round < 3; ++round) {
    start(32, site.url(), round * 32);
    ASSERT_TRUE(results_.wait_for(32));
    std::set<std::string> connections;
    for (const FetchResult& result : results_.take()) {
      EXPECT_EQ(kind(result), std::nullopt) << ::testing::PrintToString(result);
      EXPECT_EQ(result.http_version, "2");
      connections.insert(result.body);
    }
    if (is_multi()) {
      EXPECT_THAT(connections, ::testing::ElementsAre("1"));
    }
  }
}

TEST_P(FetcherTls, AFlowOfRequestsStaysOnOneConnection) {
  const TlsSite site({"--delay", "3"});
  if (!site.running()) GTEST_SKIP() << "openssl or python3 is not here";
  build(trusting(site), 24);
  const auto connections = connections_of_flow(500, 24, site.url());
  if (is_multi()) {
    EXPECT_EQ(distinct(connections), 1u);
  }
}

/// Two threads share what crowds; a few at a time do not, however many come one after another.
TEST_P(FetcherTls, AFlowOfFewStaysOnOneConnectionWhereThereIsRoomForMany) {
  if (!is_multi()) GTEST_SKIP() << "a worker's connections are its own";
  const TlsSite site({"--delay", "3"});
  if (!site.running()) GTEST_SKIP() << "openssl or python3 is not here";
  build(trusting(site), 128);
  EXPECT_EQ(distinct(connections_of_flow(300, 7, site.url())), 1u);
}

TEST_P(FetcherTls, EachHasAConnectionOfItsOwnOverHttp1) {
  const TlsSite site({"--http1", "--delay", "100"});
  if (!site.running()) GTEST_SKIP() << "openssl or python3 is not here";
  build(trusting(site), 32);
  start(32, site.url());
  const auto connections = connections_of(32);
  EXPECT_GE(distinct(connections), 16u);
  // The connections are there now, and are used again.
  start(32, site.url(), 32);
  const auto again = connections_of(32);
  EXPECT_TRUE(std::ranges::all_of(again, [](const std::string& number) { return std::stoi(number) <= 32; }));
}

TEST_P(FetcherTls, AServerThatTakesFewAtOnceAnswersAll) {
  const TlsSite site({"--streams", "8", "--delay", "20"});
  if (!site.running()) GTEST_SKIP() << "openssl or python3 is not here";
  build(trusting(site), 32);
  for (uint64_t round = 0; round < 3; ++round) {
    start(32, site.url(), round * 32);
    EXPECT_LE(distinct(connections_of(32)), 32u);
  }
}

TEST_P(FetcherTls, MoreThanAConnectionTakesGoOverAFew) {
  if (!is_multi()) GTEST_SKIP() << "a worker's connections are its own";
  const TlsSite site({"--streams", "128", "--delay", "300"});
  if (!site.running()) GTEST_SKIP() << "openssl or python3 is not here";
  build(trusting(site), 250);
  start(250, site.url());
  // libcurl puts a hundred on each. Two threads have half of them each, where there are two cores.
  EXPECT_EQ(distinct(connections_of(250)), std::thread::hardware_concurrency() > 1 ? 4u : 3u);
}

TEST_P(FetcherTls, TimesCountFromTheStart) {
  const TlsSite site({"--delay", "150"});
  if (!site.running()) GTEST_SKIP() << "openssl or python3 is not here";
  build(trusting(site), 8);
  start(8, site.url());
  ASSERT_TRUE(results_.wait_for(8));
  for (const FetchResult& result : results_.take()) {
    ASSERT_EQ(kind(result), std::nullopt) << ::testing::PrintToString(result);
    ASSERT_TRUE(result.times.first_byte);
    EXPECT_GE(*result.times.first_byte, milliseconds{145});
    EXPECT_LE(*result.times.first_byte, result.times.total);
    if (result.times.connect) {
      EXPECT_LE(*result.times.connect, *result.times.first_byte);
    }
  }
}

TEST_P(FetcherTlsFaults, WhatIsCutShortDoesNoHarmToOthersOnItsConnection) {
  constexpr size_t kBody = 200'000;
  const TlsSite site({"--body", std::to_string(kBody), "--delay", "30"});
  if (!site.running()) GTEST_SKIP() << "openssl or python3 is not here";
  build(trusting(site), 32);
  for (uint64_t round = 0; round < 4; ++round) {
    for (uint64_t id = 0; id < 32; ++id) {
      FetchRequest one = request(site.url(), id);
      if (id % 4 == 1) one.body_bytes_max = 1000;
      fetcher_->start(std::move(one));
    }
    ASSERT_TRUE(results_.wait_for(32));
    for (const FetchResult& result : results_.take()) {
      if (result.id % 4 == 1) {
        EXPECT_EQ(kind(result), ErrorKind::too_large) << ::testing::PrintToString(result);
      } else {
        EXPECT_EQ(kind(result), std::nullopt) << ::testing::PrintToString(result);
        EXPECT_EQ(result.body.size(), kBody);
      }
      if (is_multi()) {
        EXPECT_EQ(result.body.substr(0, 2), "1.");
      }
    }
  }
}

TEST_P(FetcherTlsFaults, AHandshakeThatHangsHoldsNobodyLongerThanItsOwnWould) {
  const SilentServer silent;
  FetchSettings settings = careless();
  settings.connect_timeout = seconds{2};
  build(settings, 24);
  const SteadyTime begin = steady_now();
  start(16, "https://127.0.0.1:" + std::to_string(silent.port()) + "/");
  // Others go on meanwhile: theirs are the first results.
  start(4, "/page", 100);
  EXPECT_TRUE(results_.wait_for(4));
  for (const FetchResult& result : results_.take()) EXPECT_EQ(result.status, 200);
  ASSERT_TRUE(results_.wait_for(16));
  EXPECT_LT(std::chrono::duration_cast<Duration>(steady_now() - begin), milliseconds{3900});
  for (const FetchResult& result : results_.take()) {
    ASSERT_EQ(kind(result), ErrorKind::connect_timeout) << ::testing::PrintToString(result);
    EXPECT_EQ(result.error->stage, Stage::tls) << ::testing::PrintToString(result);
    EXPECT_GE(result.times.total, milliseconds{1980});
    EXPECT_LT(result.times.total, milliseconds{3900});
  }
}

TEST_P(FetcherTlsFaults, TheWholeTimeIsCountedFromTheStartToo) {
  const SilentServer silent;
  FetchSettings settings = careless();
  settings.max_time = seconds{2};
  build(settings, 16);
  start(16, "https://127.0.0.1:" + std::to_string(silent.port()) + "/");
  ASSERT_TRUE(results_.wait_for(16));
  for (const FetchResult& result : results_.take()) {
    EXPECT_EQ(kind(result), ErrorKind::timeout) << ::testing::PrintToString(result);
    EXPECT_GE(result.times.total, milliseconds{1980});
    EXPECT_LT(result.times.total, milliseconds{3900});
  }
}

TEST_P(FetcherTlsFaults, OneConnectionThatHangsIsNotEverybodysFate) {
  const TlsSite site({"--hang", "1"});
  if (!site.running()) GTEST_SKIP() << "openssl or python3 is not here";
  FetchSettings settings = trusting(site);
  settings.connect_timeout = seconds{5};
  build(settings, 12);
  start(12, site.url());
  ASSERT_TRUE(results_.wait_for(12));
  std::map<std::optional<ErrorKind>, size_t> kinds;
  for (const FetchResult& result : results_.take()) {
    ++kinds[kind(result)];
    if (!result.error) {
      EXPECT_LT(result.times.total, milliseconds{4500});
    }
  }
  EXPECT_EQ(kinds[std::nullopt], 11u);
  EXPECT_EQ(kinds[ErrorKind::connect_timeout], 1u);
}

TEST_P(FetcherTlsFaults, ARefusedConnectionFailsAllAtOnce) {
  build(careless(), 32);
  const std::string url = "https://127.0.0.1:" + std::to_string(unused_port()) + "/";
  const Duration took = time([&] {
    start(32, url);
    EXPECT_TRUE(results_.wait_for(32));
  });
  EXPECT_LT(took, seconds{5});
  for (const FetchResult& result : results_.take()) {
    ASSERT_EQ(kind(result), ErrorKind::connect) << ::testing::PrintToString(result);
    EXPECT_EQ(result.error->stage, Stage::connect);
  }
}

TEST_P(FetcherTlsFaults, ACertificateNobodyTrustsFailsAll) {
  const TlsSite site;
  const TlsSite trusted;
  if (!site.running() || !trusted.running()) GTEST_SKIP() << "openssl or python3 is not here";
  build(trusting(trusted), 16);
  start(16, site.url());
  ASSERT_TRUE(results_.wait_for(16));
  for (const FetchResult& result : results_.take()) {
    ASSERT_EQ(kind(result), ErrorKind::tls) << ::testing::PrintToString(result);
    EXPECT_EQ(result.error->stage, Stage::tls);
  }
}

TEST_P(FetcherTlsFaults, WhoWaitsForAnotherIsCancelledWithAllOthers) {
  const SilentServer silent;
  FetchSettings settings = careless();
  settings.connect_timeout = seconds{30};
  settings.max_time = seconds{60};
  Fetcher& fetcher = build(settings, 32);
  start(32, "https://127.0.0.1:" + std::to_string(silent.port()) + "/");
  std::this_thread::sleep_for(milliseconds{150});
  EXPECT_LT(time([&] { fetcher.stop(Duration{0}); }), seconds{5});
  const auto results = results_.take();
  EXPECT_THAT(results, SizeIs(32));
  for (const FetchResult& result : results) EXPECT_EQ(kind(result), ErrorKind::cancelled);
}

TEST_P(FetcherTlsFaults, WhoSharesAConnectionIsCancelledWithAllOthers) {
  const TlsSite site({"--delay", "30000"});
  if (!site.running()) GTEST_SKIP() << "openssl or python3 is not here";
  Fetcher& fetcher = build(trusting(site), 32);
  start(32, site.url());
  std::this_thread::sleep_for(milliseconds{400});
  EXPECT_LT(time([&] { fetcher.stop(Duration{0}); }), seconds{5});
  const auto results = results_.take();
  EXPECT_THAT(results, SizeIs(32));
  for (const FetchResult& result : results) EXPECT_EQ(kind(result), ErrorKind::cancelled);
}

TEST_P(FetcherTlsFaults, AServerThatWantsNoMoreRequestsOnAConnectionGetsAnother) {
  if (!is_multi()) GTEST_SKIP() << "a worker's connections are its own";
  const TlsSite site({"--requests", "40", "--delay", "5"});
  if (!site.running()) GTEST_SKIP() << "openssl or python3 is not here";
  build(trusting(site), 16);
  size_t started = 0;
  for (; started < 16; ++started) fetcher_->start(request(site.url(), started));
  for (; started < 200 && results_.wait_for(started - 15); ++started) fetcher_->start(request(site.url(), started));
  const size_t connections = distinct(connections_of(200));
  EXPECT_GE(connections, 5u);
  EXPECT_LE(connections, 16u);
}

}  // namespace
}  // namespace scraper::test
