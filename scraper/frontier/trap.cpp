// SPDX-License-Identifier: MIT
#include "scraper/frontier/trap.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "scraper/base/ascii.h"

namespace scraper {
namespace {

/// Longer cycles of segments are not looked for: they would need a path of more segments than anybody allows.
constexpr size_t kCycleSegmentsMax = 16;
constexpr size_t kShownBytesMax = 60;
/// Stands for a number of a date in a pattern; no canonical URL contains it.
constexpr char kNumber = '#';

bool contains_ignoring_case(std::string_view text, std::string_view word) {
  return std::search(text.begin(), text.end(), word.begin(), word.end(),
                     [](char a, char b) { return to_lower(a) == b; }) != text.end();
}

/// Digits alone, of so many places; nullopt otherwise.
std::optional<int> number(std::string_view text, size_t digits_min, size_t digits_max) {
  if (text.size() < digits_min || text.size() > digits_max || !std::all_of(text.begin(), text.end(), is_digit))
    return std::nullopt;
  int value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  return value;
}

std::optional<int> number_within(std::string_view text, int low, int high) {
  const std::optional<int> value = number(text, 1, 2);
  return value && *value >= low && *value <= high ? value : std::nullopt;
}

bool is_month(std::string_view text) { return number_within(text, 1, 12).has_value(); }
bool is_day(std::string_view text) { return number_within(text, 1, 31).has_value(); }

/// Years that calendars show. Other numbers of four digits are more often numbers of something else.
std::optional<int> year(std::string_view text) {
  const std::optional<int> value = number(text, 4, 4);
  return value && *value >= 1900 && *value <= 2099 ? value : std::nullopt;
}

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + separator.size());
  }
}

/// The year of 2026-11, 2026-11-24, 11-2026, 24-11-2026 or 11-24-2026, with that separator.
std::optional<int> year_of_date(std::string_view text, std::string_view separator) {
  // From 1-2026 to 24%2F11%2F2026; a cheap look first, for most segments are words.
  if (text.size() < 6 || text.size() > 14 || !is_digit(text.front()) || !is_digit(text.back())) return std::nullopt;
  const std::vector<std::string_view> parts = split(text, separator);
  if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
  if (year(parts.front())) {
    const bool day = parts.size() == 2 || is_day(parts[2]);
    return is_month(parts[1]) && day ? year(parts.front()) : std::nullopt;
  }
  const bool month = is_month(parts[0]) || (parts.size() == 3 && is_month(parts[1]));
  const bool days = is_day(parts[0]) && (parts.size() == 2 || is_day(parts[1]));
  return month && days ? year(parts.back()) : std::nullopt;
}

/// The segments between the slashes; a slash at the end has none behind it.
std::vector<std::string_view> segments_of(std::string_view path) {
  path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  if (path.empty()) return {};
  return split(path, "/");
}

struct Repetition {
  size_t first = 0;   // segment
  size_t period = 0;  // segments in the cycle
  size_t times = 0;
};

/// The shortest cycle of segments that stands more than `times_max` times on end.
std::optional<Repetition> find_repetition(const std::vector<std::string_view>& segments, size_t times_max) {
  for (size_t period = 1; period <= kCycleSegmentsMax && period * (times_max + 1) <= segments.size(); ++period) {
    size_t equal = 0;  // segments in a row that are as the one a period further on
    Repetition longest;
    for (size_t i = 0; i + period < segments.size(); ++i) {
      equal = segments[i] == segments[i + period] ? equal + 1 : 0;
      const size_t times = equal / period + 1;
      if (times > longest.times) longest = {i + 1 - equal, period, times};
    }
    if (longest.times > times_max) return longest;
  }
  return std::nullopt;
}

/// What of a URL is a date, and what remains when its numbers are taken out.
struct Dated {
  std::string path;   // with kNumber for the numbers of dates
  std::string query;  // likewise
  int year_max = 0;   // 0: there is no date
  bool in_query = false;
};

void replace_numbers(std::string_view text, std::string& out) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (!is_digit(text[i])) {
      out += text[i];
    } else if (i == 0 || !is_digit(text[i - 1])) {
      out += kNumber;
    }
  }
}

void read_path(const std::vector<std::string_view>& segments, Dated& out) {
  for (size_t i = 0; i < segments.size(); ++i) {
    out.path += '/';
    const bool has_month = i + 1 < segments.size() && is_month(segments[i + 1]);
    if (const auto found = year(segments[i]); found && has_month) {
      const bool has_day = i + 2 < segments.size() && is_day(segments[i + 2]);
      out.year_max = std::max(out.year_max, *found);
      out.path += has_day ? "#/#/#" : "#/#";
      i += has_day ? 2 : 1;
    } else if (const auto dashed = year_of_date(segments[i], "-")) {
      out.year_max = std::max(out.year_max, *dashed);
      replace_numbers(segments[i], out.path);
    } else {
      out.path += segments[i];
    }
  }
}

enum class Part { none, year, month, day };

/// What a parameter's name promises.
Part part_of(std::string_view name) {
  constexpr std::array<std::string_view, 3> kWords{"year", "month", "day"};
  constexpr std::array<std::string_view, 3> kShort{"yr", "mon", "dd"};
  constexpr std::array<Part, 3> kParts{Part::year, Part::month, Part::day};
  for (size_t i = 0; i < kParts.size(); ++i) {
    const bool initial = name.size() == 1 && to_lower(name[0]) == kWords[i][0];
    const bool abbreviated = name.size() == kShort[i].size() && contains_ignoring_case(name, kShort[i]);
    if (initial || abbreviated || contains_ignoring_case(name, kWords[i])) return kParts[i];
  }
  return contains_ignoring_case(name, "week") || name == "w" ? Part::month : Part::none;
}

