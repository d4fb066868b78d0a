// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace scraper {

// Character encodings as the WHATWG Encoding standard has them, and the HTML standard's way of finding out which one a
// page is in. Encodings go by their names as document.characterSet has them ("UTF-8", "windows-1252", "GBK"); the views
// returned live for ever. All functions may be called from any thread.
//
// Beyond the standards: UTF-32LE and UTF-32BE are known by their byte order marks and by the zeros around a first `<`,
// UTF-16 by such zeros too, and the labels of IBM855 and "MacCyrillic" are understood, because pages in them exist.

/// How many bytes are searched for a <meta> that names the encoding. Browsers look at 1024 first and start anew when
/// their parser meets one later; looking further at once comes to the same.
inline constexpr size_t kPrescanBytesMax = 64u << 10;

/// "Get an encoding" (Encoding 4.2): the name for a label, case and white space around it aside.
std::optional<std::string_view> charset_for_label(std::string_view label);

/// What the page says: a byte order mark, else the charset parameter of the Content-Type header (empty when there was
/// none), else what prescan_charset finds. nullopt: it says nothing that we know.
std::optional<std::string_view> declared_charset(std::string_view body, std::string_view content_type);

/// HTML 13.2.3.2, "prescan a byte stream to determine its encoding", over the first kPrescanBytesMax bytes: a <meta> or
/// else the XML declaration.
std::optional<std::string_view> prescan_charset(std::string_view body);

/// The encoding to decode with: the declared one, else UTF-8 for a body that is valid UTF-8 and not all ASCII, else
/// what guess_charset says, which is windows-1252 when unsure.
std::string_view sniff_charset(std::string_view body, std::string_view content_type);

/// Decodes as the standard's decoder of that encoding does: ill-formed input becomes U+FFFD. A byte order mark of the
/// encoding is left out and U+0000 becomes U+FFFD, so that the result is valid UTF-8 without NUL. A name that is none
/// of ours decodes as windows-1252.
std::string decode_to_utf8(std::string_view body, std::string_view charset);

/// Likewise, with CR and CRLF made LF: the body itself, or a part of it, where that says so already; else `room`.
std::string_view decode_to_lines(std::string_view body, std::string_view charset, std::string& room);

/// CR and CRLF become LF (HTML 13.2.3.5). Quick where there is none.
void normalize_newlines(std::string& utf8);

}  // namespace scraper
