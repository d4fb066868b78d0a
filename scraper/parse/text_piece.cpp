// SPDX-License-Identifier: MIT
#include "scraper/parse/text_piece.h"

#include <cstdint>
#include <cstring>

#include "scraper/parse/gumbo_node.h"

namespace scraper {
namespace {

constexpr uint64_t kOnes = 0x0101010101010101, kHighs = 0x8080808080808080, kSpaces = kOnes * ' ';

/// Not zero when one of the eight bytes is less than `bound`, which is at most 128.
constexpr uint64_t has_less(uint64_t bytes, uint64_t bound) { return (bytes - kOnes * bound) & ~bytes & kHighs; }

/// Whether of the eight bytes here none is a control character, and no space is followed by another.
bool is_tidy_here(const char* at) {
  uint64_t here, next;
  std::memcpy(&here, at, 8);
  std::memcpy(&next, at + 1, 8);
  const uint64_t no_pairs = (here ^ kSpaces) | (next ^ kSpaces);
  return (has_less(here, ' ') | has_less(no_pairs, 1)) == 0;
}

/// Likewise of all bytes of `words`, whose last is no space.
bool is_tidy(std::string_view words) {
  const char* at = words.data();
  const char* const last = at + words.size() - 1;
  if (words.size() > 8) {
    for (; last - at > 8; at += 8) {
      if (!is_tidy_here(at)) return false;
    }
    return is_tidy_here(last - 8) && static_cast<uint8_t>(*last) >= ' ';
  }
  for (; at != last; ++at) {
    if (static_cast<uint8_t>(*at) < ' ' || (*at == ' ' && at[1] == ' ')) return false;
  }
  return static_cast<uint8_t>(*last) >= ' ';
}

}  // namespace

TextPiece::TextPiece(std::string_view text) {
  const char* begin = text.data();
  const char* end = begin + text.size();
  while (begin != end && is_white_space(*begin)) ++begin;
  space_before = begin != text.data();
  if (begin == end) return;
  const char* const text_end = end;
  while (is_white_space(end[-1])) --end;
  space_after = end != text_end;
  words = {begin, static_cast<size_t>(end - begin)};
  tidy = is_tidy(words);
}

void TextPiece::append_tidied(std::string& out) const {
  const size_t before = out.size();
  out.resize(before + words.size());
  char* to = out.data() + before;
  const char* at = words.data();
  const char* const end = at + words.size();
  bool space = false;
  while (at != end) {
    // Eight bytes at once where they are tidy, else one by one.
    if (end - at > 8 && is_tidy_here(at) && !(space && *at == ' ')) {
      std::memcpy(to, at, 8);
      at += 8, to += 8;
      space = to[-1] == ' ';
      continue;
    }
    for (const char* const stop = end - at > 8 ? at + 8 : end; at != stop; ++at) {
      const bool white = is_white_space(*at);
      if (white && space) continue;
      *to++ = white ? ' ' : *at;
      space = white;
    }
  }
  out.resize(static_cast<size_t>(to - out.data()));
}

}  // namespace scraper
