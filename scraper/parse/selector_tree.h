// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <optional>
#include <string_view>

namespace scraper {

// Steps from node to node, and what selectors ask of one. Any thread, as long as the tree is not dropped.

/// The element around; nullptr for the document's root element.
const GumboNode* parent_element(const GumboNode* element);

/// The place of the node among its siblings; the number of siblings when it is not among them.
unsigned index_among(const GumboVector* siblings, const GumboNode* node);

const GumboNode* next_sibling(const GumboNode* node);
const GumboNode* previous_sibling(const GumboNode* node);

/// The node's first child when `inside`, else what follows it, as long as that is below `top`; nullptr at the end.
/// `depth` counts the levels below top.
const GumboNode* next_below(const GumboNode* node, const GumboNode* top, bool inside, size_t& depth);

/// The document, or whatever has nothing around it.
const GumboNode* topmost(const GumboNode* node);

/// Whether both have the same name, in the same namespace.
bool is_same_type(const GumboNode* a, const GumboNode* b);

/// The value of the attribute; `name` in lower case, with its prefix for the few that have one in <svg>: "xlink:href".
std::optional<std::string_view> find_attribute(const GumboNode* element, std::string_view name);

}  // namespace scraper
