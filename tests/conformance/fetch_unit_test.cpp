// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "scraper/fetch/address_guard.h"
#include "scraper/fetch/fetcher.h"
#include "scraper/fetch/proxy_choice.h"
#include "scraper/fetch/transfer_error.h"
#include "tests/support/sanitizer.h"

namespace scraper {
namespace {

using ::testing::HasSubstr;

TEST(AddressGuard, KnowsAddressesThatAreNotPublic) {
  for (const char* address : {"0.0.0.0",
                              "0.1.2.3",
                              "10.0.0.0",
                              "10.255.255.255",
                              "100.64.0.1",
                              "100.127.255.255",
                              "127.0.0.1",
                              "127.255.0.9",
                              "169.254.169.254",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.0.0.8",
                              "192.0.2.1",
                              "192.168.0.1",
                              "198.18.0.1",
                              "198.19.255.255",
                              "224.0.0.1",
                              "240.0.0.1",
                              "255.255.255.255",
                              "::",
                              "::1",
                              "[::1]",
                              "fe80::1",
                              "fe80::1%eth0",
                              "febf::1",
                              "fc00::1",
                              "fdff::1",
                              "ff02::1",
                              "fec0::1",
                              "::ffff:10.0.0.1",
                              "::ffff:7f00:1",
                              "::127.0.0.1",
                              "64:ff9b::10.0.0.1",
                              "64:ff9b:1::1",
                              "2002:7f00:1::",
                              "2002:a00:1::1",
                              "2001:db8::1",
                              "2001:0:1::1",
                              "100::1"}) {
    EXPECT_TRUE(special_range(std::string_view(address))) << address;
  }
}

TEST(AddressGuard, LeavesPublicAddressesAlone) {
  for (const char* address : {"1.1.1.1",
                              "9.255.255.255",
                              "11.0.0.0",
                              "100.63.255.255",
                              "100.128.0.0",
                              "126.255.255.255",
                              "128.0.0.1",
                              "169.253.0.1",
                              "172.15.255.255",
                              "172.32.0.0",
                              "192.167.0.1",
                              "192.169.0.1",
                              "198.17.0.1",
                              "198.20.0.0",
                              "223.255.255.255",
                              "2606:4700::1111",
                              "[2a00:1450::1]",
                              "::ffff:8.8.8.8",
                              "64:ff9b::8.8.8.8",
                              "2002:808:808::1",
                              "2001:4860:4860::8888",
                              "example.com",
                              "localhost",
                              "127.0.0.1.example.com",
                              ""}) {
    EXPECT_FALSE(special_range(std::string_view(address))) << address;
  }
}

TEST(AddressGuard, TakesNoOtherFamilyForPublic) {
  sockaddr address{};
  address.sa_family = AF_UNIX;
  EXPECT_TRUE(special_range(address));
}

TEST(ProxyChoice, ReadsNoProxyAsCurlDoes) {
  EXPECT_TRUE(is_exempt("example.com", "*"));
  EXPECT_TRUE(is_exempt("www.example.com", "other.org, example.com"));
  EXPECT_TRUE(is_exempt("www.example.com", ".EXAMPLE.com"));
  EXPECT_TRUE(is_exempt("example.com", ".example.com"));
  EXPECT_TRUE(is_exempt("10.1.2.3", "10.0.0.0/8"));
  EXPECT_TRUE(is_exempt("::1", "[::1]"));
  EXPECT_TRUE(is_exempt("fd00::9", "fd00::/8"));
  EXPECT_FALSE(is_exempt("badexample.com", "example.com"));
  EXPECT_FALSE(is_exempt("11.1.2.3", "10.0.0.0/8,1.2.3"));
  EXPECT_FALSE(is_exempt("10.1.2.3", "10.0.0.0/99,::/0"));
  EXPECT_FALSE(is_exempt("example.com", ""));
}

TEST(ProxyChoice, FindsTheHostOfAUrl) {
  EXPECT_EQ(host_of("http://example.com/a:b@c"), "example.com");
  EXPECT_EQ(host_of("https://example.com:8443?x"), "example.com");
  EXPECT_EQ(host_of("http://[::1]:80/"), "::1");
  EXPECT_EQ(host_of("http://user:pass@host/"), "host");
  EXPECT_EQ(host_of("nothing"), "");
}

TEST(ProxyChoice, TheGivenOneBeatsTheEnvironment) {
  setenv("https_proxy", "http://env:1", 1);
  setenv("no_proxy", "near.example", 1);
  const ProxyChoice from_environment("");
  const ProxyChoice given("http://given:1");
  unsetenv("https_proxy");
  unsetenv("no_proxy");
  EXPECT_EQ(from_environment.proxy_for("https://far.example/"), "http://env:1");
  EXPECT_EQ(from_environment.proxy_for("https://near.example/"), "");
  EXPECT_EQ(given.proxy_for("https://far.example/"), "http://given:1");
  EXPECT_EQ(given.proxy_for("http://www.near.example:80/"), "");
}

struct Case {
  CURLcode code;
  Phase phase;
  ErrorKind kind;
  Stage stage;
};

TEST(TransferError, MapsCodesToKinds) {
  for (const Case& c :
       {Case{CURLE_COULDNT_RESOLVE_HOST, Phase::resolving, ErrorKind::dns, Stage::resolve},
        Case{CURLE_COULDNT_RESOLVE_PROXY, Phase::resolving, ErrorKind::dns, Stage::resolve},
        Case{CURLE_COULDNT_CONNECT, Phase::connecting, ErrorKind::connect, Stage::connect},
        Case{CURLE_SSL_CONNECT_ERROR, Phase::handshake, ErrorKind::tls, Stage::tls},
        Case{CURLE_PEER_FAILED_VERIFICATION, Phase::connecting, ErrorKind::tls, Stage::tls},
        Case{CURLE_SSL_CACERT_BADFILE, Phase::connecting, ErrorKind::tls, Stage::tls},
        Case{CURLE_GOT_NOTHING, Phase::waiting, ErrorKind::protocol, Stage::request},
        Case{CURLE_RECV_ERROR, Phase::headers, ErrorKind::protocol, Stage::headers},
        Case{CURLE_PARTIAL_FILE, Phase::body, ErrorKind::protocol, Stage::body},
        Case{CURLE_WEIRD_SERVER_REPLY, Phase::waiting, ErrorKind::protocol, Stage::request},
        Case{CURLE_HTTP2_STREAM, Phase::body, ErrorKind::protocol, Stage::body},
        Case{CURLE_UNSUPPORTED_PROTOCOL, Phase::waiting, ErrorKind::protocol, Stage::request},
        Case{CURLE_UNSUPPORTED_PROTOCOL, Phase::resolving, ErrorKind::unsupported_scheme, Stage::request},
        Case{CURLE_BAD_CONTENT_ENCODING, Phase::headers, ErrorKind::decode, Stage::body},
        Case{CURLE_FILESIZE_EXCEEDED, Phase::headers, ErrorKind::too_large, Stage::body},
        Case{CURLE_OUT_OF_MEMORY, Phase::waiting, ErrorKind::too_large, Stage::headers},
        Case{CURLE_OUT_OF_MEMORY, Phase::connecting, ErrorKind::internal, Stage::connect},
        Case{CURLE_URL_MALFORMAT, Phase::resolving, ErrorKind::bad_url, Stage::request},
        Case{CURLE_OPERATION_TIMEDOUT, Phase::resolving, ErrorKind::connect_timeout, Stage::resolve},
        Case{CURLE_OPERATION_TIMEDOUT, Phase::handshake, ErrorKind::connect_timeout, Stage::tls},
        Case{CURLE_OPERATION_TIMEDOUT, Phase::waiting, ErrorKind::timeout, Stage::request},
        Case{CURLE_OPERATION_TIMEDOUT, Phase::body, ErrorKind::timeout, Stage::body},
        Case{CURLE_FAILED_INIT, Phase::resolving, ErrorKind::internal, Stage::resolve}}) {
    Failure failure;
    failure.code = c.code;
    failure.phase = c.phase;
    const Error error = classify(failure);
    EXPECT_EQ(error.kind, c.kind) << c.code << ' ' << name(error.kind);
    EXPECT_EQ(error.stage, c.stage) << c.code << ' ' << name(error.stage);
    EXPECT_EQ(error.code, static_cast<int>(c.code));
    EXPECT_FALSE(error.message.empty());
  }
}

TEST(TransferError, AConnectTimeoutBeyondMaxTimeIsATimeout) {
  Failure failure;
  failure.code = CURLE_OPERATION_TIMEDOUT;
  failure.phase = Phase::connecting;
  failure.out_of_max_time = true;
  EXPECT_EQ(classify(failure).kind, ErrorKind::timeout);
}

TEST(TransferError, OurOwnLimitsSpeakForThemselves) {
  Failure failure;
  failure.code = CURLE_WRITE_ERROR;
  failure.phase = Phase::body;
  failure.cut = Cut::body_too_large;
  failure.cut_detail = "the body is over 16MiB";
  EXPECT_EQ(classify(failure).kind, ErrorKind::too_large);
  EXPECT_EQ(classify(failure).message, "the body is over 16MiB");
  failure.cut = Cut::blocked_address;
  EXPECT_EQ(classify(failure).kind, ErrorKind::blocked_address);
}

TEST(TransferError, AMachineWithoutSocketsIsWorthAnotherTry) {
  Failure failure;
  failure.code = CURLE_COULDNT_CONNECT;
  failure.phase = Phase::connecting;
  failure.cut = Cut::out_of_sockets;
  for (const int code : {EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL}) {
    EXPECT_EQ(cut_by_socket_error(code), Cut::out_of_sockets) << code;
    failure.cut_detail = socket_error_text(code);
    const Error error = classify(failure);
    EXPECT_EQ(error.kind, ErrorKind::connect);
    EXPECT_EQ(error.stage, Stage::connect);
    EXPECT_TRUE(is_transient(error));
    EXPECT_THAT(error.message, HasSubstr("--concurrency")) << code;
  }
  EXPECT_EQ(socket_error_text(EMFILE),
            "this machine ran out of sockets: Too many open files; raise the limit (ulimit -n) or lower --concurrency");
}

TEST(TransferError, ASocketThatIsForbiddenIsNot) {
  Failure failure;
  failure.code = CURLE_COULDNT_CONNECT;
  failure.cut = cut_by_socket_error(EACCES);
  failure.cut_detail = socket_error_text(EACCES);
  EXPECT_EQ(classify(failure).kind, ErrorKind::internal);
  EXPECT_EQ(classify(failure).message, "cannot open a socket: Permission denied");
  EXPECT_EQ(cut_by_socket_error(EAFNOSUPPORT), Cut::none);  // libcurl goes on to an address of another family
}

[[noreturn]] void make_threads_with_few_descriptors(size_t concurrency, rlim_t descriptors) {
  alarm(20);  // it would hang for ever
  const rlimit few{descriptors, descriptors};
  if (setrlimit(RLIMIT_NOFILE, &few) != 0) _exit(2);
  try {
    make_fetcher(FetchModel::threads, concurrency, FetchSettings{}, [](FetchResult) {});
  } catch (const std::exception& error) {
    std::fputs(error.what(), stderr);
    _exit(3);
  }
  _exit(0);
}

TEST(ThreadFetcher, SaysThatItHasTooFewDescriptors) {
#if SCRAPER_SANITIZER_NEEDS_DESCRIPTORS
  GTEST_SKIP() << "the sanitizer needs a pipe of its own";
#endif
  EXPECT_EXIT(make_threads_with_few_descriptors(200, 40), ::testing::ExitedWithCode(3),
              "^cannot start 200 transfers at once: too many open files; "
              "raise the limit \\(ulimit -n\\) or lower --concurrency$");
  EXPECT_EXIT(make_threads_with_few_descriptors(2, 40), ::testing::ExitedWithCode(0), "");
}

TEST(TransferError, MessagesAreOneLineOfValidText) {
  Failure failure;
  failure.code = CURLE_RECV_ERROR;
  failure.phase = Phase::body;
  failure.detail = "a\xff\nb\n";
  EXPECT_EQ(classify(failure).message, "a\xEF\xBF\xBD b");
}

TEST(TransferError, ExplainsACutTlsConnection) {
  Failure failure;
  failure.code = CURLE_RECV_ERROR;
  failure.phase = Phase::body;
  failure.detail = "OpenSSL SSL_read: error:0A000126:SSL routines::unexpected eof while reading, errno 0";
  const Error error = classify(failure);
  EXPECT_EQ(error.kind, ErrorKind::protocol);
  EXPECT_THAT(error.message, HasSubstr("incomplete"));
}

}  // namespace
}  // namespace scraper
