// SPDX-License-Identifier: MIT
#include "scraper/parse/date_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "scraper/base/ascii.h"
#include "scraper/parse/date_names.h"
#include "scraper/parse/gumbo_node.h"

namespace scraper {
namespace {

/// How many words may stand between a date and its time: "5 March 2019, Tuesday, at 15:04".
constexpr size_t kTokensBetweenMax = 5;

struct Token {
  enum class Kind { number, word, sign } kind;
  std::string_view text;
  int value = 0;
  bool glued = false;  ///< no white space before it

  bool is(char sign) const { return kind == Kind::sign && text[0] == sign; }
  bool is_number(size_t digits_min, size_t digits_max) const {
    return kind == Kind::number && text.size() >= digits_min && text.size() <= digits_max;
  }
};

struct Date {
  int year = 0;
  int month = 0;
  int day = 0;
  size_t end = 0;  ///< the token behind it; 0: there is none
  bool short_year = false;
};

struct Time {
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::string offset;
  size_t end = 0;
};

/// In lower case; no-break spaces separate as others do.
std::vector<Token> tokens_of(std::string_view text) {
  constexpr std::array<std::string_view, 3> kWideSpaces{"\u00A0", "\u202F", "\u2009"};
  constexpr std::array<std::string_view, 3> kCjk{"年", "月", "日"};
  std::vector<Token> tokens;
  bool glued = false;
  for (size_t at = 0; at < text.size();) {
    size_t wide = 0;
    for (const std::string_view space : kWideSpaces)
      if (text.substr(at).starts_with(space)) wide = space.size();
    if (wide > 0 || is_white_space(text[at])) {
      at += std::max<size_t>(wide, 1);
      glued = false;
      continue;
    }
    size_t end = at + 1;
    Token token{Token::Kind::sign, {}, 0, glued};
    if (is_digit(text[at])) {
      token.kind = Token::Kind::number;
      while (end < text.size() && is_digit(text[end])) ++end;
      if (end - at <= 8)
        for (size_t i = at; i < end; ++i) token.value = token.value * 10 + (text[i] - '0');
    } else if (is_letter_or_beyond(text[at])) {
      token.kind = Token::Kind::word;
      const std::string_view rest = text.substr(at);
      const bool cjk = std::any_of(kCjk.begin(), kCjk.end(), [&](std::string_view c) { return rest.starts_with(c); });
      const auto is_space = [&](size_t i) {
        return std::any_of(kWideSpaces.begin(), kWideSpaces.end(),
                           [&](std::string_view space) { return text.substr(i).starts_with(space); });
      };
      if (cjk) end = at + 3;
      while (!cjk && end < text.size() && is_letter_or_beyond(text[end]) && !is_space(end)) ++end;
    }
    token.text = text.substr(at, end - at);
    tokens.push_back(token);
    at = end;
    glued = true;
  }
  return tokens;
}

bool exists(int year, int month, int day) {
  if (year < 1000 || month < 1 || month > 12 || day < 1) return false;
  constexpr std::array kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= kDays[static_cast<size_t>(month) - 1] + (month == 2 && leap ? 1 : 0);
}

/// Reads dates and times at places of a text's tokens.
class DateReader {
 public:
  explicit DateReader(const std::vector<Token>& tokens) : tokens_(tokens) {}

  Date date_at(size_t i) const {
    for (const auto read : {&DateReader::year_first, &DateReader::cjk, &DateReader::compact,
                            &DateReader::day_month_name, &DateReader::month_name_first, &DateReader::numbers}) {
      const Date date = (this->*read)(i);
      if (date.end > 0 && exists(date.year, date.month, date.day)) return date;
    }
    return {};
  }

  /// A time of day at token `i`, or one without a colon that am, pm or Uhr tells from other numbers.
  Time time_at(size_t i) const;

  bool has(size_t i) const { return i < tokens_.size(); }
  const Token& at(size_t i) const { return tokens_[i]; }

 private:
  bool sign(size_t i, char c) const { return has(i) && at(i).is(c); }
  bool number(size_t i, size_t digits_min, size_t digits_max) const {
    return has(i) && at(i).is_number(digits_min, digits_max);
  }
  bool word(size_t i, std::string_view text) const {
    return has(i) && at(i).kind == Token::Kind::word && at(i).text == text;
  }
  int month(size_t i) const { return has(i) && at(i).kind == Token::Kind::word ? month_of_name(at(i).text) : 0; }
  /// Behind signs that may follow a part of a date, and words such as "of" and "de".
  size_t skip_filler(size_t i) const {
    while (has(i) && (sign(i, '.') || sign(i, ',') || sign(i, '-') || sign(i, '/') || word(i, "of") || word(i, "de") ||
                      word(i, "del") || word(i, "d")))
      ++i;
    return i;
  }
  size_t skip_ordinal(size_t i) const {
    for (const std::string_view ending : {"st", "nd", "rd", "th", "er", "e", "º", "ª", "ro", "ste"})
      if (word(i, ending) && at(i).glued) return i + 1;
    return i;
  }

