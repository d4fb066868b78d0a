// SPDX-License-Identifier: MIT
#include "scraper/parse/character_reference.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "scraper/base/ascii.h"
#include "scraper/base/check.h"
#include "scraper/base/utf8.h"

namespace scraper {
namespace {

constexpr size_t kReferenceNameBytesMax = 31;  // without the semicolon
constexpr size_t kOpenNameBytesMax = 6;        // of those that need no semicolon
constexpr char32_t kBeyondUnicode = 0x110000;

bool is_alphanumeric(char c) { return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z'); }

/// The names, found by their last eight bytes.
class Names {
 public:
  Names() {
    const std::string_view all = kCharacterReferenceNames;
    for (size_t at = 0; at < all.size();) {
      const size_t space = all.find(' ', at);
      // What it stands for is never empty, and no space.
      const size_t end = all.find(' ', space + 2);
      entries_.push_back({all.substr(at, space - at), all.substr(space + 1, end - space - 1)});
      places_[place(entries_.back().name)] = static_cast<uint16_t>(entries_.size());
      at = end + 1;
    }
    SCRAPER_CHECK(2 * entries_.size() <= kPlaces);
  }

  /// What the name stands for; empty: nothing.
  std::string_view find(std::string_view name) const {
    const uint16_t found = places_[place(name)];
    return found == 0 ? std::string_view() : entries_[found - 1u].value;
  }

 private:
  static constexpr size_t kPlaces = 8192;

  struct Entry {
    std::string_view name;
    std::string_view value;
  };

  /// Where the name stands, or would stand.
  size_t place(std::string_view name) const {
    uint64_t key = 0;
    for (const char c : name) key = key << 8 | static_cast<uint8_t>(c);
    for (size_t at = key * 0x9E3779B97F4A7C15 >> 51;; at = (at + 1) % kPlaces) {
      if (places_[at] == 0 || entries_[places_[at] - 1u].name == name) return at;
    }
  }

  std::vector<Entry> entries_;
  std::array<uint16_t, kPlaces> places_{};  ///< which of the entries, from 1; 0: none
};

/// `text` begins after the ampersand. How much of it the reference takes; 0: it is none.
size_t append_named(std::string& out, std::string_view text, bool in_attribute) {
  static const Names names;
  size_t length = 0;
  while (length < text.size() && length <= kReferenceNameBytesMax && is_alphanumeric(text[length])) ++length;
  if (length == 0) return 0;
  if (length < text.size() && text[length] == ';') {
    if (const std::string_view value = names.find(text.substr(0, length + 1)); !value.empty()) {
      out += value;
      return length + 1;
    }
  }
  for (size_t part = std::min(length, kOpenNameBytesMax); part > 1; --part) {
    const std::string_view value = names.find(text.substr(0, part));
    if (value.empty()) continue;
    if (in_attribute && part < text.size() && (text[part] == '=' || is_alphanumeric(text[part]))) return 0;
    out += value;
    return part;
  }
  return 0;
}

/// "Numeric character reference end state".
char32_t referred(char32_t number) {
  constexpr std::array<uint16_t, 32> kWindows1252{0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                  0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                                  0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                  0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};
  if (number >= 0x80 && number < 0xA0 && kWindows1252[number - 0x80] != 0) return kWindows1252[number - 0x80];
  return number;
}

/// `text` begins with the `#`.
size_t append_numeric(std::string& out, std::string_view text) {
  const bool hex = text.size() > 1 && to_lower(text[1]) == 'x';
  size_t at = hex ? 2 : 1;
  const size_t begin = at;
  char32_t number = 0;
  for (; at < text.size(); ++at) {
    const char c = to_lower(text[at]);
    if (is_digit(c))
      number = number * (hex ? 16 : 10) + static_cast<char32_t>(c - '0');
    else if (hex && c >= 'a' && c <= 'f')
      number = number * 16 + static_cast<char32_t>(c - 'a' + 10);
    else
      break;
    number = std::min(number, kBeyondUnicode);
  }
  if (at == begin) return 0;
  append_utf8(out, referred(number));
  return at < text.size() && text[at] == ';' ? at + 1 : at;
}

}  // namespace

void append_without_references(std::string& out, std::string_view text, bool in_attribute) {
  size_t at = 0;
  while (at < text.size()) {
    const size_t sign = std::min(text.find('&', at), text.size());
    out.append(text, at, sign - at);
    if (sign == text.size()) return;
    const std::string_view rest = text.substr(sign + 1);
    const size_t taken = rest.starts_with('#') ? append_numeric(out, rest) : append_named(out, rest, in_attribute);
    if (taken == 0) out += '&';
    at = sign + 1 + taken;
  }
}

}  // namespace scraper
