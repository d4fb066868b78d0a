// SPDX-License-Identifier: MIT
#include "scraper/parse/charset.h"

#include <algorithm>
#include <cstring>

#include "scraper/base/ascii.h"
#include "scraper/base/utf8.h"
#include "scraper/parse/charset_guess.h"
#include "scraper/parse/charset_multi_byte.h"
#include "scraper/parse/charset_single_byte.h"
#include "scraper/parse/content_type.h"

namespace scraper {
namespace {

struct ByteOrderMark {
  std::string_view bytes;
  std::string_view name;
};

/// The longer ones first: UTF-32LE's begins as UTF-16LE's does, and no text begins with U+0000.
constexpr ByteOrderMark kByteOrderMarks[] = {{{"\xFF\xFE\0\0", 4}, "UTF-32LE"},
                                             {{"\0\0\xFE\xFF", 4}, "UTF-32BE"},
                                             {"\xEF\xBB\xBF", "UTF-8"},
                                             {"\xFF\xFE", "UTF-16LE"},
                                             {"\xFE\xFF", "UTF-16BE"}};

/// A page's first character is a `<`, and its second is ASCII.
std::optional<std::string_view> charset_by_zeros(std::string_view body) {
  if (body.size() < 4) return std::nullopt;
  if (body.starts_with(std::string_view("\0\0\0<", 4))) return "UTF-32BE";
  if (body.starts_with(std::string_view("<\0\0\0", 4))) return "UTF-32LE";
  if (body.starts_with(std::string_view("\0<\0", 3)) && body[3] != 0) return "UTF-16BE";
  if (body.starts_with(std::string_view("<\0", 2)) && body[2] != 0 && body[3] == 0) return "UTF-16LE";
  return std::nullopt;
}

/// The charset parameter of a MIME type (MIME Sniffing 4.4), the first whose label we know.
std::optional<std::string_view> header_charset(std::string_view content_type) {
  size_t at = content_type.find(';');
  while (at < content_type.size()) {
    const size_t begin = ++at;
    const size_t equals = content_type.find_first_of("=;", begin);
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view name = trim(content_type.substr(begin, equals - begin));
    at = equals;
    if (content_type[equals] == ';') continue;
    size_t end = std::min(content_type.find(';', equals), content_type.size());
    std::string_view value = trim(content_type.substr(equals + 1, end - equals - 1));
    if (value.starts_with('"')) {
      const size_t open = content_type.find('"', equals);
      const size_t close = std::min(content_type.find('"', open + 1), content_type.size());
      value = content_type.substr(open + 1, close - open - 1);
      end = std::min(content_type.find(';', close), content_type.size());
    } else if (value.size() >= 2 && value.front() == '\'' && value.back() == '\'') {
      value = value.substr(1, value.size() - 2);  // not in the standard, but servers send it
    }
    if (equals_ignoring_case(name, "charset")) {
      if (const auto charset = charset_for_label(value)) return charset;
    }
    at = end;
  }
  return std::nullopt;
}

std::string_view without_mark(std::string_view body, std::string_view charset) {
  for (const ByteOrderMark& mark : kByteOrderMarks) {
    if (mark.name == charset && body.starts_with(mark.bytes)) return body.substr(mark.bytes.size());
  }
  return body;
}

std::string decode_user_defined(std::string_view body) {
  std::string out;
  for (const char c : body) {
    const auto byte = static_cast<unsigned char>(c);
    append_utf8(out, byte < 0x80 ? byte : 0xF780u + byte - 0x80u);
  }
  return out;
}

}  // namespace

std::optional<std::string_view> declared_charset(std::string_view body, std::string_view content_type) {
  for (const ByteOrderMark& mark : kByteOrderMarks) {
    if (body.starts_with(mark.bytes)) return mark.name;
  }
  if (const auto name = header_charset(content_type)) return name;
  if (const auto name = prescan_charset(body)) return name;
  return charset_by_zeros(body);
}

std::string_view sniff_charset(std::string_view body, std::string_view content_type) {
  // JSON is UTF-8 (RFC 8259 8.1) where the header or a byte order mark says nothing else, whatever its strings hold.
  if (media_type(content_type).find("json") != std::string::npos) {
    return declared_charset(body.substr(0, 4), content_type).value_or("UTF-8");
  }
  if (const auto name = declared_charset(body, content_type)) return *name;
  const bool ascii = std::all_of(body.begin(), body.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  // A character of ISO-2022-JP is ASCII, but begins with an escape.
  return !ascii && is_valid_utf8(body) ? "UTF-8" : guess_charset(body);
}

std::string decode_to_utf8(std::string_view body, std::string_view charset) {
  body = without_mark(body, charset);
  if (charset == "UTF-8") return to_valid_utf8(std::string(body));
  if (const SingleByteTable* table = find_single_byte_table(charset)) return decode_single_byte(body, *table);
  if (charset == "GBK" || charset == "gb18030") return decode_gb18030(body);
  if (charset == "Shift_JIS") return decode_shift_jis(body);
  if (charset == "EUC-JP") return decode_euc_jp(body);
  if (charset == "EUC-KR") return decode_euc_kr(body);
  if (charset == "Big5") return decode_big5(body);
  if (charset == "ISO-2022-JP") return decode_iso_2022_jp(body);
  if (charset == "UTF-16LE" || charset == "UTF-16BE") return decode_utf16(body, charset == "UTF-16BE");
  if (charset == "UTF-32LE" || charset == "UTF-32BE") return decode_utf32(body, charset == "UTF-32BE");
  if (charset == "x-user-defined") return decode_user_defined(body);
  // "replacement" stands for encodings that are only used to attack: they decode to one error (Encoding 14.1).
  if (charset == "replacement") return body.empty() ? std::string() : std::string("\xEF\xBF\xBD");
  return decode_single_byte(body, *find_single_byte_table("windows-1252"));
}

std::string_view decode_to_lines(std::string_view body, std::string_view charset, std::string& room) {
  if (charset == "UTF-8") {
    const std::string_view text = without_mark(body, charset);
    if (text.find('\r') == std::string_view::npos && is_valid_utf8(text)) return text;
  }
  room = decode_to_utf8(body, charset);
  normalize_newlines(room);
  return room;
}

void normalize_newlines(std::string& utf8) {
  const size_t first = utf8.find('\r');
  if (first == std::string::npos) return;
  size_t out = first;
  for (size_t at = first; at < utf8.size();) {
    const size_t end = std::min(utf8.find('\r', at), utf8.size());
    std::memmove(utf8.data() + out, utf8.data() + at, end - at);
    out += end - at;
    at = end;
    if (at == utf8.size()) break;
    at += utf8.compare(at, 2, "\r\n") == 0 ? 2 : 1;
    utf8[out++] = '\n';
  }
  utf8.resize(out);
}

}  // namespace scraper
