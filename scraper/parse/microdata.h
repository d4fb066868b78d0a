// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "scraper/model/error.h"
#include "scraper/model/url.h"
#include "scraper/parse/watchdog.h"

namespace scraper {

inline constexpr size_t kMicrodataBytesMax = 1u << 20;        ///< of names and values of a page
inline constexpr size_t kMicrodataValueBytesMax = 64u << 10;  ///< longer text is cut
inline constexpr int kMicrodataDepthMax = 64;                 ///< items may stand in each other so deep
inline constexpr size_t kMicrodataItemsMax = 10'000;
/// Steps from node to node that one page may take: with itemref a small page can ask for any number.
inline constexpr size_t kMicrodataStepsMax = 4'000'000;

/// The items of a page (WHATWG HTML 5, "Microdata"), each as `{"type": ..., "id": ..., "properties": {name: value}}`:
/// several types or values are an array, one is not. A value is a string, or an item.
///
/// URLs are resolved. Text is as a reader sees it. Beyond the standard, as pages have it: `content` counts on every
/// element, and for a missing URL; an item without properties has `"value"`, its text; an item with a property's name
/// that stands in no item counts as one of its own; an itemref to an item that is no property takes its properties; a
/// property named `...-input` or `...-output` without content is `{"valueRequired", "valueName"}` (schema.org Actions).
///
/// One thread's, for one page; the tree must outlive it.
class Microdata {
 public:
  Microdata(const Url& base, const ParseLimits& limits, const Watchdog& watchdog)
      : base_(base), limits_(limits), watchdog_(watchdog) {}

  /// `items`: the document's elements with itemscope, in document order. An array of the items on top; what goes over a
  /// bound is left out. Fails with parse_timeout or cancelled.
  tl::expected<nlohmann::json, Error> read(const GumboNode* document, const std::vector<const GumboNode*>& items);

 private:
  using Elements = std::vector<const GumboNode*>;

  void number_elements(const GumboNode* document);
  std::optional<nlohmann::json> item(const GumboNode* element, int depth);
  Elements properties_of(const GumboNode* item);
  void crawl(const GumboNode* root, Elements& found, std::unordered_set<const GumboNode*>* visited);
  std::optional<nlohmann::json> property(const GumboNode* element, int depth);
  std::string plain_value(const GumboNode* element, bool named);
  std::string url_value(const GumboNode* element, const char* name);
  bool spend(size_t bytes);
  bool step(size_t steps = 1);

  const Url& base_;
  const ParseLimits& limits_;
  const Watchdog& watchdog_;
  std::unordered_map<std::string_view, const GumboNode*> by_id_;   ///< empty when no item refers to any
  std::unordered_map<const GumboNode*, uint32_t> document_order_;  ///< of elements with itemprop, likewise
  std::unordered_set<const GumboNode*> read_;                      ///< items that are in the result
  std::unordered_set<const GumboNode*> open_;                      ///< items that the present one stands in
  size_t bytes_left_ = kMicrodataBytesMax;
  size_t items_left_ = kMicrodataItemsMax;
  size_t steps_left_ = kMicrodataStepsMax;
  size_t steps_to_look_ = 0;
  Overrun overrun_ = Overrun::none;
};

}  // namespace scraper
