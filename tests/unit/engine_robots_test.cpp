// SPDX-License-Identifier: MIT
// The ring and robots.txt, nofollow, sitemaps and limits, over a fake web.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/engine_fixture.h"

namespace scraper {
namespace {

using storage::TaskState;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using testing::UnorderedElementsAre;

Answer text(const std::string& body) { return {200, body, {{"Content-Type", "text/plain"}}, {}, false}; }
Answer xml(const std::string& body) { return {200, body, {{"Content-Type", "application/xml"}}, {}, false}; }

struct RobotsCrawl : Crawl {
  RobotsCrawl() {
    settings.robots = true;
    settings.politeness.park_first = Duration{1};
    settings.politeness.park_max = Duration{2};
  }
  size_t asked(const std::string& url) const {
    const auto all = web.urls_asked();
    return static_cast<size_t>(std::count(all.begin(), all.end(), url));
  }
};

TEST(EngineRobots, AsksForItFirstAndSkipsWhatItForbids) {
  RobotsCrawl crawl;
  crawl.scope_settings.depth = 1;
  crawl.web.pages["http://a.test/robots.txt"] = {text("User-agent: *\nDisallow: /private\n")};
  crawl.web.pages["http://a.test/"] = {page_linking_to({"/private/1", "/public"})};
  crawl.web.pages["http://a.test/public"] = {page_linking_to({})};
  crawl.seed("http://a.test/");
  crawl.seed("http://a.test/private/listed");
  crawl.run();
  EXPECT_THAT(crawl.web.urls_asked(),
              ElementsAre("http://a.test/robots.txt", "http://a.test/", "http://a.test/public"));
  for (const char* url : {"http://a.test/private/1", "http://a.test/private/listed"}) {
    EXPECT_EQ(crawl.state(url), TaskState::skipped);
    EXPECT_EQ(crawl.row(url)->skip_reason, "robots");
  }
  EXPECT_FALSE(crawl.is_task("http://a.test/robots.txt"));
}

TEST(EngineRobots, TakesAMissingOneForPermission) {
  RobotsCrawl crawl;
  crawl.web.pages["http://a.test/"] = {page_linking_to({})};
  crawl.seed("http://a.test/");
  crawl.run();
  EXPECT_EQ(crawl.state("http://a.test/"), TaskState::done);
  EXPECT_EQ(crawl.store.robots().begin()->second.status, 404);
}

TEST(EngineRobots, AsksAgainAfterAServerErrorAndGivesUpInTheEnd) {
  RobotsCrawl crawl;
  crawl.settings.retry.retries = 2;
  crawl.web.pages["http://a.test/robots.txt"] = {status(503), status(500), text("")};
  crawl.web.pages["http://a.test/"] = {page_linking_to({})};
  crawl.web.pages["http://b.test/robots.txt"] = {status(500)};
  crawl.web.pages["http://b.test/"] = {page_linking_to({})};
  crawl.seed("http://a.test/");
  crawl.seed("http://b.test/");
  crawl.run();
  EXPECT_EQ(crawl.state("http://a.test/"), TaskState::done);
  EXPECT_EQ(crawl.row("http://b.test/")->skip_reason, "robots");
  EXPECT_EQ(crawl.asked("http://b.test/robots.txt"), 3u);
  EXPECT_EQ(crawl.asked("http://b.test/"), 0u);
}

TEST(EngineRobots, FailsThePagesOfAHostThatCannotBeReached) {
  RobotsCrawl crawl;
  crawl.settings.retry.retries = 1;
  crawl.web.pages["http://a.test/robots.txt"] = {failing(ErrorKind::dns)};
  crawl.seed("http://a.test/1");
  crawl.seed("http://a.test/2");
  crawl.run();
  EXPECT_EQ(crawl.asked("http://a.test/robots.txt"), 2u);
  for (const char* url : {"http://a.test/1", "http://a.test/2"}) {
    EXPECT_EQ(crawl.state(url), TaskState::failed);
    EXPECT_EQ(crawl.row(url)->error_kind, "dns");
  }
}

TEST(EngineRobots, FollowsARedirectToAnotherHost) {
  RobotsCrawl crawl;
  crawl.web.pages["http://a.test/robots.txt"] = {redirecting_to("http://b.test/rules")};
  crawl.web.pages["http://b.test/rules"] = {text("User-agent: *\nDisallow: /no\n")};
  crawl.web.pages["http://a.test/yes"] = {page_linking_to({})};
  crawl.seed("http://a.test/no");
  crawl.seed("http://a.test/yes");
  crawl.run();
  EXPECT_EQ(crawl.row("http://a.test/no")->skip_reason, "robots");
  EXPECT_EQ(crawl.state("http://a.test/yes"), TaskState::done);
}

TEST(EngineRobots, TakesEndlessRedirectsForNone) {
  RobotsCrawl crawl;
  crawl.web.pages["http://a.test/robots.txt"] = {redirecting_to("http://a.test/robots.txt")};
  crawl.web.pages["http://a.test/"] = {page_linking_to({})};
  crawl.seed("http://a.test/");
  crawl.run();
  EXPECT_EQ(crawl.state("http://a.test/"), TaskState::done);
  EXPECT_EQ(crawl.asked("http://a.test/robots.txt"), 6u);  // and five redirects
}

TEST(EngineRobots, DoesNotAskForWhatIsKnownFromBefore) {
  RobotsCrawl crawl;
  crawl.web.pages["http://a.test/"] = {page_linking_to({})};
  storage::RobotsRecord known{200, "", format_time(wall_now() + std::chrono::hours{1}),
                              storage::BodyRecord{"h", "identity", 36, "User-agent: scraper\nDisallow: /secret"}};
  known.body->size = known.body->data.size();
  crawl.store.set_robots("http://a.test", known);
  crawl.seed("http://a.test/");
  crawl.seed("http://a.test/secret");
  crawl.run();
  EXPECT_THAT(crawl.web.urls_asked(), ElementsAre("http://a.test/"));
  EXPECT_EQ(crawl.row("http://a.test/secret")->skip_reason, "robots");
}

TEST(EngineRobots, AsksAgainForWhatHasExpired) {
  RobotsCrawl crawl;
  crawl.web.pages["http://a.test/"] = {page_linking_to({})};
  crawl.store.set_robots("http://a.test", {404, "", format_time(wall_now() - std::chrono::hours{1}), {}});
  crawl.seed("http://a.test/");
  crawl.run();
  EXPECT_EQ(crawl.asked("http://a.test/robots.txt"), 1u);
}

TEST(EngineRobots, CanBeSwitchedOffForAHost) {
  RobotsCrawl crawl;
  crawl.settings.policy = [&](const std::string& origin) {
    return HostPolicy{crawl.settings.politeness, origin != "http://a.test", {"X-Key: 1"}};
  };
  crawl.web.pages["http://a.test/"] = {page_linking_to({})};
  crawl.seed("http://a.test/");
  crawl.run();
  EXPECT_THAT(crawl.web.urls_asked(), ElementsAre("http://a.test/"));
  EXPECT_THAT(crawl.web.log()[0].headers, ElementsAre("X-Key: 1"));
}

TEST(EngineRobots, KeepsWhatTheBeginningOfAHugeOneSays) {
  RobotsCrawl crawl;
  Answer huge = text("User-agent: *\nDisallow: /no\n");
  huge.error = Error{ErrorKind::too_large, Stage::body, 0, "too large"};
  crawl.web.pages["http://a.test/robots.txt"] = {huge};
  crawl.web.pages["http://a.test/yes"] = {page_linking_to({})};
  crawl.seed("http://a.test/no");
  crawl.seed("http://a.test/yes");
  crawl.run();
  EXPECT_EQ(crawl.row("http://a.test/no")->skip_reason, "robots");
  EXPECT_EQ(crawl.state("http://a.test/yes"), TaskState::done);
}

TEST(EngineNofollow, SkipsWhatThePageTheHeaderOrTheLinkSays) {
  RobotsCrawl crawl;
  crawl.settings.robots = false;
  crawl.scope_settings.depth = 2;
  crawl.web.pages["http://a.test/"] = {page_linking_to({"/meta", "/header", "/rel"})};
  crawl.web.pages["http://a.test/meta"] = {{200,
                                            "<meta name=robots content='noindex, NOFOLLOW'><a href=/1>x</a>",
                                            {{"Content-Type", "text/html"}},
                                            {},
                                            false}};
  crawl.web.pages["http://a.test/header"] = {page_linking_to({"/2"})};
  crawl.web.pages["http://a.test/header"][0].headers.emplace_back("X-Robots-Tag", "otherbot: none, scraper: nofollow");
  crawl.web.pages["http://a.test/rel"] = {
      {200, "<a rel='ugc nofollow' href=/3>x</a><a href=/4>y</a>", {{"Content-Type", "text/html"}}, {}, false}};
  crawl.seed("http://a.test/");
  crawl.run();
  for (const char* url : {"http://a.test/1", "http://a.test/2", "http://a.test/3"}) {
    EXPECT_EQ(crawl.row(url)->skip_reason, "nofollow") << url;
  }
  EXPECT_THAT(crawl.web.urls_asked(), Contains("http://a.test/4"));
}

TEST(EngineNofollow, HoldsOnlyWhereEveryLinkOfThePageToThatTargetSaysIt) {
  RobotsCrawl crawl;
  crawl.settings.robots = false;
  crawl.scope_settings.depth = 1;
  crawl.web.pages["http://a.test/"] = {
      {200,
       "<a rel=nofollow href=/1>x</a><a href=/1#y>y</a><a href=/2>x</a><a rel=nofollow href=/2>y</a>",
       {{"Content-Type", "text/html"}},
       {},
       false}};
  crawl.seed("http://a.test/");
  crawl.run();
  EXPECT_THAT(crawl.web.urls_asked(), Contains("http://a.test/1"));
  EXPECT_THAT(crawl.web.urls_asked(), Contains("http://a.test/2"));
}

TEST(EnginePatience, IsNotLostOverOurOwnDelay) {
  RobotsCrawl crawl;
  crawl.settings.robots = false;
  crawl.settings.politeness.delay = Duration{150};
  crawl.settings.patience = Duration{20};
  for (const char* url : {"http://a.test/1", "http://a.test/2"}) {
    crawl.web.pages[url] = {page_linking_to({})};
    crawl.seed(url);
  }
  EXPECT_EQ(crawl.run().counts.done, 2);
}

TEST(EngineNofollow, CanBeIgnored) {
  RobotsCrawl crawl;
  crawl.settings.robots = false;
  crawl.settings.digest.nofollow = false;
  crawl.scope_settings.depth = 1;
  crawl.web.pages["http://a.test/"] = {
      {200, "<a rel=nofollow href=/3>x</a>", {{"Content-Type", "text/html"}}, {}, false}};
  crawl.seed("http://a.test/");
  crawl.run();
  EXPECT_THAT(crawl.web.urls_asked(), Contains("http://a.test/3"));
}

TEST(EngineSitemaps, TakesUrlsFromThemAtDepthZero) {
  RobotsCrawl crawl;
  crawl.settings.sitemaps = crawl.scope_settings.sitemaps = true;
  crawl.web.pages["http://a.test/robots.txt"] = {
      text("Sitemap: http://a.test/index.xml\nUser-agent: *\nDisallow: /no")};
  crawl.web.pages["http://a.test/index.xml"] = {
      xml("<sitemapindex><sitemap><loc>http://a.test/one.xml</loc></sitemap></sitemapindex>")};
  crawl.web.pages["http://a.test/one.xml"] = {
      xml("<urlset><url><loc>http://a.test/1</loc></url><url><loc>http://a.test/no</loc></url>"
          "<url><loc>http://far.test/</loc></url></urlset>")};
  crawl.web.pages["http://a.test/1"] = {page_linking_to({"/linked"})};
  crawl.web.pages["http://a.test/"] = {page_linking_to({})};
  crawl.seed("http://a.test/");
  const RunReport report = crawl.run();
  EXPECT_EQ(crawl.state("http://a.test/1"), TaskState::done);
  EXPECT_EQ(crawl.row("http://a.test/1")->depth, 0);
  EXPECT_EQ(crawl.row("http://a.test/no")->skip_reason, "robots");
  EXPECT_FALSE(crawl.is_task("http://a.test/linked"));
  EXPECT_EQ(crawl.row("http://far.test/"), nullptr);
  EXPECT_THAT(crawl.web.urls_asked(), Contains("http://a.test/sitemap.xml"));
  EXPECT_EQ(report.counts.tasks(), 3);
}

TEST(EngineSitemaps, GoesNowhereElseForWhatAnIndexNames) {
  RobotsCrawl crawl;
  crawl.settings.sitemaps = crawl.scope_settings.sitemaps = true;
  crawl.web.pages["http://a.test/sitemap.xml"] = {
      xml("<sitemapindex><sitemap><loc>http://far.test/one.xml</loc></sitemap></sitemapindex>")};
  crawl.web.pages["http://a.test/"] = {page_linking_to({})};
  crawl.seed("http://a.test/");
  crawl.run();
  EXPECT_THAT(crawl.web.urls_asked(), Not(Contains("http://far.test/one.xml")));
}

TEST(EngineSitemaps, TakesTheLinksOfAFeedThatIsListed) {
  RobotsCrawl crawl;
  crawl.settings.robots = false;
  crawl.scope_settings.depth = 1;
  crawl.web.pages["http://a.test/feed"] = {xml(
      "<rss version='2.0'><channel><title>News</title><item><link>http://a.test/new</link></item></channel></rss>")};
  crawl.seed("http://a.test/feed");
  crawl.run();
  EXPECT_THAT(crawl.web.urls_asked(), ElementsAre("http://a.test/feed", "http://a.test/new"));
  EXPECT_EQ(crawl.row("http://a.test/feed")->title, "News");
}

TEST(EngineTraps, SkipsWhatGoesOnWithoutEnd) {
  RobotsCrawl crawl;
  crawl.settings.robots = false;
  crawl.scope_settings.depth = 5;
  crawl.settings.digest.traps.query_variants_max = 2;
  crawl.web.pages["http://a.test/"] = {
      page_linking_to({"/a/a/a/a/a/a/a", "/?q=1", "/?q=2", "/?q=3", "/calendar/2095/01/", "/fine"})};
  crawl.seed("http://a.test/");
  const RunReport report = crawl.run();
  for (const char* url : {"http://a.test/a/a/a/a/a/a/a", "http://a.test/?q=3", "http://a.test/calendar/2095/01/"}) {
    EXPECT_EQ(crawl.row(url)->skip_reason, "trap") << url;
  }
  EXPECT_EQ(report.counts.skipped, 3);
  EXPECT_THAT(crawl.web.urls_asked(), Contains("http://a.test/fine"));
}

}  // namespace
}  // namespace scraper
