// SPDX-License-Identifier: MIT
// Every kind of error, provoked with either fetcher: the row says what happened, and the run goes on.
#include "tests/end_to_end/crawl_fixture.h"
#include "tests/support/loopback_traps.h"

namespace scraper::test {
namespace {

class ErrorKinds : public Crawl, public testing::WithParamInterface<const char*> {
 protected:
  /// Fetches one URL (and a good one beside it) and expects it to fail with this kind.
  void expect_kind(const std::string& url, const std::string& kind, std::vector<std::string> options = {}) {
    options.insert(options.end(), {url, server_.url("/good?title=Good"), "--fetcher", GetParam()});
    const Finished finished = run(options);
    EXPECT_EQ(finished.exit_code, 3) << finished.err;
    const auto failed = rows("SELECT * FROM results WHERE state = 'failed'");
    ASSERT_EQ(failed.size(), 1u) << finished.err;
    EXPECT_EQ(failed[0].at("error_kind"), kind) << failed[0].at("error");
    EXPECT_GT(failed[0].at("error").size(), 3u);
    EXPECT_EQ(result(server_.url("/good?title=Good")).at("title"), "Good");
    EXPECT_EQ(value("SELECT outcome FROM runs"), "complete");
  }
};

std::string redirect_to(const std::string& target) {
  return "HTTP/1.1 302 Found\r\nLocation: " + target + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
}

TEST_P(ErrorKinds, Dns) { expect_kind("http://no-such-name.invalid/", "dns"); }
TEST_P(ErrorKinds, Connect) { expect_kind("http://127.0.0.1:1/", "connect"); }
TEST_P(ErrorKinds, Tls) {
  const GarbageServer garbage;
  expect_kind("https://127.0.0.1:" + std::to_string(garbage.port()) + "/", "tls");
}
TEST_P(ErrorKinds, AnUntrustedCertificate) {
  const TlsServer secure;
  if (!secure.running()) GTEST_SKIP() << "openssl s_server does not run";
  expect_kind(secure.url(), "tls");
  EXPECT_EQ(value("SELECT count(*) FROM retryable"), "0");
}
TEST_P(ErrorKinds, ConnectTimeout) {
  const FullBacklog full;
  expect_kind(full.url(), "connect_timeout", {"--connect-timeout", "400ms"});
}
TEST_P(ErrorKinds, FirstByteTimeout) {
  expect_kind(server_.url("/?hang"), "first_byte_timeout", {"--first-byte-timeout", "300ms"});
}
TEST_P(ErrorKinds, Stalled) {
  expect_kind(server_.url("/?body=100&stall=body"), "stalled", {"--stall-timeout", "300ms"});
}
TEST_P(ErrorKinds, Timeout) { expect_kind(server_.url("/?body=1000&drip=50ms"), "timeout", {"--max-time", "700ms"}); }
TEST_P(ErrorKinds, TooLarge) { expect_kind(server_.url("/?body=20000"), "too_large", {"--max-filesize", "10k"}); }
TEST_P(ErrorKinds, Protocol) { expect_kind(server_.url("/?garbage"), "protocol"); }
TEST_P(ErrorKinds, ABrokenChunk) {
  const std::string trailer("X: he\0llo\r\n\r\n", 13);  // NUL in a trailer
  server_.raw("/chunk",
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n5\r\n-foo-\r\n0\r\n" + trailer);
  expect_kind(server_.url("/chunk"), "protocol");
}
TEST_P(ErrorKinds, Decode) { expect_kind(server_.url("/?body=1000&encoding=corrupt"), "decode"); }
TEST_P(ErrorKinds, RedirectWithoutATarget) { expect_kind(server_.url("/?status=302"), "redirect"); }
TEST_P(ErrorKinds, RedirectToNoUrl) { expect_kind(server_.url("/redirect?to=http%3A%2F%2F"), "redirect"); }
TEST_P(ErrorKinds, RedirectsInALoop) {
  server_.raw("/loop", redirect_to("/loop"));
  expect_kind(server_.url("/loop"), "redirect");
}
TEST_P(ErrorKinds, TooManyRedirects) {
  for (int i = 0; i < 4; ++i) server_.raw("/hop" + std::to_string(i), redirect_to("/hop" + std::to_string(i + 1)));
  EXPECT_EQ(run({server_.url("/hop0"), "--max-redirs", "2", "--no-robots", "--fetcher", GetParam()}).exit_code, 3);
  EXPECT_EQ(value("SELECT count(*) FROM results WHERE state = 'failed' AND error_kind = 'redirect'"), "3");
  EXPECT_EQ(server_.served(), 3u);
}
TEST_P(ErrorKinds, HttpStatus) { expect_kind(server_.url("/?status=404"), "http_status"); }
TEST_P(ErrorKinds, BlockedAddress) {
  const TestServer other;
  const Finished finished = run({server_.url("/redirect?to=" + other.url("/private")), "--fetcher", GetParam()});
  EXPECT_EQ(finished.exit_code, 3);
  EXPECT_EQ(result(other.url("/private")).at("error_kind"), "blocked_address");
  EXPECT_EQ(other.served(), 0u);
}
TEST_P(ErrorKinds, UnsupportedScheme) { expect_kind("ftp://127.0.0.1/", "unsupported_scheme"); }
TEST_P(ErrorKinds, RedirectToAnotherScheme) {
  expect_kind(server_.url("/redirect?to=ftp%3A%2F%2F127.0.0.1%2F"), "unsupported_scheme");
}
TEST_P(ErrorKinds, BadUrl) { expect_kind("http://", "bad_url"); }

TEST_P(ErrorKinds, ParseTimeout) {
  std::string page;
  for (int i = 0; i < 20'000; ++i) page += "<div>";
  server_.raw("/deep", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n" + page);
  const std::string config = write_file("tree.toml", "[parse]\nparser = \"tree\"\n");
  expect_kind(server_.url("/deep"), "parse_timeout", {"-c", config, "--parse-timeout", "200ms"});
}

TEST_P(ErrorKinds, ParseLimit) {
  std::string page;
  for (int i = 0; i < 10'000; ++i) page += "<b><i><a>";
  server_.raw("/wide", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n" + page);
  const std::string config = write_file("limits.toml", "[parse]\nparser = \"tree\"\nmemory_max = \"8MiB\"\n");
  expect_kind(server_.url("/wide"), "parse_limit", {"-c", config});
}

TEST_P(ErrorKinds, CancelledLeavesTheTaskToBeDone) {
  const Finished finished = run({server_.url("/?hang"), "--deadline", "2s", "--fetcher", GetParam()});
  EXPECT_EQ(finished.exit_code, 4);
  EXPECT_EQ(result(server_.url("/?hang")).at("state"), "todo");
  EXPECT_EQ(value("SELECT error_kind FROM attempts WHERE kind = 'page'"), "cancelled");
  EXPECT_EQ(value("SELECT outcome FROM runs"), "deadline");
}

INSTANTIATE_TEST_SUITE_P(Fetchers, ErrorKinds, testing::Values("multi", "threads"),
                         [](const auto& tested) { return tested.param; });

}  // namespace
}  // namespace scraper::test
