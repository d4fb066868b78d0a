// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scraper/cli/settings.h"

namespace scraper {

/// One thing that can be set: its config key, its option, and how text becomes a value. The table of these is the only
/// list of settings there is: config file, environment, command line, --help and --dry-run are made from it.
struct Setting {
  std::string key;     ///< `fetch.concurrency`
  std::string option;  ///< `--concurrency`, `-l,--depth`; empty: none
  std::string value;   ///< placeholder for --help; empty: a switch, whose option sets `switch_text`
  std::string help;
  bool many = false;  ///< takes a list
  std::string switch_text;
  /// Sets it from text; returns what is wrong with the text, in words for people.
  std::function<std::optional<std::string>(Settings&, std::span<const std::string>)> set;
  /// The value in force as TOML; empty: nothing is set.
  std::function<std::string(const Settings&)> show;
};

const std::vector<Setting>& setting_table();
const Setting* find_setting(std::string_view key);

/// The known key that looks most like `key`; empty when none is near.
std::string nearest_key(std::string_view key);

/// `SCRAPER_FETCH_CONCURRENCY` for `fetch.concurrency`.
std::string environment_name(const Setting& setting);

}  // namespace scraper
