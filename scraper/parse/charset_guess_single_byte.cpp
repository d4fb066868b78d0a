// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include "scraper/parse/charset_guess_parts.h"
#include "scraper/parse/charset_single_byte.h"

namespace scraper {
namespace {

/// What a byte is, as far as its neighbours care.
enum ByteClass : uint8_t {
  kOutside,  ///< ASCII that is no letter
  kAsciiLower,
  kAsciiUpper,
  kLower,       ///< a letter of the language's alphabet beyond ASCII, also of one that knows no case
  kUpper,       ///< likewise
  kFinal,       ///< a letter that only ends words
  kOpening,     ///< before a word
  kClosing,     ///< after a word or a number
  kJoining,     ///< anywhere: quotes, dashes, spaces
  kSymbol,      ///< beside no letter: fractions, boxes, letters of other alphabets
  kUnassigned,  ///< no character, or a control character
  kByteClassCount,
};

bool is_high_letter(ByteClass c) { return c == kLower || c == kUpper || c == kFinal; }

using ByteClasses = std::array<ByteClass, 128>;

enum class Alphabet : uint8_t { kLatin, kGreek, kCyrillic, kHebrew, kArabic, kThai, kNone };

Alphabet alphabet_of(char32_t c) {
  if ((c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7 && c != 0x192) || (c >= 0x300 && c <= 0x323)) {
    return Alphabet::kLatin;
  }
  if (c == 0x386 || (c >= 0x388 && c <= 0x3CE)) return Alphabet::kGreek;
  if ((c >= 0x400 && c <= 0x45F) || c == 0x490 || c == 0x491) return Alphabet::kCyrillic;
  if (c >= 0x5B0 && c <= 0x5EA) return Alphabet::kHebrew;
  if (c >= 0x621 && c <= 0x6D3) return Alphabet::kArabic;
  if ((c >= 0xE01 && c <= 0xE3A) || (c >= 0xE40 && c <= 0xE4E)) return Alphabet::kThai;
  return Alphabet::kNone;
}

/// Only for letters that the encodings have.
char32_t lower_case(char32_t c) {
  if ((c >= 0xC0 && c <= 0xDE) || (c >= 0x391 && c <= 0x3AB) || (c >= 0x410 && c <= 0x42F)) return c + 0x20;
  if (c == 0x178) return 0xFF;
  const bool odd_is_upper = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E) || c == 0x1AF;
  if (c != 0x130 && c >= 0x100 && c <= 0x1B0 && (c % 2 == 1) == odd_is_upper && c != 0x138) return c + 1;
  if (c == 0x386) return 0x3AC;
  if (c >= 0x388 && c <= 0x38A) return c + 0x25;
  if (c == 0x38C) return 0x3CC;
  if (c == 0x38E || c == 0x38F) return c + 0x3F;
  if (c >= 0x400 && c <= 0x40F) return c + 0x50;
  return c == 0x490 ? 0x491 : c;
}

bool is_one_of(char32_t c, std::u32string_view set) { return set.find(c) != std::u32string_view::npos; }

ByteClass class_of(char32_t c, Alphabet alphabet) {
  if (c == 0xFFFD || (c >= 0x80 && c <= 0x9F)) return kUnassigned;
  // U+0130 has no lower case of one code point beyond ASCII.
  if (alphabet_of(c) == alphabet) {
    if (is_one_of(c, U"ςםןךףץةى")) return kFinal;
    return lower_case(c) != c || c == 0x130 ? kUpper : kLower;
  }
  if (is_one_of(c, U"¡¿„‚")) return kOpening;
  if (is_one_of(c, U"…²³¹ªº°©®™€%")) return kClosing;
  if (is_one_of(c, U"’‘“”«»‹›–—·•\u00A0\u00AD\u200C\u200D\u200E\u200F،؛؟")) return kJoining;
  return kSymbol;
}

/// The probability of a character that is no letter, among those of its class.
float sign_likelihood(char32_t c, ByteClass byte_class) {
  if (byte_class == kUnassigned) return -8;
  if (c == U'’') return -0.3f;  // apostrophes are most of what English has beyond ASCII
  if (is_one_of(c, U"“”«»–—…°©®€\u00A0،")) return -2;
  return byte_class == kSymbol ? -4.5f : -3.5f;
}

// How likely the second of two neighbours is of its class, given the first one's. Rounded general knowledge: words
// begin at spaces, capitals begin words, alphabets do not mix within a word, symbols are not inside words.
using Transitions = std::array<std::array<float, kByteClassCount>, kByteClassCount>;

// clang-format off
/// In Latin text, where most letters are ASCII. A language's `adjacent` goes on top for two letters beyond it.
constexpr Transitions kLatinTransitions = {{
    // Outside ASCII: a, A   Lower  Upper  Final  Open.  Clos.  Join.  Symbol Void
    {{ 0.0f,  0.0f,  0.0f, -2.0f, -2.5f, -9.0f, -2.0f, -2.5f, -2.0f, -2.5f, -6.0f}},  // Outside
    {{ 0.0f,  0.0f,  0.0f, -0.2f, -6.0f, -9.0f, -6.0f, -2.0f, -2.0f, -6.0f, -6.0f}},  // ASCII lower
    {{ 0.0f,  0.0f,  0.0f, -1.5f, -1.0f, -9.0f, -6.0f, -2.5f, -2.5f, -6.0f, -6.0f}},  // ASCII upper
    {{-1.0f, -0.2f, -6.0f,  0.0f, -5.0f, -9.0f, -6.0f, -2.0f, -2.0f, -6.0f, -6.0f}},  // Lower
    {{-2.0f, -0.7f, -1.0f,  0.0f,  1.0f, -9.0f, -6.0f, -2.5f, -2.5f, -6.0f, -6.0f}},  // Upper
    {{-9.0f, -9.0f, -9.0f, -9.0f, -9.0f, -9.0f, -9.0f, -9.0f, -9.0f, -9.0f, -9.0f}},  // Final
    {{-3.0f, -0.7f, -0.5f, -2.0f, -2.5f, -9.0f, -4.0f, -5.0f, -3.0f, -4.0f, -6.0f}},  // Opening
    {{-0.3f, -5.0f, -2.0f, -6.0f, -6.0f, -9.0f, -3.0f, -3.0f, -2.0f, -3.0f, -6.0f}},  // Closing
    {{-1.0f, -0.7f, -1.0f, -2.0f, -2.5f, -9.0f, -3.0f, -3.0f, -2.0f, -3.0f, -6.0f}},  // Joining
    {{-0.5f, -5.0f, -4.0f, -6.0f, -6.0f, -9.0f, -4.0f, -4.0f, -3.0f, -2.0f, -6.0f}},  // Symbol
    {{-1.0f, -3.0f, -3.0f, -4.0f, -4.0f, -9.0f, -4.0f, -4.0f, -4.0f, -4.0f, -3.0f}},  // Void
}};

/// In text whose letters are all beyond ASCII.
constexpr Transitions kOtherTransitions = {{
    // Outside ASCII: a, A   Lower  Upper  Final  Open.  Clos.  Join.  Symbol Void
    {{ 0.0f,  0.0f,  0.0f, -1.0f, -1.3f, -2.0f, -2.5f, -3.0f, -2.0f, -2.5f, -6.0f}},  // Outside
    {{ 0.0f,  0.0f,  0.0f, -6.0f, -6.0f, -6.0f, -6.0f, -2.0f, -2.0f, -6.0f, -6.0f}},  // ASCII lower
    {{ 0.0f,  0.0f,  0.0f, -6.0f, -6.0f, -6.0f, -6.0f, -2.5f, -2.5f, -6.0f, -6.0f}},  // ASCII upper
    {{-1.8f, -6.0f, -6.0f, -0.2f, -6.0f, -0.2f, -6.0f, -4.0f, -3.5f, -6.0f, -6.0f}},  // Lower
    {{-2.0f, -6.0f, -6.0f, -0.5f, -0.4f, -0.5f, -6.0f, -4.0f, -3.5f, -6.0f, -6.0f}},  // Upper
    {{-0.3f, -4.0f, -4.0f, -2.5f, -4.0f, -4.0f, -6.0f, -3.0f, -2.5f, -5.0f, -6.0f}},  // Final
    {{-3.0f, -2.0f, -2.0f, -1.0f, -1.0f, -2.0f, -4.0f, -5.0f, -3.0f, -4.0f, -6.0f}},  // Opening
    {{-0.3f, -5.0f, -4.0f, -5.0f, -5.0f, -5.0f, -3.0f, -3.0f, -2.0f, -3.0f, -6.0f}},  // Closing
    {{-1.0f, -2.0f, -2.0f, -1.0f, -1.5f, -2.0f, -3.0f, -3.0f, -2.0f, -3.0f, -6.0f}},  // Joining
    {{-0.5f, -5.0f, -4.0f, -5.0f, -5.0f, -5.0f, -4.0f, -4.0f, -3.0f, -2.0f, -6.0f}},  // Symbol
    {{-1.0f, -3.0f, -3.0f, -4.0f, -4.0f, -4.0f, -4.0f, -4.0f, -4.0f, -4.0f, -3.0f}},  // Void
}};
// clang-format on

/// That a whole page is in capitals.
constexpr double kAllCapitals = -8;

/// The share of letters that a language borrows, and how many of an alphabet's letters may be borrowed.
constexpr double kBorrowed = 0.02;
constexpr double kBorrowable = 40;

struct LanguageModel {
  std::array<float, 128> likelihoods{};  ///< of the byte among those of its class
  float adjacent = 0;
};

struct Candidate {
  std::string_view name;
  float prior = 0;
  Alphabet alphabet{};
  ByteClasses classes{};
  std::vector<LanguageModel> languages;
};

std::map<char32_t, double> parse_weights(std::u32string_view text) {
  std::map<char32_t, double> weights;
  char32_t letter = 0;
  double total = 0;
  for (const char32_t c : text) {
    if (c >= U'0' && c <= U'9')
      weights[letter] = weights[letter] * 10 + (c - U'0');
    else if (c != U' ' && c != U'\n')
      letter = c;
  }
  for (const auto& [_, weight] : weights) total += weight;
  for (auto& [_, weight] : weights) weight /= total;
  return weights;
}

LanguageModel make_model(const LanguageLetters& letters, const SingleByteTable& table, const ByteClasses& classes) {
  const std::map<char32_t, double> weights = parse_weights(letters.weights);
  LanguageModel model;
  model.adjacent = letters.adjacent;
  for (size_t i = 0; i < 128; ++i) {
    if (!is_high_letter(classes[i])) {
      model.likelihoods[i] = sign_likelihood(table.code_points[i], classes[i]);
      continue;
    }
    const auto found = weights.find(lower_case(table.code_points[i]));
    const double own = found == weights.end() ? 0 : found->second;
    model.likelihoods[i] = static_cast<float>(std::log(own * (1 - kBorrowed) + kBorrowed / kBorrowable));
  }
  return model;
}

Candidate make_candidate(std::string_view name, float prior, Alphabet alphabet, std::vector<LanguageGroup> groups) {
  Candidate candidate{name, prior, alphabet, {}, {}};
  const SingleByteTable& table = *find_single_byte_table(name);
  for (size_t i = 0; i < 128; ++i) candidate.classes[i] = class_of(table.code_points[i], alphabet);
  for (const LanguageLetters& letters : language_letters()) {
    if (std::find(groups.begin(), groups.end(), letters.group) == groups.end()) continue;
    candidate.languages.push_back(make_model(letters, table, candidate.classes));
  }
  return candidate;
}

/// ISO-8859-8 is not among them: windows-1255 has all of it. The priors say how rare an encoding is, and how far from
/// windows-1252 its text must be to be believed; a tenth decides between encodings that mean the same.
const std::vector<Candidate>& candidates() {
  using enum LanguageGroup;
  static const std::vector<Candidate> made = {
      make_candidate("windows-1252", 0, Alphabet::kLatin, {kWestern}),
      make_candidate("ISO-8859-15", -8, Alphabet::kLatin, {kWestern}),
      make_candidate("macintosh", -10, Alphabet::kLatin, {kWestern}),
      make_candidate("windows-1250", -8, Alphabet::kLatin, {kCentral}),
      make_candidate("ISO-8859-2", -8.1f, Alphabet::kLatin, {kCentral}),
      make_candidate("windows-1254", -8, Alphabet::kLatin, {kTurkish}),
      make_candidate("windows-1257", -9, Alphabet::kLatin, {kBaltic}),
      make_candidate("windows-1258", -9, Alphabet::kLatin, {kVietnamese}),
      make_candidate("windows-1251", -6, Alphabet::kCyrillic, {kRussian, kUkrainian}),
      make_candidate("KOI8-R", -7, Alphabet::kCyrillic, {kRussian}),
      make_candidate("KOI8-U", -7.1f, Alphabet::kCyrillic, {kUkrainian}),
      make_candidate("IBM866", -8, Alphabet::kCyrillic, {kRussian, kUkrainian}),
      make_candidate("ISO-8859-5", -8, Alphabet::kCyrillic, {kRussian, kUkrainian}),
      make_candidate("x-mac-cyrillic", -9, Alphabet::kCyrillic, {kRussian, kUkrainian}),
      make_candidate("ISO-8859-7", -6, Alphabet::kGreek, {kGreek}),
      make_candidate("windows-1253", -6.1f, Alphabet::kGreek, {kGreek}),
      make_candidate("windows-1255", -6, Alphabet::kHebrew, {kHebrew}),
      make_candidate("windows-1256", -6, Alphabet::kArabic, {kArabic}),
      make_candidate("ISO-8859-6", -8, Alphabet::kArabic, {kArabic}),
      make_candidate("windows-874", -6, Alphabet::kThai, {kThai}),
  };
  return made;
}

/// All that the candidates need to know of the sample. ASCII is three symbols by the numbers of its classes, and a byte
/// from 0x80 on is kHighSymbols more than its distance from there.
constexpr size_t kHighSymbols = 3;

struct Counts {
  std::array<uint32_t, 128> bytes{};
  struct Pair {
    uint8_t first;
    uint8_t second;
    uint32_t count;
  };
  std::vector<Pair> pairs;  ///< of neighbours that are not both ASCII
};

size_t symbol_of(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x80) return byte - 0x80u + kHighSymbols;
  if (c >= 'a' && c <= 'z') return kAsciiLower;
  return c >= 'A' && c <= 'Z' ? kAsciiUpper : kOutside;
}

