// SPDX-License-Identifier: MIT
// What every fetching model makes of servers that misbehave, and of limits.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <unistd.h>

#include <thread>

#include "scraper/base/utf8.h"
#include "tests/conformance/fetcher_fixture.h"
#include "tests/support/loopback_traps.h"
#include "tests/support/sanitizer.h"

namespace scraper::test {
namespace {

using ::testing::HasSubstr;

using FetcherFaults = FetcherConformance;
INSTANTIATE_TEST_SUITE_P(Models, FetcherFaults, ::testing::Values(FetchModel::multi, FetchModel::threads), model_name);

struct Expected {
  const char* url;
  ErrorKind kind;
  Stage stage;
};

TEST_P(FetcherFaults, BrokenAnswersAreProtocolErrors) {
  server_.raw("/half", "HTTP/1.1 200 OK\r\nContent-Le");
  server_.raw("/bad-chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n");
  server_.raw("/half-status", "HTTP/1.1 200 O");
  server_.raw("/only-interim", "HTTP/1.1 103 Early Hints\r\nX: 1\r\n\r\n");
  server_.raw("/bad-status", "HTTP/1.1 abc\r\n\r\n");
  for (const char* url :
       {"/page?close", "/page?reset", "/page?garbage", "/page?body=5000&truncate=100", "/page?body=90000&reset=body",
        "/half", "/half-status", "/only-interim", "/bad-chunk", "/bad-status"}) {
    const FetchResult result = fetch(url);
    ASSERT_TRUE(result.error) << url;
    EXPECT_EQ(kind(result), ErrorKind::protocol) << url << ::testing::PrintToString(result);
    EXPECT_TRUE(is_transient(*result.error));
    EXPECT_FALSE(result.error->message.empty()) << url;
    EXPECT_TRUE(is_valid_utf8(result.error->message)) << url;
    EXPECT_EQ(result.error->message.find('\n'), std::string::npos) << url;
  }
}

TEST_P(FetcherFaults, WhatCameBeforeTheErrorIsKept) {
  const FetchResult result = fetch("/page?body=5000&truncate=100");
  EXPECT_EQ(kind(result), ErrorKind::protocol);
  EXPECT_EQ(result.error->stage, Stage::body);
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.body.size(), 100u);
  EXPECT_EQ(find_header(result.headers, "Content-Length"), "5000");
  EXPECT_GT(result.wire_bytes, 100u);
}

/// RFC 9112, section 9.2.
TEST_P(FetcherFaults, WhatComesWithoutARequestIsNobodysAnswer) {
  for (const char* unasked : {"the%20rest", "HTTP/1.1%20200%20OK%0D%0AContent-Length:%204%0D%0A%0D%0Aevil"}) {
    build(quick_settings(), 1);  // one worker, which has no connection yet
    EXPECT_EQ(kind(fetch("/page?text=first&unasked=" + std::string(unasked))), std::nullopt);
    const SteadyTime until = steady_now() + seconds{5};
    while (server_.open_connections() > 0 && steady_now() < until) std::this_thread::sleep_for(milliseconds{1});
    ASSERT_EQ(server_.open_connections(), 0u);
    const FetchResult next = fetch("/page?text=next");
    EXPECT_EQ(kind(next), std::nullopt) << ::testing::PrintToString(next);
    EXPECT_EQ(next.body, "next");
  }
}

TEST_P(FetcherFaults, CorruptEncodingsAreDecodeErrors) {
  for (const char* url : {"/page?encoding=corrupt", "/page?text=plain&header=Content-Encoding:%20gzip",
                          "/page?text=this+was+never+compressed&header=Content-Encoding:%20br",
                          "/page?text=plain&header=Content-Encoding:%20zstd"}) {
    const FetchResult result = fetch(url);
    EXPECT_EQ(kind(result), ErrorKind::decode) << url << ::testing::PrintToString(result);
    EXPECT_EQ(result.status, 200) << url;
  }
}

TEST_P(FetcherFaults, OnlyHttpIsFetched) {
  for (const char* url : {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1:1/x", "dict://127.0.0.1/d:a",
                          "scp://127.0.0.1/x"}) {
    const FetchResult result = fetch(url);
    EXPECT_EQ(kind(result), ErrorKind::unsupported_scheme) << url << ::testing::PrintToString(result);
    EXPECT_TRUE(result.body.empty());
  }
}

TEST_P(FetcherFaults, BadUrlsAreResults) {
  for (const char* url : {"", "http://", "http://[::1", "http://127.0.0.1:99999/", "http://a b/",
                          "http://x/\r\nEvil: 1", "http://user:password@127.0.0.1/"}) {
    const FetchResult result = fetch(url);
    EXPECT_EQ(kind(result), ErrorKind::bad_url) << '\'' << url << "' " << ::testing::PrintToString(result);
  }
  EXPECT_EQ(kind(fetch(std::string("http://x/") + std::string(9'000'000, 'a'))), ErrorKind::bad_url);
}

TEST_P(FetcherFaults, ARequestHeaderCannotSmuggleAnother) {
  FetchRequest smuggler = request("/echo");
  smuggler.headers = {"X-Etag: 1\r\nX-Evil: 1"};
  EXPECT_EQ(kind(fetch(std::move(smuggler))), ErrorKind::internal);
  EXPECT_EQ(server_.served(), 0u);
}

TEST_P(FetcherFaults, RefusedConnections) {
  const FetchResult result = fetch("http://127.0.0.1:" + std::to_string(unused_port()) + "/");
  EXPECT_EQ(kind(result), ErrorKind::connect) << ::testing::PrintToString(result);
  EXPECT_EQ(result.error->stage, Stage::connect);
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.http_version, "");
}

