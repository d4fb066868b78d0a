// SPDX-License-Identifier: MIT
#include "scraper/cli/rule_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "scraper/base/ascii.h"
#include "scraper/cli/field_types.h"
#include "scraper/cli/setting_kinds.h"
#include "storage/items.h"

namespace scraper {
namespace {

using setting_kinds::toml_quoted;

constexpr std::array<std::pair<std::string_view, FieldSource>, 5> kSources{{{"css", FieldSource::css},
                                                                            {"xpath", FieldSource::xpath},
                                                                            {"json", FieldSource::json},
                                                                            {"jsonld", FieldSource::jsonld},
                                                                            {"meta", FieldSource::meta}}};
template <typename Names, typename T>
std::string_view name_of(const Names& names, T value) {
  return std::find_if(names.begin(), names.end(), [&](const auto& entry) { return entry.second == value; })->first;
}

class RuleReader {
 public:
  explicit RuleReader(const RuleComplaint& complain) : complain_(complain) {}

  std::vector<RuleSpec> read(const toml::node& extract) {
    std::vector<RuleSpec> rules;
    const auto* list = extract.as_array();
    if (list == nullptr) {
      complain(extract, "write [[extract]], with two brackets: there may be several");
      return rules;
    }
    for (const toml::node& node : *list) {
      place_ = "extract";
      if (const auto* table = node.as_table())
        rules.push_back(rule(*table));
      else
        complain(node, "write [[extract]] and its keys below it");
    }
    return rules;
  }

 private:
  void complain(const toml::node& node, std::string_view what) { complain_(node.source().begin.line, place_, what); }

  RuleSpec rule(const toml::table& table) {
    RuleSpec rule;
    rule.line = static_cast<int>(table.source().begin.line);
    if (!table.contains("table")) complain(table, "table = \"NAME\" is missing: the table that the rows go into");
    for (const auto& [key, node] : table) {
      place_ = fmt::format("extract.{}", key.str());
      if (key == "table")
        take_table(node, rule.table);
      else if (key == "match")
        take_text(node, rule.match);
      else if (key == "each")
        rule.each = each(node);
      else if (key == "key")
        rule.key = names(node);
      else if (key == "fields")
        fields(node, rule);
      else
        complain(node, "a rule has no such key: table, match, each, key, fields");
    }
    return rule;
  }

  void take_text(const toml::node& node, std::string& out) {
    const auto* text = node.as_string();
    if (text == nullptr) return complain(node, "a text is wanted here, in quotes");
    // SQLite's text ends at U+0000, and so do the patterns of libraries.
    if (text->get().find('\0') != std::string::npos) return complain(node, "it must not contain U+0000");
    out = text->get();
  }

  void take_table(const toml::node& node, std::string& out) {
    take_text(node, out);
    if (const std::string problem = storage::problem_with_table_name(out); !problem.empty()) {
      complain(node, fmt::format("`{}`: {}", out, problem));
    }
  }

  std::optional<EachSpec> each(const toml::node& node) {
    EachSpec each;
    const toml::node* text = &node;
    if (const auto* table = node.as_table()) {
      if (table->size() != 1) {
        complain(node, "write each = \"SELECTOR\", or one of { css = }, { xpath = }, { json = }");
        return std::nullopt;
      }
      const std::string key(table->begin()->first.str());
      const auto source =
          std::find_if(kSources.begin(), kSources.begin() + 3, [&](const auto& s) { return s.first == key; });
      if (source == kSources.begin() + 3) complain(node, "rows are found by css, xpath or json");
      if (source != kSources.begin() + 3) each.source = source->second;
      text = table->get(key);
    }
    take_text(*text, each.expression);
    if (each.expression.empty() && each.source != FieldSource::json) complain(node, "the selector is empty");
    return each;
  }

  std::vector<std::string> names(const toml::node& node) {
    std::vector<std::string> out;
    const auto take = [&](const toml::node& element) {
      std::string text;
      take_text(element, text);
      if (!text.empty()) out.push_back(std::move(text));
    };
    if (const auto* list = node.as_array()) {
      for (const toml::node& element : *list) take(element);
    } else {
      take(node);
    }
    return out;
  }

  void fields(const toml::node& node, RuleSpec& rule) {
    const auto* table = node.as_table();
    if (table == nullptr) return complain(node, "write [extract.fields] and a line for each field below it");
    // In the order of the file, which is that of the columns.
    std::vector<std::pair<const toml::key*, const toml::node*>> ordered;
    for (const auto& [key, value] : *table) ordered.emplace_back(&key, &value);
    std::sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) {
      const auto &x = a.first->source().begin, &y = b.first->source().begin;
      return std::pair(x.line, x.column) < std::pair(y.line, y.column);
    });
    for (const auto& [key, value] : ordered) {
      place_ = fmt::format("extract.fields.{}", key->str());
      FieldSpec spec = field(*value);
      spec.name = key->str();
      if (const std::string problem = storage::problem_with_column_name(spec.name); !problem.empty())
        complain(*value, problem);
      const auto same = [&](const FieldSpec& other) { return to_lower(other.name) == to_lower(spec.name); };
      if (std::any_of(rule.fields.begin(), rule.fields.end(), same))
        complain(*value, "two columns of one name, but for the case of its letters");
      rule.fields.push_back(std::move(spec));
    }
  }

