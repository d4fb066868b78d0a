// SPDX-License-Identifier: MIT
#include "scraper/base/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace scraper {
namespace {

struct Step {
  size_t length;  ///< bytes consumed: of the sequence, or of the maximal ill-formed part
  bool valid;
};

/// Unicode 15, table 3-7: which second bytes are allowed depends on the first.
Step next_sequence(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(at);
  if (lead < 0x80) return {1, lead != 0};
  size_t need = 0;
  uint8_t low = 0x80, high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    need = 1;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    need = 2;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    need = 3;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else {
    return {1, false};
  }
  for (size_t i = 1; i <= need; ++i) {
    if (at + i >= text.size() || byte(at + i) < low || byte(at + i) > high) return {i, false};
    low = 0x80;
    high = 0xBF;
  }
  return {need + 1, true};
}

/// Where ASCII ends, as far as blocks of 64 and of eight bytes tell.
size_t ascii_end(std::string_view text, size_t at) {
  constexpr uint64_t kHighs = 0x8080808080808080;
  for (; at + 64 <= text.size(); at += 64) {
    uint64_t words[8];
    std::memcpy(words, text.data() + at, sizeof words);
    uint64_t any = 0;
    for (const uint64_t word : words) any |= word;
    if (any & kHighs) break;
  }
  for (; at + 8 <= text.size(); at += 8) {
    uint64_t word;
    std::memcpy(&word, text.data() + at, sizeof word);
    if (word & kHighs) break;
  }
  return at;
}

size_t first_invalid(std::string_view text) {
  const size_t end = std::min(text.find('\0'), text.size());
  size_t at = 0;
  while (at < end) {
    at = ascii_end(text.substr(0, end), at);
    for (const size_t part_end = std::min(at + 16, end); at < part_end;) {
      if (static_cast<uint8_t>(text[at]) < 0x80) {
        ++at;
        continue;
      }
      const Step step = next_sequence(text, at);
      if (!step.valid) return at;
      at += step.length;
    }
  }
  return end;
}

}  // namespace

void append_utf8(std::string& out, char32_t c) {
  if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) {
    out += kReplacement;
  } else if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

std::string to_valid_utf8(std::string text) {
  size_t at = first_invalid(text);
  if (at == text.size()) return text;
  std::string out;
  out.reserve(text.size() + 16);
  out.append(text, 0, at);
  while (at < text.size()) {
    const Step step = next_sequence(text, at);
    if (step.valid)
      out.append(text, at, step.length);
    else
      out += kReplacement;
    at += step.length;
  }
  return out;
}

bool is_valid_utf8(std::string_view text) { return first_invalid(text) == text.size(); }

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const Step step = next_sequence(text, at);
    const auto lead = static_cast<uint8_t>(text[at]);
    const bool c1 = lead == 0xC2 && step.length == 2 && static_cast<uint8_t>(text[at + 1]) < 0xA0;
    if (lead == '\t' || lead == '\n' || lead == '\r')
      out += ' ';
    else if (lead >= 0x20 && lead != 0x7F && !c1)
      out += step.valid ? text.substr(at, step.length) : kReplacement;
    at += step.length;
  }
  return out;
}

std::string_view utf8_prefix(std::string_view text, size_t code_points_max) {
  size_t at = 0;
  for (size_t n = 0; n < code_points_max && at < text.size(); ++n) at += next_sequence(text, at).length;
  return text.substr(0, at);
}

}  // namespace scraper
