// SPDX-License-Identifier: MIT
#include "scraper/parse/extractor.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "scraper/parse/field_value.h"
#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/json_text.h"
#include "scraper/parse/linked_data.h"
#include "scraper/parse/serialize.h"

namespace scraper {
namespace {

using nlohmann::json;
using Field = RuleSet::Field;

/// Leaves the work on a page; caught in this file.
struct Ended {
  Error error;
};

/// What the work on one page may take.
class Budget {
 public:
  Budget(const ParseLimits& limits, const Watchdog& watchdog) : limits_(limits), watchdog_(watchdog) {}

  /// Before each piece of work whose size the page chooses.
  void look() const {
    if (const Overrun seen = watchdog_.look(); seen != Overrun::none) throw Ended{overrun_error(seen, limits_)};
  }
  void keep(const FieldValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    bytes_ += sizeof(FieldValue) + (text != nullptr ? text->size() : 0);
    if (bytes_ <= kItemBytesMax) return;
    throw Ended{{ErrorKind::parse_limit, Stage::parse, 0,
                 fmt::format("what rules find on this page takes more than {} MiB", kItemBytesMax >> 20)}};
  }

 private:
  const ParseLimits& limits_;
  const Watchdog& watchdog_;
  size_t bytes_ = 0;
};

/// What is the same for every page and every JSON response: values become rows.
class Rows {
 public:
  Rows(const RuleSet& rules, const Url& base, const ParseLimits& limits, const Watchdog& watchdog)
      : rules_(rules), base_(base), budget_(limits, watchdog) {
    for (size_t i = 0; i < rules.tables().size(); ++i) {
      TableItems items;
      items.table = i;
      items.failed.resize(rules.tables()[i].columns.size());
      tables_.push_back(std::move(items));
    }
  }

  /// Takes the values that a field found, one after the other, until it has what it wants.
  class Cell {
   public:
    Cell(const Field& field, const Url& base, Budget& budget) : field_(field), base_(base), budget_(budget) {}

    /// False: no more are needed.
    bool offer(std::string text) {
      budget_.look();
      if (field_.regex != nullptr && !matched(text)) return true;
      return take(field_value(std::move(text), field_.spec, base_));
    }
    bool offer(const json& value) {
      budget_.look();
      if (field_.regex != nullptr) return offer(value.is_string() ? value.get<std::string>() : json_text(value));
      return take(field_value(value, field_.spec, base_));
    }

    FieldValue value() && { return field_.spec.all ? list_value(list_, field_.spec.type) : std::move(first_); }
    bool failed() const { return failed_ && list_.empty(); }

   private:
    bool matched(std::string& text) const {
      const re2::RE2& regex = *field_.regex;
      re2::StringPiece parts[2];
      const int groups = regex.NumberOfCapturingGroups();
      if (!regex.Match(text, 0, text.size(), re2::RE2::UNANCHORED, parts, groups + 1)) return false;
      text = std::string(parts[groups].data() == nullptr ? "" : parts[groups].data(), parts[groups].size());
      return true;
    }
    bool take(std::optional<FieldValue> value) {
      if (!value) failed_ = true;
      const bool is_null = !value || std::holds_alternative<std::nullptr_t>(*value);
      if (!field_.spec.all) {
        if (value) first_ = std::move(*value);
        return false;
      }
      if (!is_null) {
        budget_.keep(*value);
        list_.push_back(std::move(*value));
      }
      return list_.size() < kListValuesMax;
    }

    const Field& field_;
    const Url& base_;
    Budget& budget_;
    FieldValue first_ = nullptr;
    std::vector<FieldValue> list_;
    bool failed_ = false;
  };

  void ask(const RuleSet::Rule& rule) { tables_[rule.table].asked = true; }

  /// Makes a row of what `find` offers to the cell of each field.
  template <typename Find>
  void add(const RuleSet::Rule& rule, const Find& find) {
    TableItems& items = tables_[rule.table];
    if (items.rows.size() == kRowsMax) {
      throw Ended{{ErrorKind::parse_limit, Stage::parse, 0,
                   fmt::format("a rule finds more than {} rows on this page", kRowsMax)}};
    }
    std::vector<FieldValue> row(rules_.tables()[rule.table].columns.size());
    for (const Field& field : rule.fields) {
      budget_.look();
      Cell cell(field, base_, budget_);
      find(field, cell);
      if (cell.failed()) ++items.failed[field.column];
      row[field.column] = std::move(cell).value();
    }
    for (const FieldValue& value : row) budget_.keep(value);
    items.rows.push_back(std::move(row));
  }

