// SPDX-License-Identifier: MIT
#include "scraper/parse/xml_tree.h"

#include <algorithm>
#include <optional>
#include <pugixml.hpp>
#include <string_view>

#include "scraper/base/check.h"
#include "scraper/base/quantity.h"
#include "scraper/base/utf8.h"
#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/serialize.h"

namespace scraper {
namespace {

// What pugixml takes for a node and an attribute, and what we do beside it.
constexpr size_t kNodeBytes = 64 + 40;
constexpr size_t kAttributeBytes = 40;

bool is_xml_name_byte(char c, bool first) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' || static_cast<unsigned char>(c) >= 0x80)
    return true;
  return !first && ((c >= '0' && c <= '9') || c == '-' || c == '.');
}

bool is_xml_name(std::string_view name) {
  for (size_t i = 0; i < name.size(); ++i) {
    if (!is_xml_name_byte(name[i], i == 0)) return false;
  }
  return !name.empty();
}

/// HTML lets nearly every character into a name; XPath could not write such a one anyway.
std::string to_xml_name(std::string name) {
  for (size_t i = 0; i < name.size(); ++i) {
    if (!is_xml_name_byte(name[i], i == 0)) name[i] = '_';
  }
  return name.empty() ? "_" : name;
}

void append_escaped(std::string& out, std::string_view text) {
  const std::string made_valid = is_valid_utf8(text) ? std::string() : to_valid_utf8(std::string(text));
  for (const char c : made_valid.empty() ? text : std::string_view(made_valid)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
}

/// A comment's text has no end mark in it in any tree that gumbo makes; were there one, the comment would end there.
void append_comment(std::string& out, std::string_view text) {
  std::string made_valid = to_valid_utf8(std::string(text));
  for (size_t at = 0; (at = made_valid.find("-->", at)) != std::string::npos;) made_valid[at + 2] = '_';
  out += "<!--" + made_valid + "-->";
}

Error limit_error(const std::string& what) { return {ErrorKind::parse_limit, Stage::parse, 0, what}; }

/// Writes a gumbo tree as XML.
class XmlWriter {
 public:
  XmlWriter(const ParseLimits& limits, const Watchdog& watchdog) : limits_(limits), watchdog_(watchdog) {}

  std::optional<Error> write(const GumboNode* document) {
    const GumboVector* below = children(document);
    if (below == nullptr) return limit_error("the page is no document");
    std::vector<std::pair<const GumboNode*, unsigned>> open{{document, 0}};
    while (!open.empty()) {
      auto& [node, next] = open.back();
      below = children(node);
      if (next == below->length) {
        if (is_element(node)) text += "</" + to_xml_name(element_name(node)) + ">";
        open.pop_back();
        continue;
      }
      const GumboNode* inner = child(below, next++);
      if (auto error = count(open.size())) return error;
      if (is_element(inner)) {
        start(inner);
        open.emplace_back(inner, 0);
      } else if (inner->type == GUMBO_NODE_COMMENT) {
        append_comment(text, inner->v.text.text);
      } else if (open.size() > 1) {
        append_escaped(text, text_of(inner));
      }
    }
    return check_size();
  }

  std::string text;
  std::vector<const GumboNode*> elements;  ///< in document order
  bool odd_names = false;                  ///< some attribute has a name that XML does not allow

 private:
  std::optional<Error> count(size_t depth) {
    if (depth > kXmlDepthMax)
      return limit_error("XPath: the page is nested more than " + std::to_string(kXmlDepthMax) + " deep");
    if (++nodes_ > kXmlNodesMax)
      return limit_error("XPath: the page has more than " + std::to_string(kXmlNodesMax) + " nodes");
    if (auto error = check_size()) return error;
    if (nodes_ % kNodesBetweenLooks == 0) {
      if (const Overrun overrun = watchdog_.look(); overrun != Overrun::none) return overrun_error(overrun, limits_);
    }
    return std::nullopt;
  }

  std::optional<Error> check_size() const {
    if (text.size() + nodes_ * kNodeBytes + attributes_ * kAttributeBytes > limits_.memory_bytes_max)
      return limit_error("XPath: the page takes more than " + format_size(limits_.memory_bytes_max));
    return std::nullopt;
  }

  void start(const GumboNode* element) {
    elements.push_back(element);
    text += "<" + to_xml_name(element_name(element));
    const GumboVector& all = element->v.element.attributes;
    attributes_ += all.length;
    for (unsigned i = 0; i < all.length; ++i) {
      const auto* attribute = static_cast<const GumboAttribute*>(all.data[i]);
      const std::string name = attribute_name(*attribute);
      if (!is_xml_name(name)) odd_names = true;
      text += " " + to_xml_name(name) + "=\"";
      append_escaped(text, attribute->value);
      text += '"';
    }
    text += '>';
  }

  const ParseLimits& limits_;
  const Watchdog& watchdog_;
  size_t nodes_ = 0;
  size_t attributes_ = 0;
};

/// The node after this one in document order; an empty one at the end.
pugi::xml_node next_node(pugi::xml_node node) {
  if (const pugi::xml_node inner = node.first_child()) return inner;
  while (node && !node.next_sibling()) node = node.parent();
  return node.next_sibling();
}

void restore_names(pugi::xml_node node, const GumboNode* element) {
  const GumboVector& all = element->v.element.attributes;
  pugi::xml_attribute attribute = node.first_attribute();
  for (unsigned i = 0; i < all.length && attribute; ++i, attribute = attribute.next_attribute()) {
    const std::string name = attribute_name(*static_cast<const GumboAttribute*>(all.data[i]));
    if (!is_xml_name(name)) attribute.set_name(name.c_str());
  }
}

}  // namespace

XmlTree::XmlTree() : document_(std::make_unique<pugi::xml_document>()) {}
XmlTree::XmlTree(XmlTree&&) noexcept = default;
XmlTree& XmlTree::operator=(XmlTree&&) noexcept = default;
XmlTree::~XmlTree() = default;

tl::expected<XmlTree, Error> XmlTree::build(const GumboNode* document, const ParseLimits& limits,
                                            const Watchdog& watchdog) {
  while (document->parent != nullptr) document = document->parent;
  XmlWriter writer(limits, watchdog);
  if (auto error = writer.write(document)) return tl::make_unexpected(std::move(*error));
  XmlTree tree;
  // A short string lies in the object itself and would move with it.
  writer.text.reserve(64);
  tree.text_ = std::move(writer.text);
  const auto parsed = tree.document_->load_buffer_inplace(
      tree.text_.data(), tree.text_.size(), pugi::parse_comments | pugi::parse_escapes | pugi::parse_ws_pcdata,
      pugi::encoding_utf8);
  if (parsed.status == pugi::status_out_of_memory) return tl::make_unexpected(overrun_error(Overrun::memory, limits));
  SCRAPER_CHECK(parsed.status == pugi::status_ok);
  tree.by_name_.reserve(writer.elements.size());
  tree.nodes_.reserve(writer.elements.size());
  for (pugi::xml_node node = tree.document_->first_child(); node; node = next_node(node)) {
    if (node.type() != pugi::node_element) continue;
    const size_t at = tree.nodes_.size();
    SCRAPER_CHECK(at < writer.elements.size());
    const GumboNode* element = writer.elements[at];
    if (writer.odd_names) restore_names(node, element);
    tree.by_name_.emplace_back(node.name(), element);
    tree.by_node_.emplace_back(element, at);
    tree.nodes_.push_back(node);
  }
  SCRAPER_CHECK(tree.nodes_.size() == writer.elements.size());
  std::sort(tree.by_node_.begin(), tree.by_node_.end());
  return tree;
}

pugi::xml_node XmlTree::find(const GumboNode* node) const {
  if (!is_element(node)) return *document_;
  const auto found = std::lower_bound(by_node_.begin(), by_node_.end(), std::pair<const GumboNode*, size_t>(node, 0));
  return found == by_node_.end() || found->first != node ? pugi::xml_node() : nodes_[found->second];
}

const GumboNode* XmlTree::element_of(const pugi::xml_node& node) const {
  const std::pair<const char*, const GumboNode*> wanted(node.name(), nullptr);
  const auto found = std::lower_bound(by_name_.begin(), by_name_.end(), wanted,
                                      [](const auto& a, const auto& b) { return a.first < b.first; });
  return found == by_name_.end() || found->first != node.name() || node.type() != pugi::node_element ? nullptr
                                                                                                     : found->second;
}

}  // namespace scraper
