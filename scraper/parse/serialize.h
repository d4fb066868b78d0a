// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <cstddef>
#include <string>

namespace scraper {

// Nodes back to HTML (WHATWG HTML 13.3, "serializing HTML fragments"). Any thread, as long as the tree is not dropped.
//
// What comes out is valid UTF-8 and at most `bytes_max` long. It ends early rather than inside a tag, a comment or a
// character reference; between the characters of a text it may end, and what is open then is not closed. The tree is
// walked with an explicit stack, so that depth does not matter, and no further than the output goes.

/// The node itself and all that is in it; of a document, all that is in it.
std::string outer_html(const GumboNode* node, size_t bytes_max);

/// What is in the element or document, the doctype included; empty for other nodes.
std::string inner_html(const GumboNode* node, size_t bytes_max);

/// The element's name as the DOM has it: lower case, but "foreignObject" in SVG.
std::string element_name(const GumboNode* element);

/// The attribute's name as the DOM has it: lower case, but "viewBox" and "xlink:href" in SVG.
std::string attribute_name(const GumboAttribute& attribute);

}  // namespace scraper
