// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace scraper {

/// A piece of text as texts with collapsed white space take it up. A view: what it was made of must outlive it.
struct TextPiece {
  explicit TextPiece(std::string_view text);

  /// Appends the words with one space between two.
  void append_words(std::string& out) const {
    if (tidy)
      out += words;
    else
      append_tidied(out);
  }

  std::string_view words;     ///< from the first to the last; empty: it is all white space, or nothing
  bool space_before = false;  ///< white space stands before the words
  bool space_after = false;   ///< likewise behind them
  bool tidy = true;           ///< no white space but single spaces between the words

 private:
  void append_tidied(std::string& out) const;
};

}  // namespace scraper