  // 2019-11-19, 2019/11/19, 2019.11.19
  Date year_first(size_t i) const {
    if (!number(i, 4, 4) || !number(i + 2, 1, 2) || !number(i + 4, 1, 2)) return {};
    for (const char c : {'-', '/', '.'})
      if (sign(i + 1, c) && sign(i + 3, c)) return {at(i).value, at(i + 2).value, at(i + 4).value, i + 5};
    return {};
  }

  // 2019年11月19日
  Date cjk(size_t i) const {
    if (!number(i, 4, 4) || !word(i + 1, "年") || !number(i + 2, 1, 2) || !word(i + 3, "月") || !number(i + 4, 1, 2))
      return {};
    return {at(i).value, at(i + 2).value, at(i + 4).value, word(i + 5, "日") ? i + 6 : i + 5};
  }

  // 20191119
  Date compact(size_t i) const {
    if (!number(i, 8, 8) || (i > 0 && at(i).glued)) return {};
    const int value = at(i).value;
    if (value / 10000 < 1900 || value / 10000 > 2099) return {};
    return {value / 10000, value / 100 % 100, value % 100, i + 1};
  }

  // 19 November 2019, 19. Nov 2019, 19th of November, 2019, 19 de noviembre de 2019, 19-Nov-19
  Date day_month_name(size_t i) const {
    if (!number(i, 1, 2)) return {};
    const size_t name = skip_filler(skip_ordinal(i + 1));
    if (month(name) == 0) return {};
    Date date = with_year(name + 1, month(name), at(i).value);
    const size_t year = skip_filler(name + 1);
    if (date.end > 0 || !number(year, 2, 2) || sign(year + 1, ':')) return date;
    const int two = at(year).value;
    return {two < 50 ? 2000 + two : 1900 + two, month(name), at(i).value, year + 1, true};
  }

  // November 19, 2019; Nov 19 15:04:05 2019; November 19th at 3 pm is none.
  Date month_name_first(size_t i) const {
    if (month(i) == 0) return {};
    const size_t day = skip_filler(i + 1);
    if (!number(day, 1, 2) || sign(day + 1, ':')) return {};
    const size_t after = skip_ordinal(day + 1);
    const Date date = with_year(after, month(i), at(day).value);
    if (date.end > 0) return date;
    const Time time = time_at(after);
    if (time.end == 0 || !number(time.end, 4, 4)) return {};
    return {at(time.end).value, month(i), at(day).value, after};  // the time comes before the year
  }

  Date with_year(size_t i, int month, int day) const {
    i = skip_filler(i);
    if (!number(i, 4, 4)) return {};
    return {at(i).value, month, day, i + 1};
  }

  // 19.11.2019, 19-11-2019, 11/19/2019
  Date numbers(size_t i) const {
    if (!number(i, 1, 2) || !number(i + 2, 1, 2) || !number(i + 4, 4, 4)) return {};
    if (i > 0 && at(i).glued && (at(i - 1).is('.') || at(i - 1).is('-') || at(i - 1).is('/'))) return {};
    const int first = at(i).value;
    const int second = at(i + 2).value;
    const int year = at(i + 4).value;
    for (const char c : {'.', '-', '/'}) {
      if (!sign(i + 1, c) || !sign(i + 3, c)) continue;
      if (c == '/' && first <= 12) {
        if (second > 31) return {};
        return {year, first, second, i + 5};
      }
      return {year, second, first, i + 5};
    }
    return {};
  }

  bool half_of_day(Time& time, size_t& i) const;
  void offset(Time& time, size_t i) const;

