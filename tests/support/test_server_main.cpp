// SPDX-License-Identifier: MIT
#include <poll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "tests/support/dns_server.h"
#include "tests/support/test_server.h"

namespace {

struct Options {
  scraper::test::TestServerSettings server;
  int seconds = 900;
  std::string dns_address;  ///< what a name server says of every name; empty: there is none
};

std::optional<int> number(std::string_view text, int most) {
  int value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop != text.data() + text.size() || value < 0 || value > most) return std::nullopt;
  return value;
}

std::optional<Options> parse_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const std::string value = argv[i + 1];
    if (name == "--port" && number(value, 65535))
      options.server.port = static_cast<uint16_t>(*number(value, 65535));
    else if (name == "--seconds" && number(value, 1'000'000))
      options.seconds = *number(value, 1'000'000);
    else if (name == "--address")
      options.server.address = value;
    else if (name == "--site")
      options.server.site = value;
    else if (name == "--tree" && number(value, 1'000'000))
      options.server.tree_pages = static_cast<size_t>(*number(value, 1'000'000));
    else if (name == "--tree-delay-ms" && number(value, 60'000))
      options.server.tree_delay = scraper::Duration{*number(value, 60'000)};
    else if (name == "--dns")
      options.dns_address = value;
    else if (name == "--log")
      options.server.log_file = value;
    else
      return std::nullopt;
  }
  if (argc % 2 == 0) return std::nullopt;
  return options;
}

void raise_descriptor_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = parse_options(argc, argv);
  if (!options) {
    std::fputs(
        "usage: scraper-test-server [--port N] [--address A] [--seconds N] [--site DIR] [--log FILE]\n"
        "                           [--tree PAGES] [--tree-delay-ms N]\n"
        "                           [--dns ADDRESS]   a name server that has this address for every name\n",
        stderr);
    return 2;
  }
  raise_descriptor_limit();
  sigset_t ends;
  sigemptyset(&ends);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&ends, signal);
  sigprocmask(SIG_BLOCK, &ends, nullptr);  // before the server's thread starts, which inherits it
  const int signals = signalfd(-1, &ends, SFD_CLOEXEC);

  const scraper::test::TestServer server(options->server);
  std::printf("listening on %s\n", server.url().c_str());
  std::optional<scraper::test::DnsServer> dns;
  if (!options->dns_address.empty()) {
    dns.emplace();
    dns->set_others({scraper::test::DnsReply::Kind::records, {options->dns_address}, 300, {}, 300});
    std::printf("names at %s\n", dns->address().c_str());
  }
  std::fflush(stdout);
  pollfd wait{signals, POLLIN, 0};
  poll(&wait, 1, std::min(options->seconds, 2'000'000) * 1000);
  close(signals);
  return 0;
}
