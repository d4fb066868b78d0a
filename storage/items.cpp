// SPDX-License-Identifier: MIT
#include "storage/items.h"

#include <algorithm>
#include <array>

#include "scraper/base/ascii.h"

namespace storage {
namespace {

constexpr size_t kNameBytesMax = 60;
constexpr std::string_view kHistorySuffix = "_history";

/// The relations of the schema (tests/unit/item_names_test.cpp compares them with it), and those that are to come.
constexpr std::array kRelations{
    "aliases",    "attempts",    "bodies",        "broken_links", "changes",     "duplicates",
    "errors",     "families",    "headers",       "host_summary", "hosts",       "inbox",
    "inputs",     "item_tables", "latest",        "link_lists",   "list_lines",  "links",
    "meta",       "page_links",  "page_versions", "pages",        "pages_fts",   "politeness",
    "redirects",  "results",     "retryable",     "rule_fields",  "rule_health", "rule_lengths",
    "run_errors", "run_summary", "runs",          "slowest",      "urls",        "validators"};
constexpr std::array kColumns{"id", "page_id", "url", "position", "run_id", "until_run", "rowid", "oid", "_rowid_"};

std::string problem_with_name(std::string_view name) {
  if (name.empty()) return "it is empty";
  if (name.size() > kNameBytesMax) return "it is longer than 60 characters";
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto fits = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
  if (!is_letter(name[0]) || !std::all_of(name.begin(), name.end(), fits)) {
    return "a name is made of letters, digits and underscores, and begins with no digit";
  }
  return {};
}

template <typename Names>
bool holds(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::string problem_with_table_name(std::string_view name) {
  if (std::string problem = problem_with_name(name); !problem.empty()) return problem;
  const std::string small = scraper::to_lower(name);
  if (holds(kRelations, small)) return "the database has a table or view of this name itself; choose another one";
  if (small.starts_with("sqlite_") || small.starts_with("pages_fts_")) {
    return "such names belong to the database itself; choose another one";
  }
  if (small.ends_with(kHistorySuffix)) return "names with _history are kept for what items were before";
  return {};
}

std::string problem_with_column_name(std::string_view name) {
  if (std::string problem = problem_with_name(name); !problem.empty()) return problem;
  if (!holds(kColumns, scraper::to_lower(name))) return {};
  return "every table has a column of this name already; choose another one, as `link` for `url`";
}

}  // namespace storage
