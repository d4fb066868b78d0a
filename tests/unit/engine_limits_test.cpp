// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/engine_fixture.h"

namespace scraper {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using storage::TaskState;
using testing::ElementsAre;

std::string host(int number) { return "http://h" + std::to_string(number) + ".test/"; }

TEST(EngineLimits, NeverHaveMoreInFlightThanTheConcurrency) {
  Crawl crawl;
  crawl.settings.concurrency = 5;
  crawl.web.answers_from = 5;  // and no fewer, or this waits in vain
  for (int number = 0; number < 60; ++number) crawl.seed(host(number));
  EXPECT_EQ(crawl.run().counts.failed, 60);
  EXPECT_EQ(crawl.web.most_in_flight(), 5u);
}

TEST(EngineLimits, NeverHaveMoreInFlightAtOneHostThanPerHost) {
  Crawl crawl;
  crawl.settings.politeness.per_host = 2;
  crawl.web.answers_from = 4;
  for (int number = 0; number < 40; ++number) crawl.seed(host(number % 2) + std::to_string(number));
  EXPECT_EQ(crawl.run().counts.failed, 40);
  EXPECT_EQ(crawl.web.most_at_one_host(), 2u);
  EXPECT_EQ(crawl.web.most_in_flight(), 4u);
}

TEST(EngineLimits, KeepTheDelayBetweenStartsAtOneHost) {
  Crawl crawl;
  crawl.settings.politeness = {4, milliseconds{3}, 0.5};
  for (int number = 0; number < 6; ++number) crawl.seed(host(0) + std::to_string(number));
  const SteadyTime before = steady_now();
  EXPECT_EQ(crawl.run().counts.failed, 6);
  EXPECT_GE(crawl.web.last_start() - before, milliseconds{15});
}

TEST(EngineLimits, FetchAHostWithMoreTasksThanAreHeldAtOnce) {
  Crawl crawl;
  for (int number = 0; number < 500; ++number) crawl.seed(host(0) + std::to_string(number));
  EXPECT_EQ(crawl.run().counts.failed, 500);
}

TEST(EngineLimits, FetchMoreTasksThanTheWindowHolds) {
  Crawl crawl;
  crawl.settings.concurrency = 64;
  for (int number = 0; number < 6000; ++number) crawl.seed(host(number % 600) + std::to_string(number));
  EXPECT_EQ(crawl.run().counts.failed, 6000);
}

TEST(EngineLimits, GoOnWhenBodiesPileUpBeforeTheParsers) {
  Crawl crawl;
  crawl.settings.backlog_bytes_max = 1;
  crawl.settings.parse_threads = 1;
  for (int number = 0; number < 50; ++number) {
    crawl.web.pages[host(number)] = {page_linking_to({})};
    crawl.seed(host(number));
  }
  EXPECT_EQ(crawl.run().counts.done, 50);
}

TEST(EngineInterrupt, KeepsTheRestToDo) {
  Crawl crawl;
  crawl.settings.concurrency = 1;
  Engine* engine = nullptr;
  crawl.before_run = [&](Engine& made) { engine = &made; };
  int asked = 0;
  crawl.web.on_request = [&](const FetchRequest&) {
    if (++asked == 3) engine->interrupt();
  };
  for (int number = 0; number < 20; ++number) {
    crawl.web.pages[host(number)] = {page_linking_to({})};
    crawl.seed(host(number));
  }
  const RunReport report = crawl.run();
  EXPECT_EQ(report.outcome, RunOutcome::interrupted);
  EXPECT_EQ(report.counts.done, 3);  // what was in flight is finished
  EXPECT_EQ(report.counts.todo, 17);
  EXPECT_EQ(crawl.web.log().size(), 3u);
}

TEST(EngineInterrupt, GivesUpWhatIsStillInFlightAfterTheGrace) {
  Crawl crawl;
  crawl.settings.grace = milliseconds{1};
  Engine* engine = nullptr;
  crawl.before_run = [&](Engine& made) { engine = &made; };
  crawl.web.on_request = [&](const FetchRequest&) { engine->interrupt(); };
  crawl.web.pages[host(0)] = {hanging()};
  crawl.seed(host(0));
  const RunReport report = crawl.run();
  EXPECT_EQ(report.outcome, RunOutcome::interrupted);
  EXPECT_EQ(crawl.state(host(0)), TaskState::todo);
  EXPECT_EQ(report.counts.failed, 0);
}

TEST(EngineInterrupt, LeavesRetriesForTheNextRun) {
  Crawl crawl;
  crawl.settings.retry.base = crawl.settings.retry.most = seconds{3600};
  Engine* engine = nullptr;
  crawl.before_run = [&](Engine& made) { engine = &made; };
  crawl.web.on_request = [&](const FetchRequest& request) {
    if (request.url == host(1)) engine->interrupt();
  };
  crawl.web.pages[host(0)] = {failing(ErrorKind::dns)};
  crawl.settings.concurrency = 1;
  crawl.seed(host(0));
  crawl.seed(host(1));
  EXPECT_EQ(crawl.run().outcome, RunOutcome::interrupted);
  EXPECT_EQ(crawl.state(host(0)), TaskState::todo);
  EXPECT_EQ(crawl.row(host(0))->attempts, 1);
  EXPECT_EQ(crawl.state(host(1)), TaskState::failed);
}

TEST(EngineInterrupt, MayComeBeforeTheRunAndMoreThanOnce) {
  Crawl crawl;
  crawl.before_run = [](Engine& engine) {
    engine.interrupt();
    engine.interrupt();
  };
  crawl.seed(host(0));
  const RunReport report = crawl.run();
  EXPECT_EQ(report.outcome, RunOutcome::interrupted);
  EXPECT_EQ(report.counts.tasks(), 1);
}

TEST(EngineInterrupt, LetsAParserGiveUpAndKeepsItsPageToDo) {
  class Endless final : public Parser {
   public:
    explicit Endless(Engine& engine) : engine_(engine) {}
    tl::expected<ParsedPage, Error> parse(const ParseRequest&) override {
      engine_.interrupt();
      while (!engine_.parsing_is_over()) std::this_thread::yield();
      return tl::make_unexpected(Error{ErrorKind::cancelled, Stage::parse, 0, "the run ended"});
    }

   private:
    Engine& engine_;
  };
  Crawl crawl;
  crawl.settings.grace = milliseconds{1};
  crawl.before_run = [&](Engine& engine) {
    crawl.make_parser = [&engine] { return std::make_unique<Endless>(engine); };
  };
  for (int number = 0; number < 6; ++number) {
    crawl.web.pages[host(number)] = {page_linking_to({})};
    crawl.seed(host(number));
  }
  const RunReport report = crawl.run();
  EXPECT_EQ(report.outcome, RunOutcome::interrupted);
  EXPECT_EQ(report.counts.todo, 6);
}

TEST(EngineDeadline, EndsTheRunAndKeepsTheRestToDo) {
  Crawl crawl;
  crawl.settings.concurrency = 2;
  crawl.settings.deadline = steady_now() + milliseconds{20};
  for (int number = 0; number < 4; ++number) {
    crawl.web.pages[host(number)] = {hanging()};
    crawl.seed(host(number));
  }
  const RunReport report = crawl.run();
  EXPECT_EQ(report.outcome, RunOutcome::deadline);
  EXPECT_EQ(report.counts.todo, 4);
}

TEST(EngineDeadline, EndsARunAtOnceWhenItHasPassed) {
  Crawl crawl;
  crawl.settings.deadline = steady_now() - seconds{1};
  crawl.seed(host(0));
  const RunReport report = crawl.run();
  EXPECT_EQ(report.outcome, RunOutcome::deadline);
  EXPECT_EQ(report.counts.todo, 1);
  EXPECT_TRUE(crawl.web.log().empty());
}

TEST(EngineDeadline, DoesNotWaitForARetryThatIsFarOff) {
  Crawl crawl;
  crawl.settings.retry.base = crawl.settings.retry.most = seconds{30};
  crawl.settings.deadline = steady_now() + milliseconds{20};
  crawl.web.pages[host(0)] = {failing(ErrorKind::dns)};
  crawl.seed(host(0));
  EXPECT_EQ(crawl.run().outcome, RunOutcome::deadline);
  EXPECT_EQ(crawl.state(host(0)), TaskState::todo);
}

TEST(EnginePatience, SkipsWhatAHostKeepsWaitingAndDoesTheRest) {
  Crawl crawl;
  crawl.settings.politeness.per_host = 1;
  crawl.settings.patience = seconds{1};
  for (int number = 0; number < 100; ++number) crawl.seed(host(0) + std::to_string(number));
  crawl.web.pages[host(0) + "0"] = {status(429, {{"Retry-After", "3600"}})};
  for (int number = 1; number < 10; ++number) crawl.seed(host(number));
  const RunReport report = crawl.run();
  EXPECT_EQ(report.outcome, RunOutcome::complete);
  EXPECT_EQ(report.counts.skipped, 100);
  EXPECT_EQ(report.counts.failed, 9);
  EXPECT_EQ(report.counts.todo, 0);
  EXPECT_EQ(crawl.row(host(0) + "7")->skip_reason, "parked_host");
}

TEST(EnginePatience, WaitsForWhatFallsDueWithinIt) {
  Crawl crawl;
  crawl.settings.patience = seconds{20};
  crawl.settings.retry.base = crawl.settings.retry.most = milliseconds{5};
  crawl.web.pages[host(0)] = {status(503, {{"Retry-After", "0"}}), page_linking_to({})};
  crawl.seed(host(0));
  EXPECT_EQ(crawl.run().counts.done, 1);
}

TEST(EnginePatience, ParksAHostByItsStatusAndNotForARetryAfterAlone) {
  Crawl crawl;
  crawl.settings.politeness.per_host = 1;
  crawl.settings.patience = seconds{1};
  crawl.web.pages[host(0) + "0"] = {status(404, {{"Retry-After", "3600"}})};
  crawl.seed(host(0) + "0");
  crawl.seed(host(0) + "1");
  EXPECT_EQ(crawl.run().counts.failed, 2);
}

TEST(EngineStore, EndsTheRunWhenItsNthCallFailsForEveryN) {
  bool ended_well = false;
  for (int n = 3; n < 200 && !ended_well; ++n) {  // the list and the first count come before the run
    SCOPED_TRACE(n);
    Crawl crawl;
    crawl.scope_settings = {2, Span::any, {}, {}, false};
    crawl.settings.concurrency = 3;
    crawl.web.pages[host(0)] = {page_linking_to({host(1), host(2), host(3)})};
    crawl.web.pages[host(1)] = {failing(ErrorKind::connect), page_linking_to({host(4), host(5)})};
    crawl.web.pages[host(2)] = {redirecting_to(host(6))};
    crawl.seed(host(0));
    crawl.seed(host(7));
    FullStore full(crawl.store, n);
    const RunReport report = crawl.run_on(full);
    ended_well = report.outcome == RunOutcome::complete;
    if (ended_well) {
      EXPECT_GT(n, 5);
      EXPECT_EQ(report.counts.todo, 0);
      continue;
    }
    EXPECT_EQ(report.outcome, RunOutcome::failed);
    ASSERT_TRUE(report.store_error);
    EXPECT_EQ(report.store_error->kind(), storage::Error::Kind::full);
    EXPECT_EQ(full.calls(), n) << "nothing is asked of a store that has failed";
  }
  EXPECT_TRUE(ended_well);
}

TEST(EngineStore, EndsTheRunWhenItFailsWhileMuchIsInFlight) {
  Crawl crawl;
  for (int number = 0; number < 8; ++number) {
    crawl.web.pages[host(number)] = {hanging()};
    crawl.seed(host(number));
  }
  crawl.seed(host(8));
  crawl.settings.concurrency = 9;
  FullStore full(crawl.store, 4);  // count, lease, count, finish
  EXPECT_EQ(crawl.run_on(full).outcome, RunOutcome::failed);
}

TEST(EngineStore, ThrowsWhenItCannotEvenBeCounted) {
  Crawl crawl;
  crawl.seed(host(0));
  FullStore full(crawl.store, 1);
  EXPECT_THROW(crawl.run_on(full), storage::Error);
}

}  // namespace
}  // namespace scraper
