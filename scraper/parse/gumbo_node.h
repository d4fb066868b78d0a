// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <optional>
#include <string>
#include <string_view>

#include "scraper/base/ascii.h"
#include "scraper/parse/text_piece.h"

namespace scraper {

// Reading gumbo's nodes. Views point into the tree, and die with it. Any thread, as long as the tree is not dropped.
//
// Views need not be valid UTF-8, though the page was: a reference to a character far beyond Unicode (&#11111111111;)
// overflows in gumbo, and what it writes then is no character at all. What is returned as a string is valid.

/// True for elements, <template> among them.
inline bool is_element(const GumboNode* node) {
  return node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE;
}

/// The element's tag when it is in the HTML namespace, else GUMBO_TAG_UNKNOWN: <title> in <svg> is no title of the
/// page.
inline GumboTag html_tag(const GumboNode* node) {
  return is_element(node) && node->v.element.tag_namespace == GUMBO_NAMESPACE_HTML ? node->v.element.tag
                                                                                   : GUMBO_TAG_UNKNOWN;
}

/// What stands below the element or the document, in document order; nullptr for nodes that hold nothing.
inline const GumboVector* children(const GumboNode* node) {
  if (is_element(node)) return &node->v.element.children;
  return node->type == GUMBO_NODE_DOCUMENT ? &node->v.document.children : nullptr;
}

inline const GumboNode* child(const GumboVector* nodes, unsigned i) {
  return static_cast<const GumboNode*>(nodes->data[i]);
}

/// The name as written in the source, in its case; for elements that gumbo does not know by number.
std::string_view original_tag_name(const GumboNode* element);

/// The value of the element's attribute; `name` in lower case. nullopt when it has none.
std::optional<std::string_view> attribute(const GumboNode* element, const char* name);

/// The text of a text node, white space and CDATA among them; empty for others.
std::string_view text_of(const GumboNode* node);

/// All text below the node, white space collapsed to single spaces and trimmed: `scraper try --css`.
/// What is beyond `bytes_max` is left out.
std::string node_text(const GumboNode* node, size_t bytes_max = std::string::npos);

/// ASCII white space (Infra 4.6).
inline bool is_white_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v'); }

/// Text that comes in pieces, put together with its white space collapsed to single spaces and trimmed, and made valid.
class CollapsedText {
 public:
  /// What goes beyond `bytes_max` is left out; the cut falls between code points.
  explicit CollapsedText(size_t bytes_max = std::string::npos) : bytes_max_(bytes_max) {}

  /// A place in the text, to come back to.
  struct Mark {
    size_t bytes = 0;
    bool space = false;
  };

  void add(const TextPiece& piece);
  void add(std::string_view text) { add(TextPiece(text)); }
  void add_space() { space_ |= !full(); }
  bool full() const { return text_.size() >= bytes_max_; }
  Mark mark() const { return {text_.size(), space_}; }
  void rewind(Mark mark);
  std::string take() &&;

 private:
  size_t bytes_max_;
  std::string text_;
  bool space_ = false;  ///< white space was read, and a word may follow
};

std::string collapse_white_space(std::string_view text);

/// Likewise, cut to at most `bytes_max` bytes between code points.
std::string collapse_and_cut(std::string_view text, size_t bytes_max);

/// Valid UTF-8, cut to at most `bytes_max` bytes between code points.
void cut_utf8(std::string& text, size_t bytes_max);

}  // namespace scraper
