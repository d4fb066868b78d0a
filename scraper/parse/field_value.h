// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "scraper/model/page.h"
#include "scraper/model/url.h"
#include "scraper/parse/rule_spec.h"

namespace scraper {

/// Longer values of fields are cut.
inline constexpr size_t kFieldBytesMax = 1u << 20;

/// What a text is worth as a value of the field's type: numbers as people write them (number_text.h), dates as ISO-8601
/// (date_text.h), URLs resolved against `base`, JSON checked, booleans of true, yes, on, 1, in stock and their
/// opposites. `text` is as it stood on the page; white space is collapsed but for json and html. nullopt: it is not of
/// this type; null: it is empty. Any thread.
std::optional<FieldValue> field_value(std::string text, const FieldSpec& field, const Url& base);

/// Likewise of a value of a JSON text; lists and objects are text as they are written.
std::optional<FieldValue> field_value(const nlohmann::json& value, const FieldSpec& field, const Url& base);

/// The list of an `all` field; null for an empty one.
FieldValue list_value(const std::vector<FieldValue>& values, FieldType type);

}  // namespace scraper
