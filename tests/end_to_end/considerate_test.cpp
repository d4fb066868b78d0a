// SPDX-License-Identifier: MIT
// Retrying, explaining, streaming lists, limits and hosts of their own: the program as a person runs it.
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "tests/end_to_end/crawl_fixture.h"
#include "tests/support/loopback_traps.h"

namespace scraper::test {
namespace {

class Considerate : public Crawl {
 protected:
  void answer_robots(const std::string& text) {
    server_.raw("/robots.txt", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n" + text);
  }
  size_t asked(const std::string& target) const {
    size_t count = 0;
    for (const ServedRequest& request : server_.requests()) count += request.target == target ? 1 : 0;
    return count;
  }
  std::string why(const std::string& url) const { return scraper({"why", url}).out; }
  void expect_why(const std::string& url, const std::string& words) const {
    const std::string told = why(url);
    EXPECT_NE(told.find(words), std::string::npos) << told;
  }
};

TEST_F(Considerate, ObeysRobotsTxtAndSaysWhichLineDecided) {
  answer_robots("# rules\nUser-agent: *\nDisallow: /private\nAllow: /private/open\n");
  EXPECT_EQ(run({server_.url("/private/x"), server_.url("/private/open"), server_.url("/")}).exit_code, 0);
  EXPECT_EQ(result(server_.url("/private/x")).at("skip_reason"), "robots");
  EXPECT_EQ(result(server_.url("/private/open")).at("state"), "done");
  EXPECT_EQ(asked("/private/x"), 0u);
  EXPECT_EQ(server_.requests().at(0).target, "/robots.txt");
  expect_why(server_.url("/private/x"), "not passed: line 3: Disallow: /private");
  EXPECT_EQ(value("SELECT kind FROM attempts ORDER BY id LIMIT 1"), "robots");
  EXPECT_EQ(value("SELECT count(*) FROM results"), "3");
  // The next run knows it still.
  EXPECT_EQ(run({server_.url("/private/x"), server_.url("/")}).exit_code, 0);
  EXPECT_EQ(asked("/robots.txt"), 1u);
  EXPECT_EQ(run({server_.url("/private/x"), "--no-robots"}).exit_code, 0);
  EXPECT_EQ(asked("/private/x"), 1u);
}

TEST_F(Considerate, TellsAHostThatIsNotThereFromOneThatForbids) {
  const std::string dead = "http://127.0.0.1:" + std::to_string(unused_port()) + "/";
  server_.raw("/robots.txt", "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(run({dead, server_.url("/")}).exit_code, 3);
  EXPECT_EQ(result(dead).at("error_kind"), "connect");
  EXPECT_EQ(result(server_.url("/")).at("skip_reason"), "robots");
  expect_why(server_.url("/"), "could not be had");
}

TEST_F(Considerate, RetriesWhatFailedAndNothingElse) {
  const std::string bad = server_.url("/?fail_first=1&key=a&title=A"), gone = server_.url("/?status=404");
  EXPECT_EQ(run({bad, gone, server_.url("/good"), "http://["}).exit_code, 3);
  EXPECT_EQ(scraper({"retry", "--delay", "0", "--where", "status = 503"}).exit_code, 3);  // gone has still failed
  EXPECT_EQ(result(bad).at("state"), "done");
  EXPECT_EQ(result(bad).at("attempts"), "2");
  EXPECT_EQ(asked("/?status=404"), 1u);
  EXPECT_EQ(scraper({"retry", "--delay", "0"}).exit_code, 3);
  EXPECT_EQ(asked("/?status=404"), 2u);
  EXPECT_EQ(asked("/good"), 1u);
  EXPECT_EQ(value("SELECT count(*) FROM runs"), "1");
  EXPECT_EQ(value("SELECT count(*) FROM latest"), "4");
  EXPECT_EQ(value("SELECT outcome FROM runs"), "complete");
}

TEST_F(Considerate, RetryFollowsTheLinksOfThePageThatFailed) {
  const std::string page = server_.url("/?fail_first=1&key=b&link=/found");
  EXPECT_EQ(run({page, "--depth", "1"}).exit_code, 3);
  EXPECT_EQ(scraper({"retry", "--delay", "0"}).exit_code, 0);  // with the scope that the run had
  EXPECT_EQ(result(server_.url("/found")).at("state"), "done");
}

TEST_F(Considerate, RetryRefusesAConditionThatIsNone) {
  EXPECT_EQ(run({server_.url("/?status=404")}).exit_code, 3);
  for (const char* where : {"nonsense", "1); DELETE FROM urls; --", "status ="}) {
    const Finished finished = scraper({"retry", "--where", where});
    EXPECT_EQ(finished.exit_code, 2) << where << finished.err;
    EXPECT_EQ(value("SELECT count(*) FROM results"), "1");
  }
  EXPECT_EQ(asked("/?status=404"), 1u);
  EXPECT_EQ(scraper({"retry", "-d", "none.db"}).exit_code, 2);
}

TEST_F(Considerate, ExplainsEveryUrlThereIs) {
  EXPECT_EQ(run({server_.url("/?link=/in&link=http://far.test/&link=/no.pdf&x=1"), server_.url("/redirect?to=/end"),
                 "--depth", "1", "--reject", "pdf$", "--no-robots"})
                .exit_code,
            0);
  expect_why(server_.url("/in"), "found on");
  expect_why(server_.url("/in?n=9"), "not known");
  expect_why("http://far.test/", "outside --span host");
  expect_why(server_.url("/no.pdf"), "rejected by --reject `pdf$`");
  expect_why(server_.url("/redirect?to=/end"), "leads to      " + server_.url("/end"));
  EXPECT_EQ(scraper({"why", "http://["}).exit_code, 2);
  EXPECT_EQ(scraper({"why", "-d", "none.db", "http://x/"}).exit_code, 7);
}

TEST_F(Considerate, TakesALimitOfPages) {
  EXPECT_EQ(run({server_.url("/p?links=20"), "--depth", "1", "--max-pages", "5"}).exit_code, 0);
  EXPECT_EQ(value("SELECT count(*) FROM results WHERE state = 'done'"), "5");
  EXPECT_EQ(value("SELECT count(*) FROM results WHERE skip_reason = 'max_pages'"), "16");
}

TEST_F(Considerate, GivesAHostThatIsNamedItsOwnPace) {
  const std::string port = std::to_string(server_.port());
  const std::string config =
      write_file("hosts.toml", "[hosts.\"127.0.0.1:" + port +
                                   "\"]\ndelay = \"150ms\"\nrobots = false\nheaders = [\"X-Key: secret\"]\n");
  EXPECT_EQ(run({"-c", config, server_.url("/1"), server_.url("/2"), server_.url("/3")}).exit_code, 0);
  EXPECT_EQ(server_.served(), 3u);
  EXPECT_EQ(find_header(server_.requests()[0].headers, "x-key"), "secret");
  EXPECT_GE(std::stoi(value("SELECT least_gap_ms FROM politeness")), 150);
  EXPECT_EQ(value("SELECT instr(config, 'secret') FROM runs"), "0");
  const std::string wrong = write_file("wrong.toml", "[hosts.\"a.test\"]\ndelai = \"1s\"\nper_host = \"x\"\n");
  const Finished finished = run({"-c", wrong, "http://a.test/"});
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_NE(finished.err.find("wrong.toml:2"), std::string::npos) << finished.err;
  EXPECT_NE(finished.err.find("wrong.toml:3"), std::string::npos) << finished.err;
}

/// A pipe that stays open as a list, through `/dev/fd`.
class OpenPipe {
 public:
  OpenPipe() { EXPECT_EQ(pipe(ends_), 0); }
  ~OpenPipe() { close_writer(), close(ends_[0]); }
  std::string name() const { return "/dev/fd/" + std::to_string(ends_[0]); }
  void write_line(const std::string& line) const {
    const std::string text = line + "\n";
    EXPECT_EQ(write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void close_writer() {
    if (ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  int ends_[2] = {-1, -1};
};

TEST_F(Considerate, BeginsToFetchBeforeTheListHasEnded) {
  OpenPipe list;
  list.write_line(server_.url("/first"));
  Program program({SCRAPER_BINARY, "run", list.name(), "--delay", "0"}, {folder_.path(), {}, {}, 0});
  while (asked("/first") == 0) std::this_thread::yield();
  list.write_line(server_.url("/second"));
  while (asked("/second") == 0) std::this_thread::yield();
  program.signal(SIGTERM);  // the list is still open
  EXPECT_EQ(program.wait().exit_code, 5);
  EXPECT_EQ(value("SELECT count(*) FROM results WHERE state = 'done'"), "2");
  EXPECT_EQ(value("SELECT list_complete FROM runs"), "0");
}

TEST_F(Considerate, CanBeStoppedWhileItReadsAListThatDoesNotEnd) {
  OpenPipe list;
  list.write_line(server_.url("/first"));
  // With links to follow the whole list is read before.
  EXPECT_EQ(run({list.name(), "--depth", "1", "--deadline", "500ms"}).exit_code, 4);
  Program program({SCRAPER_BINARY, "run", list.name(), "--depth", "1"}, {folder_.path(), {}, {}, 0});
  while (!std::filesystem::exists(database() + ".lock")) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds{200});
  program.signal(SIGINT);
  EXPECT_EQ(program.wait().exit_code, 5);
  EXPECT_EQ(server_.served(), 0u);
}

TEST_F(Considerate, GoesOnWithAListThatDoesNotEnd) {
  for (const bool again : {false, true}) {
    OpenPipe list;
    list.write_line(server_.url("/0"));
    list.write_line(server_.url("/1"));
    if (again) list.write_line(server_.url("/2"));
    Program program({SCRAPER_BINARY, "run", list.name(), "--delay", "0"}, {folder_.path(), {}, {}, 0});
    while (asked(again ? "/2" : "/1") == 0) std::this_thread::yield();
    program.signal(SIGTERM);
    EXPECT_EQ(program.wait().exit_code, 5);
  }
  EXPECT_EQ(value("SELECT count(*) FROM runs"), "1");
  EXPECT_EQ(asked("/0"), 1u);
  EXPECT_EQ(value("SELECT count(*) FROM results"), "3");
}

TEST_F(Considerate, TakesTheRulesOfARobotsTxtThatIsLargerThanAPageMayBe) {
  answer_robots("User-agent: *\nDisallow: /no\n" + std::string(600'000, '#') + "\n");
  EXPECT_EQ(run({server_.url("/no"), server_.url("/yes?title=T"), "--max-filesize", "10k"}).exit_code, 0);
  EXPECT_EQ(result(server_.url("/no")).at("skip_reason"), "robots");
  EXPECT_EQ(result(server_.url("/yes?title=T")).at("state"), "done");
}

TEST_F(Considerate, TellsCronWhenNothingCouldBeFetched) {
  server_.raw("/robots.txt", "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(run({server_.url("/")}).exit_code, 3);
}

TEST_F(Considerate, SaysWhenThereIsNothingToRetryYet) {
  EXPECT_EQ(run({server_.url("/good")}).exit_code, 0);
  EXPECT_EQ(scraper({"retry"}).exit_code, 0);
  EXPECT_EQ(run({server_.url("/?hang"), "--deadline", "500ms", "--no-robots"}).exit_code, 4);
  const Finished finished = scraper({"retry"});
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_NE(finished.err.find("--resume"), std::string::npos) << finished.err;
}

TEST_F(Considerate, TakesUpAListWhereItWasCutOff) {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += server_.url("/?n=" + std::to_string(i)) + "\n";
  const std::string file = write_file("urls.txt", text);
  {
    Program program({SCRAPER_BINARY, "run", file, "--delay", "0"}, {folder_.path(), {}, {}, 0});
    while (server_.served() < 50) std::this_thread::yield();
    program.signal(SIGKILL);
    program.wait();
  }
  write_file("urls.txt", "# the same list, and a comment\n" + text);
  EXPECT_EQ(run({file, "--per-host", "32"}).exit_code, 0);
  EXPECT_EQ(value("SELECT count(*) FROM runs"), "1");
  EXPECT_EQ(value("SELECT count(*) FROM results WHERE state = 'done'"), "3000");
  EXPECT_EQ(value("SELECT count(*) FROM inputs"), "3000");
  write_file("urls.txt", text + server_.url("/new") + "\n");
  EXPECT_EQ(run({file, "--max-pages", "1"}).exit_code, 0);
  EXPECT_EQ(value("SELECT count(*) FROM runs"), "2");
}

}  // namespace
}  // namespace scraper::test
