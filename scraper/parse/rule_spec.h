// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace scraper {

/// Where a value is looked for: by CSS selector, by XPath 1.0, by JSON Pointer in a JSON response or in the page's
/// JSON-LD and microdata, or in a <meta>.
enum class FieldSource { css, xpath, json, jsonld, meta };

enum class FieldType { text, integer, real, boolean, url, date, json, html };

/// One field of a rule, as it is written ([extract.fields]). Strings are valid UTF-8.
struct FieldSpec {
  std::string name;
  FieldSource source = FieldSource::css;
  std::string expression;  ///< empty, with css: the element of the row itself
  std::string attribute;   ///< empty: its text
  std::string regex;       ///< RE2; its first group, or all that it matches, is the value
  FieldType type = FieldType::text;
  bool all = false;  ///< every match, as a JSON array
  char decimal = 0;  ///< '.' or ',' where numbers have one and the other is for thousands; 0: as it looks
  int line = 0;      ///< in the config file; 0: none
};

struct EachSpec {
  FieldSource source = FieldSource::css;  ///< css, xpath or json
  std::string expression;
};

/// One [[extract]]: which pages, what is a row, what are its fields.
struct RuleSpec {
  std::string table;
  std::string match;             ///< RE2, found anywhere in the URL; empty: every page
  std::optional<EachSpec> each;  ///< unset: one row a page
  std::vector<std::string> key;  ///< fields by which an item is known again
  std::vector<FieldSpec> fields;
  int line = 0;
};

}  // namespace scraper
