// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <cstddef>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "scraper/model/error.h"
#include "scraper/parse/parser.h"
#include "scraper/parse/watchdog.h"

namespace pugi {
class xml_document;
class xml_node;
}  // namespace pugi

namespace scraper {

/// Bounds on a page that XPath is asked of: elements, texts and comments, and how deep they nest. Both are far beyond
/// pages that people read, and keep an evaluation, which nothing can interrupt, from taking minutes on an expression
/// that goes through the page once for each of its ancestors.
inline constexpr size_t kXmlNodesMax = 100'000;
inline constexpr size_t kXmlDepthMax = 1'000;

/// A gumbo tree once more, as pugixml holds it, for XPath. Made once a page; the gumbo tree must outlive it.
///
/// Elements of HTML are in lower case and without a prefix or namespace, those of SVG and MathML too, by their local
/// names ("foreignObject"). Attributes have their names as they are, "xlink:href" included. What is in a <template> is
/// below it. Neighbouring texts are one, as XPath wants it (XPath 1.0, 5.7).
///
/// The tree goes through text, which pugixml parses in place: names and values then lie in the text in document order,
/// and comparing two nodes' places takes one comparison instead of a walk through the tree.
///
/// Movable; one thread's at a time while it is built, any thread once it is there.
class XmlTree {
 public:
  /// Fails with parse_limit when the page has more than kXmlNodesMax nodes, is nested more deeply than kXmlDepthMax, or
  /// would take more than limits.memory_bytes_max; with parse_timeout or cancelled when the watchdog says so.
  static tl::expected<XmlTree, Error> build(const GumboNode* document, const ParseLimits& limits,
                                            const Watchdog& watchdog);

  XmlTree(XmlTree&&) noexcept;
  XmlTree& operator=(XmlTree&&) noexcept;
  ~XmlTree();

  /// The node that stands for the element; the document's for any other node. An empty node when it is not of this
  /// page.
  pugi::xml_node find(const GumboNode* node) const;

  /// The element that the node stands for; nullptr for other nodes.
  const GumboNode* element_of(const pugi::xml_node& node) const;

 private:
  XmlTree();

  std::string text_;  ///< what pugixml's nodes point into
  std::unique_ptr<pugi::xml_document> document_;
  std::vector<std::pair<const char*, const GumboNode*>>
      by_name_;                                               ///< where an element's name lies in the text: in order
  std::vector<std::pair<const GumboNode*, size_t>> by_node_;  ///< in order; the place in nodes_
  std::vector<pugi::xml_node> nodes_;                         ///< in document order, as by_name_
};

}  // namespace scraper
