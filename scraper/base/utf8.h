// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace scraper {

/// U+FFFD in UTF-8, which stands for what cannot be decoded.
inline constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// Appends one Unicode scalar value as UTF-8; a surrogate, U+0000 or a value beyond U+10FFFF becomes U+FFFD.
void append_utf8(std::string& out, char32_t code_point);

/// UTF-8 as the WHATWG Encoding standard decodes it: each maximal ill-formed part becomes one U+FFFD. U+0000 becomes
/// U+FFFD too, because a text column that holds NUL is cut short by every C program that reads it. What is valid
/// already is returned as it came.
std::string to_valid_utf8(std::string text);

/// True when to_valid_utf8 would change nothing.
bool is_valid_utf8(std::string_view text);

/// Valid UTF-8 without control characters (C0, DEL, C1), which steer terminals; tabs and line ends become spaces.
std::string printable(std::string_view text);

/// The first `code_points_max` code points of valid UTF-8.
std::string_view utf8_prefix(std::string_view text, size_t code_points_max);

}  // namespace scraper
