// SPDX-License-Identifier: MIT
#pragma once

#include "scraper/base/clock.h"
#include "scraper/model/error.h"
#include "scraper/parse/parser.h"

namespace scraper {

/// Why the work on a page ended early.
enum class Overrun { none, time, memory, stopped };

/// Nodes that a walk of a page passes from one look at its watchdog to the next.
inline constexpr size_t kNodesBetweenLooks = 1024;

/// Looks whether the work on one page should end. A value type; `limits` must outlive it.
class Watchdog {
 public:
  Watchdog(const ParseLimits& limits, SteadyTime deadline) : stop_(limits.stop), deadline_(deadline) {}

  /// none, time or stopped. Costs a reading of the clock.
  Overrun look() const {
    if (stop_ != nullptr && stop_->load(std::memory_order_relaxed)) return Overrun::stopped;
    return steady_now() >= deadline_ ? Overrun::time : Overrun::none;
  }

 private:
  const std::atomic<bool>* stop_;
  SteadyTime deadline_;
};

/// parse_timeout, parse_limit or cancelled; `what` is not none.
Error overrun_error(Overrun what, const ParseLimits& limits);

}  // namespace scraper
