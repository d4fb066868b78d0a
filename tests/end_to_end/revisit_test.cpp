// SPDX-License-Identifier: MIT
// The second run over the same pages: what has not changed is not sent again, and not read again.
#include <gmock/gmock.h>

#include "tests/end_to_end/crawl_fixture.h"

namespace scraper::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class Revisit : public Crawl {
 protected:
  /// From now on the page at `path` has this title and these links, and is known by `etag`.
  void serve(const std::string& path, const std::string& etag, const std::string& title,
             const std::vector<std::string>& links = {}) {
    std::string body = "<!DOCTYPE html><title>" + title + "</title><p class=t>" + title + "</p>";
    for (const std::string& link : links) body += "<a href='" + link + "'>" + link + "</a>";
    server_.raw(path,
                "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nETag: " + etag +
                    "\r\nContent-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body,
                etag);
  }

  Finished rerun(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "--no-robots");
    return run(arguments);
  }

  /// The statuses of the run's attempts at pages, in the order of the URLs.
  std::string statuses(int run) const {
    std::string out;
    for (const auto& row :
         rows("SELECT status FROM attempts WHERE run_id = " + std::to_string(run) + " ORDER BY url, number"))
      out += (out.empty() ? "" : " ") + row.at("status");
    return out;
  }
};

TEST_F(Revisit, AsksWhetherAPageHasChangedAndKeepsWhatHasNot) {
  serve("/a", "\"1\"", "One");
  EXPECT_EQ(rerun({server_.url("/a")}).exit_code, 0);
  const std::string before = value("SELECT fetched_at FROM results");
  EXPECT_EQ(rerun({}).exit_code, 0);
  EXPECT_EQ(statuses(2), "304");
  const ResultRow row = result(server_.url("/a"));
  EXPECT_EQ(row.at("state") + " " + row.at("status") + " " + row.at("title") + " " + row.at("run_id"),
            "done 200 One 2");
  EXPECT_GT(row.at("fetched_at"), before);
  EXPECT_EQ(value("SELECT count(*) FROM latest"), "1");
  EXPECT_THAT(scraper({"why", server_.url("/a")}).out, HasSubstr("not modified (304), content of run 1 kept"));
  EXPECT_THAT(scraper({"body", server_.url("/a")}).out, HasSubstr("<title>One"));

  serve("/a", "\"2\"", "Two");
  EXPECT_EQ(rerun({}).exit_code, 0);
  EXPECT_EQ(statuses(3), "200");
  EXPECT_EQ(result(server_.url("/a")).at("title"), "Two");
  EXPECT_EQ(value("SELECT etag FROM pages"), "\"2\"");
  EXPECT_EQ(rerun({}).exit_code, 0);
  EXPECT_EQ(statuses(4), "304");
}

TEST_F(Revisit, AsksByTheDateWhereThereIsNoEtag) {
  const std::string url = server_.url("/page?header=Last-Modified:%20Sat,%2001%20Jan%202022%2000:00:00%20GMT");
  EXPECT_EQ(rerun({url}).exit_code, 0);
  EXPECT_EQ(rerun({url}).exit_code, 0);
  EXPECT_EQ(statuses(1) + " " + statuses(2), "200 304");
}

TEST_F(Revisit, AsksByBothWhereThereAreBothAndNotARedirectOrAFailure) {
  const std::string url =
      server_.url("/page?header=Last-Modified:%20Sat,%2001%20Jan%202022%2000:00:00%20GMT&header=ETag:%20%22x%22");
  const std::string to = server_.url("/redirect?to=" + url.substr(0, url.find('?')) + "&header=ETag:%20%22r%22");
  const std::string bad = server_.url("/page?status=500&header=ETag:%20%22s%22");
  EXPECT_EQ(rerun({url, to, bad}).exit_code, 3);
  const size_t before = server_.requests().size();
  EXPECT_EQ(rerun({}).exit_code, 3);
  size_t conditional = 0;
  for (size_t i = before; i < server_.requests().size(); ++i) {
    const ServedRequest request = server_.requests()[i];
    const auto etag = find_header(request.headers, "if-none-match"),
               since = find_header(request.headers, "if-modified-since");
    if (!etag && !since) continue;
    ++conditional;
    EXPECT_EQ(etag, "\"x\"");
    EXPECT_EQ(since, "Sat, 01 Jan 2022 00:00:00 GMT");
  }
  EXPECT_EQ(conditional, 1u);
}

TEST_F(Revisit, TakesPagesAsNewWithFresh) {
  serve("/a", "\"1\"", "One");
  EXPECT_EQ(rerun({server_.url("/a")}).exit_code, 0);
  EXPECT_EQ(rerun({"--fresh"}).exit_code, 0);
  EXPECT_EQ(statuses(2), "200");
  EXPECT_EQ(rerun({}).exit_code, 0);
  EXPECT_EQ(statuses(3), "304");
}

