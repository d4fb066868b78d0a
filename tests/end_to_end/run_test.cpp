// SPDX-License-Identifier: MIT
// `scraper run` from the list to the rows.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "storage/sqlite/database.h"
#include "tests/end_to_end/crawl_fixture.h"
#include "tests/support/sanitizer.h"

namespace scraper::test {
namespace {

class Run : public Crawl {};

TEST_F(Run, LeavesARowForEveryLineOfTheList) {
  const std::string list =
      write_file("urls.txt", "\xEF\xBB\xBF# a comment\r\n" + server_.url("/a?title=A") + "\r\n\r\n  " +
                                 server_.url("/b?title=B#frag") + "  # and more\n" + "http://[bad\n" +
                                 server_.url("/a?title=A") + "\nmailto:me@example.org\n");
  const Finished finished = run({list});
  EXPECT_EQ(finished.exit_code, 3);
  EXPECT_NE(finished.err.find("urls.txt:5: `http://[bad`"), std::string::npos) << finished.err;
  EXPECT_EQ(result(server_.url("/a?title=A")).at("title"), "A");
  EXPECT_EQ(result(server_.url("/b?title=B")).at("title"), "B");
  EXPECT_EQ(result("http://[bad").at("error_kind"), "bad_url");
  EXPECT_EQ(result("mailto:me@example.org").at("error_kind"), "unsupported_scheme");
  EXPECT_EQ(value("SELECT count(*) FROM results"), "4");
  EXPECT_EQ(value("SELECT count(*) FROM inputs"), "5");
  EXPECT_EQ(value("SELECT input FROM inputs WHERE line = 4"), server_.url("/b?title=B#frag"));
  EXPECT_EQ(server_.served(), 3u);  // robots.txt, and each once
}

TEST_F(Run, IsSilentWhenItSucceeds) {
  const Finished finished = run({server_.url("/")});
  EXPECT_EQ(finished.exit_code, 0);
  EXPECT_EQ(finished.out, "");
  EXPECT_EQ(finished.err, "");
}

TEST_F(Run, SaysInAFewLinesWhatFailed) {
  std::string list;
  for (int i = 0; i < 50; ++i) list += "http://[" + std::to_string(i) + "\n";
  const Finished finished = run({"-"}, {{}, list, {}, 0});
  EXPECT_EQ(finished.exit_code, 3);
  EXPECT_LE(std::count(finished.err.begin(), finished.err.end(), '\n'), 10);
}

TEST_F(Run, ReadsTheListFromStandardInput) {
  EXPECT_EQ(run({"-"}, {{}, server_.url("/x") + "\n", {}, 0}).exit_code, 0);
  EXPECT_EQ(result(server_.url("/x")).at("state"), "done");
}

TEST_F(Run, TakesTheLastSeedsAgainWithoutAList) {
  EXPECT_EQ(run({server_.url("/x")}).exit_code, 0);
  EXPECT_EQ(run({}).exit_code, 0);
  EXPECT_EQ(server_.served(), 3u);  // robots.txt is still known the second time
  EXPECT_EQ(value("SELECT count(*) FROM runs"), "2");
  EXPECT_EQ(value("SELECT count(*) FROM results"), "1");
  EXPECT_EQ(value("SELECT run_id FROM latest"), "2");
}

TEST_F(Run, FollowsLinksAsFarAsDepthAndSpanAllow) {
  const TestServer other;
  const std::string elsewhere = other.url("/far");
  EXPECT_EQ(run({server_.url("/p?links=3&link=" + elsewhere), "--depth", "1"}).exit_code,
            3);  // the query of link= goes unanswered
  EXPECT_EQ(value("SELECT count(*) FROM results WHERE depth = 1 AND url LIKE '" + server_.url("/p?n=") + "%'"), "3");
}

TEST_F(Run, StoresWhatAPageSays) {
  server_.raw("/page",
              "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=latin1\r\nETag: \"e\"\r\nConnection: close\r\n\r\n"
              "<html lang=fr><title> Caf\xE9 \x80 </title><meta name=description content='Un caf\xE9'><meta "
              "property='og:type' content=place>"
              "<base href='/base/'><link rel=canonical href=c><body><p>Un</p><p>deux<script>no()</script></p>"
              "<a href=x rel='nofollow'>Le <b>lien</b></a><a href='x#f'>again</a><area href=y alt=Y><a "
              "href='mailto:a@b'>m</a>");
  EXPECT_EQ(run({server_.url("/page")}).exit_code, 0);
  const auto page = rows("SELECT p.*, r.link_count AS result_links FROM pages p JOIN results r USING (id)").at(0);
  EXPECT_EQ(page.at("title"), "Café €");
  EXPECT_EQ(page.at("description"), "Un café");
  EXPECT_EQ(page.at("lang"), "fr");
  EXPECT_EQ(page.at("charset"), "windows-1252");
  EXPECT_EQ(page.at("content_type"), "text/html");
  EXPECT_EQ(page.at("canonical_url"), server_.url("/base/c"));
  EXPECT_EQ(page.at("base_url"), server_.url("/base/"));
  EXPECT_EQ(page.at("etag"), "\"e\"");
  EXPECT_EQ(page.at("result_links"), "2");
  EXPECT_NE(page.at("metadata").find("place"), std::string::npos);
  EXPECT_NE(page.at("text").find("deux"), std::string::npos);
  EXPECT_EQ(page.at("text").find("no()"), std::string::npos);
  const auto links = rows("SELECT * FROM links ORDER BY position");
  ASSERT_EQ(links.size(), 2u);
  EXPECT_EQ(links[0].at("url"), server_.url("/base/x"));
  EXPECT_EQ(links[0].at("text"), "Le lien");
  EXPECT_EQ(links[0].at("rel"), "nofollow");
  EXPECT_EQ(links[1].at("text"), "Y");
}

TEST_F(Run, KeepsTheBodyByteForByte) {
  const std::string body = std::string("\0\x01\xFF<p>", 6) + std::string(5000, 'x');
  server_.raw("/bin", "HTTP/1.1 200 OK\r\nX-Test: yes\r\nConnection: close\r\n\r\n" + body);
  EXPECT_EQ(run({server_.url("/bin")}).exit_code, 0);
  EXPECT_EQ(scraper({"body", server_.url("/bin")}).out, body);
  const Finished with_headers = scraper({"body", "--headers", server_.url("/bin")});
  EXPECT_NE(with_headers.out.find("X-Test: yes\n"), std::string::npos);
  EXPECT_EQ(scraper({"body", server_.url("/other")}).exit_code, 2);
}

TEST_F(Run, ShowsTheEndOfARedirectChainInItsSource) {
  const std::string start = server_.url("/redirect?to=/end%3Ftitle%3DEnd");
  EXPECT_EQ(run({start}).exit_code, 0);
  const ResultRow row = result(start);
  EXPECT_EQ(row.at("status"), "200");
  EXPECT_EQ(row.at("title"), "End");
  EXPECT_EQ(row.at("final_url"), server_.url("/end?title=End"));
  EXPECT_EQ(value("SELECT count(*) FROM results"), "2");
  EXPECT_EQ(value("SELECT redirect_to FROM attempts WHERE url = '" + start + "'"), server_.url("/end?title=End"));
  EXPECT_EQ(value("SELECT final_status FROM redirects"), "200");
}

TEST_F(Run, TriesATransientErrorAgainAndKeepsEveryAttempt) {
  const std::string url = server_.url("/?fail_first=1&key=k&title=T");
  EXPECT_EQ(scraper({"run", "--delay", "0", "--retry", "1", url}).exit_code, 0);
  EXPECT_EQ(result(url).at("attempts"), "2");
  EXPECT_EQ(value("SELECT group_concat(number || ':' || status) FROM (SELECT * FROM attempts WHERE kind = 'page' ORDER "
                  "BY number)"),
            "1:503,2:200");
}

TEST_F(Run, WaitsForRetryAfter) {
  const std::string url = server_.url("/?fail_first=1&key=k&retry_after=2&title=T");
  EXPECT_EQ(scraper({"run", "--delay", "0", "--retry", "1", "--no-robots", url}).exit_code, 0);
  const auto requests = server_.requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_GE(requests[1].at.steady - requests[0].at.steady, std::chrono::milliseconds{1990});
  EXPECT_EQ(value("SELECT retry_after_s FROM attempts WHERE number = 1"), "2");
}

TEST_F(Run, LeavesAHostThatAsksForMoreThanItsPatience) {
  const std::string url = server_.url("/?fail_first=9&key=k&retry_after=3600");
  const Finished finished =
      scraper({"run", "--delay", "0", url, server_.url("/other"), "--per-host", "1", "--patience", "1s"});
  EXPECT_EQ(finished.exit_code, 3) << finished.err;  // cron should hear of it
  EXPECT_NE(finished.err.find("scraper retry -d "), std::string::npos) << finished.err;
  EXPECT_EQ(result(url).at("skip_reason"), "parked_host");
  EXPECT_EQ(value("SELECT count(*) FROM retryable"), value("SELECT count(*) FROM results WHERE state = 'skipped'"));
}

TEST_F(Run, NeverExceedsItsLimitsPerHost) {
  std::string list;
  for (int i = 0; i < 12; ++i) list += server_.url("/?delay=50ms&n=" + std::to_string(i)) + "\n";
  EXPECT_EQ(scraper({"run", "-", "--per-host", "2", "--delay", "60ms", "--no-robots"}, {{}, list, {}, 0}).exit_code, 0);
  EXPECT_LE(server_.peak_concurrency(), 2u);
  const auto requests = server_.requests();
  ASSERT_EQ(requests.size(), 12u);
  for (size_t i = 1; i < requests.size(); ++i) {
    // Arrivals scatter around their starts, on a busy machine by tens of milliseconds; without a delay there is no gap.
    EXPECT_GE(requests[i].at.steady - requests[i - 1].at.steady, std::chrono::milliseconds{20}) << i;
  }
}

TEST_F(Run, FinishesWhatIsInFlightWhenItIsInterrupted) {
  std::string list;
  for (int i = 0; i < 40; ++i) list += server_.url("/?delay=300ms&n=" + std::to_string(i)) + "\n";
  const std::string file = write_file("urls.txt", list);
  Program program({SCRAPER_BINARY, "run", file, "--delay", "0", "--per-host", "4", "--no-robots"},
                  {folder_.path(), {}, {}, 0});
  while (server_.served() < 6) std::this_thread::yield();
  program.signal(SIGINT);
  const Finished finished = program.wait();
  EXPECT_EQ(finished.exit_code, 5) << finished.err;
  EXPECT_EQ(value("SELECT outcome FROM runs"), "interrupted");
  EXPECT_EQ(value("SELECT count(*) FROM results WHERE state = 'done'"), std::to_string(server_.served()));
  EXPECT_EQ(value("SELECT count(*) FROM results"), "40");
  // And the next one goes on where it stopped, also when it is not told the list again.
  EXPECT_EQ(run({"--per-host", "40", "--no-robots"}).exit_code, 0);
  EXPECT_EQ(value("SELECT count(*) FROM inputs"), "40");
  EXPECT_EQ(server_.served(), 40u);
  EXPECT_EQ(value("SELECT count(*) FROM runs"), "1");
  EXPECT_EQ(value("SELECT count(*) FROM results WHERE state = 'done'"), "40");
}

TEST_F(Run, EndsAtOnceAtASecondSignal) {
  Program program({SCRAPER_BINARY, "run", server_.url("/?hang"), "--grace", "1m"}, {folder_.path(), {}, {}, 0});
  while (server_.served() < 1) std::this_thread::yield();
  program.signal(SIGTERM);
  std::this_thread::sleep_for(std::chrono::milliseconds{200});
  program.signal(SIGINT);  // another one: two alike are one while none has been taken
  EXPECT_EQ(program.wait(Duration{20'000}).exit_code, 5);
  EXPECT_EQ(result(server_.url("/?hang")).at("state"), "todo");
}

TEST_F(Run, StopsWithinASecondOfItsDeadline) {
  std::string list;
  for (int i = 0; i < 200; ++i) list += server_.url("/?drip=100ms&body=50&n=" + std::to_string(i)) + "\n";
  const auto begun = steady_now();
  const Finished finished = run({"-", "--deadline", "1s"}, {{}, list, {}, 0});
  EXPECT_EQ(finished.exit_code, 4) << finished.err;
  // The start of the program is among it.
  EXPECT_LT(steady_now() - begun, std::chrono::milliseconds{SCRAPER_SANITIZED ? 4000 : 2500});
  EXPECT_EQ(value("SELECT count(*) FROM results WHERE state = 'todo'"), "200");
}

TEST_F(Run, IsTheOnlyOneOnItsDatabase) {
  Program first({SCRAPER_BINARY, "run", server_.url("/?delay=1500ms")}, {folder_.path(), {}, {}, 0});
  while (server_.served() < 1) std::this_thread::yield();
  const Finished second = run({server_.url("/x")});
  EXPECT_EQ(second.exit_code, 6);
  EXPECT_NE(second.err.find("another run holds this database"), std::string::npos) << second.err;
  EXPECT_EQ(scraper({"status"}).exit_code, 0);  // reading goes on
  EXPECT_EQ(run({server_.url("/x"), "--lock-wait", "20s"}).exit_code, 0);
  EXPECT_EQ(first.wait().exit_code, 0);
}

TEST_F(Run, LeavesASingleFileBehind) {
  EXPECT_EQ(run({server_.url("/")}).exit_code, 0);
  size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder_.path())) ++files;
  EXPECT_EQ(files, 1u);
  storage::sqlite::Database file(database(), storage::sqlite::Database::Mode::read);
  EXPECT_EQ(file.text("PRAGMA journal_mode"), "delete");
  EXPECT_EQ(file.text("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(file.integer("SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

TEST_F(Run, LocksTheFileWhateverItIsCalled) {
  std::filesystem::create_symlink("results.db", folder_.path() / "other.db");
  Program first({SCRAPER_BINARY, "run", server_.url("/?delay=1500ms")}, {folder_.path(), {}, {}, 0});
  while (server_.served() < 1) std::this_thread::yield();
  EXPECT_EQ(run({server_.url("/x"), "-d", "other.db"}).exit_code, 6);
  EXPECT_EQ(first.wait().exit_code, 0);
}

/// A writer that dies in the middle of a transaction, with its journal on the disk.
void leave_a_hot_journal(const std::string& database) {
  const pid_t child = fork();
  if (child == 0) {
    storage::sqlite::Database file(database, storage::sqlite::Database::Mode::write);
    file.execute("PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; BEGIN");
    file.execute(
        "UPDATE urls SET url = url || 'x'; UPDATE attempts SET url = url || 'x'; UPDATE pages SET text = "
        "hex(randomblob(200000))");
    _exit(0);
  }
  waitpid(child, nullptr, 0);
}

TEST_F(Run, GoesOnAfterAPowerCutInTheMiddleOfATransaction) {
  EXPECT_EQ(run({server_.url("/a")}).exit_code, 0);
  leave_a_hot_journal(database());
  ASSERT_TRUE(std::filesystem::exists(database() + "-journal"));
  const Finished status = scraper({"status"});
  EXPECT_EQ(status.exit_code, 0) << status.err;
  EXPECT_EQ(value("SELECT url FROM results"), server_.url("/a"));
  leave_a_hot_journal(database());
  const Finished again = run({server_.url("/a")});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(value("SELECT count(*) FROM results"), "1");
}

TEST_F(Run, KeepsNoSecrets) {
  std::string with_user = server_.url("/page");
  with_user.insert(7, "joe:SECRET1@");
  server_.raw("/page",
              "HTTP/1.1 302 Found\r\nLocation: ftp://joe:SECRET2@h/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  run({with_user, "http://joe:SECRET3@bad host/", "-H", "Authorization: SECRET4", "-b", "sid=SECRET5"});
  std::string dump;
  for (const char* column :
       {"config FROM runs", "input FROM inputs", "url FROM urls", "error FROM urls", "error FROM attempts"}) {
    for (const auto& row : rows(std::string("SELECT ") + column)) dump += row.begin()->second + "\n";
  }
  EXPECT_EQ(dump.find("SECRET"), std::string::npos) << dump;
  EXPECT_NE(dump.find("Authorization: ***"), std::string::npos) << dump;
}

TEST_F(Run, StopsAtASignalWhileTheListIsLoaded) {
  std::string list;
  for (int i = 0; i < 400'000; ++i) list += "http://127.0.0.1:1/" + std::to_string(i) + "\n";
  const std::string file = write_file("urls.txt", list);
  Program program({SCRAPER_BINARY, "run", file}, {folder_.path(), {}, {}, 0});
  while (!std::filesystem::exists(database() + "-wal")) std::this_thread::yield();
  program.signal(SIGINT);
  EXPECT_EQ(program.wait(Duration{20'000}).exit_code, 5);
  EXPECT_LT(std::stoi(value("SELECT count(*) FROM inputs")), 400'000);
}

TEST_F(Run, GoesOnWhenNobodyReadsItsMessages) {
  const Finished finished = run_program(
      {"sh", "-c",
       std::string("exec ") + SCRAPER_BINARY + " run --delay 0 'http://[bad' '" + server_.url("/x") + "' 2>/dev/full"},
      {folder_.path(), {}, {}, 0});
  EXPECT_EQ(finished.exit_code, 3);
  EXPECT_EQ(result(server_.url("/x")).at("state"), "done");
  EXPECT_EQ(run_program({"sh", "-c", std::string("exec ") + SCRAPER_BINARY + " run --delay 0 'http://[bad' 2>&-"},
                        {folder_.path(), {}, {}, 0})
                .exit_code,
            3);
}

TEST_F(Run, KeepsWhatWasCommittedWhenTheDiskIsFull) {
  std::string list;
  for (int i = 0; i < 500; ++i) list += server_.url("/?body=20000&n=" + std::to_string(i)) + "\n";
  const Finished finished = run({"-", "--store", "pages,text"}, {{}, list, {}, 1 << 20});
  EXPECT_EQ(finished.exit_code, 7) << finished.err;
  EXPECT_NE(finished.err.find("results.db"), std::string::npos) << finished.err;
  EXPECT_EQ(value("PRAGMA integrity_check"), "ok");
}

}  // namespace
}  // namespace scraper::test