  std::vector<TableItems> take() && { return std::move(tables_); }

 private:
  const RuleSet& rules_;
  const Url& base_;
  std::vector<TableItems> tables_;
  Budget budget_;
};

/// The text of scripts, styles and the like is no text to a reader, but it is what a rule for JSON wants.
std::string raw_text(const GumboNode* element) {
  std::string text;
  if (const GumboVector* below = children(element)) {
    for (unsigned i = 0; i < below->length; ++i) text += text_of(child(below, i));
  }
  return text;
}

/// Applies each rule of the kind that holds for the URL. One that is too much leaves the others alone; time that is
/// over is over for all.
template <typename Apply>
std::optional<Error> apply_each(const RuleSet& rules, bool of_json, const Url& url, const Apply& apply) {
  std::optional<Error> first;
  for (const RuleSet::Rule& rule : rules.rules()) {
    if (rule.of_json != of_json || !rule.admits(url.href())) continue;
    try {
      apply(rule);
    } catch (Ended& ended) {
      const bool over = ended.error.kind != ErrorKind::parse_limit;
      if (!first) first = std::move(ended.error);
      if (over) break;
    }
  }
  return first;
}

/// One page with its rules.
class PageExtraction {
 public:
  PageExtraction(const RuleSet& rules, const RulePage& page, const ParseLimits& limits, const Watchdog& watchdog)
      : rules_(rules), page_(page), limits_(limits), watchdog_(watchdog), rows_(rules, page.base, limits, watchdog) {}

  Extraction run() {
    Extraction extraction;
    extraction.error = apply_each(rules_, false, page_.url, [this](const RuleSet::Rule& rule) { apply(rule); });
    extraction.tables = std::move(rows_).take();
    return extraction;
  }

 private:
  void apply(const RuleSet::Rule& rule) {
    rows_.ask(rule);
    if (!rule.each_spec) return add_row(rule, page_.document);
    for (const Match& match : elements(rule.each)) {
      if (match.node != nullptr && is_element(match.node)) add_row(rule, match.node);
    }
  }

  void add_row(const RuleSet::Rule& rule, const GumboNode* row) {
    rows_.add(rule, [&](const Field& field, Rows::Cell& cell) { find(field, row, cell); });
  }

  template <typename T>
  T unless_over(tl::expected<T, Overrun> result) {
    if (!result && result.error() == Overrun::memory) {  // of XPath alone: selectors take none
      throw Ended{{ErrorKind::parse_limit, Stage::parse, 0, "an XPath expression takes too much memory on this page"}};
    }
    if (!result) throw Ended{overrun_error(result.error(), limits_)};
    return std::move(*result);
  }

  std::vector<Match> elements(const RuleSet::Finder& finder) {
    if (finder.css) return unless_over(finder.css->select_all(page_.document, watchdog_));
    std::vector<Match> found;
    for (const XPathItem& item : evaluate(*finder.xpath, page_.document)) {
      if (item.kind == XPathItem::Kind::element) found.push_back({item.element, std::nullopt});
    }
    return found;
  }

  std::vector<XPathItem> evaluate(const XPath& xpath, const GumboNode* row) {
    if (!xml_) {
      auto tree = XmlTree::build(page_.document, limits_, watchdog_);
      if (!tree) throw Ended{std::move(tree.error())};
      xml_ = std::move(*tree);
    }
    return unless_over(xpath.evaluate(*xml_, row, watchdog_));
  }

  void find(const Field& field, const GumboNode* row, Rows::Cell& cell) {
    switch (field.spec.source) {
      case FieldSource::css:
        return find_css(field, row, cell);
      case FieldSource::xpath:
        for (const XPathItem& item : evaluate(*field.finder.xpath, row)) {
          const bool more = item.kind == XPathItem::Kind::element
                                ? offer_node(field, {item.element, std::nullopt}, cell)
                                : cell.offer(item.string);
          if (!more) return;
        }
        return;
      case FieldSource::jsonld:
        if (!linked_) linked_.emplace(page_.metadata);
        for (const json* value : linked_->find(*field.finder.json, kListValuesMax)) {
          if (!offer_json(field, *value, cell)) return;
        }
        return;
      case FieldSource::meta:
        return find_meta(field, cell);
      case FieldSource::json:
        return;  // of JSON responses alone
    }
  }

