// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string_view>
#include <vector>

#include "scraper/model/page.h"

namespace scraper {

/// The http and https URLs that are written out in a text, each once, in order, at most `links_max`. A URL ends at
/// white space, quotes and angle brackets, and is no longer than 4 KiB; punctuation at its end, and a bracket that it
/// did not open, belong to the text around it. Linear; any thread.
std::vector<Link> links_in_text(std::string_view utf8, size_t links_max);

/// Likewise in the strings of a JSON document.
std::vector<Link> links_in_json(const nlohmann::json& document, size_t links_max);

}  // namespace scraper
