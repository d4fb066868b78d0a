// SPDX-License-Identifier: MIT
// Hosts that ask to be left alone for long, and the patience of a run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <semaphore>

#include "tests/unit/engine_fixture.h"

namespace scraper {
namespace {

using std::chrono::seconds;

/// More tasks than the window holds, all at hosts that ask to be left alone for an hour.
void list_parked_hosts(Crawl& crawl) {
  crawl.settings.concurrency = 64;
  for (int host = 0; host < 300; ++host) {
    for (int page = 0; page < 16; ++page) {
      const std::string url = "http://h" + std::to_string(host) + ".test/" + std::to_string(page);
      crawl.web.pages[url] = {status(429, {{"Retry-After", "3600"}})};
      crawl.seed(url);
    }
  }
}

TEST(EnginePatience, EndsARunWhoseParkedHostsFillTheWholeWindow) {
  Crawl crawl;
  list_parked_hosts(crawl);
  crawl.settings.patience = seconds{1};
  crawl.settings.deadline = steady_now() + seconds{15};
  const RunReport report = crawl.run();
  EXPECT_EQ(report.outcome, RunOutcome::complete);
  EXPECT_EQ(report.counts.skipped, 4800);
}

TEST(EnginePatience, DoesNotLetParkedHostsKeepOthersBack) {
  Crawl crawl;
  list_parked_hosts(crawl);
  crawl.seed("http://willing.test/");  // leased last
  crawl.web.pages["http://willing.test/"] = {page_linking_to({})};
  crawl.settings.deadline = steady_now() + seconds{15};
  crawl.run();
  EXPECT_EQ(crawl.state("http://willing.test/"), storage::TaskState::done);
}

TEST(EnginePatience, HoldsAHostAlsoWhileItsAnswerWaitsForAParseWorker) {
  class Waiting final : public Parser {
   public:
    explicit Waiting(std::binary_semaphore& asked) : asked_(asked) {}
    tl::expected<ParsedPage, Error> parse(const ParseRequest&) override {
      (void)asked_.try_acquire_for(std::chrono::milliseconds{300});
      return ParsedPage{};
    }

   private:
    std::binary_semaphore& asked_;
  };
  Crawl crawl;
  std::binary_semaphore asked{0};
  crawl.make_parser = [&asked] { return std::make_unique<Waiting>(asked); };
  crawl.settings.concurrency = 1;
  crawl.settings.parse_threads = 1;
  crawl.settings.politeness.per_host = 1;
  crawl.settings.patience = seconds{1};
  crawl.web.pages["http://slow.test/"] = {page_linking_to({})};
  crawl.web.pages["http://busy.test/1"] = {{429, "<p>later", {{"Retry-After", "3600"}}, {}, false}};
  crawl.web.on_request = [&](const FetchRequest& request) {
    if (request.url == "http://busy.test/2") asked.release();
  };
  for (const char* url : {"http://slow.test/", "http://busy.test/1", "http://busy.test/2"}) crawl.seed(url);
  crawl.run();
  EXPECT_THAT(crawl.web.urls_asked(), testing::ElementsAre("http://slow.test/", "http://busy.test/1"));
}

}  // namespace
}  // namespace scraper
