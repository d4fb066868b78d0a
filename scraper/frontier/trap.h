// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "scraper/model/url.h"

namespace scraper {

/// Where a site stops being pages and becomes a machine that makes them. 0 switches a limit off.
struct TrapSettings {
  size_t url_bytes_max = 2048;
  int repeated_segments_max = 3;  ///< the same path segment, or cycle of some, so many times on end: /a/b/a/b/a/b
  int path_segments_max = 32;
  int query_variants_max = 1000;  ///< distinct queries of one path
  int calendar_pages_max = 1000;  ///< distinct dates in one pattern of URLs
  int years_ahead_max = 2;        ///< a later date is that of a calendar running on
};

/// What is to be thought of one URL.
struct TrapVerdict {
  bool trapped = false;
  std::string reason;  ///< for people, naming the setting; empty unless trapped

  /// Nonzero: the URL is one of a family, the same path with other queries or the same pattern with other dates, of
  /// which no more than family_max are to be fetched. Zero when trapped. The same on every machine and in every run.
  uint64_t family = 0;
  int family_max = 0;
};

/// Judges from the URL alone. Dates are year and month, or with a day: in path segments of their own (/2026/11/24/,
/// /2026-11/), in a query (date=2026-11-24, year=2026&month=11). Whatever else is in the URL stays in its pattern, so
/// an article below a date is a family of its own. Any thread; takes time in proportion to the URL's length.
TrapVerdict judge_trap(const Url& url, const TrapSettings& settings, int current_year);

}  // namespace scraper
