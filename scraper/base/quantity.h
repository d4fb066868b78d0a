// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "scraper/base/clock.h"

namespace scraper {

/// `500ms`, `10s`, `1.5m`, `2h`, `30d`; a bare number is seconds, as curl has it. nullopt when it is none of these,
/// negative, or over 100 years.
std::optional<Duration> parse_duration(std::string_view text);

/// The shortest form that parse_duration reads back: `500ms`, `10s`, `2h`.
std::string format_duration(Duration duration);

/// `16MiB`, `10k`, `2M`, `1.5G`, `4096`: k, M, G and KiB, MiB, GiB are powers of 1024, as curl has them. Bytes.
std::optional<uint64_t> parse_size(std::string_view text);

/// The shortest exact form that parse_size reads back: `16MiB`, `1500`.
std::string format_size(uint64_t bytes);

/// For people: `12.3 MiB`.
std::string describe_size(uint64_t bytes);

}  // namespace scraper
