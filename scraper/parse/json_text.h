// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>

namespace scraper {

/// Lists and objects may stand in each other so deep: what works on values recurses.
inline constexpr int kJsonDepthMax = 200;
/// How many values may stand in one text: each takes some forty bytes, however short it is written.
inline constexpr size_t kJsonValuesMax = 2'000'000;

/// A JSON text (RFC 8259) as a value; nullopt: it is none, or nested deeper than kJsonDepthMax, or of more than
/// kJsonValuesMax values. Any thread.
std::optional<nlohmann::json> parse_json(std::string_view text);

/// The value as compact text; valid UTF-8 whatever is in it.
std::string json_text(const nlohmann::json& value);

}  // namespace scraper
