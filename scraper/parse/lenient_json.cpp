// SPDX-License-Identifier: MIT
#include "scraper/parse/lenient_json.h"

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "scraper/parse/json_ld.h"
#include "scraper/parse/json_text.h"

namespace scraper {
namespace {

using nlohmann::json;

constexpr std::string_view kLenientSpace = " \t\r\n\f\v";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Writes a broken text anew, value by value, in a shape that a JSON parser takes if anything can be made of it. It
/// never goes back in the text, but to look over the white space behind a quote.
class JsonMender {
 public:
  explicit JsonMender(std::string_view text) : text_(text) {}

  /// The next value, mended; nullopt at the end of the text.
  std::optional<std::string> next();

 private:
  bool starts(std::string_view what) const { return text_.substr(at_).starts_with(what); }
  bool skip_comment();
  void skip_to_behind(std::string_view end);
  void skip_line_comment();
  void skip_html_comment();
  void token(std::string_view written);
  void close(char bracket);
  void string();
  void escape();
  bool closes_string() const;
  std::optional<unsigned> hex4(size_t at) const;

  std::string_view text_;
  size_t at_ = 0;
  std::string out_;
  std::string closers_;  ///< of the brackets that are open
  bool comma_ = false;   ///< one was read, and is written when a value follows
};

void JsonMender::skip_to_behind(std::string_view end) {
  const size_t found = text_.find(end, at_);
  at_ = found == std::string_view::npos ? text_.size() : found + end.size();
}

/// `// <![CDATA[` hides its marker from JavaScript alone: what follows on the line counts.
void JsonMender::skip_line_comment() {
  at_ += 2;
  const size_t word = std::min(text_.find_first_not_of(" \t", at_), text_.size());
  const std::string_view rest = text_.substr(word);
  if (rest.starts_with("<![CDATA[") || rest.starts_with("]]>") || rest.starts_with("<!--") || rest.starts_with("-->"))
    at_ = word;
  else
    at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
}

/// A comment around the whole value is a wrapping from the time of browsers without scripts; others are comments.
void JsonMender::skip_html_comment() {
  at_ += 4;
  const size_t word = text_.find_first_not_of(kLenientSpace, at_);
  if (word == std::string_view::npos || text_[word] == '{' || text_[word] == '[')
    at_ = std::min(word, text_.size());
  else
    skip_to_behind("-->");
}

bool JsonMender::skip_comment() {
  if (starts("//"))
    skip_line_comment();
  else if (starts("/*"))
    skip_to_behind("*/");
  else if (starts("<!--"))
    skip_html_comment();
  else if (starts("<![CDATA["))
    at_ += 9;
  else if (starts("]]>") || starts("-->"))
    at_ += 3;
  else
    return false;
  return true;
}

std::optional<std::string> JsonMender::next() {
  out_.clear();
  closers_.clear();
  comma_ = false;
  while (at_ < text_.size()) {
    if (skip_comment()) continue;
    const char c = text_[at_];
    if (closers_.empty() && c != '{' && c != '[') {
      ++at_;  // whatever stands between the values
    } else if (c == '{' || c == '[') {
      token(text_.substr(at_++, 1));
      closers_ += c == '{' ? '}' : ']';
    } else if (c == '}' || c == ']') {
      close(c);
      if (closers_.empty()) return std::move(out_);
    } else if (c == '"') {
      string();
    } else if (c == ',') {
      comma_ = true;
      ++at_;
    } else if (kLenientSpace.find(c) != std::string_view::npos) {
      ++at_;
    } else {
      token(text_.substr(at_++, 1));
    }
  }
  if (closers_.empty()) return std::nullopt;
  out_.append(closers_.rbegin(), closers_.rend());
  return std::move(out_);
}

/// Writes a piece, with the comma that is due before it: not behind an opening bracket.
void JsonMender::token(std::string_view written) {
  if (comma_ && !out_.empty() && out_.back() != '{' && out_.back() != '[') out_ += ',';
  comma_ = false;
  out_ += written;
}

void JsonMender::close(char bracket) {
  comma_ = false;
  ++at_;
  out_ += bracket;
  closers_.pop_back();  // the parser sees whether it was the right one
}

/// A quote ends its string when something follows that can follow a string, else the author forgot to escape it.
bool JsonMender::closes_string() const {
  const size_t next = text_.find_first_not_of(kLenientSpace, at_ + 1);
  if (next == std::string_view::npos) return true;
  return std::string_view(",:}]/<").find(text_[next]) != std::string_view::npos;
}

void JsonMender::string() {
  token("\"");
  for (++at_; at_ < text_.size();) {
    const char c = text_[at_];
    if (c == '"') {
      const bool closes = closes_string();
      ++at_;
      out_ += closes ? "\"" : "\\\"";
      if (closes) return;
    } else if (c == '\\') {
      escape();
    } else {
      ++at_;
      if (static_cast<unsigned char>(c) >= 0x20) {
        out_ += c;
      } else {
        constexpr std::string_view kHex = "0123456789abcdef";
        out_ += "\\u00";
        out_ += kHex[static_cast<unsigned char>(c) >> 4];
        out_ += kHex[static_cast<unsigned char>(c) & 15];
      }
    }
  }
}

std::optional<unsigned> JsonMender::hex4(size_t at) const {
  if (at + 4 > text_.size()) return std::nullopt;
  unsigned value = 0;
  const char* end = text_.data() + at + 4;
  const auto [stop, error] = std::from_chars(text_.data() + at, end, value, 16);
  return error == std::errc() && stop == end ? std::optional(value) : std::nullopt;
}

void JsonMender::escape() {
  const char kind = at_ + 1 < text_.size() ? text_[at_ + 1] : ' ';
  if (kind == 'u') {
    const auto value = hex4(at_ + 2);
    if (!value) {
      out_ += "\\\\";
      ++at_;
      return;
    }
    const bool high = *value >= 0xD800 && *value < 0xDC00;
    const auto low = high && text_.substr(at_ + 6).starts_with("\\u") ? hex4(at_ + 8) : std::nullopt;
    const bool pair = low && *low >= 0xDC00 && *low < 0xE000;
    // A surrogate alone is no character, and a parser refuses the whole text for it.
    if (*value >= 0xD800 && *value < 0xE000 && !pair)
      out_ += "\\ufffd";
    else
      out_ += text_.substr(at_, pair ? 12 : 6);
    at_ += pair ? 12 : 6;
    return;
  }
  if (std::string_view("\"\\/bfnrt").find(kind) != std::string_view::npos) {
    out_ += text_.substr(at_, 2);
    at_ += 2;
  } else if (kind == '\'') {
    ++at_;  // what JavaScript lets people write
  } else {
    out_ += "\\\\";
    ++at_;
  }
}

bool is_container(const json& value) { return value.is_object() || value.is_array(); }

std::vector<json> mended(std::string_view text) {
  std::vector<json> values;
  JsonMender mender(text);
  while (values.size() < kJsonLdValuesMax) {
    const auto next = mender.next();
    if (!next) break;
    auto value = parse_json(*next);
    if (value && is_container(*value)) values.push_back(std::move(*value));
  }
  return values;
}

/// The few references that an editor makes of a script's punctuation when it takes the script for text.
std::string without_references(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 8> kReferences{{{"&quot;", '"'},
                                                                          {"&#34;", '"'},
                                                                          {"&#034;", '"'},
                                                                          {"&amp;", '&'},
                                                                          {"&lt;", '<'},
                                                                          {"&gt;", '>'},
                                                                          {"&#39;", '\''},
                                                                          {"&apos;", '\''}}};
  std::string out;
  for (size_t at = 0; at < text.size();) {
    char c = text[at];
    size_t length = 1;
    if (c == '&') {
      for (const auto& [reference, character] : kReferences) {
        if (!text.substr(at).starts_with(reference)) continue;
        c = character;
        length = reference.size();
      }
    }
    out += c;
    at += length;
  }
  return out;
}

}  // namespace

std::vector<json> lenient_json(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (auto value = parse_json(text)) {
    std::vector<json> values;
    if (is_container(*value)) values.push_back(std::move(*value));
    return values;
  }
  auto values = mended(text);
  if (values.empty() && (text.find("&quot;") != text.npos || text.find("&#34;") != text.npos))
    values = mended(without_references(text));
  return values;
}

std::optional<json> read_json(std::string_view utf8) {
  if (auto value = parse_json(utf8)) return value;
  // Only what looks like JSON is worth it: anything can come under this type.
  const size_t first = utf8.find_first_not_of(kLenientSpace);
  if (first == std::string_view::npos || (utf8[first] != '{' && utf8[first] != '[')) return std::nullopt;
  std::vector<json> values = mended(utf8);
  if (values.empty()) return std::nullopt;
  return values.size() == 1 ? std::move(values[0]) : json(std::move(values));
}

}  // namespace scraper
