// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "scraper/parse/rule_spec.h"

namespace scraper {

/// Called with the line, the key and what is wrong with it.
using RuleComplaint = std::function<void(toml::source_index line, std::string_view key, std::string_view what)>;

/// Reads the [[extract]] of a config file. What is wrong is told to `complain`, and left out.
std::vector<RuleSpec> read_rules(const toml::node& extract, const RuleComplaint& complain);

/// The rules as [[extract]] that read_rules would read back.
std::string show_rules(const std::vector<RuleSpec>& rules);

}  // namespace scraper