/// While it lives, this process can open no further file.
class NoDescriptorsLeft {
 public:
  NoDescriptorsLeft() {
    const int free = open("/dev/null", O_RDONLY | O_CLOEXEC);
    close(free);
    getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit none{static_cast<rlim_t>(free), before_.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptorsLeft() { setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptorsLeft(const NoDescriptorsLeft&) = delete;
  NoDescriptorsLeft& operator=(const NoDescriptorsLeft&) = delete;

 private:
  rlimit before_{};
};

TEST_P(FetcherFaults, TooFewDescriptorsAreATransientConnectError) {
#if SCRAPER_SANITIZER_NEEDS_DESCRIPTORS
  GTEST_SKIP() << "the sanitizer needs a pipe of its own";
#endif
  build();
  {
    const NoDescriptorsLeft none;
    const FetchResult result = fetch("/page");
    ASSERT_EQ(kind(result), ErrorKind::connect) << ::testing::PrintToString(result);
    EXPECT_EQ(result.error->stage, Stage::connect);
    EXPECT_TRUE(is_transient(*result.error));
    EXPECT_THAT(result.error->message, HasSubstr("Too many open files; raise the limit (ulimit -n)"));
  }
  EXPECT_EQ(kind(fetch("/page")), std::nullopt);
}

TEST_P(FetcherFaults, NamesThatDoNotExist) {
  const FetchResult result = fetch("http://nosuch.invalid/");
  EXPECT_EQ(kind(result), ErrorKind::dns) << ::testing::PrintToString(result);
  EXPECT_EQ(result.error->stage, Stage::resolve);
  EXPECT_EQ(result.ip, "");
}

TEST_P(FetcherFaults, TlsToAServerThatSpeaksNone) {
  const GarbageServer garbage;
  const FetchResult result = fetch("https://127.0.0.1:" + std::to_string(garbage.port()) + "/");
  ASSERT_EQ(kind(result), ErrorKind::tls) << ::testing::PrintToString(result);
  EXPECT_EQ(result.error->stage, Stage::tls);
  EXPECT_EQ(result.error->code, 35);
  EXPECT_TRUE(is_transient(*result.error));
}

TEST_P(FetcherFaults, CertificatesAreChecked) {
  const TlsServer tls;
  if (!tls.running()) GTEST_SKIP() << "openssl is not here";
  const FetchResult untrusted = fetch(tls.url());
  ASSERT_EQ(kind(untrusted), ErrorKind::tls) << ::testing::PrintToString(untrusted);
  EXPECT_EQ(untrusted.error->code, 60);
  EXPECT_FALSE(is_transient(*untrusted.error));
  FetchSettings settings = quick_settings();
  settings.insecure = true;
  build(settings);
  const FetchResult insecure = fetch(tls.url());
  EXPECT_EQ(kind(insecure), std::nullopt) << ::testing::PrintToString(insecure);
  EXPECT_EQ(insecure.status, 200);
  EXPECT_TRUE(insecure.times.tls);
  settings.insecure = false;
  settings.ca_file = tls.certificate();
  build(settings);
  const FetchResult trusted = fetch(tls.url());
  EXPECT_EQ(kind(trusted), std::nullopt) << ::testing::PrintToString(trusted);
  settings.ca_file = "/nonexistent/ca.pem";
  build(settings);
  EXPECT_EQ(kind(fetch(tls.url())), ErrorKind::tls);
}

TEST_P(FetcherFaults, ConnectTimeout) {
  FetchSettings settings = quick_settings();
  settings.connect_timeout = milliseconds{150};
  build(settings);
  const FullBacklog full;
  FetchResult result;
  const Duration took = time([&] { result = fetch(full.url()); });
  EXPECT_EQ(kind(result), ErrorKind::connect_timeout) << ::testing::PrintToString(result);
  EXPECT_EQ(result.error->stage, Stage::connect);
  EXPECT_GE(took, milliseconds{140});
  EXPECT_LT(took, seconds{4});
}

TEST_P(FetcherFaults, ATlsHandshakeIsPartOfConnecting) {
  FetchSettings settings = quick_settings();
  settings.connect_timeout = milliseconds{600};
  build(settings);
  const SilentServer silent;
  const FetchResult result = fetch("https://127.0.0.1:" + std::to_string(silent.port()) + "/");
  EXPECT_EQ(kind(result), ErrorKind::connect_timeout) << ::testing::PrintToString(result);
  EXPECT_EQ(result.error->stage, Stage::tls);
}

TEST_P(FetcherFaults, FirstByteTimeout) {
  FetchSettings settings = quick_settings();
  settings.first_byte_timeout = milliseconds{600};
  build(settings, 1);
  for (int i = 0; i < 2; ++i) {  // the second time also after a kept connection
    EXPECT_EQ(kind(fetch("/page")), std::nullopt);
    FetchResult result;
    const Duration took = time([&] { result = fetch("/page?hang"); });
    EXPECT_EQ(kind(result), ErrorKind::first_byte_timeout) << ::testing::PrintToString(result);
    EXPECT_EQ(result.error->stage, Stage::request);
    EXPECT_GE(took, milliseconds{595});
    EXPECT_LT(took, seconds{4});
  }
}

TEST_P(FetcherFaults, Stalls) {
  FetchSettings settings = quick_settings();
  settings.stall_timeout = milliseconds{150};
  settings.first_byte_timeout = seconds{3};
  build(settings);
  for (const Expected& expected : {Expected{"/page?stall=headers", ErrorKind::stalled, Stage::headers},
                                   Expected{"/page?stall=status", ErrorKind::stalled, Stage::headers},
                                   Expected{"/page?stall=body&body=1000", ErrorKind::stalled, Stage::body},
                                   Expected{"/page?stall=body&body=3000&chunked", ErrorKind::stalled, Stage::body}}) {
    FetchResult result;
    const Duration took = time([&] { result = fetch(expected.url); });
    EXPECT_EQ(kind(result), expected.kind) << expected.url << ::testing::PrintToString(result);
    ASSERT_TRUE(result.error);
    EXPECT_EQ(result.error->stage, expected.stage) << expected.url;
    EXPECT_GE(took, milliseconds{145}) << expected.url;
    EXPECT_LT(took, seconds{4}) << expected.url;
  }
}

TEST_P(FetcherFaults, ATrickleIsNoStall) {
  FetchSettings settings = quick_settings();
  settings.stall_timeout = milliseconds{650};
  build(settings);
  for (const char* url : {"/page?body=20&drip=50ms", "/page?body=20&drip=50ms&encoding=gzip",
                          "/page?text=x&drip_headers=200ms&header=A:%201&header=B:%201"}) {
    FetchResult result;
    const Duration took = time([&] { result = fetch(url); });
    EXPECT_EQ(kind(result), std::nullopt) << url << ::testing::PrintToString(result);
    EXPECT_GE(took, milliseconds{700}) << url;
  }
}

TEST_P(FetcherFaults, ATrickleEndsByMaxTime) {
  FetchSettings settings = quick_settings();
  settings.stall_timeout = milliseconds{650};
  settings.max_time = milliseconds{1000};
  build(settings);
  const FetchResult result = fetch("/page?body=1000&drip=20ms");
  EXPECT_EQ(kind(result), ErrorKind::timeout) << ::testing::PrintToString(result);
  EXPECT_EQ(result.error->stage, Stage::body);
  EXPECT_GT(result.body.size(), 5u);
  EXPECT_GE(result.times.total, milliseconds{990});
}

TEST_P(FetcherFaults, MaxTimeHoldsInEveryPhase) {
  FetchSettings settings = quick_settings();
  settings.max_time = milliseconds{150};
  build(settings);
  const FullBacklog full;
  EXPECT_EQ(kind(fetch(full.url())), ErrorKind::timeout);
  EXPECT_EQ(kind(fetch("/page?hang")), ErrorKind::timeout);
  EXPECT_EQ(kind(fetch("/page?stall=headers")), ErrorKind::timeout);
  EXPECT_EQ(kind(fetch("/page?body=1000&drip=10ms")), ErrorKind::timeout);
}

TEST_P(FetcherFaults, BodiesAreCapped) {
  FetchSettings settings = quick_settings();
  settings.body_bytes_max = 50'000;
  build(settings);
  EXPECT_EQ(fetch("/page?body=50000").body.size(), 50'000u);
  EXPECT_EQ(kind(fetch("/page?body=50000&chunked")), std::nullopt);
  for (const char* url :
       {"/page?body=50001", "/page?body=50001&chunked", "/page?endless=body", "/page?encoding=bomb"}) {
    FetchResult result;
    const Duration took = time([&] { result = fetch(url); });
    EXPECT_EQ(kind(result), ErrorKind::too_large) << url << ::testing::PrintToString(result);
    EXPECT_EQ(result.error->stage, Stage::body) << url;
    EXPECT_LE(result.body.size(), 50'000u) << url;
    EXPECT_EQ(result.status, 200) << url;
    EXPECT_LT(took, seconds{10}) << url;
  }
}

TEST_P(FetcherFaults, HeadersAreCapped) {
  FetchSettings settings = quick_settings();
  settings.header_bytes_max = 20'000;
  build(settings);
  EXPECT_EQ(kind(fetch("/page?header=X:%20" + std::string(10'000, 'x'))), std::nullopt);
  for (const char* url : {"/page?endless=headers", "/page?endless=line"}) {
    const FetchResult result = fetch(url);
    EXPECT_EQ(kind(result), ErrorKind::too_large) << url << ::testing::PrintToString(result);
    EXPECT_EQ(result.error->stage, Stage::headers) << url;
  }
  settings.header_bytes_max = 10u << 20;
  build(settings);
  EXPECT_EQ(kind(fetch("/page?endless=headers")), ErrorKind::too_large) << "libcurl's own limit";
}

TEST_P(FetcherFaults, RecoversWithTheServer) {
  EXPECT_EQ(fetch("/page?fail_first=2&key=a&retry_after=7").status, 503);
  EXPECT_EQ(find_header(fetch("/page?fail_first=2&key=a&retry_after=7").headers, "Retry-After"), "7");
  EXPECT_EQ(fetch("/page?fail_first=2&key=a&retry_after=7").status, 200);
}

}  // namespace
}  // namespace scraper::test
