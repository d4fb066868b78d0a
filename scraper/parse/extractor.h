// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "scraper/model/page.h"
#include "scraper/model/url.h"
#include "scraper/parse/rule_set.h"
#include "scraper/parse/watchdog.h"
#include "scraper/parse/xml_tree.h"

namespace scraper {

/// Bounds on what rules make of one page; going over is parse_limit, with the rows before that kept.
inline constexpr size_t kRowsMax = 20'000;
inline constexpr size_t kItemBytesMax = 32u << 20;
inline constexpr size_t kListValuesMax = 10'000;  ///< of an `all` field; the rest is left out

/// What rules found. Where `error` is set they did not come to an end: parse_limit, parse_timeout or cancelled.
struct Extraction {
  std::vector<TableItems> tables;  ///< one for each of RuleSet::tables
  std::optional<Error> error;
};

/// A page as rules look at it. The tree must outlive it.
struct RulePage {
  const GumboNode* document;
  const Url& url;   ///< that `match` is looked for in
  const Url& base;  ///< that references are resolved against
  const nlohmann::json& metadata;
};

/// Applies rules to a page's tree. Any thread; a pure function of its parameters, but for the watchdog.
Extraction extract_from_page(const RuleSet& rules, const RulePage& page, const ParseLimits& limits,
                             const Watchdog& watchdog);

/// Applies rules to a JSON response. What is no JSON (nullptr) has no rows, but is counted as a page that rules looked
/// at.
Extraction extract_from_json(const RuleSet& rules, const nlohmann::json* document, const Url& url,
                             const ParseLimits& limits, const Watchdog& watchdog);

}  // namespace scraper
