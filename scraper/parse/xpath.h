// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "scraper/parse/selector.h"
#include "scraper/parse/xml_tree.h"

namespace pugi {
class xpath_query;
}  // namespace pugi

namespace scraper {

/// The text of one expression, and what its evaluation may take in memory.
inline constexpr size_t kXPathBytesMax = 4u << 10;
inline constexpr size_t kXPathMemoryMax = 256u << 20;

/// One thing that an expression found.
struct XPathItem {
  enum class Kind { element, attribute, text, comment, value };  ///< value: a string, number or boolean

  Kind kind = Kind::value;
  const GumboNode* element = nullptr;  ///< itself, or the one that holds the attribute, text or comment; may be null
  std::string string;                  ///< as it stands in the page; of an element empty: string_value makes it
};

/// An element's text, white space collapsed (node_text); of other things the string as it stands.
std::string string_value(const XPathItem& item);

/// A compiled XPath 1.0 expression, as pugixml evaluates it, without variables and functions beyond the standard's.
/// Names of elements and attributes are those of XmlTree: lower case.
///
/// A value type, immutable; any thread.
class XPath {
 public:
  /// Fails with the column where the expression goes wrong; so do unknown functions and axes, and expressions that are
  /// longer than kXPathBytesMax or nested more deeply than pugixml allows (1,024).
  static tl::expected<XPath, SelectorError> compile(std::string_view text);

  /// What the expression finds, seen from `context`: the document or an element of the tree's page. Nodes come in
  /// document order, each once; a string, number or boolean is one value ("true", "false"; numbers as by string()).
  /// `/` and `//` at the beginning always mean the whole page, `.//` what is below the context.
  ///
  /// Fails with time or stopped when the watchdog says so, and with memory beyond kXPathMemoryMax. pugixml offers
  /// nothing to interrupt it, so that both are looked at when it allocates: sets of nodes that grow are cut off, but an
  /// expression that goes through the whole page for each of its nodes and finds nothing (`//a[//nothing]`) goes on to
  /// its end. What bounds that is the tree's size (kXmlNodesMax, kXmlDepthMax).
  tl::expected<std::vector<XPathItem>, Overrun> evaluate(const XmlTree& tree, const GumboNode* context,
                                                         const Watchdog& watchdog) const;

 private:
  XPath() = default;

  std::shared_ptr<const pugi::xpath_query> query_;
};

}  // namespace scraper
