// SPDX-License-Identifier: MIT
#include "scraper/engine/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/unit/engine_fixture.h"

namespace scraper {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using storage::TaskState;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

TEST(Engine, EndsAtOnceWhenThereIsNothingToDo) {
  Crawl crawl;
  const RunReport report = crawl.run();
  EXPECT_EQ(report.outcome, RunOutcome::complete);
  EXPECT_EQ(report.counts.tasks(), 0);
  EXPECT_FALSE(report.store_error);
}

TEST(Engine, FollowsLinksAsFarAsTheDepthAllows) {
  Crawl crawl;
  crawl.scope_settings.depth = 2;
  crawl.web.pages["http://a.test/"] = {page_linking_to({"/1", "/", "http://other.test/"})};
  crawl.web.pages["http://a.test/1"] = {page_linking_to({"/2", "/"})};
  crawl.web.pages["http://a.test/2"] = {page_linking_to({"/3", "/1"})};
  crawl.seed("http://a.test/");
  const RunReport report = crawl.run();
  EXPECT_EQ(report.outcome, RunOutcome::complete);
  EXPECT_THAT(crawl.web.urls_asked(), ElementsAre("http://a.test/", "http://a.test/1", "http://a.test/2"));
  EXPECT_EQ(report.counts.done, 3);
  EXPECT_EQ(report.counts.pages, 3);
  EXPECT_EQ(crawl.row("http://a.test/2")->depth, 2);
  EXPECT_FALSE(crawl.is_task("http://a.test/3"));
  EXPECT_FALSE(crawl.is_task("http://other.test/"));
}

TEST(Engine, FetchesTheListAloneAtDepthZero) {
  Crawl crawl;
  crawl.web.pages["http://a.test/"] = {page_linking_to({"/1"})};
  crawl.seed("http://a.test/");
  crawl.run();
  EXPECT_THAT(crawl.web.urls_asked(), ElementsAre("http://a.test/"));
  EXPECT_EQ(crawl.row("http://a.test/")->links.size(), 1u);
}

TEST(Engine, FetchesAWideCrawlOnceEach) {
  Crawl crawl;
  crawl.scope_settings = {4, Span::any, {}, {}, false};
  constexpr int kPages = 600;
  for (int page = 0; page < kPages; ++page) {
    std::vector<std::string> links;
    for (int link = 1; link <= 7; ++link) {
      const int target = (page * 7 + link) % kPages;
      links.push_back("http://h" + std::to_string(target % 23) + ".test/" + std::to_string(target));
    }
    crawl.web.pages["http://h" + std::to_string(page % 23) + ".test/" + std::to_string(page)] = {
        page_linking_to(links)};
  }
  crawl.seed("http://h0.test/0");
  const RunReport report = crawl.run();
  const auto asked = crawl.web.urls_asked();
  EXPECT_EQ(std::set<std::string>(asked.begin(), asked.end()).size(), asked.size());
  EXPECT_EQ(report.counts.done, static_cast<int64_t>(asked.size()));
  EXPECT_EQ(asked.size(), static_cast<size_t>(kPages));
}

TEST(Engine, GivesEverySeedAnOutcome) {
  Crawl crawl;
  auto& pages = crawl.web.pages;
  pages["http://a.test/html"] = {page_linking_to({})};
  pages["http://a.test/empty"] = {Answer{}};
  pages["http://a.test/json"] = {{200, "{}", {{"Content-Type", "application/json"}}, {}, false}};
  pages["http://a.test/untyped"] = {{200, "x", {}, {}, false}};
  pages["http://a.test/500"] = {{500, "<p>sorry", {}, {}, false}};
  pages["http://b.test/"] = {failing(ErrorKind::dns)};
  pages["http://c.test/"] = {failing(ErrorKind::too_large)};
  pages["http://a.test/nowhere"] = {status(302)};
  pages["http://a.test/moved"] = {redirecting_to("/html")};
  for (const auto& [url, answers] : pages) crawl.seed(url);
  crawl.seed("http://a.test/404");
  crawl.seed("http://a.test/404");
  crawl.seed("http://a.test/rejected");
  crawl.seeds.back().skip_reason = "scope";
  storage::SeedRecord bad;
  bad.input = "::";
  bad.error_kind = "bad_url";
  crawl.seeds.push_back(bad);

  const RunReport report = crawl.run();
  EXPECT_EQ(report.outcome, RunOutcome::complete);
  EXPECT_EQ(report.counts.todo, 0);
  EXPECT_EQ(report.counts.tasks(), 12);
  for (const char* url : {"http://a.test/html", "http://a.test/empty", "http://a.test/json", "http://a.test/untyped",
                          "http://a.test/moved"}) {
    EXPECT_EQ(crawl.state(url), TaskState::done) << url;
  }
  const std::pair<const char*, const char*> failures[] = {
      {"http://a.test/500", "http_status"}, {"http://a.test/404", "http_status"},  {"http://b.test/", "dns"},
      {"http://c.test/", "too_large"},      {"http://a.test/nowhere", "redirect"}, {"::", "bad_url"}};
  for (const auto& [url, kind] : failures) {
    EXPECT_EQ(crawl.state(url), TaskState::failed) << url;
    EXPECT_EQ(crawl.row(url)->error_kind, kind) << url;
  }
  EXPECT_EQ(crawl.state("http://a.test/rejected"), TaskState::skipped);
  EXPECT_THAT(crawl.web.urls_asked(), testing::Not(testing::Contains("http://a.test/rejected")));
}

TEST(Engine, TriesATransientFailureAgainThenFailsIt) {
  Crawl crawl;
  crawl.settings.retry.retries = 2;
  crawl.web.pages["http://a.test/"] = {failing(ErrorKind::connect)};
  crawl.seed("http://a.test/");
  const RunReport report = crawl.run();
  EXPECT_EQ(crawl.web.log().size(), 3u);
  EXPECT_EQ(report.counts.failed, 1);
  EXPECT_EQ(crawl.row("http://a.test/")->attempts, 3);
}

TEST(Engine, IsDoneWithWhatSucceedsAtALaterTry) {
  Crawl crawl;
  crawl.web.pages["http://a.test/"] = {failing(ErrorKind::stalled), status(503), page_linking_to({})};
  crawl.seed("http://a.test/");
  EXPECT_EQ(crawl.run().counts.done, 1);
  EXPECT_EQ(crawl.web.log().size(), 3u);
}

TEST(Engine, DoesNotTryAgainWhatWillFailTheSameWay) {
  Crawl crawl;
  crawl.web.pages["http://a.test/"] = {status(404)};
  crawl.web.pages["http://b.test/"] = {failing(ErrorKind::decode)};
  for (const auto& [url, answers] : crawl.web.pages) crawl.seed(url);
  EXPECT_EQ(crawl.run().counts.failed, 2);
  EXPECT_EQ(crawl.web.log().size(), 2u);
}

TEST(Engine, FailsAPageThatItsParserGivesUpAndGoesOn) {
  class Refusing final : public Parser {
    tl::expected<ParsedPage, Error> parse(const ParseRequest& request) override {
      if (request.url.path() == "/bad")
        return tl::make_unexpected(Error{ErrorKind::parse_limit, Stage::parse, 0, "too deep"});
      return ParsedPage{};
    }
  };
  Crawl crawl;
  crawl.make_parser = [] { return std::make_unique<Refusing>(); };
  for (const char* url : {"http://a.test/bad", "http://a.test/good"}) {
    crawl.web.pages[url] = {page_linking_to({})};
    crawl.seed(url);
  }
  crawl.run();
  EXPECT_EQ(crawl.row("http://a.test/bad")->error_kind, "parse_limit");
  EXPECT_EQ(crawl.state("http://a.test/good"), TaskState::done);
  EXPECT_EQ(crawl.web.log().size(), 2u);
}

TEST(Engine, FollowsAChainOfRedirectsToItsEnd) {
  Crawl crawl;
  crawl.web.pages["http://a.test/"] = {redirecting_to("/1")};
  crawl.web.pages["http://a.test/1"] = {redirecting_to("http://b.test/2")};
  crawl.web.pages["http://b.test/2"] = {page_linking_to({})};
  crawl.seed("http://a.test/");
  const RunReport report = crawl.run();
  EXPECT_EQ(report.counts.done, 3);
  EXPECT_EQ(crawl.row("http://a.test/")->status, 200);
  EXPECT_EQ(crawl.row("http://b.test/2")->redirects, 2);
  EXPECT_EQ(crawl.row("http://b.test/2")->depth, 0);
}

TEST(Engine, FetchesTheTargetOfManyRedirectsOnce) {
  Crawl crawl;
  for (int i = 0; i < 20; ++i) {
    const std::string url = "http://a.test/" + std::to_string(i);
    crawl.web.pages[url] = {redirecting_to("/end")};
    crawl.seed(url);
  }
  crawl.web.pages["http://a.test/end"] = {page_linking_to({})};
  EXPECT_EQ(crawl.run().counts.done, 21);
  EXPECT_EQ(crawl.web.log().size(), 21u);
}

TEST(Engine, EndsRedirectsThatGoRoundOrOn) {
  Crawl crawl;
  crawl.settings.redirects_max = 3;
  crawl.web.pages["http://a.test/self"] = {redirecting_to("/self")};
  crawl.web.pages["http://a.test/ping"] = {redirecting_to("/pong")};
  crawl.web.pages["http://a.test/pong"] = {redirecting_to("/ping")};
  crawl.seed("http://a.test/self");
  crawl.seed("http://a.test/ping");
  crawl.seed("http://a.test/0");
  for (int i = 0; i < 9; ++i)
    crawl.web.pages["http://a.test/" + std::to_string(i)] = {redirecting_to("/" + std::to_string(i + 1))};
  const RunReport report = crawl.run();
  EXPECT_EQ(report.counts.todo, 0);
  EXPECT_EQ(report.counts.done, 0);
  for (const char* url :
       {"http://a.test/self", "http://a.test/ping", "http://a.test/pong", "http://a.test/0", "http://a.test/3"}) {
    EXPECT_EQ(crawl.row(url)->error_kind, "redirect") << url;
  }
  EXPECT_FALSE(crawl.is_task("http://a.test/4"));
}

TEST(Engine, TriesWithGetWhereAServerDoesNotTakeHead) {
  Crawl crawl;
  crawl.settings.head = true;
  crawl.web.pages["http://a.test/"] = {status(405), page_linking_to({})};
  crawl.web.pages["http://b.test/"] = {page_linking_to({})};
  for (const auto& [url, answers] : crawl.web.pages) crawl.seed(url);
  EXPECT_EQ(crawl.run().counts.done, 2);
  std::vector<std::pair<std::string, bool>> asked;
  for (const FetchRequest& request : crawl.web.log()) asked.emplace_back(request.url, request.head);
  EXPECT_THAT(asked, UnorderedElementsAre(std::pair("http://a.test/", true), std::pair("http://a.test/", false),
                                          std::pair("http://b.test/", true)));
}

TEST(Engine, FailsAServerThatTakesNoMethodAtAll) {
  Crawl crawl;
  crawl.settings.head = true;
  crawl.web.pages["http://a.test/"] = {status(501)};
  crawl.seed("http://a.test/");
  EXPECT_EQ(crawl.run().counts.failed, 1);
  EXPECT_EQ(crawl.web.log().size(), 2u);
}

/// Whether a listed and a found origin may be on private addresses, by the setting.
std::map<std::string, bool> allowed(PrivateAddresses setting) {
  Crawl crawl;
  crawl.settings.private_addresses = setting;
  crawl.scope_settings = {1, Span::any, {}, {}, false};
  crawl.web.pages["http://listed.test/"] = {page_linking_to({"http://found.test/"})};
  crawl.seed("http://listed.test/");
  crawl.run();
  std::map<std::string, bool> out;
  for (const FetchRequest& request : crawl.web.log()) {
    out[request.url] = request.allow_private;
    EXPECT_EQ(request.send_credentials, request.url == "http://listed.test/");
  }
  return out;
}

TEST(Engine, AllowsPrivateAddressesToListedOriginsAlone) {
  using Allowed = std::map<std::string, bool>;
  EXPECT_EQ(allowed(PrivateAddresses::seeds), (Allowed{{"http://listed.test/", true}, {"http://found.test/", false}}));
  EXPECT_EQ(allowed(PrivateAddresses::allow), (Allowed{{"http://listed.test/", true}, {"http://found.test/", true}}));
  EXPECT_EQ(allowed(PrivateAddresses::deny), (Allowed{{"http://listed.test/", false}, {"http://found.test/", false}}));
}

TEST(Engine, TellsAboutItsProgress) {
  Crawl crawl;
  crawl.seed("http://a.test/");
  std::vector<Progress> seen;
  crawl.progress = [&](const Progress& progress) { seen.push_back(progress); };
  crawl.run();
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen[0].counts.todo, 1);
}

TEST(Engine, NamesHowARunEnded) {
  EXPECT_EQ(name(RunOutcome::complete), "complete");
  EXPECT_EQ(name(RunOutcome::deadline), "deadline");
  EXPECT_EQ(name(RunOutcome::interrupted), "interrupted");
  EXPECT_EQ(name(RunOutcome::failed), "failed");
}

}  // namespace
}  // namespace scraper
