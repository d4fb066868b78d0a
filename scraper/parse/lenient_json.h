// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>
#include <vector>

namespace scraper {

/// The JSON values of a script as people write them: wrapped in HTML comments or CDATA, with JavaScript comments,
/// commas too many, line ends and quotes inside strings, unknown escapes, text before and behind, brackets not closed
/// at the end, several values one after another, or with its quotes written as `&quot;`. A correct JSON text is taken
/// as it is. What cannot be mended is left out, the rest stays; so is what is nested deeper than kJsonDepthMax. Objects
/// and arrays only. Takes time linear in the text, which must be valid UTF-8. Any thread.
std::vector<nlohmann::json> lenient_json(std::string_view text);

/// A JSON response: as it is, else as far as it can be mended; of several values, as in JSON Lines, a list. nullopt:
/// nothing can be made of it. Any thread.
std::optional<nlohmann::json> read_json(std::string_view utf8);

}  // namespace scraper
