// SPDX-License-Identifier: MIT
// What a person types and what comes back.
#include <filesystem>
#include <fstream>
#include <thread>

#include "storage/sqlite/database.h"
#include "tests/end_to_end/crawl_fixture.h"

namespace scraper::test {
namespace {

class CommandLine : public Crawl {
 protected:
  void expect_usage_error(const std::vector<std::string>& arguments, const std::string& words) const {
    const Finished finished = scraper(arguments);
    EXPECT_EQ(finished.exit_code, 2) << finished.err;
    EXPECT_NE(finished.err.find(words), std::string::npos) << finished.err;
    EXPECT_EQ(finished.out, "");
  }
};

TEST_F(CommandLine, TellsItsVersion) { EXPECT_EQ(scraper({"--version"}).out.rfind("scraper 0.", 0), 0u); }

TEST_F(CommandLine, Helps) {
  EXPECT_NE(scraper({"help"}).out.find("Exit codes"), std::string::npos);
  EXPECT_NE(scraper({"help", "run"}).out.find("--per-host"), std::string::npos);
  EXPECT_NE(scraper({"run", "--help"}).out.find("--per-host"), std::string::npos);
  expect_usage_error({"help", "fly"}, "no verb `fly`");
}

TEST_F(CommandLine, RefusesWhatItDoesNotKnow) {
  expect_usage_error({"fly"}, "fly");
  expect_usage_error({"run", "--fly", "http://x/"}, "--fly");
  expect_usage_error({"run", "--depth", "many", "http://x/"}, "--depth `many`");
  expect_usage_error({"run", "--fetcher", "fork", "http://x/"}, "multi|threads");
  expect_usage_error({"run", "--accept", "(", "http://x/"}, "`(`");
  expect_usage_error({"run"}, "nothing to fetch");
  expect_usage_error({"run", "no-such-file.txt"}, "no-such-file.txt: cannot read");
  expect_usage_error({"run", "."}, "directory");
  expect_usage_error({"run", ""}, "empty name");
  expect_usage_error({"run", "-d", "", "http://x/"}, "must name a file");
  expect_usage_error({"run", "-c", ".", "http://x/"}, "directory");
  expect_usage_error({"run", "--reject", "", "http://x/"}, "leave it out");
  expect_usage_error({"run", "--resolve", "junk", "http://x/"}, "HOST:PORT:ADDRESS");
  expect_usage_error({"run", "--cacert", "/no/such", "http://x/"}, "cannot be read");
  expect_usage_error({"run", "--proxy", "nonsense://x", "http://x/"}, "a proxy speaks");
  expect_usage_error({"run", "--fail-above", "nan", "http://x/"}, "number from 0 to 100");
  EXPECT_EQ(scraper({"run", "-d", ":memory:", "http://x/"}).exit_code, 7);
  EXPECT_EQ(scraper({"run", "-d", "postgresql://x/y", "http://x/"}).exit_code, 7);
  EXPECT_FALSE(std::filesystem::exists(database()));
}

TEST_F(CommandLine, TakesOneValueAnOccurrence) {
  const std::string url = server_.url("/echo");
  EXPECT_EQ(run({"-H", "A: 1", "-H", "B: [x,y]", url}).exit_code, 0);
  const std::string body = scraper({"body", url}).out;
  EXPECT_NE(body.find("A: 1\n"), std::string::npos) << body;
  EXPECT_NE(body.find("B: [x,y]\n"), std::string::npos) << body;
}

TEST_F(CommandLine, DoesNotSplitAnExpressionAtItsComma) {
  const Finished finished = scraper({"run", "--dry-run", "--accept", "[a-z,0-9]", "--reject", "[x,y]", "http://x/"});
  EXPECT_EQ(finished.exit_code, 0);
  EXPECT_NE(finished.out.find("accept = [\"[a-z,0-9]\"]"), std::string::npos) << finished.out;
  EXPECT_NE(finished.out.find("reject = [\"[x,y]\"]"), std::string::npos) << finished.out;
}

TEST_F(CommandLine, NamesItselfToServers) {
  const std::string config = write_file("c.toml", "[fetch]\ncontact = \"https://example.org/bot\"\n");
  EXPECT_EQ(run({"-c", config, server_.url("/echo")}).exit_code, 0);
  EXPECT_NE(scraper({"body", server_.url("/echo")}).out.find("User-Agent: scraper/0.1.0 (+https://example.org/bot)\n"),
            std::string::npos);
}

TEST_F(CommandLine, LetsFlagsBeatEnvironmentBeatConfigBeatDefaults) {
  const std::string config = write_file("c.toml", "[fetch]\nretries = 5\nconcurrency = 7\nredirects_max = 3\n");
  const Finished finished = scraper({"run", "--dry-run", "-c", config, "--concurrency", "9", "http://x/"},
                                    {{}, {}, {"SCRAPER_FETCH_CONCURRENCY=8", "SCRAPER_FETCH_REDIRECTS_MAX=4"}, 0});
  EXPECT_NE(finished.out.find("concurrency = 9 "), std::string::npos) << finished.out;
  EXPECT_NE(finished.out.find("redirects_max = 4 "), std::string::npos) << finished.out;
  EXPECT_NE(finished.out.find("retries = 5 "), std::string::npos) << finished.out;
  EXPECT_NE(finished.out.find("delay = \"500ms\""), std::string::npos) << finished.out;
}

TEST_F(CommandLine, NamesThePlaceAndTheMendOfAConfigMistake) {
  const std::string config = write_file("c.toml", "[fetch]\nconcurency = 7\n\n[politeness]\ndelay = \"fast\"\n");
  const Finished finished = scraper({"run", "-c", config, server_.url("/")});
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_NE(finished.err.find("c.toml:2: fetch.concurency"), std::string::npos) << finished.err;
  EXPECT_NE(finished.err.find("did you mean fetch.concurrency?"), std::string::npos) << finished.err;
  EXPECT_NE(finished.err.find("c.toml:5: politeness.delay"), std::string::npos) << finished.err;
  EXPECT_EQ(server_.served(), 0u);
  EXPECT_FALSE(std::filesystem::exists(database()));
}

TEST_F(CommandLine, SaysWhereAConfigIsNoToml) {
  const std::string config = write_file("c.toml", "[fetch\n");
  expect_usage_error({"run", "-c", config, "http://x/"}, "c.toml:1:");
  expect_usage_error({"run", "-c", "missing.toml", "http://x/"}, "missing.toml");
}

TEST_F(CommandLine, TakesItsSeedsFromTheConfig) {
  const std::string config =
      write_file("c.toml", "[run]\nseeds = [\"" + server_.url("/seed") + "\"]\ndatabase = \"other.db\"\n");
  EXPECT_EQ(run({"-c", config}).exit_code, 0);
  EXPECT_EQ(server_.requests().at(1).target, "/seed");
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "other.db"));
}

