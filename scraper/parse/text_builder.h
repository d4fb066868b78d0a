// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "scraper/parse/text_piece.h"

namespace scraper {

/// Puts a page's text together as a reader sees it: white space collapsed, blocks on lines of their own, no empty lines
/// but those of preformatted text, and none of either at the ends. A value type.
class TextBuilder {
 public:
  /// Text beyond `bytes_max` is left out; the cut falls between code points.
  explicit TextBuilder(size_t bytes_max) : bytes_max_(bytes_max) {}

  /// Adds text, collapsing its white space. What is not valid UTF-8 in it is U+FFFD in the end.
  void add(const TextPiece& piece);
  void add(std::string_view text) { add(TextPiece(text)); }

  /// Adds text of a <pre>: its lines and spaces are kept.
  void add_preformatted(std::string_view text);

  /// White space, as between the cells of a table.
  void add_space() { space_ = true; }

  /// What follows stands on a new line, if anything stands on this one.
  void end_line() { new_line_ = true; }

  std::string take() &&;

 private:
  void begin_word();
  bool full() const { return text_.size() >= bytes_max_; }

  size_t bytes_max_;
  std::string text_;
  bool space_ = false;
  bool new_line_ = false;
};

}  // namespace scraper
