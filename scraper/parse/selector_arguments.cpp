// SPDX-License-Identifier: MIT
#include "scraper/parse/selector_arguments.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "scraper/parse/gumbo_node.h"

namespace scraper {
namespace {

/// Larger numbers change nothing: no page has as many children.
constexpr int64_t kNthMax = 1'000'000'000;

/// Digits at the beginning of `text`, which are taken off it; -1 when there are none.
int64_t take_digits(std::string_view& text) {
  int64_t number = -1;
  while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
    number = std::min((number < 0 ? 0 : number) * 10 + (text[0] - '0'), kNthMax);
    text.remove_prefix(1);
  }
  return number;
}

/// -1 or 1 for a sign, which is taken off; 0 when there is none.
int take_sign(std::string_view& text) {
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return 0;
  const int sign = text[0] == '-' ? -1 : 1;
  text.remove_prefix(1);
  return sign;
}

void skip_white_space(std::string_view& text) {
  while (!text.empty() && is_white_space(text[0])) text.remove_prefix(1);
}

/// False when the text is no An+B.
bool parse_an_plus_b(std::string_view text, PseudoTest& out) {
  out.step = out.offset = 0;
  if (equals_ignoring_case(text, "even") || equals_ignoring_case(text, "odd")) {
    out.step = 2;
    out.offset = text.size() == 3 ? 1 : 0;
    return true;
  }
  const int sign = take_sign(text);
  const int64_t number = take_digits(text);
  if (text.empty()) {
    out.offset = (sign < 0 ? -1 : 1) * number;
    return number >= 0;
  }
  if ((text[0] | 0x20) != 'n') return false;
  text.remove_prefix(1);
  out.step = (sign < 0 ? -1 : 1) * (number < 0 ? 1 : number);
  skip_white_space(text);
  if (text.empty()) return true;
  const int offset_sign = take_sign(text);
  if (offset_sign == 0) return false;
  skip_white_space(text);
  const int64_t offset = take_digits(text);
  out.offset = offset_sign * offset;
  return offset >= 0 && text.empty();
}

bool at_quote(const SelectorScanner& scan) { return scan.peek() == '"' || scan.peek() == '\''; }

/// Empty when the list is none, or has something else in it.
std::vector<std::string> read_words(SelectorScanner& scan) {
  std::vector<std::string> words;
  do {
    scan.skip_space();
    if (at_quote(scan))
      words.push_back(scan.quoted());
    else if (scan.starts_name())
      words.push_back(scan.name());
    else
      return {};
    scan.skip_space();
  } while (!scan.failed() && scan.take(','));
  if (scan.peek() != ')') words.clear();
  return words;
}

}  // namespace

bool read_position(SelectorScanner& scan, PseudoTest& test) {
  scan.skip_space();
  const size_t begin = scan.at();
  size_t end = begin;
  bool of = false;
  while (!scan.at_end() && scan.peek() != ')') {
    const bool space = scan.skip_space();
    of = space && end != begin && (scan.peek() | 0x20) == 'o' && (scan.peek(1) | 0x20) == 'f';
    if (of || scan.at_end() || scan.peek() == ')') break;
    scan.advance();
    end = scan.at();
  }
  if (!parse_an_plus_b(scan.between(begin, end), test)) {
    scan.fail_at(begin, "a position such as 2, odd or 3n+1 should stand here");
    return false;
  }
  if (of) scan.advance(2);
  return of;
}

std::vector<std::string> read_texts(SelectorScanner& scan) {
  const size_t begin = scan.at();
  std::vector<std::string> words = read_words(scan);
  if (scan.failed() || !words.empty()) return words;
  scan.go_to(begin);
  scan.skip_space();
  std::string text;
  for (int open = 0; !scan.at_end() && (open > 0 || scan.peek() != ')');) {
    if (scan.peek() == '(') ++open;
    if (scan.peek() == ')') --open;
    scan.append_one(text);
  }
  while (!text.empty() && is_white_space(text.back())) text.pop_back();
  if (text.empty()) scan.fail(scan.at_end() ? "the parenthesis is not closed" : "a text is missing here");
  return {std::move(text)};
}

std::vector<std::string> read_languages(SelectorScanner& scan) {
  std::vector<std::string> ranges;
  do {
    scan.skip_space();
    if (at_quote(scan)) {
      ranges.push_back(scan.quoted());
    } else {
      std::string range;
      for (char c = scan.peek(); !scan.at_end() && c != ',' && c != ')' && !is_white_space(c); c = scan.peek())
        scan.append_one(range);
      if (range.empty()) scan.fail("a language is missing here");
      ranges.push_back(std::move(range));
    }
    scan.skip_space();
  } while (!scan.failed() && scan.take(','));
  return ranges;
}

}  // namespace scraper
