// SPDX-License-Identifier: MIT
#include "scraper/parse/gumbo_node.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "scraper/base/utf8.h"

namespace scraper {

std::string_view original_tag_name(const GumboNode* element) {
  GumboStringPiece piece = element->v.element.original_tag;
  if (piece.data == nullptr) return {};
  gumbo_tag_from_original_text(&piece);
  return piece.data == nullptr ? std::string_view() : std::string_view(piece.data, piece.length);
}

std::optional<std::string_view> attribute(const GumboNode* element, const char* name) {
  const GumboAttribute* found = gumbo_get_attribute(&element->v.element.attributes, name);
  return found == nullptr ? std::nullopt : std::optional<std::string_view>(found->value);
}

std::string_view text_of(const GumboNode* node) {
  switch (node->type) {
    case GUMBO_NODE_TEXT:
    case GUMBO_NODE_WHITESPACE:
    case GUMBO_NODE_CDATA:
      return node->v.text.text;
    default:
      return {};
  }
}

void CollapsedText::add(const TextPiece& piece) {
  if (full()) return;
  if (piece.space_before) space_ = true;
  if (piece.words.empty()) return;
  if (space_ && !text_.empty()) text_ += ' ';
  piece.append_words(text_);
  space_ = piece.space_after;
}

void CollapsedText::rewind(Mark mark) {
  text_.resize(mark.bytes);
  space_ = mark.space;
}

std::string CollapsedText::take() && {
  text_ = to_valid_utf8(std::move(text_));
  cut_utf8(text_, bytes_max_);
  return std::move(text_);
}

std::string node_text(const GumboNode* node, size_t bytes_max) {
  CollapsedText text(bytes_max);
  std::vector<const GumboNode*> pending{node};
  while (!pending.empty() && !text.full()) {
    const GumboNode* top = pending.back();
    pending.pop_back();
    text.add(text_of(top));
    if (const GumboVector* below = children(top)) {
      for (unsigned i = below->length; i > 0; --i) pending.push_back(child(below, i - 1));
    }
  }
  return std::move(text).take();
}

std::string collapse_white_space(std::string_view text) { return collapse_and_cut(text, std::string::npos); }

std::string collapse_and_cut(std::string_view text, size_t bytes_max) {
  CollapsedText collapsed(bytes_max);
  collapsed.add(text);
  return std::move(collapsed).take();
}

void cut_utf8(std::string& text, size_t bytes_max) {
  if (text.size() <= bytes_max) return;
  while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xC0) == 0x80) --bytes_max;
  text.resize(bytes_max);
}

}  // namespace scraper
