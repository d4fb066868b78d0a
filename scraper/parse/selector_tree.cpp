// SPDX-License-Identifier: MIT
#include "scraper/parse/selector_tree.h"

#include <strings.h>

#include "scraper/parse/gumbo_node.h"

namespace scraper {
namespace {

std::string_view prefix_of(GumboAttributeNamespaceEnum space) {
  switch (space) {
    case GUMBO_ATTR_NAMESPACE_XLINK:
      return "xlink";
    case GUMBO_ATTR_NAMESPACE_XML:
      return "xml";
    case GUMBO_ATTR_NAMESPACE_XMLNS:
      return "xmlns";
    default:
      return {};
  }
}

bool has_name(const GumboAttribute& attribute, std::string_view name) {
  const std::string_view local(attribute.name);
  if (attribute.attr_namespace != GUMBO_ATTR_NAMESPACE_NONE) {
    const size_t colon = name.find(':');
    if (colon != std::string_view::npos)
      return name.substr(0, colon) == prefix_of(attribute.attr_namespace) &&
             equals_ignoring_case(local, name.substr(colon + 1));
  }
  if (local.size() != name.size() || name.empty() || (local[0] | 0x20) != (name[0] | 0x20)) return false;
  return strncasecmp(local.data(), name.data(), name.size()) == 0;
}

}  // namespace

const GumboNode* parent_element(const GumboNode* element) {
  return element->parent != nullptr && is_element(element->parent) ? element->parent : nullptr;
}

unsigned index_among(const GumboVector* siblings, const GumboNode* node) {
  const size_t at = node->index_within_parent;
  if (at < siblings->length && siblings->data[at] == node) return static_cast<unsigned>(at);
  for (unsigned i = 0; i < siblings->length; ++i) {
    if (siblings->data[i] == node) return i;
  }
  return siblings->length;
}

const GumboNode* next_sibling(const GumboNode* node) {
  const GumboVector* siblings = node->parent == nullptr ? nullptr : children(node->parent);
  if (siblings == nullptr) return nullptr;
  const unsigned at = index_among(siblings, node);
  return at + 1 < siblings->length ? child(siblings, at + 1) : nullptr;
}

const GumboNode* previous_sibling(const GumboNode* node) {
  const GumboVector* siblings = node->parent == nullptr ? nullptr : children(node->parent);
  if (siblings == nullptr) return nullptr;
  const unsigned at = index_among(siblings, node);
  return at > 0 && at < siblings->length ? child(siblings, at - 1) : nullptr;
}

const GumboNode* next_below(const GumboNode* node, const GumboNode* top, bool inside, size_t& depth) {
  const GumboVector* below = inside ? children(node) : nullptr;
  if (below != nullptr && below->length > 0) {
    ++depth;
    return child(below, 0);
  }
  while (node != top && node != nullptr) {
    if (const GumboNode* next = next_sibling(node)) return next;
    node = node->parent;
    --depth;
  }
  return nullptr;
}

const GumboNode* topmost(const GumboNode* node) {
  while (node->parent != nullptr) node = node->parent;
  return node;
}

bool is_same_type(const GumboNode* a, const GumboNode* b) {
  if (a->v.element.tag != b->v.element.tag || a->v.element.tag_namespace != b->v.element.tag_namespace) return false;
  return a->v.element.tag != GUMBO_TAG_UNKNOWN || equals_ignoring_case(original_tag_name(a), original_tag_name(b));
}

std::optional<std::string_view> find_attribute(const GumboNode* element, std::string_view name) {
  const GumboVector& all = element->v.element.attributes;
  for (unsigned i = 0; i < all.length; ++i) {
    const auto* attribute = static_cast<const GumboAttribute*>(all.data[i]);
    if (has_name(*attribute, name)) return attribute->value;
  }
  return std::nullopt;
}

}  // namespace scraper
