// SPDX-License-Identifier: MIT
// What every fetching model makes of a server that behaves.
#include <gmock/gmock.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <filesystem>
#include <map>
#include <random>
#include <set>

#include "tests/conformance/fetcher_fixture.h"

namespace scraper::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

INSTANTIATE_TEST_SUITE_P(Models, FetcherConformance, ::testing::Values(FetchModel::multi, FetchModel::threads),
                         model_name);

TEST_P(FetcherConformance, FetchesAPage) {
  const FetchResult result = fetch(request("/page?title=Hello&type=text/plain", 42));
  EXPECT_EQ(kind(result), std::nullopt) << ::testing::PrintToString(result);
  EXPECT_EQ(result.id, 42u);
  EXPECT_EQ(result.status, 200);
  EXPECT_THAT(result.body, HasSubstr("<title>Hello</title>"));
  EXPECT_EQ(find_header(result.headers, "content-type"), "text/plain");
  EXPECT_EQ(result.ip, "127.0.0.1");
  EXPECT_EQ(result.http_version, "1.1");
  EXPECT_GT(result.wire_bytes, result.body.size());
}

TEST_P(FetcherConformance, KeepsEqualHeadersInTheirOrder) {
  const FetchResult result = fetch("/page?header=Set-Cookie:%20a%3D1&header=set-cookie:%20b%3D2&header=X-Empty:");
  std::vector<std::pair<std::string, std::string>> cookies;
  for (const auto& header : result.headers) {
    if (header.first.size() == 10) cookies.push_back(header);
  }
  ASSERT_EQ(cookies.size(), 2u);
  EXPECT_EQ(cookies[0], (std::pair<std::string, std::string>{"Set-Cookie", "a=1"}));
  EXPECT_EQ(cookies[1], (std::pair<std::string, std::string>{"set-cookie", "b=2"}));
  EXPECT_EQ(find_header(result.headers, "X-Empty"), "");
}