/// 20261124 or 202611, where the name says that it is a date: such numbers are often something else.
std::optional<int> year_of_digits(std::string_view name, std::string_view value) {
  if (value.size() != 6 && value.size() != 8) return std::nullopt;
  if (part_of(name) == Part::none && !contains_ignoring_case(name, "date")) return std::nullopt;
  if (!is_month(value.substr(4, 2)) || (value.size() == 8 && !is_day(value.substr(6)))) return std::nullopt;
  return year(value.substr(0, 4));
}

/// The year of a parameter that is a date by itself, perhaps with a time after it.
std::optional<int> year_of_parameter(std::string_view name, std::string_view value) {
  if (const auto found = year_of_digits(name, value)) return found;
  value = value.substr(0, std::min(value.find_first_of("T+ "), value.find("%20")));
  for (const std::string_view separator : {"-", "/", "%2F", "%2f"}) {
    if (const auto found = year_of_date(value, separator)) return found;
  }
  return std::nullopt;
}

struct Parameter {
  std::string_view name;  // with the sign after it, if there is one
  std::string_view value;
  bool whole_date = false;
  Part part = Part::none;  // that its value is
};

void read_query(std::string_view query, Dated& out) {
  std::vector<Parameter> parameters;
  int split_year = 0;
  bool split_month = false;
  for (const std::string_view text : split(query, "&")) {
    Parameter parameter{text.substr(0, text.find('=') + 1), text.substr(text.find('=') + 1)};
    const std::string_view name = text.substr(0, parameter.name.empty() ? 0 : parameter.name.size() - 1);
    const Part part = part_of(name);
    if (const auto found = year_of_parameter(name, parameter.value)) {
      parameter.whole_date = true;
      out.in_query = true;
      out.year_max = std::max(out.year_max, *found);
    } else if (part == Part::year && year(parameter.value)) {
      parameter.part = part;
      split_year = std::max(split_year, *year(parameter.value));
    } else if ((part == Part::month || part == Part::day) && number_within(parameter.value, 1, 53)) {
      parameter.part = part;
      split_month = split_month || part == Part::month;
    }
    parameters.push_back(parameter);
  }
  // A year or a month alone is no date: an archive has few of them.
  const bool split_date = split_year != 0 && split_month;
  if (split_date) out.year_max = std::max(out.year_max, split_year);
  out.in_query = out.in_query || split_date;
  for (const Parameter& parameter : parameters) {
    out.query += '&';
    out.query += parameter.name;
    if (parameter.whole_date || (split_date && parameter.part != Part::none)) {
      replace_numbers(parameter.value, out.query);
    } else {
      out.query += parameter.value;
    }
  }
}

uint64_t family_of(const std::string& pattern) {
  const uint64_t hash = XXH3_64bits(pattern.data(), pattern.size());
  return hash == 0 ? 1 : hash;
}

TrapVerdict trapped(std::string what, std::string_view setting, size_t limit) {
  what += " (scope.";
  what += setting;
  return {true, what + " = " + std::to_string(limit) + ")", 0, 0};
}

std::string describe(const std::vector<std::string_view>& segments, const Repetition& repetition) {
  std::string cycle;
  for (size_t i = 0; i < repetition.period && cycle.size() <= kShownBytesMax; ++i) {
    if (i > 0) cycle += '/';
    cycle += segments[repetition.first + i];
  }
  if (cycle.size() > kShownBytesMax) cycle = cycle.substr(0, kShownBytesMax) + "...";
  const std::string times = " repeated " + std::to_string(repetition.times) + " times";
  if (cycle.empty()) return "empty path segment" + times;
  return (repetition.period == 1 ? "path segment `" : "path segments `") + cycle + "`" + times;
}

}  // namespace

TrapVerdict judge_trap(const Url& url, const TrapSettings& settings, int current_year) {
  if (settings.url_bytes_max > 0 && url.href().size() > settings.url_bytes_max) {
    return trapped("the URL has " + std::to_string(url.href().size()) + " bytes", "url_bytes_max",
                   settings.url_bytes_max);
  }
  const std::vector<std::string_view> segments = segments_of(url.path());
  const auto segments_max = static_cast<size_t>(std::max(settings.path_segments_max, 0));
  if (segments_max > 0 && segments.size() > segments_max) {
    return trapped("the path has " + std::to_string(segments.size()) + " segments", "path_segments_max", segments_max);
  }
  const auto repeated_max = static_cast<size_t>(std::max(settings.repeated_segments_max, 0));
  if (repeated_max > 0) {
    const auto repetition = find_repetition(segments, repeated_max);
    if (repetition) return trapped(describe(segments, *repetition), "repeated_segments_max", repeated_max);
  }

  Dated dated;
  read_path(segments, dated);
  if (url.path().ends_with('/')) dated.path += '/';
  if (!url.query().empty()) read_query(url.query(), dated);
  if (settings.years_ahead_max > 0 && dated.year_max > current_year + settings.years_ahead_max) {
    const std::string what = "a date in " + std::to_string(dated.year_max) + " is that of a calendar running on";
    return trapped(what, "years_ahead_max", static_cast<size_t>(settings.years_ahead_max));
  }
  const std::string origin(url.origin());
  const bool calendar = url.query().empty() ? dated.year_max > 0 : dated.in_query;
  if (calendar && settings.calendar_pages_max > 0) {
    return {false, "", family_of("dates " + origin + dated.path + dated.query), settings.calendar_pages_max};
  }
  if (!url.query().empty() && settings.query_variants_max > 0) {
    return {false, "", family_of("queries " + origin + std::string(url.path())), settings.query_variants_max};
  }
  return {};
}

}  // namespace scraper
