// SPDX-License-Identifier: MIT
#include "scraper/parse/selector_scanner.h"

#include <algorithm>
#include <utility>

#include "scraper/base/ascii.h"
#include "scraper/base/utf8.h"
#include "scraper/parse/gumbo_node.h"

namespace scraper {
namespace {

bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

void SelectorScanner::fail_at(size_t at, std::string message) {
  if (failed_) return;
  failed_ = true;
  const std::string_view before = text_.substr(0, at);
  const auto columns = std::count_if(before.begin(), before.end(), [](char c) { return (c & 0xC0) != 0x80; });
  error_ = {static_cast<size_t>(columns) + 1, std::move(message)};
}

bool SelectorScanner::take(char c) {
  if (at_end() || peek() != c) return false;
  ++at_;
  return true;
}

bool SelectorScanner::skip_comment() {
  if (peek() != '/' || peek(1) != '*') return false;
  const size_t end = text_.find("*/", at_ + 2);
  if (end == std::string_view::npos) {
    fail("the comment is not closed");
    at_ = text_.size();
  } else {
    at_ = end + 2;
  }
  return true;
}

bool SelectorScanner::skip_space() {
  bool found = false;
  while (!at_end()) {
    if (is_white_space(peek())) {
      found = true;
      ++at_;
    } else if (!skip_comment()) {
      break;
    }
  }
  return found;
}

void SelectorScanner::skip_comments() {
  while (skip_comment()) continue;
}

bool SelectorScanner::starts_escape(size_t ahead) const {
  return peek(ahead) == '\\' && at_ + ahead + 1 < text_.size() && peek(ahead + 1) != '\n';
}

bool SelectorScanner::starts_name() const {
  if (peek() == '-') return peek(1) == '-' || is_name_start(peek(1)) || starts_escape(1);
  return is_name_start(peek()) || starts_escape();
}

std::string SelectorScanner::name() {
  std::string out;
  while (!at_end() && (is_name_start(peek()) || is_digit(peek()) || peek() == '-' || starts_escape())) append_one(out);
  return out;
}

std::string SelectorScanner::quoted() {
  const size_t begin = at_;
  const char quote = text_[at_++];
  std::string value;
  while (!at_end() && peek() != quote) {
    if (peek() == '\n') break;
    if (peek() == '\\' && peek(1) == '\n')
      at_ += 2;  // an escaped newline is nothing
    else
      append_one(value);
  }
  if (!take(quote)) {
    at_ = begin;
    fail("the quote is not closed");
  }
  return value;
}

void SelectorScanner::append_one(std::string& out) {
  if (peek() != '\\' || at_ + 1 == text_.size()) {
    out += text_[at_++];
    return;
  }
  ++at_;
  if (!is_hex(peek())) {
    out += text_[at_++];
    return;
  }
  char32_t code_point = 0;
  for (int digits = 0; digits < 6 && is_hex(peek()); ++digits, ++at_) {
    const char c = peek();
    code_point = code_point * 16 + static_cast<char32_t>(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
  }
  if (is_white_space(peek())) ++at_;
  append_utf8(out, code_point);
}

void SelectorScanner::close_parenthesis() {
  skip_space();
  if (!take(')')) fail(at_end() ? "the parenthesis is not closed" : "a closing parenthesis should stand here");
}

}  // namespace scraper
