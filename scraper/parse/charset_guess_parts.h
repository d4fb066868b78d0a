// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace scraper {

// What guess_charset is made of. Likelihoods are natural logarithms: of the probability of the whole sample under one
// encoding and language, so that they compare across encodings of one and of several bytes a character.

/// An encoding and how likely the sample is in it; `name` lives for ever.
struct CharsetGuess {
  std::string_view name;
  double likelihood = 0;
};

/// Languages that are written with one alphabet and share their encodings.
enum class LanguageGroup : uint8_t {
  kWestern,
  kCentral,
  kBaltic,
  kTurkish,
  kVietnamese,
  kRussian,
  kUkrainian,  ///< and the others whose letters KOI8-R lacks
  kGreek,
  kHebrew,
  kArabic,
  kThai,
};

/// How often a language uses its letters.
struct LanguageLetters {
  LanguageGroup group;
  /// Each letter in lower case, followed by its weight in decimal; white space is ignored. For the Latin alphabet only
  /// the letters beyond ASCII. The weights of one language need not add up to anything.
  std::u32string_view weights;
  /// How likely a letter beyond ASCII is to be followed by another: a logarithm. Of no meaning but for Latin letters.
  float adjacent = -4;
};

std::span<const LanguageLetters> language_letters();

/// The most frequent characters of languages that have thousands.
extern const std::u32string_view kCommonSimplifiedHan;
extern const std::u32string_view kCommonTraditionalHan;
extern const std::u32string_view kCommonKanji;
extern const std::u32string_view kCommonHangul;

// The best guess of either kind. The sample holds the bytes from 0x80 on with the ASCII around them. `weight`, at most
// 1, is what its likelihood is multiplied by, before the prior likelihood of the encoding comes on top.
CharsetGuess guess_single_byte_charset(std::string_view sample, double weight);  ///< windows-1252 is among them
CharsetGuess guess_multi_byte_charset(std::string_view sample, double weight);

}  // namespace scraper
