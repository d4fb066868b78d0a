// SPDX-License-Identifier: MIT
// The whole program on material that nobody here wrote: raw replies of public HTTP suites, and complete crawls of real
// documentation sites compared with their gold. Skipped where that material is not (see CONTRIBUTING.md).
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "tests/end_to_end/crawl_fixture.h"
#include "tests/unit/parse/corpora.h"

namespace scraper::test {
namespace {

class Corpora : public Crawl, public testing::WithParamInterface<const char*> {
 protected:
  /// Every reply of the suite is fetched once: a row for each, none left, and the run ends by itself.
  void expect_a_row_for_every_reply(const std::string& suite) {
    const auto cases = read_cases(suite);
    if (cases.empty()) GTEST_SKIP() << "the suite " << suite << " is not there";
    std::string list;
    for (size_t i = 0; i < cases.size(); ++i) {
      const std::string path = "/r/" + std::to_string(i);
      server_.raw(path, decode_base64(cases[i].at("raw_b64").get<std::string>()));
      list += server_.url(path) + "\n";
    }
    const Finished finished =
        run({"-", "--per-host", "16", "--max-time", "2s", "--fetcher", GetParam()}, {{}, list, {}, 0});
    EXPECT_TRUE(finished.exit_code == 0 || finished.exit_code == 3) << finished.err;
    for (size_t i = 0; i < cases.size(); ++i) {
      const ResultRow row = result(server_.url("/r/" + std::to_string(i)));
      EXPECT_TRUE(row.at("state") == "done" || row.at("state") == "failed") << i << " " << row.at("state");
      EXPECT_EQ(row.at("attempts"), "1") << i;
    }
    EXPECT_EQ(value("SELECT count(*) FROM results WHERE state = 'todo'"), "0");
  }

  static uint16_t free_port() {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
    socklen_t length = sizeof address;
    getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
    close(fd);
    return ntohs(address.sin_port);
  }

  static void wait_until_it_listens(uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    for (int tries = 0; tries < 200; ++tries) {
      const int fd = socket(AF_INET, SOCK_STREAM, 0);
      const bool up = connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
      close(fd);
      if (up) return;
      usleep(50'000);
    }
  }

  /// A complete crawl equals the gold: URL set, statuses, titles, link counts, nothing asked for twice.
  void expect_gold(const std::string& gold, const std::string& folder) {
    const auto site = std::filesystem::path(SCRAPER_SOURCE_ROOT) / "build-sites/usr/share/doc" / folder;
    if (!std::filesystem::exists(corpora() / "judge_site.py") || !std::filesystem::exists(site)) {
      GTEST_SKIP() << "the site " << folder << " or its gold is not there";
    }
    const std::string port = std::to_string(free_port());
    const std::string log = folder_.path() / "requests.jsonl";
    Program site_server({"python3", corpora() / "site_server.py", "--site", std::filesystem::canonical(site), "--port",
                         port, "--log", log, "--seconds", "100"});
    wait_until_it_listens(static_cast<uint16_t>(std::stoi(port)));
    const std::string base = "http://127.0.0.1:" + port + "/";
    const Finished finished = run({base, "--depth", "50", "--per-host", "8", "--fetcher", GetParam()});
    EXPECT_EQ(finished.exit_code, 3) << finished.err;  // these sites have links to pages that are not there
    const Finished judged =
        run_program({"python3", corpora() / "judge_site.py", "--gold", corpora() / "sites" / (gold + ".gold.jsonl.gz"),
                     "--base", base, "--log", log, "--db", database(), "--sql",
                     "SELECT url, status, title, link_count AS links FROM results"});
    EXPECT_EQ(judged.exit_code, 0) << judged.out << judged.err;
    EXPECT_NE(judged.out.find("1 passed, 0 failed"), std::string::npos) << judged.out;
    site_server.signal(SIGTERM);
  }
};

TEST_P(Corpora, EveryRawReplyOfCurlsSuiteGetsARow) { expect_a_row_for_every_reply("http-raw-curl"); }
TEST_P(Corpora, EveryRawReplyOfLlhttpsSuiteGetsARow) { expect_a_row_for_every_reply("http-raw-llhttp"); }
TEST_P(Corpora, ACrawlOfTheGitDocumentationEqualsItsGold) { expect_gold("git-doc", "git-doc"); }
TEST_P(Corpora, ACrawlOfTheSqliteDocumentationEqualsItsGold) { expect_gold("sqlite-doc", "sqlite3"); }

INSTANTIATE_TEST_SUITE_P(Fetchers, Corpora, testing::Values("multi", "threads"),
                         [](const auto& tested) { return tested.param; });

}  // namespace
}  // namespace scraper::test
