// SPDX-License-Identifier: MIT
#include "scraper/parse/selector_parser.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "scraper/base/utf8.h"
#include "scraper/parse/gumbo_node.h"

namespace scraper {
namespace {

/// HTML 4.16.2: the attributes whose values selectors compare without regard to case, in order.
constexpr std::string_view kCaselessAttributes[] = {
    "accept",   "accept-charset", "align",    "alink",      "axis",   "bgcolor",  "charset",   "checked",  "clear",
    "codetype", "color",          "compact",  "declare",    "defer",  "dir",      "direction", "disabled", "enctype",
    "face",     "frame",          "hreflang", "http-equiv", "lang",   "language", "link",      "media",    "method",
    "multiple", "nohref",         "noresize", "noshade",    "nowrap", "readonly", "rel",       "rev",      "rules",
    "scope",    "scrolling",      "selected", "shape",      "target", "text",     "type",      "valign",   "valuetype",
    "vlink"};
static_assert(std::is_sorted(std::begin(kCaselessAttributes), std::end(kCaselessAttributes)));

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

/// Recursion-free; the first error stops it, and error_ says which.
class SelectorParser {
 public:
  explicit SelectorParser(std::string_view text) : text_(text) {}

  tl::expected<std::vector<ComplexSelector>, SelectorError> parse() {
    std::vector<ComplexSelector> list;
    if (text_.size() > kSelectorBytesMax) fail("the selector is too long");
    while (!failed_) {
      skip_space();
      list.push_back(complex());
      if (failed_ || at_ == text_.size()) break;
      ++at_;  // the comma
    }
    if (failed_) return tl::make_unexpected(std::move(error_));
    return list;
  }

 private:
  void fail(std::string message) {
    if (failed_) return;
    failed_ = true;
    const std::string_view before = text_.substr(0, at_);
    const auto columns = std::count_if(before.begin(), before.end(), [](char c) { return (c & 0xC0) != 0x80; });
    error_ = {static_cast<size_t>(columns) + 1, std::move(message)};
  }

  bool at_end() const { return at_ == text_.size(); }
  char peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  bool skip_space() {
    const size_t begin = at_;
    while (!at_end() && is_white_space(peek())) ++at_;
    return at_ > begin;
  }

  ComplexSelector complex() {
    ComplexSelector selector;
    Combinator combinator = Combinator::none;
    while (!failed_) {
      selector.parts.push_back({combinator, compound()});
      if (selector.parts.size() > kCompoundsMax) fail("there are too many parts between two commas");
      combinator = next_combinator();
      if (combinator == Combinator::none) break;
    }
    return selector;
  }

  /// none: the complex selector ends here, at a comma or the end.
  Combinator next_combinator() {
    const bool space = skip_space();
    Combinator found = Combinator::none;
    switch (peek()) {
      case '>':
        found = Combinator::child;
        break;
      case '+':
        found = Combinator::next_sibling;
        break;
      case '~':
        found = Combinator::later_sibling;
        break;
      default:
        return at_end() || peek() == ',' || !space ? Combinator::none : Combinator::descendant;
    }
    ++at_;
    skip_space();
    return found;
  }

  CompoundSelector compound() {
    CompoundSelector out;
    const size_t begin = at_;
    if (peek() == '*') {
      ++at_;
    } else if (starts_name()) {
      out.tag_name = to_lower(name());
      out.tag = gumbo_tagn_enum(out.tag_name.data(), static_cast<unsigned>(out.tag_name.size()));
    }
    while (!failed_ && simple(out)) continue;
    if (failed_) return out;
    if (at_ == begin)
      fail(at_end() ? "a selector is missing at the end" : "a selector is missing here");
    else if (!at_end() && !is_white_space(peek()) && std::string_view(",>+~").find(peek()) == std::string_view::npos) {
      fail(peek() == ':' ? "pseudo-classes and pseudo-elements are not supported" : "this cannot stand here");
    }
    return out;
  }

