// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace scraper {

using Duration = std::chrono::milliseconds;
using SteadyTime = std::chrono::steady_clock::time_point;  ///< for delays and deadlines
using WallTime = std::chrono::system_clock::time_point;    ///< for rows

/// One reading of both clocks, taken once a loop turn and passed down.
struct Now {
  SteadyTime steady;
  WallTime wall;
};

/// The only place that reads clocks. Any thread.
Now read_clocks();
SteadyTime steady_now();
WallTime wall_now();

/// `YYYY-MM-DDTHH:MM:SS.mmmZ`, the one form in which times are stored.
std::string format_time(WallTime time);

/// The reverse of format_time; nullopt for any other form.
std::optional<WallTime> parse_time(std::string_view text);

}  // namespace scraper
