// SPDX-License-Identifier: MIT
#include "scraper/parse/xpath.h"

#include <algorithm>
#include <functional>
#include <new>
#include <pugixml.hpp>
#include <utility>

#include "scraper/base/check.h"
#include "scraper/base/utf8.h"
#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/xpath_budget.h"

namespace scraper {
namespace {

/// The column of a byte, from 1, in code points.
size_t column_of(std::string_view text, size_t byte) {
  const std::string_view before = text.substr(0, byte);
  const auto columns = std::count_if(before.begin(), before.end(), [](char c) { return (c & 0xC0) != 0x80; });
  return static_cast<size_t>(columns) + 1;
}

/// Where the node lies in the text that pugixml parsed in place: in document order, as XmlTree explains. An element's
/// attributes come after its name and before what is in it.
const char* place_of(const pugi::xpath_node& found) {
  if (found.attribute()) return found.attribute().value();
  const pugi::xml_node node = found.node();
  if (node.type() == pugi::node_document) return nullptr;
  return node.type() == pugi::node_element ? node.name() : node.value();
}

bool is_element_node(const pugi::xml_node& node) { return node.type() == pugi::node_element; }

XPathItem to_item(const pugi::xpath_node& found, const XmlTree& tree) {
  XPathItem item;
  if (const pugi::xml_attribute attribute = found.attribute()) {
    item.kind = XPathItem::Kind::attribute;
    item.element = tree.element_of(found.parent());
    item.string = attribute.value();
    return item;
  }
  const pugi::xml_node node = found.node();
  switch (node.type()) {
    case pugi::node_document:
      item.kind = XPathItem::Kind::element;
      item.element = tree.element_of(node.find_child(is_element_node));
      return item;
    case pugi::node_element:
      item.kind = XPathItem::Kind::element;
      item.element = tree.element_of(node);
      return item;
    case pugi::node_comment:
      item.kind = XPathItem::Kind::comment;
      break;
    default:
      item.kind = XPathItem::Kind::text;
  }
  item.element = tree.element_of(node.parent());
  item.string = node.value();
  return item;
}

std::vector<XPathItem> evaluate_nodes(const pugi::xpath_query& query, const XmlTree& tree, pugi::xml_node context) {
  const pugi::xpath_node_set set = query.evaluate_node_set(context);
  std::vector<pugi::xpath_node> found(set.begin(), set.end());
  const auto before = [](const auto& a, const auto& b) { return std::less<>()(place_of(a), place_of(b)); };
  if (!std::is_sorted(found.begin(), found.end(), before)) std::sort(found.begin(), found.end(), before);
  std::vector<XPathItem> items;
  items.reserve(found.size());
  // The document, which comes first, stands for its root element; that may be there itself, behind comments.
  const GumboNode* root = nullptr;
  for (const pugi::xpath_node& node : found) {
    XPathItem item = to_item(node, tree);
    if (root != nullptr && item.kind == XPathItem::Kind::element && item.element == root) continue;
    if (node.node().type() == pugi::node_document) root = item.element;
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace

std::string string_value(const XPathItem& item) {
  return item.kind == XPathItem::Kind::element && item.element != nullptr ? node_text(item.element) : item.string;
}

tl::expected<XPath, SelectorError> XPath::compile(std::string_view text) {
  if (text.size() > kXPathBytesMax) return tl::make_unexpected(SelectorError{1, "the expression is too long"});
  if (const size_t nul = text.find('\0'); nul != std::string_view::npos)
    return tl::make_unexpected(SelectorError{column_of(text, nul), "this cannot stand here"});
  try {
    XPath xpath;
    xpath.query_ = std::make_shared<const pugi::xpath_query>(std::string(text).c_str());
    return xpath;
  } catch (const pugi::xpath_exception& error) {
    const auto at = static_cast<size_t>(std::max<ptrdiff_t>(error.result().offset, 0));
    return tl::make_unexpected(
        SelectorError{column_of(text, at), std::string("this is no XPath 1.0: ") + error.result().description()});
  }
}

tl::expected<std::vector<XPathItem>, Overrun> XPath::evaluate(const XmlTree& tree, const GumboNode* context,
                                                              const Watchdog& watchdog) const {
  if (const Overrun overrun = watchdog.look(); overrun != Overrun::none) return tl::make_unexpected(overrun);
  const pugi::xml_node from = tree.find(context);
  SCRAPER_CHECK(from);
  std::vector<XPathItem> items;
  try {
    const XPathBudget budget(watchdog, kXPathMemoryMax);
    switch (query_->return_type()) {
      case pugi::xpath_type_node_set:
        items = evaluate_nodes(*query_, tree, from);
        break;
      default:
        items.push_back({XPathItem::Kind::value, nullptr, to_valid_utf8(query_->evaluate_string(from))});
    }
  } catch (const XPathInterrupted& interrupted) {
    return tl::make_unexpected(interrupted.why);
  } catch (const std::bad_alloc&) {
    return tl::make_unexpected(Overrun::memory);
  }
  if (const Overrun overrun = watchdog.look(); overrun != Overrun::none) return tl::make_unexpected(overrun);
  return items;
}

}  // namespace scraper
