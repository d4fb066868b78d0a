// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <nlohmann/json.hpp>
#include <string_view>

namespace scraper {

inline constexpr size_t kMetadataEntriesMax = 500;  ///< how many <meta> of a page are kept

/// What a page says in <meta>, sorted into Open Graph (https://ogp.me), Twitter cards and the rest.
///
/// Names are in lower case, values have their white space collapsed; a name that occurs again has an array of values.
/// Bounds: kMetadataEntriesMax values, each of kValueBytesMax, names of kShortValueBytesMax.
class MetaTags {
 public:
  /// Looks at an element; does nothing but for a <meta> with `content` and a `property`, else a `name`.
  void add(const GumboNode* element);

  void add(std::string_view name, std::string_view value);

  /// Sets, of {"og": {...}, "twitter": {...}, "meta": {...}}, what there is. Names in og are without `og:`, those of
  /// its other vocabularies (article: product: fb: book: profile: music: video:) as they are; in twitter without
  /// `twitter:`.
  void put_into(nlohmann::json& object) &&;

 private:
  nlohmann::json groups_ = nlohmann::json::object();
  size_t entries_ = 0;
};

}  // namespace scraper
