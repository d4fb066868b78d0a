// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scraper/engine/engine.h"
#include "scraper/fetch/fetcher.h"
#include "scraper/frontier/scope.h"
#include "scraper/parse/parser.h"

namespace scraper {

/// Everything that a run can be told, with its defaults. Filled by the setting table from config file, environment and
/// command line.
struct Settings {
  std::vector<std::string> seeds;  ///< URLs, files, `-`
  std::string database = "results.db";
  std::optional<Duration> deadline;
  Duration grace{10'000};
  Duration patience{600'000};
  Duration lock_wait{0};
  double fail_above = 0;  ///< per cent of the tasks
  storage::RunSpec::Start start = storage::RunSpec::Start::automatic;

  FetchModel model = FetchModel::multi;
  std::optional<size_t> concurrency;  ///< unset: by the model
  FetchSettings fetch;
  std::string user_agent;  ///< empty: name, version and contact
  std::string contact;
  std::vector<std::string> cookies;
  bool head = false;
  bool fresh = false;  ///< accepted, and without effect as long as no validators are sent
  int redirects_max = 10;
  RetrySettings retry;
  PrivateAddresses private_addresses = PrivateAddresses::seeds;

  Politeness politeness;
  bool robots = true;  ///< accepted, and without effect as long as robots.txt is not read
  ScopeSettings scope;

  ParseLimits parse;
  std::optional<size_t> parse_threads;  ///< unset: one a core
  Keep keep;
};

/// 64 transfers at once, and for threads as many workers as a blocking pool makes sense of.
size_t effective_concurrency(const Settings& settings);
size_t effective_parse_threads(const Settings& settings);
std::string effective_user_agent(const Settings& settings);

}  // namespace scraper
