// SPDX-License-Identifier: MIT
#include "scraper/parse/field_value.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "scraper/base/utf8.h"
#include "scraper/parse/date_text.h"
#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/json_text.h"
#include "scraper/parse/number_text.h"

namespace scraper {
namespace {

using nlohmann::json;

constexpr size_t kFieldUrlBytesMax = 8u << 10;
constexpr std::array kTrue{"true", "yes", "on", "1", "y", "t", "checked", "selected", "instock", "in stock"};
constexpr std::array kFalse{"false", "no", "off", "0", "n", "f", "outofstock", "out of stock"};

std::optional<FieldValue> boolean(const std::string& text) {
  std::string word = to_lower(text);
  // schema.org's way: https://schema.org/InStock
  if (word.find("schema.org/") != std::string::npos) word = word.substr(word.rfind('/') + 1);
  if (std::find(kTrue.begin(), kTrue.end(), word) != kTrue.end()) return int64_t{1};
  if (std::find(kFalse.begin(), kFalse.end(), word) != kFalse.end()) return int64_t{0};
  return std::nullopt;
}

template <typename T, typename Number>
std::optional<FieldValue> value_or_nothing(const std::optional<Number>& number) {
  return number ? std::optional<FieldValue>(static_cast<T>(*number)) : std::nullopt;
}

std::optional<FieldValue> checked_json(std::string text) {
  // Cut in the middle it would be none, so it is not cut. What is nested too deep may not be a value: lists are written
  // by a function that recurses.
  if (text.size() > kFieldBytesMax || !parse_json(text)) return std::nullopt;
  return FieldValue(std::move(text));
}

}  // namespace

std::optional<FieldValue> field_value(std::string text, const FieldSpec& field, const Url& base) {
  const bool as_it_is = field.type == FieldType::json || field.type == FieldType::html;
  text = as_it_is ? to_valid_utf8(std::move(text)) : collapse_white_space(text);
  if (text.find_first_not_of(" \t\r\n\f") == std::string::npos) return FieldValue(nullptr);
  switch (field.type) {
    case FieldType::text:
    case FieldType::html:
      cut_utf8(text, kFieldBytesMax);
      return FieldValue(std::move(text));
    case FieldType::integer:
      return value_or_nothing<int64_t>(read_integer(text, field.decimal));
    case FieldType::real:
      return value_or_nothing<double>(read_number(text, field.decimal));
    case FieldType::boolean:
      return boolean(text);
    case FieldType::url: {
      const auto url = Url::parse(text, &base);
      // A long <base> makes a long URL of every reference.
      return url && url->href().size() <= kFieldUrlBytesMax ? std::optional<FieldValue>(url->href()) : std::nullopt;
    }
    case FieldType::date: {
      auto date = iso_date(text);
      return date ? std::optional<FieldValue>(std::move(*date)) : std::nullopt;
    }
    case FieldType::json:
      return checked_json(std::move(text));
  }
  return std::nullopt;
}

std::optional<FieldValue> field_value(const json& value, const FieldSpec& field, const Url& base) {
  if (value.is_null()) return FieldValue(nullptr);
  if (field.type == FieldType::json) return checked_json(json_text(value));
  if (value.is_string()) return field_value(value.get<std::string>(), field, base);
  if (value.is_structured() && field.type != FieldType::text && field.type != FieldType::html) return std::nullopt;
  if (field.type == FieldType::boolean && value.is_boolean()) return FieldValue(int64_t{value.get<bool>()});
  if (field.type == FieldType::integer && value.is_number_integer() &&
      !(value.is_number_unsigned() && value.get<uint64_t>() > static_cast<uint64_t>(INT64_MAX))) {
    return FieldValue(value.get<int64_t>());
  }
  if (field.type == FieldType::real && value.is_number()) return FieldValue(value.get<double>() + 0.0);
  return field_value(json_text(value), field, base);
}

FieldValue list_value(const std::vector<FieldValue>& values, FieldType type) {
  json list = json::array();
  for (const FieldValue& value : values) {
    if (const auto* text = std::get_if<std::string>(&value)) {
      list.push_back(type == FieldType::json ? json::parse(*text) : json(*text));
    } else if (const auto* integer = std::get_if<int64_t>(&value)) {
      list.push_back(type == FieldType::boolean ? json(*integer != 0) : json(*integer));
    } else if (const auto* real = std::get_if<double>(&value)) {
      list.push_back(*real);
    }
  }
  return list.empty() ? FieldValue(nullptr) : FieldValue(json_text(list));
}

}  // namespace scraper