  const std::vector<Token>& tokens_;
};

/// am, pm, a.m. and p.m. at `i`, which then is behind them. False for an hour that has no such half.
bool DateReader::half_of_day(Time& time, size_t& i) const {
  bool pm = word(i, "pm") || word(i, "p");
  bool am = word(i, "am") || word(i, "a");
  if (word(i, "a") || word(i, "p")) {
    if (!sign(i + 1, '.') || !word(i + 2, "m")) am = pm = false;
    if (am || pm) i += sign(i + 3, '.') ? 3 : 2;
  }
  if (!am && !pm) return true;
  ++i;
  if (time.hour < 1 || time.hour > 12) return pm && time.hour < 24;  // "15:04 pm" says it twice
  time.hour = time.hour % 12 + (pm ? 12 : 0);
  return true;
}

void DateReader::offset(Time& time, size_t i) const {
  if (has(i) && at(i).kind == Token::Kind::sign && at(i).is('(')) ++i;
  if (has(i) && at(i).kind == Token::Kind::word) {
    time.offset = offset_of_zone(at(i).text);
    if (time.offset.empty()) return;
    time.end = i + 1;
    if (time.offset != "Z") return;
    ++i;  // UTC+2
  }
  const bool minus = sign(i, '-');
  if ((!minus && !sign(i, '+')) || !has(i + 1) || !at(i + 1).glued) return;
  int hours = 0;
  int minutes = 0;
  size_t end = i + 2;
  if (number(i + 1, 4, 4)) {
    hours = at(i + 1).value / 100;
    minutes = at(i + 1).value % 100;
  } else if (number(i + 1, 1, 2)) {
    hours = at(i + 1).value;
    if (sign(i + 2, ':') && number(i + 3, 2, 2)) {
      minutes = at(i + 3).value;
      end = i + 4;
    }
  } else {
    return;
  }
  if (hours > 14 || minutes > 59) return;
  time.offset = fmt::format("{}{:02}:{:02}", minus ? '-' : '+', hours, minutes);
  time.end = end;
}

Time DateReader::time_at(size_t i) const {
  Time time;
  size_t end = i + 1;
  if (number(i, 6, 6) && i > 0 && word(i - 1, "t")) {  // 20191119T150405
    time = {at(i).value / 10000, at(i).value / 100 % 100, at(i).value % 100, {}, 0};
  } else if (number(i, 1, 2)) {
    time.hour = at(i).value;
    const bool colon = sign(i + 1, ':') || word(i + 1, "h");
    const bool full_stop =
        sign(i + 1, '.') && number(i + 2, 2, 2) && (word(i + 3, "uhr") || word(i + 3, "pm") || word(i + 3, "am"));
    if ((colon || full_stop) && number(i + 2, 2, 2) && at(i + 2).glued) {
      time.minute = at(i + 2).value;
      end = i + 3;
      if (colon && sign(end, ':') && number(end + 1, 2, 2)) {
        time.second = at(end + 1).value;
        end += 2;
        if ((sign(end, '.') || sign(end, ',')) && has(end + 1) && at(end + 1).glued &&
            at(end + 1).kind == Token::Kind::number)
          end += 2;
      }
    } else if (!word(end, "pm") && !word(end, "am") && !word(end, "uhr") &&
               !((word(end, "p") || word(end, "a")) && sign(end + 1, '.') && word(end + 2, "m"))) {
      return {};
    }
  } else {
    return {};
  }
  if (word(end, "uhr")) ++end;
  if (!half_of_day(time, end)) return {};
  if (time.hour > 23 || time.minute > 59 || time.second > 60) return {};
  time.second = std::min(time.second, 59);
  time.end = end;
  offset(time, end);
  return time;
}

/// The time that belongs to the date in [begin, date.end): after it, or else before it.
Time time_beside(const DateReader& reader, size_t begin, const Date& date) {
  for (size_t i = date.end; i < date.end + kTokensBetweenMax && reader.has(i); ++i) {
    const Time time = reader.time_at(i);
    if (time.end > 0) return time;
    // Another number, "updated: 15:04", and 2019-11-19+01:00, where a zone follows without a time.
    if (reader.at(i).kind == Token::Kind::number || reader.at(i).is(':') || reader.at(i).is('+')) break;
  }
  for (size_t back = 1; back <= kTokensBetweenMax + 4 && back <= begin; ++back) {
    const size_t i = begin - back;
    // 04:05 of 15:04:05, and 02:00 of +02:00, are no times.
    const bool inside = i > 0 && (reader.at(i - 1).is('+') || reader.at(i - 1).is('-') ||
                                  (reader.at(i - 1).is(':') && i > 1 && reader.at(i - 2).kind == Token::Kind::number));
    if (inside) continue;
    const Time time = reader.time_at(i);
    if (time.end > 0 && time.end <= begin) return time;
  }
  return {};
}

}  // namespace

std::optional<std::string> iso_date(std::string_view text) {
  const std::string lower = lower_name(text.substr(0, kDateTextBytesMax));
  const std::vector<Token> tokens = tokens_of(lower);
  const DateReader reader(tokens);
  for (size_t i = 0; i < tokens.size(); ++i) {
    const Date date = reader.date_at(i);
    if (date.end == 0) continue;
    const Time time = time_beside(reader, i, date);
    if (date.short_year && time.end == 0) continue;
    std::string iso = fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
    if (time.end > 0) iso += fmt::format("T{:02}:{:02}:{:02}{}", time.hour, time.minute, time.second, time.offset);
    return iso;
  }
  return std::nullopt;
}

}  // namespace scraper
