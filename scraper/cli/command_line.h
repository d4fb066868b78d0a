// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <vector>

#include "scraper/cli/commands.h"
#include "scraper/cli/logging.h"
#include "scraper/cli/setting_table.h"

namespace scraper {

/// What was typed, before it is known which config file it goes on top of.
struct CommandLine {
  std::vector<std::pair<const Setting*, std::vector<std::string>>> settings;
  std::vector<std::string> positionals;
  std::string config;
  std::string database = "results.db";
  std::string sql;
  std::string where;
  std::string url;
  std::string base;
  std::string format = "table";
  TryOptions attempt;
  std::string help_verb;
  size_t jobs = 0;
  bool json = false;
  bool headers = false;
  bool dry_run = false;
  bool quiet = false;
  bool verbose = false;
  LogSettings log;
  bool fresh_run = false;
  bool resume = false;
};

/// Gives `app` the verbs with their options; parsing fills `line`, which must live as long.
void add_verbs(CLI::App& app, CommandLine& line);

}  // namespace scraper
