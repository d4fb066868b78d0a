// SPDX-License-Identifier: MIT
#include "scraper/parse/number_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <vector>

#include "scraper/base/ascii.h"

namespace scraper {
namespace {

/// What stands between two digits of one number.
struct Separator {
  char kind = 0;  ///< '.', ',', ' ' or '\''; 0: none
  size_t bytes = 0;
};

Separator separator_at(std::string_view text, size_t at) {
  const std::string_view rest = text.substr(at);
  if (rest.empty()) return {};
  if (rest[0] == '.' || rest[0] == ',' || rest[0] == '\'' || rest[0] == ' ') return {rest[0], 1};
  for (const std::string_view space : {"\u00A0", "\u2009", "\u202F", "\u2007"}) {
    if (rest.starts_with(space)) return {' ', space.size()};
  }
  if (rest.starts_with("\u2019")) return {'\'', 3};
  return {};
}

/// A number as written: groups of digits and what is between them.
struct Written {
  std::vector<std::string_view> groups;
  std::vector<char> separators;  ///< one less than groups
  bool negative = false;
  size_t begin = 0, end = 0;
  std::string_view exponent;  ///< `e-5`; empty: none
};

size_t digits_from(std::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - at;
}

/// Whether what follows a separator of this kind may belong to the same number. A space is followed by three digits.
bool goes_on(std::string_view text, const Separator& separator, size_t at) {
  const size_t digits = digits_from(text, at + separator.bytes);
  return separator.kind != 0 && digits > 0 && ((separator.kind != ' ' && separator.kind != '\'') || digits == 3);
}

/// The exponent of `1.5e-7`, as JSON and programs write it.
std::string_view exponent_at(std::string_view text, size_t at) {
  if (at >= text.size() || (text[at] | 0x20) != 'e') return {};
  size_t digits = at + 1;
  if (digits < text.size() && (text[digits] == '-' || text[digits] == '+')) ++digits;
  const size_t count = digits_from(text, digits);
  const size_t end = digits + count;
  if (count == 0 || count > 3 || (end < text.size() && is_letter_or_beyond(text[end]))) return {};
  return text.substr(at, end - at);
}

Written read_at(std::string_view text, size_t at) {
  Written number;
  number.begin = at;
  if (is_digit(text[at])) {
    number.groups.push_back(text.substr(at, digits_from(text, at)));
    at += number.groups.back().size();
  } else {
    number.groups.push_back({});  // `.5`
  }
  for (;;) {
    const Separator separator = separator_at(text, at);
    // `2024 100`: a group before a space has at most three digits, and after a space there are groups of three only.
    const bool group_fits = separator.kind != ' ' || number.groups.back().size() <= 3;
    if (!group_fits || !goes_on(text, separator, at)) break;
    number.separators.push_back(separator.kind);
    at += separator.bytes;
    number.groups.push_back(text.substr(at, digits_from(text, at)));
    at += number.groups.back().size();
  }
  number.exponent = exponent_at(text, at);
  number.end = at + number.exponent.size();
  return number;
}

bool is_minus_before(std::string_view text, size_t at) {
  // `- 5` is a minus, `3 - 5` and `A-5` are none: what is before it would be a number or a letter.
  size_t end = at;
  while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '$')) --end;
  if (text.substr(0, end).ends_with("\u20AC")) end -= 3;
  if (text.substr(0, end).ends_with("\u00A3")) end -= 2;
  const std::string_view before = text.substr(0, end);
  for (const std::string_view sign : {"-", "\u2212"}) {
    if (!before.ends_with(sign)) continue;
    const std::string_view left = before.substr(0, before.size() - sign.size());
    return left.empty() || (!is_digit(left.back()) && !is_letter_or_beyond(left.back()));
  }
  return false;
}

std::string_view word_before(std::string_view text, size_t at) {
  size_t begin = at;
  while (begin > 0 && (is_letter(text[begin - 1]) || is_digit(text[begin - 1]))) --begin;
  return text.substr(begin, at - begin);
}

/// Signs of currencies that are written with letters, right before the number: `USD5`, `kr99`.
bool is_currency(std::string_view word) {
  constexpr std::array kCodes{"AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK",
                              "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "JPY", "KRW", "MXN", "MYR", "NOK",
                              "NZD", "PHP", "PLN", "RMB", "RON", "RUB", "SAR", "SEK", "SGD", "THB", "TRY", "TWD",
                              "UAH", "USD", "VND", "ZAR", "Fr",  "RM",  "Rp",  "Rs",  "kr"};
  return std::find(kCodes.begin(), kCodes.end(), word) != kCodes.end();
}

