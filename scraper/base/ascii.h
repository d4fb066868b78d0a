// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace scraper {

// ASCII, whatever the locale says.

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Or a byte of a character beyond ASCII, whatever that is.
constexpr bool is_letter_or_beyond(char c) { return is_letter(c) || static_cast<unsigned char>(c) >= 0x80; }

constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

inline std::string to_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = to_lower(c);
  return out;
}

inline bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return to_lower(x) == to_lower(y); });
}

inline bool starts_with_ignoring_case(std::string_view text, std::string_view start) {
  return equals_ignoring_case(text.substr(0, start.size()), start);
}

/// As HTML has it.
inline constexpr std::string_view kWhiteSpace = " \t\r\n\f";

/// Without the characters of `space` at its ends.
inline std::string_view trim(std::string_view text, std::string_view space = kWhiteSpace) {
  while (!text.empty() && space.find(text.front()) != space.npos) text.remove_prefix(1);
  while (!text.empty() && space.find(text.back()) != space.npos) text.remove_suffix(1);
  return text;
}

}  // namespace scraper
