// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "scraper/base/clock.h"

namespace scraper {

/// How considerate to be of one host.
struct Politeness {
  int per_host = 2;                  ///< requests in flight at once
  Duration delay{500};               ///< least time between two request starts
  double jitter = 0.5;               ///< each delay is stretched by a random share of up to this
  Duration crawl_delay_max{60'000};  ///< a longer Crawl-delay of a robots.txt is cut to this
  Duration slowdown_max{60'000};     ///< 429 and 503 answers slow a host down to no more than this
  int park_after = 3;                ///< failures to reach the host, in a row, after which it is parked
  Duration park_first{30'000};       ///< for so long at first; twice as long with each further failure ...
  Duration park_max{30 * 60'000};    ///< ... up to this
};

/// The pace at which one host is asked, as its answers change it. No clock and no thread.
///
/// An answer of 429 or 503 at least doubles the delay and leaves one request at a time; each good answer takes a fifth
/// of that away again. A host that cannot be reached is parked, and then tried with one request at a time.
class Pace {
 public:
  explicit Pace(const Politeness& politeness) : politeness_(politeness) {}

  /// What is remembered from before.
  void restore(Duration slowdown, int failures);
  /// The robots.txt's wish; nullopt: it has none.
  void set_crawl_delay(std::optional<Duration> delay);

  /// The host answered, and not with 429 or 503.
  void answered();
  /// It asked to be left alone for a while: 429 or 503.
  void pushed_back();
  /// It could not be reached. For how long it is parked, if it is.
  std::optional<Duration> failed();

  /// In force between two request starts, jitter aside.
  Duration delay() const;
  Duration slowdown() const { return slowdown_; }
  int per_host() const;
  double jitter() const { return politeness_.jitter; }
  int failures() const { return failures_; }
  bool is_parked() const { return failures_ >= politeness_.park_after; }

 private:
  Politeness politeness_;
  Duration crawl_delay_{0};
  Duration slowdown_{0};
  int failures_ = 0;
};

}  // namespace scraper
