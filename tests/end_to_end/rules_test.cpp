// SPDX-License-Identifier: MIT
// Rules from the config to the tables: as a crawl goes on, over what is stored, and tried on one page.
#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>

#include "tests/end_to_end/crawl_fixture.h"

namespace scraper::test {
namespace {

using testing::HasSubstr;

constexpr const char* kRules =
    "[[extract]]\n"
    "table = \"products\"\n"
    "match = '/list'\n"
    "each = \"li\"\n"
    "key = \"name\"\n"
    "[extract.fields]\n"
    "name = \"h2\"\n"
    "price = { css = \".price\", type = \"real\" }\n"
    "link = { css = \"a\", attr = \"href\", type = \"url\" }\n";

class Rules : public Crawl {
 protected:
  void serve(const std::string& path, const std::string& body, const std::string& type = "text/html; charset=utf-8") {
    server_.raw(path, "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nContent-Length: " +
                          std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body);
  }

  static std::string item(const std::string& name, const std::string& price) {
    return "<li><h2>" + name + "</h2><span class=price>" + price + "</span><a href='/p/" + name + "'>more</a></li>";
  }

  /// Each row as `a|b|c`.
  std::string all(const std::string& sql) const {
    std::string out;
    for (const auto& row : storage::open_reader(database())->select_all(sql)) {
      for (size_t i = 0; i < row.size(); ++i) out += (i == 0 ? "" : "|") + text(row[i]);
      out += "\n";
    }
    return out;
  }

