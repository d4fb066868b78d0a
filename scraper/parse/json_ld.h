// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace scraper {

inline constexpr size_t kJsonLdBytesMax = 1u << 20;        ///< of the values of a page, written compactly
inline constexpr size_t kJsonLdSourceBytesMax = 8u << 20;  ///< of a page's scripts, as written: what is read of them
inline constexpr size_t kJsonLdValuesMax = 2000;

/// The values of a page's <script type="application/ld+json"> (JSON-LD 1.1, 7), in document order, lists at the top
/// taken apart, else as written. What goes over a bound is left out, and what still fits after it is kept.
class JsonLd {
 public:
  /// Looks at an element; does nothing but for such scripts.
  void add(const GumboNode* element);

  /// The text of one.
  void add_source(std::string source);

  /// What `type` says of a <script>: it is JSON-LD.
  static bool is_type(std::string_view type);

  /// An array of objects and arrays; an empty one when there are none.
  nlohmann::json take() && { return std::move(values_); }

 private:
  void add_value(nlohmann::json value);

  nlohmann::json values_ = nlohmann::json::array();
  size_t bytes_left_ = kJsonLdBytesMax;
  size_t source_bytes_left_ = kJsonLdSourceBytesMax;
};

}  // namespace scraper
