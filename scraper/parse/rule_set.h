// SPDX-License-Identifier: MIT
#pragma once

#include <re2/re2.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "scraper/parse/json_path.h"
#include "scraper/parse/rule_spec.h"
#include "scraper/parse/selector.h"
#include "scraper/parse/xpath.h"

namespace scraper {

/// What is wrong with a rule, and where.
struct RuleProblem {
  int line = 0;         ///< of the config file; 0: none
  std::string place;    ///< `extract "products".price`
  std::string message;  ///< for people
};

/// The rules in force, compiled once for all pages. Rules for the same table fill it together.
///
/// Immutable; any thread.
class RuleSet {
 public:
  struct Column {
    std::string name;
    FieldType type = FieldType::text;
    bool all = false;
  };
  struct Table {
    std::string name;
    std::vector<Column> columns;
    std::vector<size_t> key;
  };
  /// How a value is found; which of the members is set says the spec's source.
  struct Finder {
    std::optional<Selector> css;
    std::optional<XPath> xpath;
    std::optional<JsonPath> json;  ///< of json and jsonld
  };
  struct Field {
    FieldSpec spec;
    size_t column = 0;
    Finder finder;
    std::shared_ptr<const re2::RE2> regex;
  };
  struct Rule {
    size_t table = 0;
    std::shared_ptr<const re2::RE2> match;  ///< nullptr: every page
    std::optional<EachSpec> each_spec;
    Finder each;
    std::vector<Field> fields;
    bool of_json = false;  ///< it reads JSON responses; else HTML pages

    bool admits(std::string_view url) const;
  };

  RuleSet() = default;
  static tl::expected<RuleSet, std::vector<RuleProblem>> compile(std::vector<RuleSpec> specs);

  bool reads_linked_data() const { return reads_linked_data_; }  ///< some field is a `jsonld`
  const std::vector<Rule>& rules() const { return rules_; }
  const std::vector<Table>& tables() const { return tables_; }

 private:
  friend class RuleCompiler;
  std::vector<Rule> rules_;
  std::vector<Table> tables_;
  bool reads_linked_data_ = false;
};

}  // namespace scraper
