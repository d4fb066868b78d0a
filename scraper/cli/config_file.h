// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "scraper/cli/settings.h"

namespace scraper {

/// What is wrong with how the program was called or configured: exit code 2.
struct UsageError {
  std::string message;  ///< one or more lines, each naming the place and the mend
};

/// Applies a TOML file. Every problem of the file is in the error, each with `FILE:LINE:`; nothing is applied then.
tl::expected<void, UsageError> apply_config_file(const std::string& path, Settings& settings);

/// The defaults with the [scope], [politeness] and hosts that the last run of a database had; the plain defaults where
/// there is none.
Settings rules_of_last_run(const std::string& database);

/// The settings that a run of the database was made with, as far as they are on record: secrets are not.
Settings recorded_settings(const std::string& config);

/// Applies the SCRAPER_* variables of the environment that name settings.
tl::expected<void, UsageError> apply_environment(Settings& settings);

/// The settings without what must not be shared: values of headers and cookies, passwords in URLs.
Settings without_secrets(Settings settings);

/// Every setting in force, as a TOML file that apply_config_file would read back.
std::string show_settings(const Settings& settings);

}  // namespace scraper
