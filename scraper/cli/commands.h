// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scraper/cli/settings.h"
#include "scraper/cli/table_format.h"
#include "scraper/parse/rule_spec.h"

namespace scraper {

/// Exit codes (see `scraper help`). Where several hold, 7 beats 5 beats 4 beats 8 beats 3.
enum class Exit {
  done = 0,
  internal = 1,
  usage = 2,
  tasks_failed = 3,
  deadline = 4,
  interrupted = 5,
  held = 6,
  database = 7,
  drift = 8,
};

enum class Verbosity { quiet, normal, verbose };

struct RunOptions {
  Settings settings;
  std::string retry_where;  ///< of `retry`
  bool dry_run = false;
  Verbosity verbosity = Verbosity::normal;
};

/// One function a verb. Data goes to stdout, messages to stderr. They throw storage::Error for a database that cannot
/// be used; main turns it into words and an exit code.
Exit run_command(const RunOptions& options);
Exit status_command(const std::string& database, bool json);
Exit query_command(const std::string& database, const std::string& sql, TableFormat format);
Exit why_command(const std::string& database, const std::string& url);
Exit body_command(const std::string& database, const std::string& url, bool headers);
Exit url_command(const std::string& base, const std::string& reference);

struct ExtractOptions {
  size_t jobs = 0;  ///< workers; 0: one a core
  Verbosity verbosity = Verbosity::normal;
};
/// Applies the settings' rules to the stored pages of their database.
Exit extract_command(const ExtractOptions& options, const Settings& settings);

struct TryOptions {
  std::string source;  ///< URL, file or `-`
  std::optional<std::string> css, xpath, json, jsonld, meta;
  std::string attribute;
  std::string regex;
  FieldType type = FieldType::text;
  std::string base;   ///< what references are resolved against; empty: the source's URL
  std::string table;  ///< with a config: of its rules, only those for this table
  bool as_json = false;
};
Exit try_command(const TryOptions& options, const Settings& settings);

/// Messages for people, on stderr, without what would steer a terminal. A message that cannot be written is lost:
/// nobody reads it, and the run goes on.
void complain(const std::string& message);

}  // namespace scraper