Counts count(std::string_view sample) {
  constexpr size_t kSymbols = 128 + kHighSymbols;
  Counts counts;
  std::vector<uint32_t> pairs(kSymbols * kSymbols);
  size_t before = kOutside;
  for (const char c : sample) {
    const size_t symbol = symbol_of(c);
    if (symbol >= kHighSymbols) ++counts.bytes[symbol - kHighSymbols];
    ++pairs[before * kSymbols + symbol];
    before = symbol;
  }
  ++pairs[before * kSymbols + kOutside];
  for (size_t i = 0; i < pairs.size(); ++i) {
    const size_t first = i / kSymbols;
    const size_t second = i % kSymbols;
    if (pairs[i] == 0 || (first < kHighSymbols && second < kHighSymbols)) continue;
    counts.pairs.push_back({static_cast<uint8_t>(first), static_cast<uint8_t>(second), pairs[i]});
  }
  return counts;
}

/// Of what stands beside what. `capitals`: as text that is all capitals, in which they are what small letters are else.
double pairs_likelihood(const Counts& counts, const Candidate& candidate, bool capitals) {
  const auto class_at = [&](size_t symbol) {
    if (symbol < kHighSymbols) return static_cast<ByteClass>(symbol);
    const ByteClass found = candidate.classes[symbol - kHighSymbols];
    if (!capitals || (found != kLower && found != kUpper)) return found;
    return found == kLower ? kUpper : kLower;
  };
  const Transitions& transitions = candidate.alphabet == Alphabet::kLatin ? kLatinTransitions : kOtherTransitions;
  double sum = 0;
  for (const Counts::Pair& pair : counts.pairs) {
    sum += static_cast<double>(pair.count) * transitions[class_at(pair.first)][class_at(pair.second)];
  }
  return sum;
}

