// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "scraper/engine/digester.h"
#include "scraper/frontier/frontier.h"
#include "scraper/frontier/retry_policy.h"

namespace scraper {

enum class PrivateAddresses { seeds, allow, deny };

/// What holds for one host.
struct HostPolicy {
  Politeness politeness;
  bool robots = false;               ///< its robots.txt is asked for, and obeyed
  std::vector<std::string> headers;  ///< further ones of each request, each `Name: value`
};

struct EngineSettings {
  size_t concurrency = 64;  ///< transfers at once; the fetcher has at least this capacity
  Politeness politeness;
  bool robots = false;
  /// The policy for an origin; unset: `politeness` and `robots` for all.
  std::function<HostPolicy(const std::string& origin)> policy;
  int per_host_max = 0;   ///< the most that `policy` gives any host at once
  bool sitemaps = false;  ///< of the listed origins
  RetrySettings retry;
  DigestSettings digest;
  int redirects_max = 10;
  PrivateAddresses private_addresses = PrivateAddresses::seeds;
  Duration patience{600'000};          ///< when nothing falls due within it, the rest is skipped
  bool forgive = false;                ///< hosts that were parked before are tried at once
  std::optional<SteadyTime> deadline;  ///< of the whole run
  Duration grace{10'000};              ///< for what is in flight when the run is interrupted
  size_t parse_threads = 2;
  size_t backlog_bytes_max = 256u << 20;  ///< bodies waiting to be parsed; above it no new fetch starts
  bool head = false;
  std::string proxy;  ///< for the attempts' rows
  uint64_t jitter_seed = 0;
};

}  // namespace scraper
