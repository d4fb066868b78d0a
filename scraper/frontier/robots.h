// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scraper/base/clock.h"
#include "scraper/model/url.h"

namespace scraper {

/// What of a robots.txt counts; the rest is ignored (RFC 9309 2.5 asks for at least as much).
inline constexpr size_t kRobotsBytesMax = 500u << 10;
/// Of a line; the rest of it is ignored.
inline constexpr size_t kRobotsLineBytesMax = 16u << 10;
/// Further rules for one product token are left out.
inline constexpr size_t kRobotsRulesMax = 10'000;
/// Further `Sitemap:` lines are left out.
inline constexpr size_t kRobotsSitemapsMax = 100;
/// Longer delays than this are taken for it.
inline constexpr Duration kCrawlDelayMax = std::chrono::hours(24);

/// The first word of a user agent, in the characters of RFC 9309 2.2.1 (letters, `-` and `_`):
/// `scraper/0.1.0 (+https://example.org)` -> `scraper`. Empty when it begins with another character.
std::string_view product_token(std::string_view user_agent);

/// One robots.txt as it concerns one product token (RFC 9309). Holds the rules of the groups for that token and of no
/// others, so that those of many hosts can be kept.
///
/// Beyond the RFC, as Google's parser has it: common misspellings of the keys, white space for a forgotten colon, and
/// `Allow: /x/index.html` allows `/x/` too.
///
/// A value; immutable once parsed; any thread.
class Robots {
 public:
  /// Everything is allowed: there is no robots.txt.
  Robots() = default;

  /// `body` is what the server sent, content coding undone. A token that is none (empty, or with other characters) has
  /// the groups for `*`.
  static Robots parse(std::string_view body, std::string_view product_token);

  /// What holds for one URL, and why.
  struct Verdict {
    bool allowed = true;
    int line = 0;      ///< of the rule that decided, from 1; 0: no rule matched
    std::string rule;  ///< that rule as written, `Disallow: /private`; printable, cut when it is long
  };

  /// By path and query: the longest rule that matches decides, of two equally long ones `Allow` (2.2.2). /robots.txt
  /// itself is always allowed. Takes time in proportion to the number of rules and the length of the URL, whatever the
  /// rules are.
  Verdict check(const Url& url) const;

  /// Of the groups that hold for the token, within [0, kCrawlDelayMax]; the longest when there are several.
  std::optional<Duration> crawl_delay() const { return crawl_delay_; }

  /// The values of all `Sitemap:` lines as written; they belong to no group.
  const std::vector<std::string>& sitemaps() const { return sitemaps_; }

  /// Roughly what this object takes in memory.
  size_t bytes() const;

 private:
  class Compiler;  // in robots.cpp

  // Offsets into text_. A rule whose pattern is in the line as written shares its bytes.
  struct Rule {
    uint32_t pattern_begin = 0;
    uint32_t pattern_bytes = 0;  // normalised, runs of stars as one, without the `$`
    uint32_t written_begin = 0;
    uint32_t written_bytes : 31 = 0;
    uint32_t allow : 1 = 0;
    uint32_t octets : 31 = 0;  // how specific it is
    uint32_t anchored : 1 = 0;
    int32_t line = 0;
  };

  std::string_view pattern(const Rule& rule) const {
    return std::string_view(text_).substr(rule.pattern_begin, rule.pattern_bytes);
  }

  std::string text_;
  std::vector<Rule> rules_;  // in the order in which they decide
  std::optional<Duration> crawl_delay_;
  std::vector<std::string> sitemaps_;
};

}  // namespace scraper
