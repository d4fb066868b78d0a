// SPDX-License-Identifier: MIT
#include "scraper/frontier/retry_policy.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace scraper {

bool RetryPolicy::worth_another(const Error& error, int attempts) const {
  if (attempts > settings_.retries) return false;
  if (error.kind == ErrorKind::http_status) {
    return std::find(settings_.statuses.begin(), settings_.statuses.end(), error.code) != settings_.statuses.end();
  }
  return is_transient(error);
}

Duration RetryPolicy::wait_after(int attempts) {
  const int doublings = std::clamp(attempts - 1, 0, 16);
  const double stretch = std::uniform_real_distribution<double>(1.0, 1.5)(random_);
  const auto wait = static_cast<int64_t>(static_cast<double>(settings_.base.count() << doublings) * stretch);
  return std::min(settings_.most, Duration{wait});
}

std::optional<Duration> parse_retry_after(std::string_view value, WallTime now) {
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  if (value.empty()) return std::nullopt;
  if (std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    int64_t seconds = 0;
    const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    const int64_t most = kRetryAfterMax.count() / 1000;
    if (error != std::errc{}) seconds = most;  // more digits than fit
    return std::chrono::seconds{std::min(seconds, most)};
  }
  const time_t date = curl_getdate(std::string(value).c_str(), nullptr);
  if (date < 0) return std::nullopt;
  // In whole seconds: the clock's nanoseconds end in the year 2262, and a server may name any date.
  const int64_t wait = static_cast<int64_t>(date) - std::chrono::system_clock::to_time_t(now);
  return std::chrono::seconds{std::clamp<int64_t>(wait, 0, kRetryAfterMax.count() / 1000)};
}

}  // namespace scraper
