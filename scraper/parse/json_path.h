// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace scraper {

/// A compiled JSON Pointer (RFC 6901): `/offers/0/price`; empty: the whole value. In front may stand the name of a
/// type, `Product/name`: then only objects with that @type are looked at. A value type, immutable; any thread.
class JsonPath {
 public:
  /// Says what is wrong with the text, in words for people.
  static tl::expected<JsonPath, std::string> compile(std::string_view text);

  const std::string& type() const { return type_; }

  /// The value that the pointer names; nullptr: there is none.
  const nlohmann::json* find(const nlohmann::json& value) const;

  /// What it names where one value and a list of one are the same, as in JSON-LD: a step into a list that is no number
  /// is taken in each of its elements. At most `most` values.
  std::vector<const nlohmann::json*> find_all(const nlohmann::json& value, size_t most) const;

  /// Whether the object is of this path's type: `Product`, `schema:Product` and `https://schema.org/Product` are the
  /// same.
  bool is_of_type(const nlohmann::json& object) const;

 private:
  std::string type_;
  std::vector<std::string> steps_;
};

}  // namespace scraper
