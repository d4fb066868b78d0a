// SPDX-License-Identifier: MIT
#include "scraper/parse/charset_guess.h"

#include <algorithm>
#include <bitset>
#include <string>

#include "scraper/base/ascii.h"
#include "scraper/base/utf8.h"
#include "scraper/parse/charset_guess_parts.h"
#include "scraper/parse/charset_multi_byte.h"

namespace scraper {
namespace {

/// More text than this makes no guess better.
constexpr size_t kSampleBytesMax = 32u << 10;

/// After a byte from 0x80 on, as many ASCII bytes are kept: one may be the second half of a character, and the next
/// says what the character stands before.
constexpr size_t kAsciiKept = 2;

bool is_high(char c) { return static_cast<unsigned char>(c) >= 0x80; }

/// The bytes from 0x80 on with their neighbours. One that stands alone, no letter and no other such byte beside it, is
/// left out: as a word or a sign of its own ("\xE0", "\xA9") it makes sense in far too many encodings.
std::string take_sample(std::string_view body) {
  std::string sample;
  size_t kept_until = 0;
  for (size_t i = 0; i < body.size() && sample.size() < kSampleBytesMax; ++i) {
    if (!is_high(body[i])) {
      if (i < kept_until) sample += body[i];
      continue;
    }
    const char before = i > 0 ? body[i - 1] : ' ';
    const char after = i + 1 < body.size() ? body[i + 1] : ' ';
    if (!is_high(before) && !is_letter(before) && !is_high(after) && !is_letter(after)) {
      if (i < kept_until) sample += ' ';
      continue;
    }
    if (i > kept_until) sample += before;
    sample += body[i];
    kept_until = i + 1 + kAsciiKept;
  }
  return sample;
}

/// How much of what the sample says is to be believed, at most 1. A page that holds one word a hundred times says no
/// more than one that holds it a few times, and a single byte, however often, says nothing: n different bytes count for
/// as many as they make ordered pairs.
double weight_of(std::string_view sample) {
  std::bitset<256> seen;
  double high = 0;
  for (const char c : sample) {
    if (!is_high(c)) continue;
    seen.set(static_cast<unsigned char>(c));
    ++high;
  }
  if (seen.none()) return 0;
  const auto different = static_cast<double>(seen.count());
  return std::min(1.0, different * (different - 1) / high);
}

/// Japanese mail's encoding is ASCII throughout, with escape sequences around its characters. `cut`: the end of `body`
/// may be within a character.
bool is_iso_2022_jp(std::string_view body, bool cut) {
  if (body.find("\x1B$B") == std::string_view::npos && body.find("\x1B$@") == std::string_view::npos) return false;
  std::string text = decode_iso_2022_jp(body);
  if (cut && text.ends_with(kReplacement)) text.resize(text.size() - kReplacement.size());
  return text.find(kReplacement) == std::string::npos;
}

}  // namespace

std::string_view guess_charset(std::string_view body) {
  const bool cut = body.size() > kGuessBytesMax;
  body = body.substr(0, kGuessBytesMax);
  if (is_iso_2022_jp(body, cut)) return "ISO-2022-JP";
  const std::string sample = take_sample(body);
  if (sample.empty()) return "windows-1252";
  const double weight = weight_of(sample);
  const CharsetGuess single = guess_single_byte_charset(sample, weight);
  const CharsetGuess multi = guess_multi_byte_charset(sample, weight);
  return multi.likelihood > single.likelihood ? multi.name : single.name;
}

}  // namespace scraper