/// The only number of the text.
std::optional<Written> only_number(std::string_view text) {
  std::optional<Written> found;
  for (size_t at = 0; at < text.size();) {
    const bool fraction = text[at] == '.' && at + 1 < text.size() && is_digit(text[at + 1]) &&
                          (at == 0 || (!is_digit(text[at - 1]) && !is_letter_or_beyond(text[at - 1])));
    if (!is_digit(text[at]) && !fraction) {
      ++at;
      continue;
    }
    // Digits of a word, as in `B2B` or `H2`: a letter of the alphabet, for `€5` and `¥5` are numbers.
    const bool in_word = at > 0 && is_letter(text[at - 1]) && !is_currency(word_before(text, at));
    Written number = read_at(text, at);
    at = number.end;
    if (in_word) continue;
    if (found) return std::nullopt;
    number.negative = is_minus_before(text, number.begin);
    found = std::move(number);
  }
  return found;
}

bool grouped_in_threes(const Written& number, size_t groups) {
  if (number.groups[0].empty() || number.groups[0].size() > 3) return false;
  for (size_t i = 1; i < groups; ++i) {
    // 12,34,567 as in India: all but the last group of two.
    const bool last = i + 1 == groups;
    const size_t size = number.groups[i].size();
    if (size != 3 && (last || size != 2)) return false;
  }
  return true;
}

/// Whether the last separator is the decimal one; nullopt: this is no number.
std::optional<bool> has_fraction(const Written& number, char decimal, bool whole, bool euro) {
  const auto& separators = number.separators;
  if (separators.empty()) return false;
  const char last = separators.back();
  const size_t groups = number.groups.size();
  const auto thousands =
      std::count_if(separators.begin(), separators.end() - 1, [&](char c) { return c != separators[0]; });
  if (thousands > 0) return std::nullopt;  // 1,234.567,8
  const bool same = separators[0] == last;
  if (!same) return last == '.' || last == ',' ? std::optional(grouped_in_threes(number, groups - 1)) : std::nullopt;
  if (last == ' ' || last == '\'') return false;
  if (decimal != 0 && separators.size() == 1) return last == decimal;
  if (separators.size() > 1) return grouped_in_threes(number, groups) ? std::optional(false) : std::nullopt;
  if (number.groups[0].empty() || number.groups[1].size() != 3 || !grouped_in_threes(number, groups)) return true;
  if (number.groups[0] == "0") return true;  // 0.125, 0,125
  return last == '.' && !whole && !euro;
}

std::optional<double> read(std::string_view text, char decimal, bool whole) {
  const auto number = only_number(text);
  if (!number) return std::nullopt;
  const std::string_view around = text.substr(0, std::min(text.size(), number->end + 8));
  const bool euro = around.find("\u20AC") != std::string_view::npos || around.find("EUR") != std::string_view::npos;
  const auto fraction = has_fraction(*number, decimal, whole, euro);
  if (!fraction) return std::nullopt;
  if (!*fraction && !number->separators.empty() && !grouped_in_threes(*number, number->groups.size()))
    return std::nullopt;
  std::string plain = number->negative ? "-" : "";
  for (size_t i = 0; i < number->groups.size(); ++i) {
    if (*fraction && i + 1 == number->groups.size()) plain += number->groups[0].empty() ? "0." : ".";
    plain += number->groups[i];
  }
  plain += number->exponent;
  double value = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (error != std::errc() || end != plain.data() + plain.size()) return std::nullopt;
  return value + 0.0;  // of -0, a zero that does not differ from 0 in the database
}

}  // namespace

std::optional<double> read_number(std::string_view text, char decimal) { return read(text, decimal, false); }

std::optional<long long> read_integer(std::string_view text, char decimal) {
  // Integers beyond 2^53 are exact as digits only.
  long long exact = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exact);
  if (error == std::errc() && end == text.data() + text.size()) return exact;
  const auto value = read(text, decimal, true);
  if (!value || *value != std::trunc(*value) || std::abs(*value) >= 9007199254740992.0) return std::nullopt;
  return static_cast<long long>(*value);
}

}  // namespace scraper
