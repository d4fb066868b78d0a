// SPDX-License-Identifier: MIT
// What the sites notice of a crawl: by their own logs, and by the view that a person looks at.
#include <algorithm>
#include <csignal>
#include <memory>
#include <thread>

#include "tests/end_to_end/crawl_fixture.h"

namespace scraper::test {
namespace {

using std::chrono::milliseconds;

constexpr size_t kSites = 6;
constexpr size_t kPages = 25;
constexpr milliseconds kDelay{100};
constexpr milliseconds kAnswer{150};     // longer than the delay, so that two requests overlap
constexpr milliseconds kScatter{5};      // of arrivals around their starts
constexpr milliseconds kScatterMax{60};  // on a busy machine, now and then

/// Six sites on six addresses, crawled at once with either fetcher.
class Politeness : public Crawl, public testing::WithParamInterface<const char*> {
 protected:
  Politeness() {
    for (size_t i = 1; i <= kSites; ++i) {
      TestServerSettings settings;
      settings.address = "127.0.0." + std::to_string(i);
      settings.tree_pages = kPages;
      settings.tree_delay = kAnswer;
      sites_.push_back(std::make_unique<TestServer>(settings));
    }
  }

  Finished crawl() const {
    std::vector<std::string> arguments{"run",   "--depth",   "10",       "--per-host",    "2", "--delay",
                                       "100ms", "--fetcher", GetParam(), "--concurrency", "24"};
    for (const auto& site : sites_) arguments.push_back(site->url("/tree/0"));
    return scraper(arguments);
  }

  std::vector<std::unique_ptr<TestServer>> sites_;
};

/// Each start is at least the delay after the one before. What a server sees are arrivals: one that was held up on its
/// way is close to the next, so a few may be, but never as close as a burst, and never in sum.
void expect_delay_kept(const std::vector<ServedRequest>& requests, milliseconds delay) {
  size_t close = 0;
  for (size_t i = 1; i < requests.size(); ++i) {
    const auto gap = requests[i].at.steady - requests[i - 1].at.steady;
    EXPECT_GE(gap, delay - kScatterMax) << requests[i - 1].target << " then " << requests[i].target;
    if (gap < delay - kScatter) ++close;
    EXPECT_GE(requests[i].at.steady - requests[0].at.steady, static_cast<int>(i) * delay - kScatterMax);
  }
  EXPECT_LE(close, 1 + requests.size() / 10);
}

TEST_P(Politeness, NoSiteSeesMoreThanItsLimitsAndNoneWaitsForAnother) {
  const Finished finished = crawl();
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  SteadyTime first = SteadyTime::max(), last = SteadyTime::min();
  SteadyTime::duration one_by_one{0};
  for (const auto& site : sites_) {
    SCOPED_TRACE(site->url());
    const auto requests = site->requests();
    ASSERT_GE(requests.size(), kPages);
    EXPECT_LE(site->peak_concurrency(), 2u);
    expect_delay_kept(requests, kDelay);
    first = std::min(first, requests.front().at.steady);
    last = std::max(last, requests.back().at.steady);
    one_by_one += requests.back().at.steady - requests.front().at.steady;
  }
  EXPECT_LT(last - first, one_by_one / 3);  // all at once: a sixth and a little
}

TEST_P(Politeness, TheViewSaysWhatTheSitesSaw) {
  const Finished finished = crawl();
  ASSERT_EQ(finished.exit_code, 0) << finished.err;
  ASSERT_EQ(value("SELECT count(*) FROM politeness"), std::to_string(kSites));
  for (const auto& site : sites_) {
    SCOPED_TRACE(site->url());
    const std::string origin = site->url("");
    const auto row = rows("SELECT * FROM politeness WHERE origin = '" + origin + "'").at(0);
    EXPECT_EQ(row.at("run_id"), "1");
    EXPECT_EQ(row.at("host_id"), value("SELECT id FROM hosts WHERE origin = '" + origin + "'"));
    EXPECT_EQ(row.at("requests"), std::to_string(site->served()));
    EXPECT_GE(std::stod(row.at("least_gap_ms")), kDelay.count());
    EXPECT_GE(std::stod(row.at("median_gap_ms")), kDelay.count());
    EXPECT_LT(std::stod(row.at("median_gap_ms")), 2 * kDelay.count());  // jitter is at most a half
    EXPECT_EQ(row.at("most_at_once"), "2");
    EXPECT_GE(std::stod(row.at("robots_wait_ms")), kAnswer.count());
    EXPECT_EQ(site->requests().front().target, "/robots.txt");
    EXPECT_EQ(result(site->url("/tree/private/11")).at("skip_reason"), "robots");
  }
}

/// A run that was cut off has left its hosts a moment ago: the one that goes on owes them the rest of the delay.
class PolitenessAfter : public Crawl, public testing::WithParamInterface<int> {};

TEST_P(PolitenessAfter, ARestartKeepsTheDelayToo) {
  std::string list;
  for (int i = 0; i < 4; ++i) list += server_.url("/?n=" + std::to_string(i)) + "\n";
  const std::vector<std::string> command{SCRAPER_BINARY, "run", write_file("urls.txt", list), "--delay", "1s"};
  Program first(command, {folder_.path(), {}, {}, 0});
  while (server_.served() < 3) std::this_thread::sleep_for(milliseconds{1});
  std::this_thread::sleep_for(milliseconds{200});  // its answer is on record
  first.signal(GetParam());
  first.wait();
  const Finished second = run_program(command, {folder_.path(), {}, {}, 0});
  EXPECT_EQ(second.exit_code, 0) << second.err;
  const auto requests = server_.requests();
  for (size_t i = 1; i < requests.size(); ++i) {
    EXPECT_GE(requests[i].at.steady - requests[i - 1].at.steady, milliseconds{1000} - kScatterMax)
        << requests[i - 1].target << " then " << requests[i].target;
  }
  EXPECT_EQ(value("SELECT count(*) FROM results WHERE state = 'done'"), "4");
}

INSTANTIATE_TEST_SUITE_P(Fetchers, Politeness, testing::Values("multi", "threads"),
                         [](const auto& tested) { return std::string(tested.param); });
INSTANTIATE_TEST_SUITE_P(Signals, PolitenessAfter, testing::Values(SIGINT, SIGKILL),
                         [](const auto& tested) { return tested.param == SIGINT ? "Interrupt" : "Kill"; });

}  // namespace
}  // namespace scraper::test