  void find_css(const Field& field, const GumboNode* row, Rows::Cell& cell) {
    if (!field.finder.css) {
      offer_node(field, {row, std::nullopt}, cell);
      return;
    }
    if (!field.spec.all && field.spec.attribute.empty() && field.regex == nullptr) {
      const Match first = unless_over(field.finder.css->select_first(row, watchdog_));
      if (first.node != nullptr) offer_node(field, first, cell);
      return;
    }
    for (const Match& match : unless_over(field.finder.css->select_all(row, watchdog_))) {
      if (!offer_node(field, match, cell)) return;
    }
  }

  /// What an element, an attribute or a text node is worth. An element without the attribute is passed over.
  bool offer_node(const Field& field, const Match& match, Rows::Cell& cell) {
    if (match.attribute) return cell.offer(std::string(*match.attribute));
    if (!field.spec.attribute.empty()) {
      if (!is_element(match.node)) return true;
      const auto value = attribute(match.node, field.spec.attribute.c_str());
      return !value || cell.offer(std::string(*value));
    }
    if (!is_element(match.node) && match.node->type != GUMBO_NODE_DOCUMENT)
      return cell.offer(std::string(text_of(match.node)));
    if (field.spec.type == FieldType::html) return cell.offer(outer_html(match.node, kFieldBytesMax));
    if (field.spec.type == FieldType::json) return cell.offer(raw_text(match.node));
    return cell.offer(node_text(match.node, kFieldBytesMax));
  }

  static bool offer_json(const Field& field, const json& value, Rows::Cell& cell) {
    if (!value.is_array() || field.spec.type == FieldType::json) return cell.offer(value);
    for (const json& element : value) {
      if (!cell.offer(element)) return false;
    }
    return true;
  }

  /// <meta> of that name, property, itemprop or http-equiv, wherever on the page.
  void find_meta(const Field& field, Rows::Cell& cell) {
    static const auto selector = Selector::compile("meta[content]");
    if (!metas_) metas_ = unless_over(selector->select_all(page_.document, watchdog_));
    for (const Match& match : *metas_) {
      for (const char* name : {"name", "property", "itemprop", "http-equiv"}) {
        const auto value = attribute(match.node, name);
        if (!value || !equals_ignoring_case(*value, field.spec.expression)) continue;
        if (!cell.offer(std::string(*attribute(match.node, "content")))) return;
        break;
      }
    }
  }

  const RuleSet& rules_;
  const RulePage& page_;
  const ParseLimits& limits_;
  const Watchdog& watchdog_;
  Rows rows_;
  std::optional<XmlTree> xml_;
  std::optional<LinkedData> linked_;
  std::optional<std::vector<Match>> metas_;
};

/// A JSON response with its rules.
class JsonExtraction {
 public:
  JsonExtraction(const RuleSet& rules, const Url& url, const ParseLimits& limits, const Watchdog& watchdog)
      : rows_(rules, url, limits, watchdog) {}

  /// nullptr: what came is no JSON, and has no rows.
  void apply(const RuleSet::Rule& rule, const json* document) {
    rows_.ask(rule);
    if (document == nullptr) return;
    if (!rule.each_spec) return add_row(rule, *document);
    const json* list = rule.each.json->find(*document);
    if (list == nullptr || !list->is_structured()) return;
    // An object's members are its rows too, as in {"items": {"a": {...}, "b": {...}}}.
    for (const json& element : *list) add_row(rule, element);
  }

  std::vector<TableItems> take() && { return std::move(rows_).take(); }

 private:
  void add_row(const RuleSet::Rule& rule, const json& row) {
    rows_.add(rule, [&](const Field& field, Rows::Cell& cell) {
      const json* value = field.finder.json ? field.finder.json->find(row) : &row;
      if (value == nullptr) return;
      if (!field.spec.all || !value->is_array()) {
        cell.offer(*value);
        return;
      }
      for (const json& element : *value) {
        if (!cell.offer(element)) return;
      }
    });
  }

  Rows rows_;
};

}  // namespace

Extraction extract_from_page(const RuleSet& rules, const RulePage& page, const ParseLimits& limits,
                             const Watchdog& watchdog) {
  return PageExtraction(rules, page, limits, watchdog).run();
}

Extraction extract_from_json(const RuleSet& rules, const json* document, const Url& url, const ParseLimits& limits,
                             const Watchdog& watchdog) {
  JsonExtraction extraction(rules, url, limits, watchdog);
  Extraction out;
  out.error = apply_each(rules, true, url, [&](const RuleSet::Rule& rule) { extraction.apply(rule, document); });
  out.tables = std::move(extraction).take();
  return out;
}

}  // namespace scraper
