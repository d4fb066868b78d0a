// SPDX-License-Identifier: MIT
// Names that a name server on loopback knows: the program as a person runs it.
#include "tests/end_to_end/crawl_fixture.h"
#include "tests/support/dns_server.h"

namespace scraper::test {
namespace {

class Names : public Crawl {
 protected:
  Names() { dns_.set_others({DnsReply::Kind::records, {"127.0.0.1"}, 300, {}, 300}); }

  std::string config(const std::string& rest = "") const {
    return write_file("names.toml", "[fetch]\ndns_servers = [\"" + dns_.address() + "\"]\n" + rest);
  }
  std::string url(const std::string& name, const std::string& path = "/?title=T") const {
    return "http://" + name + ":" + std::to_string(server_.port()) + path;
  }

  DnsServer dns_;
};

TEST_F(Names, AreAskedOfTheNameServersInTheSettings) {
  dns_.set("gone.test", {DnsReply::Kind::no_such_name, {}, 300, {}, 300});
  std::vector<std::string> arguments{"-c", config(), url("gone.test")};
  for (int i = 0; i < 200; ++i) arguments.push_back(url("h" + std::to_string(i) + ".test"));
  const Finished finished = run(arguments);
  EXPECT_EQ(finished.exit_code, 3) << finished.err;
  EXPECT_EQ(value("SELECT count(*) FROM results WHERE state = 'done' AND title = 'T'"), "200");
  EXPECT_EQ(result(url("gone.test")).at("error_kind"), "dns");
  EXPECT_NE(result(url("gone.test")).at("error").find("no such name"), std::string::npos);
  EXPECT_EQ(value("SELECT count(*) FROM attempts WHERE ip = '127.0.0.1' AND dns_ms IS NULL"), "0");
  EXPECT_EQ(value("SELECT count(*) FROM attempts WHERE error_kind = 'dns' AND error_stage = 'resolve'"), "1");
  EXPECT_LE(dns_.questions(), 2u * 2 * 201);  // for two kinds of addresses, by two net threads at most
}

TEST_F(Names, ThatLeadToAPrivateAddressAreStillGuarded) {
  EXPECT_EQ(run({"-c", config(), "--private-addresses", "deny", url("h.test")}).exit_code, 3);
  EXPECT_EQ(result(url("h.test")).at("error_kind"), "blocked_address");
  EXPECT_EQ(server_.accepted(), 0u);
}

TEST_F(Names, TheNameServersAreShownAndChecked) {
  const Finished shown = scraper({"run", "--dry-run", "-c", config(), "http://x/"});
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_NE(shown.out.find("dns_servers = [\"" + dns_.address() + "\"]"), std::string::npos) << shown.out;
  for (const char* bad : {"ns.example", "1.2.3.4:0", "1.2.3.4:x", "[::1", "::1", "1.2.3.4,1.2.3.5", ""}) {
    const std::string file = write_file("bad.toml", "[fetch]\ndns_servers = [\"" + std::string(bad) + "\"]\n");
    EXPECT_EQ(scraper({"run", "--dry-run", "-c", file, "http://x/"}).exit_code, 2) << bad;
  }
  const std::string good = write_file("good.toml", "[fetch]\ndns_servers = [\"[::1]:53\", \"1.2.3.4\", \"[::1]\"]\n");
  EXPECT_EQ(scraper({"run", "--dry-run", "-c", good, "http://x/"}).exit_code, 0);
}

TEST_F(Names, TheOtherFetcherSaysThatItAsksOthers) {
  const Finished finished = run({"-c", config(), "--fetcher", "threads", server_.url("/")});
  EXPECT_EQ(finished.exit_code, 0);
  EXPECT_NE(finished.err.find("resolv.conf"), std::string::npos) << finished.err;
}

}  // namespace
}  // namespace scraper::test
