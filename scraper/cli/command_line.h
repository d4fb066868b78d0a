// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scraper/cli/commands.h"
#include "scraper/cli/logging.h"
#include "scraper/cli/setting_table.h"

namespace scraper {

/// What was typed, before it is known which config file it goes on top of.
struct CommandLine {
  std::string verb;  ///< every one but `help`
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

/// Reads what was typed. An exit code: nothing is left to do, because it asked for help or the version, which are
/// printed, or was a mistake, which is named.
std::optional<Exit> read_command_line(int argc, char** argv, CommandLine& line);

}  // namespace scraper
