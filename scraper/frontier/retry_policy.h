// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string_view>
#include <vector>

#include "scraper/base/clock.h"
#include "scraper/model/error.h"

namespace scraper {

struct RetrySettings {
  int retries = 2;        ///< further tries after the first
  Duration base{1000};    ///< before the second try; doubles with each
  Duration most{60'000};  ///< no wait is longer than this, jitter included
  std::vector<int> statuses{408, 425, 429, 500, 502, 503, 504};
};

/// Which failures are worth another try, and after how long.
class RetryPolicy {
 public:
  RetryPolicy(RetrySettings settings, uint64_t jitter_seed) : settings_(std::move(settings)), random_(jitter_seed) {}

  /// `attempts` were made, the last of which failed with `error` (http_status: its code is the status).
  bool worth_another(const Error& error, int attempts) const;

  /// How long to wait after that many attempts: 1 s, 2 s, 4 s ... each up to half longer.
  Duration wait_after(int attempts);

 private:
  RetrySettings settings_;
  std::mt19937_64 random_;
};

/// Retry-After (RFC 9110 10.2.3): seconds, or a date in any of HTTP's three forms. Never negative; capped at
/// kRetryAfterMax; nullopt when it is neither.
std::optional<Duration> parse_retry_after(std::string_view value, WallTime now);
inline constexpr Duration kRetryAfterMax = std::chrono::hours{24};

}  // namespace scraper
