// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "scraper/parse/selector_parts.h"

namespace scraper {

/// Where a selector's text goes wrong.
struct SelectorError {
  size_t column = 0;    ///< from 1, in code points
  std::string message;  ///< for people, without the column
};

/// Bounds on one selector: its text, and the compounds between two commas.
inline constexpr size_t kSelectorBytesMax = 8u << 10;
inline constexpr size_t kCompoundsMax = 128;

/// A compiled list of CSS selectors: type, universal, id, class and attribute selectors, the four combinators, commas.
/// Names of elements and attributes match whatever their case, and so do the values of those attributes of which HTML
/// says so (HTML 4.16.2); other values, ids and classes match exactly. An attribute's value may go unquoted up to the
/// bracket, more leniently than in the standard.
///
/// A value type, immutable; any thread.
class Selector {
 public:
  static tl::expected<Selector, SelectorError> compile(std::string_view text);

  /// Whether the node is an element that the selector names. Elements around it count, as in a whole page.
  bool matches(const GumboNode* node) const;

  /// The elements below `root` (and root itself) that match: in document order, each once.
  std::vector<const GumboNode*> select_all(const GumboNode* root) const;

 private:
  Selector() = default;

  std::vector<ComplexSelector> alternatives_;
};

}  // namespace scraper
