// SPDX-License-Identifier: MIT
#include "scraper/parse/plain_text.h"

#include <array>
#include <cstddef>
#include <utility>

namespace scraper {
namespace {

constexpr size_t kBlockBytes = 32;

constexpr bool is_unusual(unsigned char c) {
  const bool space = c == '\t' || c == '\n' || c == '\f' || c == '\r';
  return (c < 0x20 && !space) || c >= 0x7F;
}

/// Whether any byte of a block is no ASCII, or a control character. Written so that it is done to all at once.
bool is_unusual_block(const char* block) {
  unsigned char found = 0;
  for (size_t i = 0; i < kBlockBytes; ++i) {
    const auto c = static_cast<unsigned char>(block[i]);
    const auto control = static_cast<unsigned char>((c < 0x20) & (c != '\t') & (c != '\n') & (c != '\f') & (c != '\r'));
    found = static_cast<unsigned char>(found | control | (c >= 0x7F));
  }
  return found != 0;
}

/// Of the character that begins with this byte, which is_unusual.
bool is_refused(std::string_view utf8, size_t at) {
  const auto byte = [&](size_t i) { return at + i < utf8.size() ? static_cast<unsigned char>(utf8[at + i]) : 0u; };
  const unsigned first = byte(0);
  if (first <= 0x7F) return true;
  if (first == 0xC2) return byte(1) < 0xA0;
  if (first == 0xEF && byte(1) == 0xB7) return byte(2) >= 0x90 && byte(2) <= 0xAF;
  if (first == 0xEF) return byte(1) == 0xBF && byte(2) >= 0xBE;
  if (first >= 0xF0) return (byte(1) & 0x0F) == 0x0F && byte(2) == 0xBF && byte(3) >= 0xBE;
  return false;
}

}  // namespace

bool is_plain_text(std::string_view utf8) {
  size_t at = 0;
  const auto refuses_until = [&](size_t end) {
    for (; at < end; ++at) {
      if (is_unusual(static_cast<unsigned char>(utf8[at])) && is_refused(utf8, at)) return true;
    }
    return false;
  };
  while (utf8.size() - at >= kBlockBytes) {
    if (!is_unusual_block(utf8.data() + at))
      at += kBlockBytes;
    else if (refuses_until(at + kBlockBytes))
      return false;
  }
  return !refuses_until(utf8.size());
}

bool make_plain(std::string& utf8) {
  std::string out;
  for (size_t at = 0; at < utf8.size();) {
    const size_t begin = at;
    const auto first = static_cast<unsigned char>(utf8[at++]);
    while (at < utf8.size() && (static_cast<unsigned char>(utf8[at]) & 0xC0) == 0x80) ++at;
    if (is_unusual(first) && is_refused(utf8, begin))
      out += "\uFFFD";
    else
      out.append(utf8, begin, at - begin);
  }
  if (out == utf8) return false;
  utf8 = std::move(out);
  return true;
}

}  // namespace scraper