  FieldSpec field(const toml::node& node) {
    FieldSpec spec;
    spec.line = static_cast<int>(node.source().begin.line);
    const auto* table = node.as_table();
    if (table == nullptr) {
      take_text(node, spec.expression);
      if (spec.expression.empty()) complain(node, "write a CSS selector, or { css = ..., type = ... }");
      return spec;
    }
    const std::string place = place_;
    int sources = 0;
    for (const auto& [key, value] : *table) {
      place_ = fmt::format("{}.{}", place, key.str());
      sources += field_key(key.str(), value, spec) ? 1 : 0;
    }
    place_ = place;
    if (sources > 1) complain(node, "one of css, xpath, json, jsonld, meta says where the value is");
    if (table->empty()) complain(node, "it does not say where the value is: css, xpath, json, jsonld or meta");
    return spec;
  }

  /// True when the key says where the value is.
  bool field_key(std::string_view key, const toml::node& value, FieldSpec& spec) {
    const auto source = std::find_if(kSources.begin(), kSources.end(), [&](const auto& s) { return s.first == key; });
    if (source != kSources.end()) {
      spec.source = source->second;
      take_text(value, spec.expression);
      if (spec.expression.empty() && spec.source != FieldSource::json)
        complain(value, "it is empty; for the row itself leave it out");
      return true;
    }
    if (key == "attr")
      take_attribute(value, spec.attribute);
    else if (key == "regex")
      take_text(value, spec.regex);
    else if (key == "type")
      take_type(value, spec.type);
    else if (key == "all")
      take_flag(value, spec.all);
    else if (key == "html")
      take_html(value, spec.type);
    else if (key == "decimal")
      take_decimal(value, spec.decimal);
    else
      complain(value, "a field has no such key: css, xpath, json, jsonld, meta, attr, regex, type, all, html, decimal");
    return false;
  }

  void take_attribute(const toml::node& node, std::string& out) {
    take_text(node, out);
    out = to_lower(out);
  }

  void take_type(const toml::node& node, FieldType& out) {
    std::string text;
    take_text(node, text);
    const auto type =
        std::find_if(kFieldTypes.begin(), kFieldTypes.end(), [&](const auto& t) { return t.first == text; });
    if (type == kFieldTypes.end())
      complain(node, fmt::format("`{}` is no type: text, integer, real, boolean, url, date, json, html", text));
    else
      out = type->second;
  }

  void take_flag(const toml::node& node, bool& out) {
    if (const auto* flag = node.as_boolean())
      out = flag->get();
    else
      complain(node, "true or false is wanted here");
  }

  void take_html(const toml::node& node, FieldType& type) {
    bool html = false;
    take_flag(node, html);
    if (html) type = FieldType::html;
  }

  void take_decimal(const toml::node& node, char& out) {
    std::string text;
    take_text(node, text);
    if (text == "." || text == ",")
      out = text[0];
    else
      complain(node, "write decimal = \",\" or decimal = \".\"");
  }

  const RuleComplaint& complain_;
  std::string place_ = "extract";
};

std::string show_field(const FieldSpec& field) {
  std::string out;
  const auto add = [&](std::string_view key, const std::string& value) {
    out += fmt::format("{}{} = {}", out.empty() ? "" : ", ", key, value);
  };
  if (!field.expression.empty() || field.source != FieldSource::css)
    add(name_of(kSources, field.source), toml_quoted(field.expression));
  if (!field.attribute.empty()) add("attr", toml_quoted(field.attribute));
  if (!field.regex.empty()) add("regex", toml_quoted(field.regex));
  if (field.type != FieldType::text || out.empty()) add("type", toml_quoted(name_of(kFieldTypes, field.type)));
  if (field.all) add("all", "true");
  if (field.decimal != 0) add("decimal", toml_quoted(std::string(1, field.decimal)));
  return "{ " + out + " }";
}

}  // namespace

std::vector<RuleSpec> read_rules(const toml::node& extract, const RuleComplaint& complain) {
  return RuleReader(complain).read(extract);
}

std::string show_rules(const std::vector<RuleSpec>& rules) {
  std::string out;
  for (const RuleSpec& rule : rules) {
    out += fmt::format("\n[[extract]]\ntable = {}\n", toml_quoted(rule.table));
    if (!rule.match.empty()) out += fmt::format("match = {}\n", toml_quoted(rule.match));
    if (rule.each)
      out += fmt::format("each = {{ {} = {} }}\n", name_of(kSources, rule.each->source),
                         toml_quoted(rule.each->expression));
    for (size_t i = 0; i < rule.key.size(); ++i) {
      out += fmt::format("{}{}{}", i == 0 ? "key = [" : ", ", toml_quoted(rule.key[i]),
                         i + 1 == rule.key.size() ? "]\n" : "");
    }
    out += "[extract.fields]\n";
    for (const FieldSpec& field : rule.fields) out += fmt::format("{} = {}\n", field.name, show_field(field));
  }
  return out;
}

}  // namespace scraper
