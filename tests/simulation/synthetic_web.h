// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "scraper/base/clock.h"
#include "scraper/model/fetch.h"

namespace scraper::simulation {

/// What a URL of the synthetic web does, and what it links to.
struct Page {
  enum class Kind { ok, missing, redirect, flaky, busy, slow, silent } kind = Kind::ok;
  int version = 1;                 ///< of its content, and its ETag
  int failures = 0;                ///< flaky, busy: so often before it is well
  int retry_after_s = 0;           ///< busy
  std::string target;              ///< redirect
  std::vector<std::string> links;  ///< ok, flaky, busy, slow once they answer
  bool is_private = false;         ///< its path is one that robots.txt may forbid
};

/// How a host treats its visitors.
struct Host {
  enum class Kind { well, dead, dead_at_first, storm } kind = Kind::well;
  int failures = 0;  ///< dead_at_first: connections that fail; storm: answers of 429
  enum class RobotsKind { none, rules, crawl_delay, broken, broken_at_first, elsewhere } robots = RobotsKind::none;
  int robots_failures = 0;
  std::string robots_elsewhere;  ///< the origin that its robots.txt redirects to
};

/// A web that a seed makes: hosts that are dead, busy or slow, pages that redirect in loops or fail at first,
/// robots.txt that forbid, break or move. Answers are a function of how often was asked.
class SyntheticWeb {
 public:
  explicit SyntheticWeb(uint64_t seed);

  struct Answer {
    FetchResult result;
    Duration takes{0};
  };
  /// `etag`: what the client knows the page by; empty: it does not.
  Answer answer(const std::string& url, const std::string& etag);

  /// Some pages are others on the next day, with other links; what fails at first does so again.
  void pass_a_day();

  static std::string etag_of(const Page& page) { return "\"" + std::to_string(page.version) + "\""; }

  const std::vector<std::string>& seeds() const { return seeds_; }
  const std::map<std::string, Page>& pages() const { return pages_; }
  const Host& host_of(const std::string& url) const { return hosts_.at(origin_of(url)); }
  static std::string origin_of(const std::string& url) { return url.substr(0, url.find('/', 8)); }
  /// What the host's robots.txt says to those who get it.
  static std::string robots_text(const Host& host);
  bool forbids(const std::string& url) const;

  static constexpr Duration kCrawlDelay{3000};

 private:
  uint64_t draw(uint64_t below) { return random_() % below; }
  void make_hosts();
  void make_pages();
  Answer robots_answer(Host& host);
  Answer page_answer(Page& page, const std::string& etag);

  std::mt19937_64 random_;
  std::vector<std::string> origins_;
  std::map<std::string, Host> hosts_;
  std::map<std::string, Page> pages_;
  std::vector<std::string> seeds_;
};

}  // namespace scraper::simulation