TEST_F(Revisit, FindsTheLinksOfAnUnchangedPageAmongTheStoredOnes) {
  serve("/a", "\"a\"", "A", {"/b", "/c"});
  serve("/b", "\"b\"", "B", {"/d"});
  serve("/c", "\"c\"", "C");
  serve("/d", "\"d\"", "D");
  EXPECT_EQ(rerun({"-l", "2", server_.url("/a")}).exit_code, 0);
  serve("/c", "\"c2\"", "C again", {"/e"});
  serve("/e", "\"e\"", "E");
  EXPECT_EQ(rerun({"-l", "2", server_.url("/a")}).exit_code, 0);
  EXPECT_EQ(statuses(2), "304 304 200 304 200");
  EXPECT_EQ(value("SELECT group_concat(title || depth, ' ') FROM (SELECT * FROM latest ORDER BY url)"),
            "A0 B1 C again1 D2 E2");
  // Without links on record nothing could be followed from what has not changed.
  EXPECT_EQ(rerun({"-l", "2", "--store", "pages", server_.url("/a")}).exit_code, 0);
  EXPECT_EQ(rerun({"-l", "2", "--store", "pages", server_.url("/a")}).exit_code, 0);
  EXPECT_EQ(statuses(4), "200 200 200 200 200");
}

TEST_F(Revisit, FetchesAgainWhatThisRunWantsToKnowMoreOf) {
  serve("/a", "\"a\"", "A", {"/b"});
  serve("/b", "\"b\"", "B");
  const std::string rules =
      write_file("rules.toml", "[[extract]]\ntable = \"titles\"\n[extract.fields]\nt = \"p.t\"\n");
  EXPECT_EQ(rerun({server_.url("/a")}).exit_code, 0);
  EXPECT_EQ(rerun({"-c", rules, server_.url("/a")}).exit_code, 0);
  EXPECT_EQ(rerun({"-c", rules, server_.url("/a")}).exit_code, 0);
  EXPECT_EQ(statuses(2) + " " + statuses(3), "200 304");
  EXPECT_EQ(value("SELECT t FROM titles"), "A");
  // Of items that are as they were, too, the run's health tells.
  EXPECT_EQ(value("SELECT pages || ' ' || rows || ' ' || lost_pct FROM rule_health WHERE run_id = 3"), "1 1 0.0");
  EXPECT_EQ(rerun({"-c", rules, "--fail-on-drift", "10", server_.url("/a")}).exit_code, 0);
  EXPECT_EQ(rerun({"-c", rules, "-l", "1", server_.url("/a")}).exit_code, 0);
  EXPECT_EQ(statuses(5), "200 200");
  EXPECT_EQ(rerun({"-c", rules, "-l", "1", "-H", "Accept-Language: fr", server_.url("/a")}).exit_code, 0);
  EXPECT_EQ(statuses(6), "200 200");
}

TEST_F(Revisit, LeavesAPagesOwnConditionsToTheUser) {
  serve("/a", "\"1\"", "One");
  EXPECT_EQ(rerun({server_.url("/a")}).exit_code, 0);
  EXPECT_EQ(rerun({"-H", "If-None-Match: \"1\"", server_.url("/a")}).exit_code, 3);
  const ResultRow row = result(server_.url("/a"));
  EXPECT_EQ(row.at("state") + " " + row.at("status") + " " + row.at("error_kind"), "failed 304 http_status");
}

TEST_F(Revisit, DoesNotAskAboutWhatWasGone) {
  serve("/a", "\"1\"", "One");
  EXPECT_EQ(rerun({server_.url("/a")}).exit_code, 0);
  server_.raw("/a", "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(rerun({}).exit_code, 3);
  EXPECT_NE(value("SELECT gone_at FROM pages"), "-");
  serve("/a", "\"1\"", "One");
  EXPECT_EQ(rerun({}).exit_code, 0);
  EXPECT_EQ(statuses(3), "200");
  EXPECT_EQ(value("SELECT gone_at FROM pages"), "-");
}

TEST_F(Revisit, LeavesAloneWhatWasFetchedMoreRecentlyThanTold) {
  serve("/a", "\"a\"", "A", {"/b"});
  serve("/b", "\"b\"", "B");
  server_.raw("/c", "HTTP/1.1 302 Found\r\nLocation: /b\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  const std::string a = server_.url("/a"), c = server_.url("/c"), bad = server_.url("/page?status=404");
  EXPECT_EQ(rerun({"-l", "1", a, c, bad}).exit_code, 3);
  const size_t asked = server_.requests().size();
  EXPECT_EQ(rerun({"-l", "1", "--older-than", "1h", a, c, bad}).exit_code, 3);
  EXPECT_EQ(server_.requests().size(), asked + 1);  // what failed was not fetched
  EXPECT_EQ(value("SELECT group_concat(substr(url, -2) || ' ' || state || ' ' || coalesce(skip_reason, '-'), ', ')"
                  " FROM (SELECT * FROM latest ORDER BY url)"),
            "/a skipped fresh, /b skipped fresh, /c skipped fresh, 04 failed -");
  EXPECT_EQ(result(c).at("final_url"), server_.url("/b"));
  EXPECT_EQ(rerun({"-l", "1", "--older-than", "0ms", a, c}).exit_code, 0);
  EXPECT_EQ(statuses(3), "304 304 302");
  EXPECT_THAT(run({"--older-than", "soon", a}).err, HasSubstr("duration"));
}

}  // namespace
}  // namespace scraper::test
