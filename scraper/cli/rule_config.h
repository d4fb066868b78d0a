// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <toml++/toml.h>

#include "scraper/parse/rule_spec.h"

namespace scraper {

/// The types of fields, by the names that people write.
inline constexpr std::array<std::pair<const char*, FieldType>, 8> kFieldTypes{{{"text", FieldType::text},
                                                                               {"integer", FieldType::integer},
                                                                               {"real", FieldType::real},
                                                                               {"boolean", FieldType::boolean},
                                                                               {"url", FieldType::url},
                                                                               {"date", FieldType::date},
                                                                               {"json", FieldType::json},
                                                                               {"html", FieldType::html}}};

/// Called with the line, the key and what is wrong with it.
using RuleComplaint = std::function<void(toml::source_index line, std::string_view key, std::string_view what)>;

/// Reads the [[extract]] of a config file. What is wrong is told to `complain`, and left out.
std::vector<RuleSpec> read_rules(const toml::node& extract, const RuleComplaint& complain);

/// The rules as [[extract]] that read_rules would read back.
std::string show_rules(const std::vector<RuleSpec>& rules);

}  // namespace scraper
