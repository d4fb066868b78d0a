// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>

#include "scraper/base/clock.h"
#include "scraper/frontier/frontier.h"

namespace scraper {

/// When the clock of a frontier under test begins.
inline const SteadyTime kStart = SteadyTime{} + std::chrono::hours{24};

inline Task task(int64_t id, int64_t host) {
  Task made;
  made.id = id;
  made.host = host;
  return made;
}

inline Politeness polite(int per_host, Duration delay, double jitter = 0) {
  Politeness politeness;
  politeness.per_host = per_host;
  politeness.delay = delay;
  politeness.jitter = jitter;
  return politeness;
}

}  // namespace scraper
