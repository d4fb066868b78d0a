// SPDX-License-Identifier: MIT
#include "scraper/fetch/resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>

#include "tests/support/dns_server.h"
#include "tests/support/loopback_traps.h"
#include "tests/support/temporary_directory.h"

namespace scraper::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::IsEmpty;
using Kind = DnsReply::Kind;

size_t threads_of_this_process() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<size_t>(std::distance(begin(tasks), end(tasks)));
}

class ResolverTest : public ::testing::Test {
 protected:
  ResolverTest() {
    settings_.servers = {server_.address()};
    settings_.hosts_path = (directory_.path() / "hosts").string();
    std::ofstream(settings_.hosts_path) << "127.0.0.7 listed.example\n";
    server_.set("a.example", {Kind::records, {"192.0.2.1"}, 300, {}, 300});
  }

  Resolver& resolver() {
    if (!resolver_) resolver_ = std::make_unique<Resolver>(settings_);
    return *resolver_;
  }

  /// Asks, as an owner would, until the ticket has its answer; `offset` is added to the clock that the resolver sees.
  Resolution look_up(const std::string& name, Duration offset = {}) {
    const uint64_t ticket = ++tickets_;
    if (auto known = resolver().resolve(name, ticket, steady_now() + offset)) return *known;
    collect(1, offset);
    return std::exchange(answers_, {})[ticket];
  }

  /// Until there are so many answers, for ten seconds at most.
  void collect(size_t count, Duration offset = {}) {
    const SteadyTime until = steady_now() + seconds{10};
    while (answers_.size() < count && steady_now() < until) {
      pollfd wait{resolver().descriptor(), POLLIN, 0};
      const auto wake = resolver().next_wake().value_or(SteadyTime::max());
      const SteadyTime now = steady_now() + offset;
      const auto left = wake <= now ? Duration{0} : std::min(Duration{50}, std::chrono::ceil<Duration>(wake - now));
      poll(&wait, 1, static_cast<int>(left.count()));
      for (auto& answer : resolver().act(steady_now() + offset)) answers_[answer.ticket] = std::move(answer.resolution);
    }
    EXPECT_EQ(answers_.size(), count);
  }

  TemporaryDirectory directory_;
  DnsServer server_;
  ResolverSettings settings_;
  std::unique_ptr<Resolver> resolver_;
  uint64_t tickets_ = 0;
  std::map<uint64_t, Resolution> answers_;
};

TEST_F(ResolverTest, AsksForBothRecordsOnceAndKeepsTheAnswer) {
  EXPECT_EQ(look_up("a.example").addresses, "192.0.2.1");
  EXPECT_LE(server_.questions(), 2u);
  const size_t asked = server_.questions();
  EXPECT_EQ(resolver().resolve("a.example", 9, steady_now())->addresses, "192.0.2.1");
  EXPECT_EQ(server_.questions(), asked);
  EXPECT_EQ(resolver().under_way(), 0u);
}

TEST_F(ResolverTest, AsksAgainWhenTheTimeToLiveIsOver) {
  server_.set("short.example", {Kind::records, {"192.0.2.1"}, 20, {}, 300});
  look_up("short.example");
  const size_t asked = server_.questions();
  EXPECT_TRUE(resolver().resolve("short.example", 9, steady_now() + seconds{19}));
  server_.set("short.example", {Kind::records, {"192.0.2.2"}, 20, {}, 300});
  EXPECT_EQ(look_up("short.example", seconds{21}).addresses, "192.0.2.2");
  EXPECT_EQ(server_.questions(), 2 * asked);
}

TEST_F(ResolverTest, AnAliasThatIsSoonOverEndsTheAnswerToo) {
  server_.set("alias.example", {Kind::records, {"192.0.2.1"}, 3000, "real.example", 10});
  EXPECT_EQ(look_up("alias.example").addresses, "192.0.2.1");
  EXPECT_TRUE(resolver().resolve("alias.example", 9, steady_now() + seconds{8}));
  EXPECT_FALSE(resolver().resolve("alias.example", 9, steady_now() + seconds{11}));
}

