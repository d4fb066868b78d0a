// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <string>

#include "scraper/base/ascii.h"
#include "scraper/base/utf8.h"
#include "scraper/parse/charset.h"
#include "scraper/parse/charset_guess_parts.h"

namespace scraper {
namespace {

enum PairClass : uint8_t {
  kInvalid,
  kHiragana,
  kKatakana,
  kHalfKatakana,
  kCommon,    ///< among the most frequent characters of the language
  kOrdinary,  ///< in the part of the character set that is meant for daily use
  kRare,      ///< in the part for names and learned words
  kRemote,    ///< in what vendors added later, or of another script
  kPunctuation,
  kSign,
  kPairClassCount,
};

/// A script's natural logarithms of one character's probability, each class's share divided by its size.
using Likelihoods = std::array<float, kPairClassCount>;

// clang-format off
//                                  Invalid Hiragana Katakana Half  Common Ordinary Rare  Remote Punct. Sign
constexpr Likelihoods kJapanese = {{-16.0f,  -5.0f,  -6.5f,  -8.0f, -6.8f,  -9.8f, -13.0f, -16.0f, -5.5f, -10.0f}};
constexpr Likelihoods kChinese  = {{-16.0f, -14.0f, -14.0f, -16.0f, -6.3f,  -9.3f, -13.0f, -16.0f, -5.5f, -10.0f}};
constexpr Likelihoods kKorean   = {{-16.0f, -14.0f, -14.0f, -16.0f, -5.1f,  -8.8f, -13.5f, -16.0f, -7.5f, -10.0f}};
// clang-format on

/// An ASCII letter right beside a character: less usual than punctuation, but "3D\xE7..." happens.
constexpr double kBesideAsciiLetter = -1.5;

/// How far from windows-1252 the text must be to be believed.
constexpr double kPrior = -7;

struct MultiByteCharset {
  std::string_view name;
  const Likelihoods& likelihoods;
  std::u32string_view common;
  uint16_t ordinary_first;  ///< the pairs of bytes between which the daily ones are
  uint16_t ordinary_last;
  bool high_trails_only;                                          ///< of the daily ones
  enum : uint8_t { kPairsOnly, kGbk, kShiftJis, kEucJp } others;  ///< what it has besides pairs
};

const MultiByteCharset kCharsets[] = {
    {"GBK", kChinese, kCommonSimplifiedHan, 0xB0A1, 0xD7F9, true, MultiByteCharset::kGbk},
    {"Big5", kChinese, kCommonTraditionalHan, 0xA440, 0xC67E, false, MultiByteCharset::kPairsOnly},
    {"Shift_JIS", kJapanese, kCommonKanji, 0x889F, 0x9872, false, MultiByteCharset::kShiftJis},
    {"EUC-JP", kJapanese, kCommonKanji, 0xB0A1, 0xCFD3, true, MultiByteCharset::kEucJp},
    {"EUC-KR", kKorean, kCommonHangul, 0xB0A1, 0xC8FE, true, MultiByteCharset::kPairsOnly},
};
constexpr size_t kCharsetCount = std::size(kCharsets);

constexpr size_t kPairs = 0x80 * 0x100;

/// What each pair of bytes is, the first one from 0x80 on; filled when it is first needed.
using PairClasses = std::array<PairClass, kPairs>;

size_t pair_index(unsigned char lead, unsigned char trail) { return (lead - 0x80u) * 0x100u + trail; }

char32_t first_code_point(std::string_view valid) {
  const auto byte = [&](size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(valid[i])); };
  if (valid.size() == 2) return (byte(0) & 0x1F) << 6 | (byte(1) & 0x3F);
  if (valid.size() == 3) return (byte(0) & 0xF) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
  return valid.size() == 1 ? byte(0) : 0x10000;
}

PairClass class_of(const MultiByteCharset& charset, const std::u32string& common, uint16_t bytes, char32_t c) {
  if (c >= 0x3041 && c <= 0x3096) return kHiragana;
  if (c >= 0x30A1 && c <= 0x30FC) return kKatakana;
  if ((c >= 0x3000 && c <= 0x301F) || (c >= 0xFF01 && c <= 0xFF5E) || (c >= 0x2014 && c <= 0x2026) || c == 0xB7) {
    return kPunctuation;
  }
  const bool han = c >= 0x4E00 && c <= 0x9FFF;
  const bool hangul = c >= 0xAC00 && c <= 0xD7A3;
  if (c >= 0xE000 && c <= 0xF8FF) return kRemote;
  if (!han && !hangul) return c < 0x3400 ? kSign : kRemote;
  if (std::binary_search(common.begin(), common.end(), c)) return kCommon;
  const bool high = !charset.high_trails_only || ((bytes & 0xFF) >= 0xA1 && bytes >= 0xA1A1);
  if (high && bytes >= charset.ordinary_first && bytes <= charset.ordinary_last) return kOrdinary;
  return high && !(charset.name == "Big5" && bytes < 0xA440) ? kRare : kRemote;
}

std::unique_ptr<PairClasses> classify_pairs(const MultiByteCharset& charset) {
  auto classes = std::make_unique<PairClasses>();
  classes->fill(kInvalid);
  std::u32string common(charset.common);
  std::sort(common.begin(), common.end());
  // All pairs in one text, a line each: no encoding has the line feed within a character.
  std::string text;
  for (unsigned pair = 0x8040; pair <= 0xFFFF; ++pair) {
    if ((pair & 0xFF) < 0x40) continue;
    text += static_cast<char>(pair >> 8);
    text += static_cast<char>(pair);
    text += '\n';
  }
  const std::string decoded = decode_to_utf8(text, charset.name);
  size_t at = 0;
  for (unsigned pair = 0x8040; pair <= 0xFFFF; ++pair) {
    if ((pair & 0xFF) < 0x40) continue;
    const size_t end = decoded.find('\n', at);
    const std::string_view line = std::string_view(decoded).substr(at, end - at);
    at = end + 1;
    if (utf8_prefix(line, 1) != line || line == "\xEF\xBF\xBD") continue;
    const char32_t c = first_code_point(line);
    const auto bytes = static_cast<uint16_t>(pair);
    (*classes)[pair_index(static_cast<unsigned char>(pair >> 8), static_cast<unsigned char>(pair))] =
        class_of(charset, common, bytes, c);
  }
  return classes;
}

const PairClasses& pair_classes(size_t charset) {
  static const std::array<std::unique_ptr<PairClasses>, kCharsetCount> made = [] {
    std::array<std::unique_ptr<PairClasses>, kCharsetCount> all;
    for (size_t i = 0; i < kCharsetCount; ++i) all[i] = classify_pairs(kCharsets[i]);
    return all;
  }();
  return *made[charset];
}

struct Character {
  PairClass byte_class = kInvalid;
  size_t bytes = 1;
};

bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }

/// The character that begins at `at`, where a byte from 0x80 on is.
Character next_character(std::string_view sample, size_t at, const MultiByteCharset& charset,
                         const PairClasses& classes) {
  const auto byte = [&](size_t i) -> unsigned char {
    return at + i < sample.size() ? static_cast<unsigned char>(sample[at + i]) : 0;
  };
  const unsigned char lead = byte(0);
  const unsigned char trail = byte(1);
  switch (charset.others) {
    case MultiByteCharset::kPairsOnly:
      break;
    case MultiByteCharset::kGbk:
      if (is_digit(trail) && byte(2) >= 0x81 && is_digit(byte(3))) return {kRemote, 4};
      break;
    case MultiByteCharset::kShiftJis:
      if (lead >= 0xA1 && lead <= 0xDF) return {kHalfKatakana, 1};
      break;
    case MultiByteCharset::kEucJp:
      if (lead == 0x8E && trail >= 0xA1 && trail <= 0xDF) return {kHalfKatakana, 2};
      if (lead == 0x8F && trail >= 0xA1 && byte(2) >= 0xA1) return {kRemote, 3};
      break;
  }
  const PairClass pair = classes[pair_index(lead, trail)];
  return {pair, pair == kInvalid ? size_t{1} : size_t{2}};
}

double likelihood(std::string_view sample, const MultiByteCharset& charset, const PairClasses& classes) {
  double sum = 0;
  bool letter_before = false;
  bool character_before = false;
  for (size_t at = 0; at < sample.size();) {
    if (static_cast<unsigned char>(sample[at]) < 0x80) {
      letter_before = is_letter(sample[at]);
      if (character_before && letter_before) sum += kBesideAsciiLetter;
      character_before = false;
      ++at;
      continue;
    }
    const Character character = next_character(sample, at, charset, classes);
    sum += charset.likelihoods[character.byte_class];
    if (letter_before) sum += kBesideAsciiLetter;
    letter_before = false;
    character_before = true;
    at += character.bytes;
  }
  return sum;
}

}  // namespace

CharsetGuess guess_multi_byte_charset(std::string_view sample, double weight) {
  CharsetGuess best{{}, -std::numeric_limits<double>::infinity()};
  for (size_t i = 0; i < kCharsetCount; ++i) {
    const double found = kPrior + weight * likelihood(sample, kCharsets[i], pair_classes(i));
    if (found > best.likelihood) best = {kCharsets[i].name, found};
  }
  return best;
}

}  // namespace scraper