  std::string rules_ = write_file("rules.toml", kRules);
};

TEST_F(Rules, BecomeATableWithTypesAndAHistory) {
  serve("/list", item("a", "1.234,50 €") + item("b", "ask us"));
  EXPECT_EQ(run({"-c", rules_, server_.url("/list"), server_.url("/other")}).exit_code, 0);
  EXPECT_EQ(all("SELECT name, price, typeof(price), link, position FROM products ORDER BY id"),
            "a|1234.500000|real|" + server_.url("/p/a") + "|0\nb|-|null|" + server_.url("/p/b") + "|1\n");
  EXPECT_EQ(value("SELECT p.url = r.url FROM products p JOIN results r ON r.id = p.page_id"), "1");
  serve("/list", item("b", "5") + item("a", "1.300,00 €"));
  EXPECT_EQ(run({"-c", rules_}).exit_code, 0);
  EXPECT_EQ(all("SELECT name, price, run_id FROM products ORDER BY position"), "b|5.000000|2\na|1300.000000|2\n");
  EXPECT_EQ(all("SELECT name, price, run_id, until_run FROM products_history ORDER BY name"),
            "a|1234.500000|1|2\nb|-|1|2\n");
  EXPECT_EQ(value("SELECT failed FROM rule_health WHERE run_id = 1 AND field = 'price'"), "1");
}

TEST_F(Rules, ThatNameWhatTheDatabaseHasItselfAreRefusedBeforeAnythingIsFetched) {
  const std::string config =
      write_file("bad.toml", "[[extract]]\ntable = \"links\"\n[extract.fields]\nurl = \"a\"\nx = \"li >\"\n");
  const Finished finished = run({"-c", config, server_.url("/list")});
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_THAT(finished.err, HasSubstr("bad.toml:2: extract.table: `links`"));
  EXPECT_THAT(finished.err, HasSubstr("bad.toml:4: extract.fields.url"));
  EXPECT_EQ(server_.served(), 0u);
  EXPECT_FALSE(std::filesystem::exists(database()));
  const std::string selector = write_file("worse.toml", "[[extract]]\ntable = \"x\"\n[extract.fields]\nx = \"li >\"\n");
  EXPECT_THAT(run({"-c", selector, server_.url("/list")}).err,
              HasSubstr("worse.toml:4: extract \"x\".x: css `li >`: column 5"));
}

TEST_F(Rules, ThatFindLessThanTheyDidEndTheRunWithEight) {
  serve("/list", item("a", "1") + item("b", "2"));
  EXPECT_EQ(run({"-c", rules_, server_.url("/list"), "--fail-on-drift", "20"}).exit_code, 0);
  serve("/list", item("a", "<b>") + item("b", "<b>"));
  const Finished finished = run({"-c", rules_, "--fail-on-drift", "20"});
  EXPECT_EQ(finished.exit_code, 8);
  EXPECT_THAT(finished.err, HasSubstr("products.price lost 100 % of what used to be filled"));
  EXPECT_EQ(run({"-c", rules_}).exit_code, 0);
  // It stays so until the rule, or the page, is mended.
  EXPECT_EQ(run({"-c", rules_, "--fail-on-drift", "20"}).exit_code, 8);
}

TEST_F(Rules, ReadJsonResponses) {
  serve("/api", R"({"items": [{"id": 7, "tags": ["x", "y"]}, {"id": 8}]})", "application/json");
  const std::string config =
      write_file("json.toml",
                 "[[extract]]\ntable = \"api\"\neach = { json = \"/items\" }\n[extract.fields]\n"
                 "number = { json = \"/id\", type = \"integer\" }\ntags = { json = \"/tags\", all = true }\n");
  EXPECT_EQ(run({"-c", config, server_.url("/api")}).exit_code, 0);
  EXPECT_EQ(all("SELECT number, tags FROM api"), "7|[\"x\",\"y\"]\n8|-\n");
}

TEST_F(Rules, AreAppliedToWhatIsStored) {
  for (int i = 0; i < 100; ++i) serve("/list/" + std::to_string(i), item("a" + std::to_string(i), std::to_string(i)));
  std::string list;
  for (int i = 0; i < 100; ++i) list += server_.url("/list/" + std::to_string(i)) + "\n";
  EXPECT_EQ(run({"-", "--per-host", "8", "-c", rules_}, {{}, list, {}, 0}).exit_code, 0);
  const size_t served = server_.served();
  const std::string changed = write_file(
      "changed.toml",
      "[[extract]]\ntable = \"products\"\neach = \"li\"\nkey = \"name\"\n[extract.fields]\n"
      "name = \"h2\"\nprice = { css = \".price\", type = \"integer\" }\n"
      "[[extract]]\ntable = \"links_on_page\"\neach = \"a\"\n[extract.fields]\ntarget = { attr = \"href\" }\n");
  const Finished first = scraper({"extract", "-c", changed, "-j", "3"});
  EXPECT_EQ(first.exit_code, 0) << first.err;
  EXPECT_THAT(first.out,
              testing::MatchesRegex("table +added +changed +gone\nproducts +0 +100 +0\nlinks_on_page +100 +0 +0\n"));
  EXPECT_EQ(server_.served(), served);
  EXPECT_EQ(value("SELECT count(*) FROM products WHERE typeof(price) = 'integer' AND typeof(price_real) = 'real'"),
            "100");
  EXPECT_EQ(value("SELECT count(*) FROM products_history"), "100");
  EXPECT_EQ(value("SELECT rows FROM rule_health WHERE field = 'price' AND run_id = 1"), "100");
  const Finished again = scraper({"extract", "-c", changed});
  EXPECT_THAT(again.out,
              testing::MatchesRegex("table +added +changed +gone\nproducts +0 +0 +0\nlinks_on_page +0 +0 +0\n"));
  EXPECT_FALSE(std::filesystem::exists(database() + "-wal"));
  EXPECT_EQ(value("SELECT count(*) FROM meta WHERE key LIKE 'extract%'"), "0");
}

TEST_F(Rules, ThatWereNoLongerAskedAreADriftToo) {
  serve("/list", item("a", "1"));
  serve("/other", item("a", "1"));
  EXPECT_EQ(run({"-c", rules_, server_.url("/list")}).exit_code, 0);
  EXPECT_EQ(run({"-c", rules_, server_.url("/other"), "--fail-on-drift", "50"}).exit_code, 8);
}

TEST_F(Rules, AJsonResponseThatCannotBeReadSaysNothingOfItsItems) {
  const std::string config = write_file("json.toml",
                                        "[[extract]]\ntable = \"api\"\neach = { json = \"\" }\n[extract.fields]\n"
                                        "n = { json = \"/n\", type = \"integer\" }\n");
  serve("/api", "[{\"n\": 7}]", "application/json");
  EXPECT_EQ(run({"-c", config, server_.url("/api")}).exit_code, 0);
  serve("/api", "sorry, we are down", "application/json");
  EXPECT_EQ(run({"-c", config}).exit_code, 0);
  EXPECT_EQ(value("SELECT n FROM api"), "7");
  serve("/api", "%PDF-1.4", "application/pdf");
  EXPECT_EQ(run({"-c", config}).exit_code, 0);
  EXPECT_EQ(value("SELECT count(*) FROM api"), "0");
  EXPECT_EQ(value("SELECT n FROM api_history"), "7");
}

TEST_F(Rules, NeedAConfigAndADatabase) {
  EXPECT_EQ(scraper({"extract"}).exit_code, 2);
  EXPECT_EQ(scraper({"extract", "-c", rules_}).exit_code, 7);
  EXPECT_FALSE(std::filesystem::exists(database()));
}

TEST_F(Rules, CanBeTriedOnOnePage) {
  const std::string page =
      write_file("page.html", item("a", "1,5") + item("b", "x") +
                                  "<script type='application/ld+json'>{\"@type\": \"X\", \"y\": [1, 2]}</script>");
  EXPECT_EQ(
      scraper({"try", page, "-c", rules_, "--base", "http://shop.test/list"}).out,
      "{\"table\":\"products\",\"position\":0,\"name\":\"a\",\"price\":1.5,\"link\":\"http://shop.test/p/a\"}\n"
      "{\"table\":\"products\",\"position\":1,\"name\":\"b\",\"price\":null,\"link\":\"http://shop.test/p/b\"}\n");
  EXPECT_EQ(scraper({"try", page, "--css", "h2::text"}).out, "a\nb\n");
  EXPECT_EQ(scraper({"try", page, "--css", "a::attr(href)"}).out, "/p/a\n/p/b\n");
  EXPECT_EQ(scraper({"try", page, "--xpath", "//a/@href", "--type", "url", "--base", "http://h/"}).out,
            "http://h/p/a\nhttp://h/p/b\n");
  EXPECT_EQ(scraper({"try", page, "--xpath", "count(//li)"}).out, "2\n");
  EXPECT_EQ(scraper({"try", page, "--css", ".price", "--type", "real", "--format", "json"}).out, "1.5\n");
  EXPECT_EQ(scraper({"try", page, "--css", "h2", "--format", "json"}).out, "\"a\"\n\"b\"\n");
  EXPECT_EQ(scraper({"try", page, "--jsonld", "X/y"}).out, "1\n2\n");
  EXPECT_EQ(scraper({"try", "-", "--json", "/a/1"}, {{}, R"({"a": [1, {"b": 2}]})", {}, 0}).out, "{\"b\":2}\n");
  EXPECT_EQ(scraper({"try", page, "--css", "h2", "--regex", "^(.)"}).out, "a\nb\n");
  EXPECT_EQ(scraper({"try", page}).exit_code, 2);
  EXPECT_EQ(scraper({"try", page, "--xpath", "//a["}).exit_code, 2);
  EXPECT_THAT(scraper({"try", page, "--css", "ns|a"}).err, HasSubstr("column"));
}

TEST_F(Rules, LeaveOtherKindsOfPagesTextAndLinks) {
  serve("/a.txt", "See http://h.test/x, or (http://h.test/y).", "text/plain");
  serve("/a.json", R"({"next": "http:\/\/h.test\/z", "n": 1})", "application/json");
  serve("/feed",
        "<rss><channel><title>News</title><link>/home</link><item><title>One</title><link>/1</link>"
        "<description>&lt;p&gt;A &lt;b&gt;bold&lt;/b&gt; thing&lt;/p&gt;</description></item></channel></rss>",
        "application/rss+xml");
  EXPECT_EQ(run({server_.url("/a.txt"), server_.url("/a.json"), server_.url("/feed")}).exit_code, 0);
  EXPECT_EQ(all("SELECT l.url, l.kind FROM links l JOIN pages p ON p.id = l.page_id WHERE p.url LIKE '%/a.txt' ORDER "
                "BY position"),
            "http://h.test/x|text\nhttp://h.test/y|text\n");
  EXPECT_EQ(all("SELECT l.url FROM links l JOIN pages p ON p.id = l.page_id WHERE p.url LIKE '%json'"),
            "http://h.test/z\n");
  EXPECT_EQ(value("SELECT text FROM pages WHERE url LIKE '%/feed'"), "News\nOne\nA bold thing");
  EXPECT_EQ(value("SELECT title FROM pages WHERE url LIKE '%/feed'"), "News");
  EXPECT_EQ(
      all("SELECT l.url FROM links l JOIN pages p ON p.id = l.page_id WHERE p.url LIKE '%/feed' ORDER BY position"),
      server_.url("/home") + "\n" + server_.url("/1") + "\n");
}

TEST_F(Rules, APageThatIsTooMuchIsKeptAsFarAsItWasRead) {
  std::string body = "<title>T</title><a href=/first>x</a>";
  for (int i = 0; i < 300'000; ++i) body += "<p><b><i>";
  serve("/big", body);
  const std::string config = write_file("small.toml", "[parse]\nparser = \"tree\"\nmemory_max = \"16MiB\"\n");
  EXPECT_EQ(run({"-c", config, server_.url("/big")}).exit_code, 3);
  const ResultRow row = result(server_.url("/big"));
  EXPECT_EQ(row.at("state"), "failed");
  EXPECT_EQ(row.at("error_kind"), "parse_limit");
  EXPECT_EQ(row.at("title"), "T");
  EXPECT_EQ(row.at("link_count"), "1");
}

}  // namespace
}  // namespace scraper::test
