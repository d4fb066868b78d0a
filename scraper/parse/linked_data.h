// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "scraper/parse/json_path.h"

namespace scraper {

/// What a page says of things in JSON-LD, and in microdata brought into the same shape (`@type`, and properties by
/// their names), as one list of objects. Lists and @graph are taken apart; objects inside others come after those on
/// top.
///
/// Moved, not copied: it points into itself.
class LinkedData {
 public:
  LinkedData(const LinkedData&) = delete;
  LinkedData& operator=(const LinkedData&) = delete;
  LinkedData(LinkedData&&) = default;
  LinkedData& operator=(LinkedData&&) = default;
  /// `metadata` is what structured_data returns: its jsonld and microdata are looked at.
  explicit LinkedData(const nlohmann::json& metadata);

  /// What the path names in the first objects, from the top, that have it; then in further ones. At most `most`.
  std::vector<const nlohmann::json*> find(const JsonPath& path, size_t most) const;

  size_t size() const { return things_.size(); }

 private:
  void add_nested();

  std::vector<nlohmann::json> things_;      ///< on top
  std::vector<const nlohmann::json*> all_;  ///< these, then those inside them
};

}  // namespace scraper
