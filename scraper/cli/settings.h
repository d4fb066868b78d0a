// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scraper/engine/engine.h"
#include "scraper/fetch/fetcher.h"
#include "scraper/frontier/scope.h"
#include "scraper/parse/parser.h"
#include "scraper/parse/parser_choice.h"
#include "scraper/parse/rule_set.h"

namespace scraper {

/// What one host is given other than the rest ([hosts."example.com"]).
struct HostOverride {
  std::optional<Duration> delay;
  std::optional<int> per_host;
  std::optional<bool> robots;
  std::vector<std::string> headers;  ///< further ones, for it alone
};

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
  bool fresh = false;                  ///< no validators are sent
  std::optional<Duration> older_than;  ///< what was fetched more recently is left alone
  int redirects_max = 10;
  RetrySettings retry;
  PrivateAddresses private_addresses = PrivateAddresses::seeds;

  Politeness politeness;
  bool robots = true;
  ScopeSettings scope;
  bool sitemaps = false;
  int64_t pages_max = 0;                      ///< 0: no limit
  int64_t pages_per_host_max = 0;             ///< likewise
  std::map<std::string, HostOverride> hosts;  ///< by `example.com` or `example.com:8080`

  ParseLimits parse;
  ParserChoice parser = ParserChoice::automatic;
  std::optional<size_t> parse_threads;  ///< unset: one a core
  bool content = false;                 ///< find the main content of pages
  bool images = false;                  ///< take images for links
  DigestSettings digest;

  std::vector<RuleSpec> rule_specs;      ///< [[extract]], as written ...
  std::shared_ptr<const RuleSet> rules;  ///< ... and compiled; nullptr: there are none
  std::optional<double> fail_on_drift;   ///< per cent
};

/// What holds for the origin: the settings, with what its host has of its own.
HostPolicy policy_for(const Settings& settings, const std::string& origin);

/// 64 transfers at once, and for threads as many workers as a blocking pool makes sense of.
size_t effective_concurrency(const Settings& settings);
size_t effective_parse_threads(const Settings& settings);
std::string effective_user_agent(const Settings& settings);
ParseWishes parse_wishes(const Settings& settings);

}  // namespace scraper
