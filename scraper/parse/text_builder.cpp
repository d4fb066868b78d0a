// SPDX-License-Identifier: MIT
#include "scraper/parse/text_builder.h"

#include <utility>

#include "scraper/base/utf8.h"
#include "scraper/parse/gumbo_node.h"

namespace scraper {

void TextBuilder::begin_word() {
  if (new_line_) {
    while (!text_.empty() && text_.back() == ' ') text_.pop_back();
    if (!text_.empty() && text_.back() != '\n') text_ += '\n';
  } else if (space_ && !text_.empty() && text_.back() != '\n' && text_.back() != ' ') {
    text_ += ' ';
  }
  space_ = new_line_ = false;
}

void TextBuilder::add(const TextPiece& piece) {
  if (piece.space_before) space_ = true;
  if (piece.words.empty() || full()) return;
  if (space_ || new_line_) begin_word();
  piece.append_words(text_);
  space_ = piece.space_after;
}

void TextBuilder::add_preformatted(std::string_view text) {
  if (text.empty() || full()) return;
  if (text.find_first_not_of("\t\n\f\r ") != std::string_view::npos)
    begin_word();
  else if (text_.empty() || new_line_)
    return;
  text_ += text;
}

std::string TextBuilder::take() && {
  text_ = to_valid_utf8(std::move(text_));
  cut_utf8(text_, bytes_max_);
  while (!text_.empty() && is_white_space(text_.back())) text_.pop_back();
  return std::move(text_);
}

}  // namespace scraper
