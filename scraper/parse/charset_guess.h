// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace scraper {

/// How much of a page guess_charset looks at.
inline constexpr size_t kGuessBytesMax = 256u << 10;

/// HTML 13.2.3.2, step 8: the encoding that a page most likely is in, by its bytes alone, for pages that declare none
/// and are not UTF-8. One of those that the web uses; "windows-1252" when unsure.
///
/// It compares how likely the bytes are as text of each language in each encoding: the frequencies of letters, what
/// stands beside what, and for the multi-byte encodings whether the sequences are well-formed and the characters
/// common. Windows-1252 has a head start, so that a few bytes never turn a Western page into something else. Of
/// encodings in which the bytes mean the same text, the one that the HTML standard's table of locales prefers is named.
///
/// Linear in the body, at most kGuessBytesMax of it; the first call spends some ten milliseconds on its tables. Any
/// thread.
std::string_view guess_charset(std::string_view body);

}  // namespace scraper