TEST_F(CommandLine, ADryRunFetchesNothing) {
  const Finished finished = scraper({"run", "--dry-run", server_.url("/a"), "--reject", "zzz"});
  EXPECT_EQ(finished.exit_code, 0);
  EXPECT_NE(finished.out.find(server_.url("/a")), std::string::npos);
  EXPECT_EQ(server_.served(), 0u);
  EXPECT_FALSE(std::filesystem::exists(database()));
}

TEST_F(CommandLine, WhatADryRunPrintsIsAConfigFile) {
  const std::string config = write_file("again.toml", scraper({"run", "--dry-run", "-l", "3", "http://x/"}).out);
  const Finished again = scraper({"run", "--dry-run", "-c", config});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_NE(again.out.find("depth = 3 "), std::string::npos);
}

TEST_F(CommandLine, TakesTheExampleConfigAndEveryDefaultItNames) {
  write_file("urls.txt", "http://x/\n");
  std::ifstream file(std::string(SCRAPER_SOURCE_ROOT) + "/configs/scraper.toml");
  std::string everything;
  for (std::string line; std::getline(file, line);) {
    // A default stands behind a comment sign; prose has no ` = `.
    const bool is_default = line.starts_with("# ") && line.find(" = ") != std::string::npos;
    everything += (is_default ? line.substr(2) : line) + "\n";
  }
  const Finished finished = scraper({"run", "--dry-run", "-c", write_file("everything.toml", everything)});
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
}

TEST_F(CommandLine, LeavesAForeignFileAlone) {
  const std::string text = write_file(
      "results.db",
      "this is a letter, not a database, and longer than a header of SQLite is, which has one hundred bytes");
  const Finished finished = run({server_.url("/")});
  EXPECT_EQ(finished.exit_code, 7);
  EXPECT_NE(finished.err.find("not a database"), std::string::npos) << finished.err;
  EXPECT_EQ(std::filesystem::file_size(text), 100u);
  EXPECT_EQ(server_.served(), 0u);
}

TEST_F(CommandLine, LeavesAForeignDatabaseAlone) {
  {
    storage::sqlite::Database foreign(database(), storage::sqlite::Database::Mode::write);
    foreign.execute("CREATE TABLE t (x)");
  }
  const auto size = std::filesystem::file_size(database());
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"run", server_.url("/")}, {"status"}, {"query", "SELECT 1"}}) {
    const Finished finished = scraper(arguments);
    EXPECT_EQ(finished.exit_code, 7) << arguments[0];
    EXPECT_NE(finished.err.find("not made by scraper"), std::string::npos) << finished.err;
  }
  EXPECT_EQ(std::filesystem::file_size(database()), size);
}

TEST_F(CommandLine, SaysSoWhenThereIsNoDatabase) {
  const Finished finished = scraper({"status", "-d", "none.db"});
  EXPECT_EQ(finished.exit_code, 7);
  EXPECT_NE(finished.err.find("none.db"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "none.db"));
}

