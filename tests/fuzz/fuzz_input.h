// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "scraper/base/check.h"
#include "scraper/base/utf8.h"

namespace scraper {

// What fuzz targets share. A promise that does not hold is a SCRAPER_CHECK: libFuzzer keeps the input then.

inline std::string_view fuzz_text(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// The first line and the rest; without a line end the rest is empty. Inputs that have several parts are lines, so that
/// people can read and write them.
inline std::pair<std::string_view, std::string_view> first_line(std::string_view text) {
  const size_t end = text.find('\n');
  if (end == std::string_view::npos) return {text, {}};
  return {text.substr(0, end), text.substr(end + 1)};
}

/// What is stored is valid UTF-8 without NUL.
inline void check_text(std::string_view text) { SCRAPER_CHECK(is_valid_utf8(text)); }

/// As texts of errors and of rules are shown: one line, besides.
inline void check_line(std::string_view text) {
  check_text(text);
  SCRAPER_CHECK(printable(text) == text);
}

}  // namespace scraper
