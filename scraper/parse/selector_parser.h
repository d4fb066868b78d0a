// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <tl/expected.hpp>

#include "scraper/parse/selector.h"
#include "scraper/parse/selector_parts.h"

namespace scraper {

/// Reads a selector list (Selectors 4, section 18; CSS Syntax 3, section 4, for names, escapes and strings).
tl::expected<SelectorList, SelectorError> parse_selector(std::string_view text);

}  // namespace scraper
