// SPDX-License-Identifier: MIT
// How the model that looks names up by itself does it, with a name server on loopback.
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <iterator>
#include <thread>

#include "tests/conformance/fetcher_fixture.h"
#include "tests/support/dns_server.h"

namespace scraper::test {
namespace {

using ::testing::HasSubstr;
using Kind = DnsReply::Kind;

class FetcherNames : public FetcherConformance {
 protected:
  FetcherNames() { dns_.set("shop.test", at({"127.0.0.1"})); }

  static DnsReply at(std::vector<std::string> addresses, uint32_t ttl_s = 300) {
    return {Kind::records, std::move(addresses), ttl_s, {}, 300};
  }

  FetchSettings settings() const {
    FetchSettings settings = quick_settings();
    settings.dns_servers = {dns_.address()};
    return settings;
  }

  std::string url(const std::string& name, const std::string& path = "/page?body=10") const {
    return "http://" + name + ":" + std::to_string(server_.port()) + path;
  }

  static size_t threads_of_this_process() {
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    return static_cast<size_t>(std::distance(begin(tasks), end(tasks)));
  }

  DnsServer dns_;
};

INSTANTIATE_TEST_SUITE_P(Multi, FetcherNames, ::testing::Values(FetchModel::multi), model_name);

TEST_P(FetcherNames, AreAskedForOnceWhileTheAnswerHolds) {
  build(settings());
  for (int i = 0; i < 3; ++i) {
    const FetchResult result = fetch(url("shop.test"));
    EXPECT_EQ(result.status, 200) << ::testing::PrintToString(result);
    EXPECT_EQ(result.ip, "127.0.0.1");
  }
  EXPECT_EQ(server_.requests().at(0).headers.at(0).second, "shop.test:" + std::to_string(server_.port()));
  EXPECT_LE(dns_.questions(), 2u);
}

TEST_P(FetcherNames, AreAskedForAgainWhenTheTimeToLiveIsOver) {
  TestServerSettings other;
  other.address = "127.0.0.2";
  other.port = server_.port();
  const TestServer second(other);
  dns_.set("moving.test", at({"127.0.0.1"}, 1));
  build(settings());
  EXPECT_EQ(fetch(url("moving.test", "/page?connection=close")).ip, "127.0.0.1");
  dns_.set("moving.test", at({"127.0.0.2"}, 1));
  std::this_thread::sleep_for(milliseconds{1100});
  EXPECT_EQ(fetch(url("moving.test", "/page?connection=close")).ip, "127.0.0.2");
}

TEST_P(FetcherNames, ThatDoNotExistFailAtTheLookUp) {
  build(settings());
  for (int i = 0; i < 2; ++i) {
    const FetchResult result = fetch(url("nosuch.test"));
    ASSERT_EQ(kind(result), ErrorKind::dns) << ::testing::PrintToString(result);
    EXPECT_EQ(result.error->stage, Stage::resolve);
    EXPECT_EQ(result.error->code, 6);
    EXPECT_EQ(result.error->message, "Could not resolve host: nosuch.test (no such name)");
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.ip, "");
  }
  EXPECT_LE(dns_.questions(), 2u);
  dns_.set("broken.test", {Kind::server_failed, {}, 300, {}, 300});
  EXPECT_EQ(kind(fetch(url("broken.test"))), ErrorKind::dns);
  EXPECT_EQ(kind(fetch(url("shop.test"))), std::nullopt);
}

TEST_P(FetcherNames, ThatNobodyAnswersForEndWithTheConnectTimeout) {
  dns_.set("silent.test", {Kind::silence, {}, 300, {}, 300});
  FetchSettings patient = settings();
  patient.connect_timeout = milliseconds{700};
  build(patient);
  // A page next to it is not held up, also one in whose place the slow one was.
  fetcher_->start(request(url("silent.test"), 1));
  fetcher_->start(request("/page?delay=20ms", 2));
  ASSERT_TRUE(results_.wait_for(2));
  for (const FetchResult& result : results_.take()) {
    if (result.id == 2) {
      EXPECT_EQ(kind(result), std::nullopt);
      continue;
    }
    ASSERT_EQ(kind(result), ErrorKind::connect_timeout) << ::testing::PrintToString(result);
    EXPECT_EQ(result.error->stage, Stage::resolve);
    EXPECT_EQ(result.error->code, 28);
    EXPECT_THAT(result.error->message, HasSubstr("Resolving timed out after "));
    EXPECT_GE(result.times.total, milliseconds{700});
    EXPECT_LT(result.times.total, seconds{5});
    EXPECT_EQ(result.times.dns, std::nullopt);
  }
  patient.max_time = milliseconds{200};
  build(patient);
  EXPECT_EQ(kind(fetch(url("silent.test"))), ErrorKind::timeout);
}

TEST_P(FetcherNames, TakeTheirTimeOutOfTheExchange) {
  dns_.set("slow.test", {Kind::silence, {}, 300, {}, 300});
  FetchSettings patient = settings();
  patient.max_time = milliseconds{3500};
  build(patient);
  fetcher_->start(request(url("slow.test", "/page?delay=30ms"), 1));
  fetcher_->start(request(url("slow.test", "/page?hang"), 2));
  while (dns_.questions() == 0) std::this_thread::sleep_for(milliseconds{1});
  std::this_thread::sleep_for(milliseconds{200});
  dns_.set("slow.test", at({"127.0.0.1"}));  // the question is asked again after 2.5 s
  ASSERT_TRUE(results_.wait_for(2));
  for (const FetchResult& result : results_.take()) {
    EXPECT_GE(result.times.dns.value_or(Duration{0}), milliseconds{2000});
    EXPECT_GE(result.times.connect.value_or(Duration{0}), *result.times.dns);
    if (result.id == 1) {
      EXPECT_EQ(kind(result), std::nullopt) << ::testing::PrintToString(result);
      EXPECT_GE(result.times.first_byte.value_or(Duration{0}), *result.times.connect + milliseconds{25});
      EXPECT_GE(result.times.total, *result.times.first_byte);
    } else {
      EXPECT_EQ(kind(result), ErrorKind::timeout) << ::testing::PrintToString(result);
      EXPECT_LT(result.times.total, milliseconds{5900});
    }
  }
  // What was taken off the limits is given back: there is nothing to wait for now.
  for (int i = 0; i < 2; ++i) {
    const FetchResult later = fetch(url("slow.test", "/page?delay=1500ms"));
    EXPECT_EQ(kind(later), std::nullopt) << ::testing::PrintToString(later);
    EXPECT_LT(later.times.dns.value_or(Duration{0}), seconds{1});
  }
}

TEST_P(FetcherNames, UnderWayAreInFlightAndAreCancelled) {
  dns_.set_others({Kind::silence, {}, 300, {}, 300});
  Fetcher& fetcher = build(settings(), 50);
  for (uint64_t i = 0; i < 50; ++i) fetcher.start(request(url("n" + std::to_string(i / 2) + ".test"), i));
  std::this_thread::sleep_for(milliseconds{100});
  EXPECT_LT(time([&] { fetcher.stop(Duration{0}); }), seconds{5});
  const auto results = results_.take();
  EXPECT_EQ(results.size(), 50u);
  for (const FetchResult& result : results) EXPECT_EQ(kind(result), ErrorKind::cancelled);
}

TEST_P(FetcherNames, MayArriveWithinTheGrace) {
  dns_.set("slow.test", {Kind::silence, {}, 300, {}, 300});
  Fetcher& fetcher = build(settings());
  fetcher.start(request(url("slow.test")));
  std::this_thread::sleep_for(milliseconds{100});
  dns_.set("slow.test", at({"127.0.0.1"}));
  fetcher.stop(seconds{10});
  EXPECT_EQ(kind(results_.take().at(0)), std::nullopt);
}

TEST_P(FetcherNames, LeadToTheNextAddressWhenTheFirstRefuses) {
  dns_.set("both.test", at({"127.0.0.1", "::1"}));
  dns_.set("two.test", at({"127.0.0.77", "127.0.0.1"}));
  build(settings());
  for (const char* name : {"both.test", "two.test"}) {
    const FetchResult result = fetch(url(name));
    EXPECT_EQ(kind(result), std::nullopt) << ::testing::PrintToString(result);
    EXPECT_EQ(result.ip, "127.0.0.1");
  }
}

TEST_P(FetcherNames, ThatTheSettingsHaveAnAddressForAreNotAskedFor) {
  dns_.set_others(at({"127.0.0.99"}));
  FetchSettings own = settings();
  const std::string port = std::to_string(server_.port());
  own.resolve = {"shop.test:" + port + ":127.0.0.1"};
  build(own, 1);
  EXPECT_EQ(kind(fetch(url("shop.test", "/page?connection=close"))), std::nullopt);
  EXPECT_EQ(kind(fetch(url("other.test"))), ErrorKind::connect);
  EXPECT_EQ(kind(fetch(url("shop.test", "/page?connection=close"))), std::nullopt);
  EXPECT_EQ(dns_.questions("shop.test"), 0u);
  own.resolve = {"*:" + port + ":127.0.0.1"};
  build(own, 1);
  for (const char* name : {"a.test", "b.test", "a.test"})
    EXPECT_EQ(kind(fetch(url(name, "/page?connection=close"))), std::nullopt);
  EXPECT_EQ(dns_.questions("a.test"), 0u);
}

TEST_P(FetcherNames, BehindAProxyAreTheProxysBusiness) {
  FetchSettings own = settings();
  own.proxy = server_.url();
  build(own);
  EXPECT_EQ(kind(fetch("http://far-away.test/page")), std::nullopt);
  EXPECT_EQ(server_.requests().at(0).target, "http://far-away.test/page");
  EXPECT_EQ(dns_.questions(), 0u);
}

TEST_P(FetcherNames, ThatAreLoopbackByThemselvesAreNotAskedFor) {
  build(settings());
  EXPECT_EQ(kind(fetch(url("localhost"))), std::nullopt);
  EXPECT_EQ(kind(fetch(url("deep.below.localhost"))), std::nullopt);
  EXPECT_EQ(dns_.questions(), 0u);
}

TEST_P(FetcherNames, AreJudgedByTheAddressTheyLeadTo) {
  build(settings());
  FetchRequest guarded = request(url("shop.test"));
  guarded.allow_private = false;
  const FetchResult result = fetch(std::move(guarded));
  ASSERT_EQ(kind(result), ErrorKind::blocked_address) << ::testing::PrintToString(result);
  EXPECT_EQ(server_.accepted(), 0u);
}

TEST_P(FetcherNames, AreStillKnownWhenAPooledConnectionIsDead) {
  build(settings(), 1);
  EXPECT_EQ(kind(fetch(url("shop.test"))), std::nullopt);
  // libcurl tries once more, on a new connection.
  EXPECT_EQ(kind(fetch(url("shop.test", "/page?close"))), ErrorKind::protocol);
  EXPECT_EQ(server_.accepted(), 2u);
  EXPECT_LE(dns_.questions(), 2u);
}

TEST_P(FetcherNames, OfEveryShapeAreFound) {
  dns_.set_others(at({"127.0.0.1"}));
  build(settings());
  for (const char* name : {"-minus.test", "under_score.test", "dot.test.", "single", "xn--bcher-kva.test"}) {
    const FetchResult result = fetch(url(name));
    EXPECT_EQ(kind(result), std::nullopt) << name << ::testing::PrintToString(result);
  }
  EXPECT_EQ(kind(fetch("http://*/")), ErrorKind::bad_url);  // left to libcurl
}

TEST_P(FetcherNames, OfManyHostsNeedNoThreads) {
  constexpr size_t kHosts = 1500;
  dns_.set_others(at({"127.0.0.1"}));
  Fetcher& fetcher = build(settings(), 32);
  fetch("/page");
  const size_t threads = threads_of_this_process();
  size_t started = 0, most = 0;
  while (started < kHosts) {
    for (; started < kHosts && started < results_.size() + 32; ++started)
      fetcher.start(request(url("h" + std::to_string(started) + ".test"), started));
    most = std::max(most, threads_of_this_process());
    results_.wait_for(started - 31, seconds{20});
  }
  ASSERT_TRUE(results_.wait_for(kHosts));
  EXPECT_EQ(most, threads);
  EXPECT_LE(server_.peak_connections(), 32 + 256 + 32 + 32u);  // kept, closed after use, being closed
  for (const FetchResult& result : results_.take())
    EXPECT_EQ(kind(result), std::nullopt) << ::testing::PrintToString(result);
  EXPECT_LE(dns_.questions(), 2 * kHosts);
}

TEST_P(FetcherNames, OfHostsSeenLastKeepTheirConnections) {
  dns_.set_others(at({"127.0.0.1"}));
  Fetcher& fetcher = build(settings(), 32);
  const auto fetch_all = [&](size_t from, size_t to) {
    for (size_t begin = from; begin < to; begin += 32) {
      for (size_t i = begin; i < begin + 32; ++i) fetcher.start(request(url("h" + std::to_string(i) + ".test"), i));
      ASSERT_TRUE(results_.wait_for(32));
      results_.take();
    }
  };
  fetch_all(0, 416);  // more than are kept
  std::this_thread::sleep_for(milliseconds{2200});
  fetch_all(416, 448);  // makes libcurl look for those that have been idle for long
  fetch_all(448, 480);
  const size_t accepted = server_.accepted();
  fetch_all(448, 480);
  EXPECT_EQ(server_.accepted(), accepted);
}

}  // namespace
}  // namespace scraper::test
