// SPDX-License-Identifier: MIT
#include "scraper/base/quantity.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace scraper {
namespace {

/// Splits `1.5GiB` into 1.5 and `GiB`. nullopt when there is no finite, non-negative number in front.
std::optional<std::pair<double, std::string_view>> split_number(std::string_view text) {
  double value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc{} || !std::isfinite(value) || std::signbit(value)) return std::nullopt;
  return std::pair{value, text.substr(static_cast<size_t>(stop - text.data()))};
}

constexpr std::array<std::pair<std::string_view, double>, 6> kDurationUnits{
    {{"ms", 1}, {"", 1000}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr double kDurationMaxMs = 100 * 365.25 * 86'400'000;

constexpr std::array<std::pair<std::string_view, uint64_t>, 4> kSizeUnits{
    {{"GiB", 1ULL << 30}, {"MiB", 1ULL << 20}, {"KiB", 1ULL << 10}, {"", 1}}};

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  const auto number = split_number(text);
  if (!number) return std::nullopt;
  for (const auto& [unit, factor] : kDurationUnits) {
    if (unit != number->second) continue;
    const double ms = std::round(number->first * factor);
    if (ms > kDurationMaxMs) return std::nullopt;
    return Duration{static_cast<int64_t>(ms)};
  }
  return std::nullopt;
}

std::string format_duration(Duration duration) {
  const int64_t ms = duration.count();
  for (const auto& [unit, factor] : {std::pair{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}}) {
    if (ms != 0 && ms % factor == 0) return fmt::format("{}{}", ms / factor, unit);
  }
  return fmt::format("{}ms", ms);
}

std::optional<uint64_t> parse_size(std::string_view text) {
  const auto number = split_number(text);
  if (!number) return std::nullopt;
  std::string_view unit = number->second;
  double factor = 0;
  if (unit.empty() || unit == "B")
    factor = 1;
  else if (unit == "k" || unit == "K" || unit == "KiB" || unit == "KB")
    factor = 1ULL << 10;
  else if (unit == "m" || unit == "M" || unit == "MiB" || unit == "MB")
    factor = 1ULL << 20;
  else if (unit == "g" || unit == "G" || unit == "GiB" || unit == "GB")
    factor = 1ULL << 30;
  if (factor == 0) return std::nullopt;
  const double bytes = std::round(number->first * factor);
  if (bytes > static_cast<double>(1ULL << 50)) return std::nullopt;
  return static_cast<uint64_t>(bytes);
}

std::string format_size(uint64_t bytes) {
  for (const auto& [unit, factor] : kSizeUnits) {
    if (bytes % factor == 0 && bytes >= factor) return fmt::format("{}{}", bytes / factor, unit);
  }
  return "0";
}

std::string describe_size(uint64_t bytes) {
  for (const auto& [unit, factor] : kSizeUnits) {
    if (factor > 1 && bytes >= factor) {
      return fmt::format("{:.1f} {}", static_cast<double>(bytes) / static_cast<double>(factor), unit);
    }
  }
  return fmt::format("{} B", bytes);
}

}  // namespace scraper
