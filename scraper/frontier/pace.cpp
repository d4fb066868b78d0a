// SPDX-License-Identifier: MIT
#include "scraper/frontier/pace.h"

#include <algorithm>

namespace scraper {
namespace {

constexpr Duration kSlowdownFirst{1000};
constexpr Duration kSlowdownForgotten{100};  // shorter ones are no longer worth anything

}  // namespace

void Pace::restore(Duration slowdown, int failures) {
  slowdown_ = std::min(slowdown, politeness_.slowdown_max);
  failures_ = failures;
}

void Pace::set_crawl_delay(std::optional<Duration> delay) {
  crawl_delay_ = std::min(delay.value_or(Duration{0}), politeness_.crawl_delay_max);
}

void Pace::answered() {
  failures_ = 0;
  slowdown_ = slowdown_ * 4 / 5;
  if (slowdown_ < kSlowdownForgotten || slowdown_ <= std::max(politeness_.delay, crawl_delay_)) slowdown_ = Duration{0};
}

void Pace::pushed_back() {
  failures_ = 0;
  slowdown_ = std::min(politeness_.slowdown_max, std::max(kSlowdownFirst, delay() * 2));
}

std::optional<Duration> Pace::failed() {
  if (++failures_ < politeness_.park_after) return std::nullopt;
  const int doublings = std::min(failures_ - politeness_.park_after, 16);
  return std::min(politeness_.park_max, politeness_.park_first * (1 << doublings));
}

Duration Pace::delay() const { return std::max({politeness_.delay, crawl_delay_, slowdown_}); }

int Pace::per_host() const { return slowdown_.count() > 0 || is_parked() ? 1 : politeness_.per_host; }

}  // namespace scraper
