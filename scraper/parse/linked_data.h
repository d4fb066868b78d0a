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
/// Neither copied nor moved: it points into itself, and into the metadata, which must outlive it.
class LinkedData {
 public:
  /// `metadata` is what structured_data returns: its jsonld and microdata are looked at.
  explicit LinkedData(const nlohmann::json& metadata);
  explicit LinkedData(nlohmann::json&& metadata) = delete;
  LinkedData(const LinkedData&) = delete;
  LinkedData& operator=(const LinkedData&) = delete;

  /// What the path names in the first objects, from the top, that have it; then in further ones. At most `most`.
  std::vector<const nlohmann::json*> find(const JsonPath& path, size_t most) const;

 private:
  nlohmann::json microdata_;                ///< in the shape of JSON-LD
  size_t on_top_ = 0;                       ///< of all_
  std::vector<const nlohmann::json*> all_;  ///< objects: those on top, then those inside them
};

}  // namespace scraper
