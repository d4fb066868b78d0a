// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "scraper/parse/gumbo_node.h"

namespace scraper {

/// Two trees beside each other, in all that NodeMaker says that it fills in.
class TreeComparison {
 public:
  /// Where and in what they differ first; empty: nowhere.
  std::string compare(const GumboNode* a, const GumboNode* b) {
    pending_.emplace_back(a, b);
    while (!pending_.empty()) {
      std::tie(a, b) = pending_.back();
      pending_.pop_back();
      const std::string found = compare_nodes(a, b);
      if (!found.empty()) return found + " at " + path(a) + " | " + path(b);
    }
    return {};
  }

 private:
  std::string compare_nodes(const GumboNode* a, const GumboNode* b) {
    if (a->type != b->type) return "type " + std::to_string(a->type) + " | " + std::to_string(b->type);
    if (a->index_within_parent != b->index_within_parent && a->parent != nullptr) return "index_within_parent";
    if (a->type == GUMBO_NODE_DOCUMENT) return compare_documents(a, b);
    if (is_element(a)) return compare_elements(a, b);
    const std::string_view x = a->v.text.text, y = b->v.text.text;
    return x == y ? "" : "text [" + std::string(x) + "] | [" + std::string(y) + "]";
  }

  std::string compare_documents(const GumboNode* a, const GumboNode* b) {
    const GumboDocument &x = a->v.document, &y = b->v.document;
    if (x.has_doctype != y.has_doctype || x.doc_type_quirks_mode != y.doc_type_quirks_mode) return "doctype";
    if (std::string_view(x.name) != y.name) return "doctype's name";
    if (std::string_view(x.public_identifier) != y.public_identifier) return "public identifier";
    if (std::string_view(x.system_identifier) != y.system_identifier) return "system identifier";
    return compare_children(a, b);
  }

  std::string compare_elements(const GumboNode* a, const GumboNode* b) {
    const GumboElement &x = a->v.element, &y = b->v.element;
    if (x.tag != y.tag || x.tag_namespace != y.tag_namespace)
      return "tag " + std::to_string(x.tag) + " | " + std::to_string(y.tag);
    if ((x.original_tag.data == nullptr) != (y.original_tag.data == nullptr)) return "original tag";
    if (original_tag_name(a) != original_tag_name(b)) return "tag's name";
    if (x.attributes.length != y.attributes.length) return "number of attributes";
    for (unsigned i = 0; i < x.attributes.length; ++i) {
      const auto* one = static_cast<const GumboAttribute*>(x.attributes.data[i]);
      const auto* other = static_cast<const GumboAttribute*>(y.attributes.data[i]);
      if (std::string_view(one->name) != other->name || one->attr_namespace != other->attr_namespace)
        return "attribute's name [" + std::string(one->name) + "] | [" + other->name + "]";
      if (std::string_view(one->value) != other->value)
        return "attribute's value [" + std::string(one->value) + "] | [" + other->value + "]";
    }
    return compare_children(a, b);
  }

  std::string compare_children(const GumboNode* a, const GumboNode* b) {
    const GumboVector &x = *children(a), &y = *children(b);
    for (unsigned i = 0; i < x.length; ++i) {
      if (child(&x, i)->parent != a || child(&x, i)->index_within_parent != i) return "a child's place";
    }
    for (unsigned i = 0; i < y.length; ++i) {
      if (child(&y, i)->parent != b) return "a child's place";
    }
    for (unsigned i = std::min(x.length, y.length); i > 0; --i)
      pending_.emplace_back(child(&x, i - 1), child(&y, i - 1));
    if (x.length == y.length) return {};
    std::string listed = "children";
    for (const GumboVector* list : {&x, &y}) {
      listed += list == &x ? " " : "| ";
      for (unsigned i = 0; i < list->length; ++i) listed += name(child(list, i)) + " ";
    }
    return listed;
  }

  static std::string name(const GumboNode* node) {
    if (is_element(node)) return "<" + std::string(gumbo_normalized_tagname(node->v.element.tag)) + ">";
    return node->type == GUMBO_NODE_DOCUMENT ? "#document" : node->type == GUMBO_NODE_COMMENT ? "#comment" : "#text";
  }

  static std::string path(const GumboNode* node) {
    std::string out = name(node);
    size_t steps = 0;
    for (node = node->parent; node != nullptr && ++steps < 20; node = node->parent) out = name(node) + out;
    return out;
  }

  std::vector<std::pair<const GumboNode*, const GumboNode*>> pending_;
};

}  // namespace scraper
