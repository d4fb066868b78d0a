// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "scraper/parse/selector_parts.h"
#include "scraper/parse/watchdog.h"

namespace scraper {

/// Where a selector's or an XPath expression's text goes wrong.
struct SelectorError {
  size_t column = 0;    ///< from 1, in code points
  std::string message;  ///< for people, without the column
};

/// Bounds on one selector: its text, the compounds between two commas, all its compounds with what pseudo-classes
/// stand for, and how deep parentheses nest.
inline constexpr size_t kSelectorBytesMax = 8u << 10;
inline constexpr size_t kCompoundsMax = 128;
inline constexpr size_t kAllCompoundsMax = 4096;
inline constexpr size_t kSelectorNestingMax = 8;

/// One thing that a selector found. Points into the tree, and dies with it; texts need not be valid UTF-8
/// (gumbo_node.h).
struct Match {
  const GumboNode* node = nullptr;            ///< the element; the text node for `::text`
  std::optional<std::string_view> attribute;  ///< the value as it stands in the page, for `::attr(name)`
};

/// A compiled list of CSS selectors (Selectors 4), as far as a page tells that nobody looks at:
///
/// - type, universal, id, class and attribute selectors, the four combinators, lists, comments. Names of elements and
///   attributes match whatever their case, and so do the values of those attributes of which HTML says so (HTML
///   4.16.2); other values, ids and classes match exactly. An attribute's value may go unquoted up to the bracket.
/// - :is() :not() :has(), with whole selectors inside, not forgiving: what is wrong in them is an error;
///   :nth-child(An+B of S) and its kin, :root :scope :empty :lang(), and the states of links and forms as the page is
///   loaded. :hover and the like match nothing.
/// - Beautiful Soup's :-soup-contains(), jQuery's :contains() :header :parent :selected :checkbox and others.
/// - Scrapy's ::text and ::attr(name) at the end. `p::text` names the text nodes that are children of a p, `p ::text`
///   those anywhere in it. In a list each selector has its own; the same thing is found once.
///
/// Namespaces are refused. A value type, immutable; any thread.
class Selector {
 public:
  static tl::expected<Selector, SelectorError> compile(std::string_view text);

  /// What the selector finds, in document order, each thing once. `root` is the document, the document's root element
  /// (which is among the candidates then) or another element, say one row of a table: candidates are the elements below
  /// it, the elements around it count for what stands further left, as in the DOM's querySelectorAll, and :scope is
  /// root. Root itself is found by selectors that end in `:scope`, or that are or end in a bare ` ::text` or
  /// ` ::attr()`.
  ///
  /// Ends early with what the watchdog says: time or stopped. It is looked at every few thousand steps, and nothing
  /// that a page or a selector can do makes a step long.
  tl::expected<std::vector<Match>, Overrun> select_all(const GumboNode* root, const Watchdog& watchdog) const;

  /// The first of them, without looking for more; a Match without a node when there is none.
  tl::expected<Match, Overrun> select_first(const GumboNode* root, const Watchdog& watchdog) const;

  /// The same without a bound on time, and without the values of attributes.
  std::vector<const GumboNode*> select_all(const GumboNode* root) const;

  /// False when some of it ends in `::text` or `::attr()`.
  bool finds_elements() const;

  /// Whether the node is an element that the selector names, whatever it takes of it. :scope is the root element.
  bool matches(const GumboNode* node) const;

 private:
  /// The alternatives that take the same thing of an element.
  struct Group {
    SelectorOutput output;
    SelectorList alternatives;
  };

  Selector() = default;
  tl::expected<std::vector<Match>, Overrun> select(const GumboNode* root, const Watchdog* watchdog,
                                                   size_t matches_max) const;

  std::vector<Group> groups_;
};

}  // namespace scraper