TEST_P(FetcherConformance, UnfoldsHeaders) {
  server_.raw("/folded", "HTTP/1.1 200 OK\r\nX-Long: one\r\n  two\r\n\tthree\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(find_header(fetch("/folded").headers, "X-Long"), "one two three");
}

TEST_P(FetcherConformance, ReturnsRedirectsAndDoesNotFollowThem) {
  const FetchResult result = fetch("/redirect?to=/elsewhere&status=301");
  EXPECT_EQ(kind(result), std::nullopt);
  EXPECT_EQ(result.status, 301);
  EXPECT_EQ(find_header(result.headers, "Location"), "/elsewhere");
  EXPECT_EQ(server_.served(), 1u);
}

TEST_P(FetcherConformance, TakesAnErrorStatusForAnAnswer) {
  for (const int status : {400, 401, 404, 410, 429, 500, 503}) {
    const FetchResult result = fetch("/page?body=10&status=" + std::to_string(status));
    EXPECT_EQ(kind(result), std::nullopt);
    EXPECT_EQ(result.status, status);
    EXPECT_EQ(result.body.size(), 10u);
  }
}

TEST_P(FetcherConformance, AnswersWithoutBodyHaveNone) {
  for (const int status : {204, 304}) {
    const FetchResult result = fetch("/page?body=10&status=" + std::to_string(status));
    EXPECT_EQ(kind(result), std::nullopt);
    EXPECT_EQ(result.status, status);
    EXPECT_THAT(result.body, IsEmpty());
  }
}

TEST_P(FetcherConformance, HeadAsksForHeadersAlone) {
  FetchSettings settings = quick_settings();
  settings.body_bytes_max = 100;
  build(settings);
  FetchRequest head = request("/page?body=5000");
  head.head = true;
  const FetchResult result = fetch(std::move(head));
  EXPECT_EQ(kind(result), std::nullopt) << ::testing::PrintToString(result);
  EXPECT_EQ(find_header(result.headers, "Content-Length"), "5000");
  EXPECT_THAT(result.body, IsEmpty());
  EXPECT_EQ(server_.requests().at(0).method, "HEAD");
}

TEST_P(FetcherConformance, InterimResponsesAreNotTheAnswer) {
  const FetchResult result = fetch("/page?interim=103&interim=102&text=done");
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(find_header(result.headers, "X-Interim"), std::nullopt);
  EXPECT_EQ(result.body, "done");
}

TEST_P(FetcherConformance, TrailersAreNotHeaders) {
  const FetchResult result = fetch("/page?body=2500&trailer=X-Trailer:%201");
  EXPECT_EQ(kind(result), std::nullopt);
  EXPECT_EQ(result.body.size(), 2500u);
  EXPECT_EQ(find_header(result.headers, "X-Trailer"), std::nullopt);
  EXPECT_NE(find_header(result.headers, "Content-Type"), std::nullopt);
}

TEST_P(FetcherConformance, ReadsBodiesHoweverTheyAreFramed) {
  for (const char* framing : {"", "&chunked", "&nolength", "&version=1.0&nolength", "&connection=close"}) {
    const FetchResult result = fetch(std::string("/page?body=200000") + framing);
    EXPECT_EQ(kind(result), std::nullopt) << framing << ::testing::PrintToString(result);
    EXPECT_EQ(result.body.size(), 200'000u) << framing;
  }
  EXPECT_EQ(fetch("/page?version=1.0&nolength").http_version, "1.0");
}

TEST_P(FetcherConformance, UndoesContentEncodings) {
  for (const char* encoding : {"gzip", "deflate", "br", "zstd"}) {
    const FetchResult result =
        fetch(std::string("/page?text=Hello+from+the+test+server,+compressed.%0A&encoding=") + encoding);
    EXPECT_EQ(kind(result), std::nullopt) << encoding << ::testing::PrintToString(result);
    EXPECT_EQ(result.body, kEncodedText) << encoding;
  }
}

TEST_P(FetcherConformance, KeepsConnectionsAlive) {
  build(quick_settings(), 1);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(fetch("/page").status, 200);
  EXPECT_EQ(server_.accepted(), 1u);
}

TEST_P(FetcherConformance, GivesUpConnectionsWhoseNetworkHasDied) {
  FetchSettings settings = quick_settings();
  settings.stall_timeout = seconds{7};
  build(settings, 1);
  fetch("/page");
  int found = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    const int fd = std::stoi(entry.path().filename());
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    if (getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0 || peer.sin_family != AF_INET) continue;
    if (ntohs(peer.sin_port) != server_.port()) continue;
    unsigned milliseconds = 0;
    size = sizeof milliseconds;
    EXPECT_EQ(getsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, &size), 0);
    EXPECT_EQ(milliseconds, 7'000u);
    ++found;
  }
  EXPECT_EQ(found, 1) << "the connection that is kept";
}

TEST_P(FetcherConformance, StartsOverWhenAKeptConnectionWasClosed) {
  build(quick_settings(), 1);
  server_.raw("/closes", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");  // and closes without a word
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(kind(fetch("/closes")), std::nullopt);
    EXPECT_EQ(kind(fetch("/page")), std::nullopt);
  }
}

TEST_P(FetcherConformance, SendsTheHeadersItIsGiven) {
  FetchSettings settings = quick_settings();
  settings.headers = {"X-All: yes", "X-Replaced: no"};
  build(settings);
  FetchRequest echo = request("/echo");
  echo.headers = {"X-One: 1", "X-Replaced: yes"};
  const FetchResult result = fetch(std::move(echo));
  for (const char* line :
       {"User-Agent: conformance/1\n", "X-All: yes\n", "X-One: 1\n", "X-Replaced: yes\n", "Accept-Encoding: "}) {
    EXPECT_THAT(result.body, HasSubstr(line));
  }
  EXPECT_THAT(result.body, Not(HasSubstr("X-Replaced: no")));
}

TEST_P(FetcherConformance, SendsCredentialsOnlyWhereTheyMayGo) {
  FetchSettings settings = quick_settings();
  settings.headers = {"Authorization: Bearer secret", "COOKIE: secret=1", "X-Plain: 1"};
  settings.cookie = "secret=2";
  build(settings);
  EXPECT_THAT(fetch("/echo").body, Not(HasSubstr("secret")));
  FetchRequest own_header = request("/echo");
  own_header.headers = {"X-Own: 1"};
  const FetchResult without = fetch(std::move(own_header));
  EXPECT_THAT(without.body, Not(HasSubstr("secret")));
  EXPECT_THAT(without.body, HasSubstr("X-Plain: 1"));
  FetchRequest trusted = request("/echo");
  trusted.send_credentials = true;
  const FetchResult with = fetch(std::move(trusted));
  EXPECT_THAT(with.body, HasSubstr("Authorization: Bearer secret"));
  EXPECT_THAT(with.body, HasSubstr("COOKIE: secret=1"));  // as in curl, a header in so many words beats the option
  settings.headers.clear();
  build(settings);
  EXPECT_THAT(fetch("/echo").body, Not(HasSubstr("secret")));
  trusted = request("/echo");
  trusted.send_credentials = true;
  EXPECT_THAT(fetch(std::move(trusted)).body, HasSubstr("Cookie: secret=2"));
}

TEST_P(FetcherConformance, LeavesThePathAsItIs) {
  EXPECT_THAT(fetch("/a/../b/./c").body, Not(IsEmpty()));
  EXPECT_EQ(server_.requests().at(0).target, "/a/../b/./c");
}

TEST_P(FetcherConformance, AsksForExactlyWhatEachUrlSays) {
  build(quick_settings(), 1);  // one after the other, so that a handle is used again
  const std::pair<const char*, const char*> urls[] = {{"/echo?a=%2f%2F&b=%zz", "/echo?a=%2f%2F&b=%zz"},
                                                      {"/echo", "/echo"},
                                                      {"/echo?", "/echo?"},
                                                      {"/echo?x#fragment", "/echo?x"},
                                                      {"/echo?a|b", "/echo?a|b"},
                                                      {"/echo?a=http://b/?c", "/echo?a=http://b/?c"},
                                                      {"/echo?\xC3\xA9", "/echo?\xC3\xA9"},
                                                      {"/echo?last", "/echo?last"}};
  for (const auto& [url, target] : urls) {
    const FetchResult result = fetch(server_.url(url));
    EXPECT_EQ(kind(result), std::nullopt) << url << ::testing::PrintToString(result);
    EXPECT_THAT(result.body, HasSubstr(std::string("GET ") + target + "\nHost:"));
  }
}

TEST_P(FetcherConformance, ResolvesNamesAsTold) {
  FetchSettings settings = quick_settings();
  settings.resolve = {"shop.example:" + std::to_string(server_.port()) + ":127.0.0.1"};
  build(settings);
  const FetchResult result = fetch("http://shop.example:" + std::to_string(server_.port()) + "/echo");
  EXPECT_EQ(kind(result), std::nullopt) << ::testing::PrintToString(result);
  EXPECT_THAT(result.body, HasSubstr("Host: shop.example:"));
}

TEST_P(FetcherConformance, GoesThroughAProxy) {
  FetchSettings settings = quick_settings();
  settings.proxy = server_.url("");
  build(settings);
  FetchRequest far = request("http://shop.example/echo");
  far.allow_private = false;  // the proxy may be private all the same: the user chose it
  const FetchResult result = fetch(std::move(far));
  EXPECT_EQ(kind(result), std::nullopt) << ::testing::PrintToString(result);
  EXPECT_THAT(result.body, HasSubstr("GET http://shop.example/echo"));
  FetchRequest near = request("http://10.0.0.1/");
  near.allow_private = false;
  EXPECT_EQ(kind(fetch(std::move(near))), ErrorKind::blocked_address);
}

TEST_P(FetcherConformance, PhaseTimesAreInOrder) {
  const WallTime before = wall_now();
  const FetchResult result = fetch("/page?delay=60ms&body=20&drip=5ms");
  ASSERT_EQ(kind(result), std::nullopt);
  const PhaseTimes& times = result.times;
  ASSERT_TRUE(times.first_byte);
  EXPECT_LE(times.dns.value_or(Duration{0}), times.connect.value_or(Duration{0}));
  EXPECT_LE(times.connect.value_or(Duration{0}), *times.first_byte);
  EXPECT_LE(*times.first_byte, times.total);
  EXPECT_GE(*times.first_byte, milliseconds{55});
  EXPECT_GE(times.total, milliseconds{130});
  EXPECT_EQ(times.tls, std::nullopt);
  EXPECT_GE(result.started_at, before);
  EXPECT_LE(result.started_at, wall_now());
}

TEST_P(FetcherConformance, RunsAsManyAtOnceAsItHasCapacity) {
  Fetcher& fetcher = build(quick_settings(), 16);
  EXPECT_EQ(fetcher.capacity(), 16u);
  for (uint64_t id = 0; id < 16; ++id) fetcher.start(request("/page?delay=4s&gather=16", id));
  ASSERT_TRUE(results_.wait_for(16));
  EXPECT_EQ(server_.peak_concurrency(), 16u);
}

TEST_P(FetcherConformance, EveryStartHasExactlyOneResult) {
  const std::vector<std::string> paths = {"/page?links=20",
                                          "/redirect?to=/x",
                                          "/page?status=404",
                                          "/page?close",
                                          "/page?reset",
                                          "/page?garbage",
                                          "/page?body=100000&chunked",
                                          "/page?truncate=5",
                                          "/page?encoding=gzip",
                                          "/page?encoding=corrupt",
                                          "/page?delay=5ms",
                                          "ftp://x/",
                                          ""};
  constexpr uint64_t kRequests = 600;
  constexpr size_t kConcurrency = 24;
  const uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  Fetcher& fetcher = build(quick_settings(), kConcurrency);
  std::map<uint64_t, int> seen;
  for (uint64_t id = 0; id < kRequests; ++id) {
    if (id >= kConcurrency) {
      ASSERT_TRUE(results_.wait_for(id - kConcurrency + 1));
    }
    fetcher.start(request(paths[random() % paths.size()], id));
  }
  ASSERT_TRUE(results_.wait_for(kRequests));
  fetcher.stop(seconds{5});
  for (const FetchResult& result : results_.take()) ++seen[result.id];
  EXPECT_EQ(seen.size(), kRequests);
  for (const auto& [id, count] : seen) EXPECT_EQ(count, 1) << id;
}

}  // namespace
}  // namespace scraper::test
