// SPDX-License-Identifier: MIT
// Many transfers at once, and what one leaves behind for the next, for every fetching model.
#include <gmock/gmock.h>
#include <sys/resource.h>

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "scraper/fetch/multi_shard.h"
#include "tests/conformance/fetcher_fixture.h"
#include "tests/support/loopback_traps.h"

namespace scraper::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class FetcherLoad : public FetcherConformance {
 protected:
  void SetUp() override {
    FetcherConformance::SetUp();
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 20'000);
    setrlimit(RLIMIT_NOFILE, &limit);
  }

  /// Several multi handles with the one model, as many threads as a test may have with the other.
  static size_t many() { return GetParam() == FetchModel::multi ? 2000 : 300; }

  /// `count` requests, no more than `concurrency` at once; how many results there were with each id, all of them good.
  std::multiset<uint64_t> fetch_all(size_t count, size_t concurrency, const std::function<std::string(uint64_t)>& url) {
    for (uint64_t id = 0; id < count; ++id) {
      if (id >= concurrency && !results_.wait_for(id - concurrency + 1)) break;
      fetcher_->start(request(url(id), id));
    }
    EXPECT_TRUE(results_.wait_for(count));
    std::multiset<uint64_t> ids;
    for (const FetchResult& result : results_.take()) {
      EXPECT_EQ(result.status, 200) << ::testing::PrintToString(result);
      ids.insert(result.id);
    }
    return ids;
  }
};

INSTANTIATE_TEST_SUITE_P(Models, FetcherLoad, ::testing::Values(FetchModel::multi, FetchModel::threads), model_name);

TEST_P(FetcherLoad, RunsThousandsAtOnceToOneHostAndUsesTheirConnectionsAgain) {
  FetchSettings settings = quick_settings();
  settings.connect_timeout = settings.first_byte_timeout = settings.stall_timeout = seconds{15};
  build(settings, many());
  for (int round = 0; round < 3; ++round) {
    const std::string page = "/page?delay=20s&gather=" + std::to_string(many());
    const auto ids = fetch_all(many(), many(), [&](uint64_t) { return page; });
    EXPECT_EQ(ids.size(), many());
    EXPECT_EQ(std::set<uint64_t>(ids.begin(), ids.end()).size(), many());
  }
  EXPECT_EQ(server_.peak_concurrency(), many());
  EXPECT_LE(server_.accepted(), many());
}

TEST_P(FetcherLoad, OpensNoMoreConnectionsToAHostThanItHasTransfersAtOnce) {
  build(quick_settings(), 64);
  EXPECT_EQ(fetch_all(2000, 64, [](uint64_t id) { return "/page?delay=" + std::to_string(id % 7) + "ms"; }).size(),
            2000u);
  EXPECT_LE(server_.accepted(), 64u);
}

TEST_P(FetcherLoad, ManyHostsFindTheirConnectionsAgain) {
  constexpr size_t kHosts = 150;
  FetchSettings settings = quick_settings();
  const std::string port = std::to_string(server_.port());
  for (size_t i = 0; i < kHosts; ++i) {
    settings.resolve.push_back("h" + std::to_string(i) + ".example:" + port + ":127.0.0.1");
  }
  if (GetParam() == FetchModel::threads) GTEST_SKIP() << "a worker's connections are its own";
  build(settings, 900);
  const auto url = [&](uint64_t id) { return "http://h" + std::to_string(id % kHosts) + ".example:" + port + "/page"; };
  for (int round = 0; round < 4; ++round) EXPECT_EQ(fetch_all(kHosts, kHosts, url).size(), kHosts);
  EXPECT_EQ(server_.accepted(), kHosts);
}

TEST_P(FetcherLoad, StopsThousandsAtOnce) {
  Fetcher& fetcher = build(quick_settings(), many());
  for (uint64_t id = 0; id < many(); ++id) fetcher.start(request(id % 2 == 0 ? "/page?hang" : "/page?delay=10ms", id));
  std::this_thread::sleep_for(milliseconds{300});
  EXPECT_LT(time([&] { fetcher.stop(Duration{0}); }), seconds{10});
  EXPECT_EQ(results_.size(), many());
}

TEST_P(FetcherLoad, AHandleRemembersNothingOfTheExchangeBefore) {
  build(quick_settings(), 1);
  FetchRequest head = request("/page?body=50");
  head.head = true;
  EXPECT_THAT(fetch(std::move(head)).body, IsEmpty());
  EXPECT_EQ(fetch("/page?body=50").body.size(), 50u);
  const std::vector<std::string> never_sent{"ftp://x/", "", "http://nosuch.invalid/"};
  for (const std::string& url : never_sent) {
    EXPECT_EQ(fetch("/page?body=50").status, 200);
    FetchRequest bad = request("/");
    bad.url = url;
    const FetchResult result = fetch(std::move(bad));
    EXPECT_TRUE(result.error) << url;
    EXPECT_EQ(result.status, 0) << url;
    EXPECT_EQ(result.ip, "") << url;
    EXPECT_EQ(result.http_version, "") << url;
    EXPECT_EQ(result.wire_bytes, 0u) << url;
    EXPECT_EQ(result.body_bytes, 0u) << url;
    EXPECT_THAT(result.headers, IsEmpty()) << url;
  }
  FetchRequest small = request("/page?body=50");
  small.body_bytes_max = 20;
  EXPECT_EQ(kind(fetch(std::move(small))), ErrorKind::too_large);
  EXPECT_EQ(kind(fetch("/page?body=50")), std::nullopt);
}

TEST_P(FetcherLoad, CountsABodyThatIsNotToBeKept) {
  FetchSettings settings = quick_settings();
  settings.body_bytes_max = 50'000;
  build(settings);
  for (const char* url : {"/page?body=50000", "/page?body=50000&chunked"}) {
    FetchRequest counted = request(url);
    counted.count_body = true;
    const FetchResult result = fetch(std::move(counted));
    EXPECT_EQ(kind(result), std::nullopt) << url;
    EXPECT_THAT(result.body, IsEmpty()) << url;
    EXPECT_EQ(result.body_bytes, 50'000u) << url;
  }
  FetchRequest endless = request("/page?endless=body");
  endless.count_body = true;
  EXPECT_EQ(kind(fetch(std::move(endless))), ErrorKind::too_large);
  EXPECT_EQ(fetch("/page?body=70").body_bytes, 70u);
}

TEST_P(FetcherLoad, TakesUpTlsSessionsAgain) {
  const TlsServer tls;
  if (!tls.running()) GTEST_SKIP() << "openssl is not here";
  FetchSettings settings = quick_settings();
  settings.ca_file = tls.certificate();
  build(settings, 1);
  EXPECT_THAT(fetch(tls.url()).body, HasSubstr("New, TLS"));
  EXPECT_THAT(fetch(tls.url()).body, HasSubstr("Reused, TLS"));
}

TEST(ShardPlan, HasRoomForAllThatMayBeUnderWay) {
  for (size_t concurrency = 1; concurrency < 60'000; concurrency += 1 + concurrency / 50) {
    const ShardPlan plan(concurrency, 256);
    EXPECT_GE(plan.shards * plan.transfers_max, concurrency) << concurrency;
    EXPECT_GE(plan.connections_max, plan.transfers_max) << concurrency;
    EXPECT_LE(plan.shards, 64u) << concurrency;
    EXPECT_LE(plan.shards * plan.connections_max, concurrency * 13 / 10 + 640 - 2 * plan.shards) << concurrency;
  }
  EXPECT_EQ(ShardPlan(300, 256).shards, 1u);
}

}  // namespace
}  // namespace scraper::test