/// How many letters beyond ASCII follow another.
double adjacent_letters(const Counts& counts, const Candidate& candidate) {
  const auto is_letter_at = [&](size_t symbol) {
    return symbol >= kHighSymbols && is_high_letter(candidate.classes[symbol - kHighSymbols]);
  };
  double sum = 0;
  for (const Counts::Pair& pair : counts.pairs) {
    if (is_letter_at(pair.first) && is_letter_at(pair.second)) sum += pair.count;
  }
  return sum;
}

double likelihood(const Counts& counts, const Candidate& candidate) {
  const bool latin = candidate.alphabet == Alphabet::kLatin;
  double shared = pairs_likelihood(counts, candidate, false);
  if (!latin) shared = std::max(shared, kAllCapitals + pairs_likelihood(counts, candidate, true));
  const double adjacent = latin ? adjacent_letters(counts, candidate) : 0;
  double best = -std::numeric_limits<double>::infinity();
  for (const LanguageModel& language : candidate.languages) {
    double own = adjacent * language.adjacent;
    for (size_t i = 0; i < 128; ++i) own += static_cast<double>(counts.bytes[i]) * language.likelihoods[i];
    best = std::max(best, own);
  }
  return shared + best;
}

}  // namespace

CharsetGuess guess_single_byte_charset(std::string_view sample, double weight) {
  const Counts counts = count(sample);
  CharsetGuess best{{}, -std::numeric_limits<double>::infinity()};
  for (const Candidate& candidate : candidates()) {
    const double found = candidate.prior + weight * likelihood(counts, candidate);
    if (found > best.likelihood) best = {candidate.name, found};
  }
  return best;
}

}  // namespace scraper
