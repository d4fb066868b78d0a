// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "scraper/parse/selector.h"

namespace scraper {

/// Reads a selector's text: names, escapes, strings, white space and comments (CSS Syntax 3, section 4). The first
/// failure is kept; what is read after it means nothing.
///
/// Views the text, which must outlive it.
class SelectorScanner {
 public:
  explicit SelectorScanner(std::string_view text) : text_(text) {}

  void fail(std::string message) { fail_at(at_, std::move(message)); }
  void fail_at(size_t at, std::string message);
  bool failed() const { return failed_; }
  SelectorError error() const { return error_; }

  bool at_end() const { return at_ == text_.size(); }
  size_t at() const { return at_; }
  void go_to(size_t at) { at_ = at; }
  void advance(size_t bytes = 1) { at_ += bytes; }
  std::string_view between(size_t begin, size_t end) const { return text_.substr(begin, end - begin); }

  /// The byte at this distance; NUL beyond the end.
  char peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  /// Takes the byte when it stands here.
  bool take(char c);

  /// Skips white space and comments; true when there was white space among them.
  bool skip_space();

  /// Skips comments alone.
  void skip_comments();

  /// Whether a name begins here (CSS Syntax 4.3.9, "would start an ident sequence").
  bool starts_name() const;
  std::string name();

  /// What stands between the quotes here.
  std::string quoted();

  /// Appends one byte, or what one escape stands for (CSS Syntax 4.3.7).
  void append_one(std::string& out);

  /// Takes a closing parenthesis, or fails.
  void close_parenthesis();

 private:
  bool starts_escape(size_t ahead = 0) const;
  bool skip_comment();

  std::string_view text_;
  size_t at_ = 0;
  bool failed_ = false;
  SelectorError error_;
};

}  // namespace scraper