TEST_F(CommandLine, Queries) {
  EXPECT_EQ(run({server_.url("/a?title=A,B")}).exit_code, 0);
  EXPECT_EQ(scraper({"query", "SELECT title, status FROM results", "--format", "csv"}).out,
            "title,status\n\"A,B\",200\n");
  EXPECT_EQ(scraper({"query", "SELECT title, NULL AS n FROM results", "--format", "jsonl"}).out,
            "{\"title\":\"A,B\",\"n\":null}\n");
  EXPECT_EQ(scraper({"query", "SELECT status FROM results", "--format", "json"}).out, "[\n{\"status\":200}\n]\n");
  EXPECT_EQ(scraper({"query", "SELECT title, status FROM results"}).out,
            "title  status\n-----  ------\nA,B       200\n");
}

TEST_F(CommandLine, SaysSoWhenItsOutputIsLost) {
  EXPECT_EQ(run({server_.url("/")}).exit_code, 0);
  EXPECT_EQ(run_program({"sh", "-c", std::string("exec ") + SCRAPER_BINARY + " query 'SELECT 1' >/dev/full"},
                        {folder_.path(), {}, {}, 0})
                .exit_code,
            7);
}

TEST_F(CommandLine, WaitsForAnotherProgramThatWrites) {
  EXPECT_EQ(run({server_.url("/")}).exit_code, 0);
  storage::sqlite::Database other(database(), storage::sqlite::Database::Mode::write);
  other.execute("BEGIN IMMEDIATE");
  Program waiting({SCRAPER_BINARY, "run", server_.url("/"), "--delay", "0"}, {folder_.path(), {}, {}, 0});
  std::this_thread::sleep_for(std::chrono::milliseconds{300});
  other.execute("COMMIT");
  EXPECT_EQ(waiting.wait().exit_code, 0);
}

TEST_F(CommandLine, QueriesReadOnly) {
  EXPECT_EQ(run({server_.url("/")}).exit_code, 0);
  expect_usage_error({"query", "DELETE FROM urls"}, "only reading");
  expect_usage_error({"query", "SELECT x FROM nowhere"}, "nowhere");
  expect_usage_error({"query", "SELECT 1; DELETE FROM urls"}, "one SQL statement");
  EXPECT_EQ(value("SELECT count(*) FROM results"), "1");
}

TEST_F(CommandLine, TellsItsStatus) {
  EXPECT_EQ(run({server_.url("/a"), server_.url("/b?status=404")}).exit_code, 3);
  const Finished finished = scraper({"status"});
  EXPECT_NE(finished.out.find("2 tasks: 1 done, 1 failed"), std::string::npos) << finished.out;
  const Finished json = scraper({"status", "--json"});
  EXPECT_NE(json.out.find("\"failed\": 1"), std::string::npos) << json.out;
}

TEST_F(CommandLine, ResolvesUrls) {
  EXPECT_EQ(scraper({"url", "HTTP://EX\xC3\xA4mple.org:80/a/../b#c"}).out, "http://xn--exmple-cua.org/b\n");
  EXPECT_EQ(scraper({"url", "--base", "http://h/a/b", "--", "../c?d"}).out, "http://h/c?d\n");
  EXPECT_EQ(scraper({"url", "http://"}).exit_code, 2);
}

TEST_F(CommandLine, TriesASelector) {
  const std::string page = write_file("p.html", "<ul><li class=a><a href='x'>One</a><li>Two</ul>");
  EXPECT_EQ(scraper({"try", page, "--css", "li"}).out, "One\nTwo\n");
  EXPECT_EQ(scraper({"try", page, "--css", "li.a > a", "--attr", "href"}).out, "x\n");
  EXPECT_EQ(scraper({"try", page, "--css", "a", "--attr", "href", "--base", "http://h/d/"}).out, "http://h/d/x\n");
  EXPECT_EQ(scraper({"try", server_.url("/?title=T"), "--css", "title"}).out, "T\n");
  EXPECT_EQ(scraper({"try", "-", "--css", "b"}, {{}, "<b>x</b>", {}, 0}).out, "x\n");
  expect_usage_error({"try", page, "--css", "li >"}, "column");
}

TEST_F(CommandLine, KeepsWhatItIsToldToKeep) {
  EXPECT_EQ(run({server_.url("/?title=T&link=/x"), "--store", "pages"}).exit_code, 0);
  EXPECT_EQ(value("SELECT count(*) FROM bodies"), "0");
  EXPECT_EQ(value("SELECT count(*) FROM links"), "0");
  EXPECT_EQ(value("SELECT title FROM results"), "T");
  EXPECT_EQ(value("SELECT text FROM pages"), "-");
  expect_usage_error({"run", "--store", "pages,pictures", "http://x/"}, "`pictures`");
}

TEST_F(CommandLine, AsksForHeadersAlone) {
  EXPECT_EQ(run({server_.url("/?title=T"), "--head"}).exit_code, 0);
  EXPECT_EQ(server_.requests().at(1).method, "HEAD");
  EXPECT_EQ(result(server_.url("/?title=T")).at("status"), "200");
}

}  // namespace
}  // namespace scraper::test