TEST_F(ResolverTest, KeepsNoAnswerShorterThanASecondOrLongerThanAnHour) {
  server_.set("none.example", {Kind::records, {"192.0.2.1"}, 0, {}, 300});
  server_.set("long.example", {Kind::records, {"192.0.2.1"}, 1'000'000'000, {}, 300});
  const SteadyTime now = steady_now();
  look_up("none.example");
  EXPECT_TRUE(resolver().resolve("none.example", 9, now + milliseconds{900}));
  look_up("long.example");
  EXPECT_TRUE(resolver().resolve("long.example", 8, now + seconds{3599}));
  EXPECT_FALSE(resolver().resolve("long.example", 8, now + seconds{3611}));
}

TEST_F(ResolverTest, ThatThereIsNoSuchNameIsKeptForAWhile) {
  const Resolution answer = look_up("nosuch.example");
  EXPECT_EQ(answer.addresses, "");
  EXPECT_EQ(answer.problem, "no such name");
  const size_t asked = server_.questions("nosuch.example");
  EXPECT_TRUE(resolver().resolve("nosuch.example", 9, steady_now() + seconds{9}));
  server_.set("nosuch.example", {Kind::records, {"192.0.2.1"}, 300, {}, 300});
  EXPECT_EQ(look_up("nosuch.example", seconds{11}).addresses, "192.0.2.1");
  EXPECT_GT(server_.questions("nosuch.example"), asked);
}

TEST_F(ResolverTest, ANameWithoutAddressesFails) {
  server_.set("empty.example", {Kind::records, {}, 300, {}, 300});
  EXPECT_EQ(look_up("empty.example").problem, "the name has no address");
}

TEST_F(ResolverTest, AServerThatFailsIsAskedAgainByTheNextOne) {
  server_.set("broken.example", {Kind::server_failed, {}, 300, {}, 300});
  EXPECT_EQ(look_up("broken.example").problem, "no name server was of help");
  server_.set("broken.example", {Kind::records, {"192.0.2.1"}, 300, {}, 300});
  EXPECT_EQ(look_up("broken.example").addresses, "192.0.2.1");
}

TEST_F(ResolverTest, WhoeverAsksForANameUnderWaySharesTheLookUp) {
  const SteadyTime now = steady_now();
  for (uint64_t ticket = 1; ticket <= 50; ++ticket) EXPECT_FALSE(resolver().resolve("a.example", ticket, now));
  EXPECT_EQ(resolver().under_way(), 1u);
  collect(50);
  for (const auto& [ticket, answer] : answers_) EXPECT_EQ(answer.addresses, "192.0.2.1") << ticket;
  EXPECT_LE(server_.questions(), 2u);
}

TEST_F(ResolverTest, LocalhostIsLoopbackAndNobodyIsAsked) {
  for (const char* name : {"localhost", "localhost.", "a.localhost", "b.a.localhost"}) {
    const auto answer = resolver().resolve(name, 1, steady_now());
    ASSERT_TRUE(answer) << name;
    EXPECT_EQ(answer->addresses, "[::1],127.0.0.1") << name;
  }
  EXPECT_EQ(server_.questions(), 0u);
  EXPECT_EQ(look_up("notlocalhost").problem, "no such name");
}

TEST_F(ResolverTest, TheMachinesOwnTableWins) {
  server_.set("listed.example", {Kind::records, {"192.0.2.1"}, 300, {}, 300});
  EXPECT_EQ(look_up("listed.example").addresses, "127.0.0.7");
  EXPECT_EQ(server_.questions(), 0u);
}

TEST_F(ResolverTest, AddressesOfTheFamilyThatHasARouteComeFirst) {
  server_.set("both.example", {Kind::records, {"127.0.0.1", "127.0.0.2", "::1"}, 300, {}, 300});
  const std::string both = look_up("both.example").addresses;
  EXPECT_TRUE(both == "[::1],127.0.0.1,127.0.0.2" || both == "127.0.0.1,127.0.0.2,[::1]" ||
              both == "127.0.0.1,127.0.0.2")
      << both;
  server_.set("six.example", {Kind::records, {"::1"}, 300, {}, 300});
  const std::string six = look_up("six.example").addresses;
  EXPECT_TRUE(six == "[::1]" || six.empty()) << six;
}

TEST_F(ResolverTest, AnAnswerTooLongForUdpComesOverTcp) {
  server_.set("long.example", {Kind::truncated, {"192.0.2.1"}, 300, {}, 300});
  EXPECT_EQ(look_up("long.example").addresses, "192.0.2.1");
}

TEST_F(ResolverTest, OfManyAddressesTheFirstEightAreTaken) {
  DnsReply reply{Kind::records, {}, 300, {}, 300};
  for (int i = 1; i <= 20; ++i) reply.addresses.push_back("192.0.2." + std::to_string(i));
  server_.set("many.example", reply);
  const std::string addresses = look_up("many.example").addresses;
  EXPECT_EQ(std::ranges::count(addresses, ','), 7) << addresses;
}

TEST_F(ResolverTest, SilenceEndsAfterTheTriesAndIsNotKept) {
  settings_.question_timeout = Duration{60};
  settings_.tries = 2;
  server_.set("silent.example", {Kind::silence, {}, 300, {}, 300});
  const SteadyTime begin = steady_now();
  EXPECT_EQ(look_up("silent.example").problem, "the name servers do not answer");
  EXPECT_GE(steady_now() - begin, milliseconds{150});
  EXPECT_LT(steady_now() - begin, seconds{5});
  EXPECT_EQ(server_.questions(), 4u);
  server_.set("silent.example", {Kind::records, {"192.0.2.1"}, 300, {}, 300});
  EXPECT_EQ(look_up("silent.example").addresses, "192.0.2.1");
}

TEST_F(ResolverTest, AServerThatIsNotThereSaysSo) {
  settings_.servers = {"127.0.0.1:" + std::to_string(unused_port())};
  settings_.question_timeout = Duration{60};
  settings_.tries = 1;
  const std::string problem = look_up("a.example").problem;
  EXPECT_TRUE(problem == "no name server was of help" || problem == "the name servers do not answer") << problem;
}

TEST_F(ResolverTest, WhoHasHadEnoughGetsNoAnswer) {
  const SteadyTime now = steady_now();
  resolver().resolve("a.example", 1, now);
  resolver().resolve("a.example", 2, now);
  resolver().forget("a.example", 1);
  collect(1);
  EXPECT_TRUE(answers_.contains(2));
  answers_.clear();
  resolver().resolve("nosuch.example", 3, now);
  resolver().forget("nosuch.example", 3);
  EXPECT_EQ(look_up("nosuch.example").problem, "no such name");
}

TEST_F(ResolverTest, NoMoreThanItsLimitAreAskedAtOnce) {
  settings_.look_ups_max = 2;
  server_.set_others({Kind::records, {"192.0.2.9"}, 300, {}, 300});
  const SteadyTime now = steady_now();
  for (uint64_t i = 0; i < 20; ++i) resolver().resolve("n" + std::to_string(i) + ".example", i, now);
  EXPECT_EQ(resolver().under_way(), 20u);
  resolver().forget("n19.example", 19);
  collect(19);
  EXPECT_EQ(resolver().under_way(), 0u);
  EXPECT_EQ(server_.questions("n19.example"), 0u);
}

TEST_F(ResolverTest, MayEndWhileLookUpsAreUnderWay) {
  server_.set_others({Kind::silence, {}, 300, {}, 300});
  for (uint64_t i = 0; i < 1000; ++i) resolver().resolve("n" + std::to_string(i) + ".example", i, steady_now());
  EXPECT_EQ(resolver().under_way(), 1000u);
  resolver_.reset();
}

TEST_F(ResolverTest, StartsNoThread) {
  server_.set_others({Kind::silence, {}, 300, {}, 300});
  const size_t before = threads_of_this_process();
  for (uint64_t i = 0; i < 100; ++i) resolver().resolve("n" + std::to_string(i) + ".example", i, steady_now());
  EXPECT_EQ(threads_of_this_process(), before);
}

TEST_F(ResolverTest, NamesThatDnsCannotHaveFailAtOnce) {
  for (const std::string& name : {std::string(70, 'a') + ".example", std::string("a..example")}) {
    EXPECT_NE(look_up(name).problem, "") << name;
  }
}

TEST_F(ResolverTest, ManyNamesAreAnsweredEach) {
  settings_.cache_entries_max = 100;
  server_.set_others({Kind::records, {"192.0.2.9"}, 300, {}, 300});
  const SteadyTime now = steady_now();
  for (uint64_t i = 0; i < 3000; ++i) resolver().resolve("n" + std::to_string(i) + ".example", i, now);
  collect(3000);
  EXPECT_TRUE(std::ranges::all_of(answers_, [](const auto& answer) { return answer.second.addresses == "192.0.2.9"; }));
}

}  // namespace
}  // namespace scraper::test
