// SPDX-License-Identifier: MIT
#include "scraper/parse/rule_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "scraper/base/ascii.h"

namespace scraper {
namespace {

constexpr size_t kFieldsMax = 500;
constexpr int64_t kRegexMemoryMax = 8 << 20;

bool is_of_json(FieldSource source) { return source == FieldSource::json; }

std::string at_column(const SelectorError& error) { return fmt::format("column {}: {}", error.column, error.message); }

}  // namespace

/// Compiles rule after rule and gathers what is wrong with them, so that all of it is told at once.
class RuleCompiler {
 public:
  void add(RuleSpec spec) {
    place_ = fmt::format("extract \"{}\"", spec.table);
    line_ = spec.line;
    RuleSet::Rule rule;
    rule.table = table(spec);
    rule.match = regex(spec.match, "match");
    if (spec.each) {
      rule.each = finder(spec.each->source, spec.each->expression, "each");
      rule.each_spec = spec.each;
      if (rule.each.css && !rule.each.css->finds_elements()) {
        complain("each", "a row is an element; ::text and ::attr() go into its fields");
      }
    }
    rule.of_json = (spec.each && is_of_json(spec.each->source)) ||
                   (!spec.each && std::any_of(spec.fields.begin(), spec.fields.end(),
                                              [](const FieldSpec& field) { return is_of_json(field.source); }));
    if (spec.fields.empty()) complain("fields", "a rule without fields finds nothing; write [extract.fields]");
    for (FieldSpec& field : spec.fields) {
      line_ = field.line != 0 ? field.line : spec.line;
      rule.fields.push_back(this->field(std::move(field), rule));
    }
    line_ = spec.line;
    key(spec);
    set_.rules_.push_back(std::move(rule));
  }

  tl::expected<RuleSet, std::vector<RuleProblem>> finish() && {
    if (!problems_.empty()) return tl::make_unexpected(std::move(problems_));
    return std::move(set_);
  }

 private:
  void complain(std::string_view where, std::string message) {
    problems_.push_back({line_, fmt::format("{}.{}", place_, where), std::move(message)});
  }

  size_t table(const RuleSpec& spec) {
    for (size_t i = 0; i < set_.tables_.size(); ++i) {
      if (!equals_ignoring_case(set_.tables_[i].name, spec.table)) continue;
      if (set_.tables_[i].name != spec.table) {
        complain("table",
                 fmt::format("another rule writes it `{}`; to SQL they are the same table", set_.tables_[i].name));
      }
      return i;
    }
    set_.tables_.push_back({spec.table, {}, {}});
    return set_.tables_.size() - 1;
  }

  std::shared_ptr<const re2::RE2> regex(const std::string& text, std::string_view where) {
    if (text.empty()) return nullptr;
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kRegexMemoryMax);
    auto compiled = std::make_shared<const re2::RE2>(text, options);
    if (!compiled->ok()) complain(where, fmt::format("regex `{}`: {}", text, compiled->error()));
    return compiled;
  }

  RuleSet::Finder finder(FieldSource source, const std::string& text, std::string_view where) {
    RuleSet::Finder finder;
    if (source == FieldSource::css && !text.empty()) {
      auto css = Selector::compile(text);
      if (css)
        finder.css = std::move(*css);
      else
        complain(where, fmt::format("css `{}`: {}", text, at_column(css.error())));
    } else if (source == FieldSource::xpath) {
      auto xpath = XPath::compile(text);
      if (xpath)
        finder.xpath = std::move(*xpath);
      else
        complain(where, fmt::format("xpath `{}`: {}", text, at_column(xpath.error())));
    } else if (source == FieldSource::json || source == FieldSource::jsonld) {
      auto path = JsonPath::compile(text);
      if (path && source == FieldSource::json && !path->type().empty())
        complain(where, fmt::format("json `{}`: a JSON Pointer is empty or begins with /", text));
      else if (path)
        finder.json = std::move(*path);
      else
        complain(where, fmt::format("`{}`: {}", text, path.error()));
    } else if (source == FieldSource::meta && text.empty()) {
      complain(where, "meta: the name is missing, as in meta = \"og:title\"");
    }
    return finder;
  }

  RuleSet::Field field(FieldSpec spec, const RuleSet::Rule& rule) {
    RuleSet::Field field;
    const std::string name = spec.name;
    if (is_of_json(spec.source) != rule.of_json &&
        !(rule.of_json && spec.source == FieldSource::css && spec.expression.empty())) {
      complain(name,
               "a rule reads either JSON responses (json) or pages (css, xpath, jsonld, meta); make two rules of it");
    }
    const bool has_elements = spec.source == FieldSource::css || spec.source == FieldSource::xpath;
    if (!spec.attribute.empty() && !has_elements) complain(name, "attr goes with css or xpath");
    field.finder = finder(spec.source, spec.expression, name);
    field.regex = regex(spec.regex, name);
    if (field.regex && field.regex->ok() && field.regex->NumberOfCapturingGroups() > 1) {
      complain(name, fmt::format("regex `{}`: one group at most, that is the value; write (?:...) for the others",
                                 spec.regex));
    }
    field.column = column(rule.table, spec);
    set_.reads_linked_data_ |= spec.source == FieldSource::jsonld;
    field.spec = std::move(spec);
    return field;
  }

  size_t column(size_t table, const FieldSpec& spec) {
    auto& columns = set_.tables_[table].columns;
    for (size_t i = 0; i < columns.size(); ++i) {
      if (!equals_ignoring_case(columns[i].name, spec.name)) continue;
      if (columns[i].name != spec.name) {
        complain(spec.name,
                 fmt::format("another rule writes it `{}`; to SQL they are the same column", columns[i].name));
      }
      if (columns[i].type != spec.type || columns[i].all != spec.all)
        complain(spec.name, "another rule for this table gives the field another type");
      return i;
    }
    if (columns.size() == kFieldsMax) complain(spec.name, fmt::format("a table has {} fields at most", kFieldsMax));
    columns.push_back({spec.name, spec.type, spec.all});
    return columns.size() - 1;
  }

  void key(const RuleSpec& spec) {
    auto& table = set_.tables_[static_cast<size_t>(this->table(spec))];
    for (const std::string& name : spec.key) {
      const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                      [&](const RuleSet::Column& column) { return column.name == name; });
      if (found == table.columns.end()) {
        complain("key", fmt::format("there is no field `{}`", name));
        continue;
      }
      const auto column = static_cast<size_t>(found - table.columns.begin());
      if (std::find(table.key.begin(), table.key.end(), column) == table.key.end()) table.key.push_back(column);
    }
  }

  RuleSet set_;
  std::vector<RuleProblem> problems_;
  std::string place_;
  int line_ = 0;
};

bool RuleSet::Rule::admits(std::string_view url) const {
  return match == nullptr || re2::RE2::PartialMatch(re2::StringPiece(url.data(), url.size()), *match);
}

tl::expected<RuleSet, std::vector<RuleProblem>> RuleSet::compile(std::vector<RuleSpec> specs) {
  RuleCompiler compiler;
  for (RuleSpec& spec : specs) compiler.add(std::move(spec));
  return std::move(compiler).finish();
}

}  // namespace scraper