  /// One more simple selector of the compound; false when none follows.
  bool simple(CompoundSelector& out) {
    switch (peek()) {
      case '#':
        ++at_;
        out.tests.push_back({"id", AttributeTest::Op::equals, hash_name(), false});
        return true;
      case '.':
        ++at_;
        if (!starts_name())
          fail("a class name is missing after the dot");
        else
          out.tests.push_back({"class", AttributeTest::Op::has_word, name(), false});
        return true;
      case '[':
        ++at_;
        out.tests.push_back(attribute_test());
        return true;
      default:
        return false;
    }
  }

  std::string hash_name() {
    if (starts_name()) return name();
    fail("an id is missing after the #, or begins with a digit");
    return {};
  }

  AttributeTest attribute_test() {
    AttributeTest test;
    skip_space();
    if (!starts_name()) {
      fail("the name of an attribute is missing");
      return test;
    }
    test.name = to_lower(name());
    skip_space();
    if (peek() == ']' && !at_end()) {
      ++at_;
      return test;
    }
    test.op = attribute_operator();
    if (failed_) return test;
    skip_space();
    test.value = attribute_value();
    test.ignore_case = std::binary_search(std::begin(kCaselessAttributes), std::end(kCaselessAttributes), test.name);
    skip_space();
    if ((peek() | 0x20) == 'i' || (peek() | 0x20) == 's') {
      test.ignore_case = (peek() | 0x20) == 'i';
      ++at_;
      skip_space();
    }
    if (peek() != ']')
      fail(at_end() ? "the bracket is not closed" : "a closing bracket should stand here");
    else
      ++at_;
    return test;
  }

  AttributeTest::Op attribute_operator() {
    using Op = AttributeTest::Op;
    Op op = Op::equals;
    switch (peek()) {
      case '=':
        ++at_;
        return op;
      case '~':
        op = Op::has_word;
        break;
      case '|':
        op = Op::dash_prefix;
        break;
      case '^':
        op = Op::begins;
        break;
      case '$':
        op = Op::ends;
        break;
      case '*':
        op = Op::contains;
        break;
      default:
        fail(at_end() ? "the bracket is not closed" : "one of = ~= |= ^= $= *= or ] should stand here");
        return op;
    }
    if (peek(1) != '=')
      fail("an = is missing");
    else
      at_ += 2;
    return op;
  }

  std::string attribute_value() {
    if (peek() == '"' || peek() == '\'') return quoted();
    std::string value;
    while (!at_end() && peek() != ']' && !is_white_space(peek()) && peek() != '"' && peek() != '\'') append_one(value);
    if (value.empty()) fail("the value of the attribute is missing");
    return value;
  }

  std::string quoted() {
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
    if (at_end() || peek() != quote) {
      at_ = begin;
      fail("the quote is not closed");
    } else {
      ++at_;
    }
    return value;
  }

  bool starts_escape(size_t ahead = 0) const {
    return peek(ahead) == '\\' && at_ + ahead + 1 < text_.size() && peek(ahead + 1) != '\n';
  }

  /// CSS Syntax 4.3.9, "would start an ident sequence".
  bool starts_name() const {
    if (peek() == '-') return peek(1) == '-' || is_name_start(peek(1)) || starts_escape(1);
    return is_name_start(peek()) || starts_escape();
  }

  std::string name() {
    std::string out;
    while (!at_end() && (is_name_start(peek()) || is_digit(peek()) || peek() == '-' || starts_escape()))
      append_one(out);
    return out;
  }

  /// Appends one byte, or what one escape stands for (CSS Syntax 4.3.7).
  void append_one(std::string& out) {
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

  std::string_view text_;
  size_t at_ = 0;
  bool failed_ = false;
  SelectorError error_;
};

}  // namespace

tl::expected<std::vector<ComplexSelector>, SelectorError> parse_selector(std::string_view text) {
  return SelectorParser(text).parse();
}

}  // namespace scraper
