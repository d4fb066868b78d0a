// SPDX-License-Identifier: MIT
#include "scraper/parse/html_tokenizer.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "scraper/base/ascii.h"
#include "scraper/parse/tag_name.h"

namespace scraper {
namespace {

// What a byte is to the parts of a tag.
enum : uint8_t { kIsSpace = 1, kEndsTagName = 2, kEndsValue = 4, kLetter = 8, kBeginsMarkup = 16 };

constexpr auto kClass = [] {
  std::array<uint8_t, 256> table{};
  for (const unsigned char c : std::string_view(" \t\n\f\r")) table[c] = kIsSpace | kEndsTagName | kEndsValue;
  table['/'] = kEndsTagName;
  table['>'] = kEndsTagName | kEndsValue;
  for (int c = 'a'; c <= 'z'; ++c) table[c] = table[c - 'a' + 'A'] = kLetter | kBeginsMarkup;
  table['/'] |= kBeginsMarkup;
  table['!'] = table['?'] = kBeginsMarkup;
  return table;
}();

bool is(char c, uint8_t what) { return (kClass[static_cast<uint8_t>(c)] & what) != 0; }

/// The bytes of names in lower case; 0: the byte ends the name.
constexpr auto kTagNameBytes = [] {
  std::array<uint8_t, 256> table{};
  for (int c = 0; c < 256; ++c) {
    if (!(kClass[c] & kEndsTagName)) table[c] = static_cast<uint8_t>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  return table;
}();
constexpr auto kAttributeNameBytes = [] {
  std::array<uint8_t, 256> table = kTagNameBytes;
  table['='] = 0;
  return table;
}();

/// Reads on to the end of a name; `key` is its name_key so far. A `>` stands somewhere behind it.
const char* name_end(const char* at, const std::array<uint8_t, 256>& bytes, uint64_t& key) {
  uint64_t read = key;
  while (const uint8_t byte = bytes[static_cast<uint8_t>(*at)]) {
    read = read << 8 | byte;
    ++at;
  }
  key = read;
  return at;
}

/// Likewise past white space.
const char* past_space(const char* at) {
  while (is(*at, kIsSpace)) ++at;
  return at;
}

std::string_view between(const char* from, const char* to) { return {from, static_cast<size_t>(to - from)}; }

}  // namespace

size_t HtmlTokenizer::find(char c, size_t from) const {
  if (from >= input_.size()) return input_.size();
  const void* const found = std::memchr(input_.data() + from, c, input_.size() - from);
  return found == nullptr ? input_.size() : static_cast<size_t>(static_cast<const char*>(found) - input_.data());
}

void HtmlTokenizer::set_content(Content content) {
  content_ = content;
  content_name_ = name_;
}

HtmlTokenizer::Kind HtmlTokenizer::next() {
  const char* const begin = input_.data() + at_;
  const char* const last = input_.data() + last_close_;
  if (content_ != Content::data || begin >= last) return next_other();
  // What most tokens are: text that a tag ends, and tags.
  const char* open = begin;
  if (*open != '<' && *++open != '<') {  // much text is a line's end alone
    const void* const found = std::memchr(open, '<', static_cast<size_t>(last - open));
    if (found == nullptr) return next_other();
    open = static_cast<const char*>(found);
  }
  const bool start = is(open[1], kLetter);
  if (!start && (open[1] != '/' || !is(open[2], kLetter))) return next_other();
  if (open == begin) return start ? read_tag(open + 1, Kind::start_tag) : read_tag(open + 2, Kind::end_tag);
  text_ = between(begin, open);
  has_references_ = text_.size() > 1 && std::memchr(begin, '&', text_.size()) != nullptr;
  at_ += text_.size();
  return Kind::text;
}

HtmlTokenizer::Kind HtmlTokenizer::next_other() {
  if (at_ >= input_.size()) return Kind::end;
  if (content_ != Content::data) {
    const bool rcdata = content_ == Content::rcdata;
    const size_t content_ends = content_end();
    if (content_ != Content::plaintext) content_ = Content::data;
    if (content_ends > at_) return text_until(content_ends, rcdata);
  }
  const char* const end = input_.data() + input_.size();
  // A `<` that begins no markup is text.
  for (const char* from = input_.data() + at_; from != end;) {
    const char* open = from;
    if (*open != '<') {
      const void* const found = std::memchr(from, '<', static_cast<size_t>(end - from));
      open = found == nullptr ? end : static_cast<const char*>(found);
    }
    const char after = end - open > 1 ? open[1] : '\0';
    if (open != end && !is(after, kBeginsMarkup)) {
      from = open + 1;
      continue;
    }
    const auto at = static_cast<size_t>(open - input_.data());
    if (after == '/' && end - open == 2) break;
    if (at > at_) return text_until(at, true);
    if (is(after, kLetter)) return read_tag(open + 1, Kind::start_tag);
    if (after == '!') return markup_declaration();
    if (after == '?') return bogus_comment(at + 1);
    if (is(open[2], kLetter)) return read_tag(open + 2, Kind::end_tag);
    if (open[2] != '>') return bogus_comment(at + 2);
    at_ = at + 3;  // `</>` is nothing
    from = open + 3;
  }
  return at_ == input_.size() ? Kind::end : text_until(input_.size(), true);
}

HtmlTokenizer::Kind HtmlTokenizer::text_until(size_t end, bool references) {
  text_ = input_.substr(at_, end - at_);
  has_references_ = references && std::memchr(text_.data(), '&', text_.size()) != nullptr;
  at_ = end;
  return Kind::text;
}

HtmlTokenizer::Kind HtmlTokenizer::read_tag(const char* begin, Kind kind) {
  attributes_.clear();
  attribute_names_ = 0;
  self_closing_ = false;
  // Up to the last `>` nothing has to look for the end of the input: but for quoted values, a `>` ends all.
  const char* const last = input_.data() + last_close_;
  const char* at = begin;
  if (at < last) {
    uint64_t key = 0;
    at = name_end(begin, kTagNameBytes, key);
    name_ = between(begin, at);
    tag_ = tag_of(name_, key);
  }
  while (at <= last) {
    const char c = *at;
    if (c == '>') {
      at_ = static_cast<size_t>(at + 1 - input_.data());
      return kind;
    }
    if (c == '/') {
      self_closing_ = *++at == '>';
    } else if (is(c, kIsSpace)) {
      ++at;
    } else {
      at = attribute(at, last);
    }
  }
  at_ = input_.size();  // a tag that the end of the page cuts off is none
  return Kind::end;
}

/// An attribute that begins here; where it ends.
const char* HtmlTokenizer::attribute(const char* at, const char* last) {
  const char* const name = at;
  uint64_t key = static_cast<uint8_t>(to_lower(*at));  // it may also be a `=`
  at = name_end(at + 1, kAttributeNameBytes, key);
  const std::string_view written = between(name, at);
  const AttributeName known_as = attribute_name(written, key);
  attribute_names_ |= mask_of(known_as);
  std::string_view value;
  const char* const equals = past_space(at);
  if (*equals == '=') {
    const char* const begin = past_space(equals + 1);
    if (*begin == '"' || *begin == '\'') {
      const void* const close = std::memchr(begin + 1, *begin, static_cast<size_t>(last - begin));
      if (close == nullptr) return last + 1;
      at = static_cast<const char*>(close);
      value = between(begin + 1, at++);
    } else {
      at = begin;
      while (!is(*at, kEndsValue)) ++at;
      value = between(begin, at);
    }
  }
  attributes_.push_back({written, value, known_as});
  return at;
}

/// "Markup declaration open state"; at_ is at the `<`.
HtmlTokenizer::Kind HtmlTokenizer::markup_declaration() {
  const size_t begin = at_ + 2;
  if (input_.substr(begin, 2) == "--") return comment(begin + 2);
  if (equals_ignoring_case(input_.substr(begin, 7), "doctype")) {
    bogus_comment(begin + 7);  // a `>` ends it, also between quotes
    return Kind::doctype;
  }
  constexpr std::string_view kCdata = "[CDATA[";
  if (!foreign_ || input_.substr(begin, kCdata.size()) != kCdata) return bogus_comment(begin);
  at_ = begin + kCdata.size();
  const size_t end = std::min(input_.find("]]>", at_), input_.size());
  text_until(end, false);
  at_ = std::min(end + 3, input_.size());
  return Kind::text;
}

/// What begins here ends at `-->` or `--!>`, or at once where it begins with `>` or `->`.
HtmlTokenizer::Kind HtmlTokenizer::comment(size_t begin) {
  const std::string_view rest = input_.substr(begin);
  if (rest.starts_with('>') || rest.starts_with("->")) {
    text_ = {};
    at_ = begin + (rest[0] == '>' ? 1 : 2);
    return Kind::comment;
  }
  for (size_t close = find('>', begin); close < input_.size(); close = find('>', close + 1)) {
    const std::string_view before = input_.substr(begin, close - begin);
    const size_t mark = before.ends_with("--") ? 2 : before.ends_with("--!") ? 3 : 0;
    if (mark == 0) continue;
    text_ = before.substr(0, before.size() - mark);
    at_ = close + 1;
    return Kind::comment;
  }
  text_ = rest;
  at_ = input_.size();
  return Kind::comment;
}

HtmlTokenizer::Kind HtmlTokenizer::bogus_comment(size_t begin) {
  const size_t end = find('>', begin);
  text_ = input_.substr(std::min(begin, end), end - std::min(begin, end));
  at_ = std::min(end + 1, input_.size());
  return Kind::comment;
}

/// True for `</name` at this place, ended as a name ends ("appropriate end tag token").
bool HtmlTokenizer::is_end_tag(size_t at, std::string_view name) const {
  const size_t end = at + 2 + name.size();
  return byte(at + 1) == '/' && end < input_.size() && is(input_[end], kEndsTagName) &&
         equals_ignoring_case(input_.substr(at + 2, name.size()), name);
}

size_t HtmlTokenizer::content_end() const {
  if (content_ == Content::plaintext) return input_.size();
  if (content_ == Content::script) return script_end();
  for (size_t open = find('<', at_); open < input_.size(); open = find('<', open + 1)) {
    if (is_end_tag(open, content_name_)) return open;
  }
  return input_.size();
}

/// Where a script ends: in `<!-- ... -->`, a `<script` has to be ended by a `</script` of its own first.
size_t HtmlTokenizer::script_end() const {
  constexpr std::string_view kScript = "script";
  enum { kPlain, kEscaped, kDoubleEscaped } state = kPlain;
  size_t dashes = 0;  // where those of the `<!--` stand; they may belong to a `-->`
  for (size_t at = at_;;) {
    if (state == kPlain)
      at = find('<', at);
    else
      at = std::min(input_.find_first_of("<>", at), input_.size());
    if (at == input_.size()) return at;
    if (input_[at] == '>') {
      if (at >= dashes + 2 && input_[at - 1] == '-' && input_[at - 2] == '-') state = kPlain;
    } else if (is_end_tag(at, kScript)) {
      if (state != kDoubleEscaped) return at;
      state = kEscaped;
    } else if (state == kPlain && input_.substr(at, 4) == "<!--") {
      state = kEscaped;
      dashes = at + 2;
    } else if (state == kEscaped && equals_ignoring_case(input_.substr(at + 1, kScript.size()), kScript) &&
               is(byte(at + 1 + kScript.size()), kEndsTagName)) {
      state = kDoubleEscaped;
    }
    ++at;
  }
}

}  // namespace scraper
