// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace scraper {

/// False when gumbo makes U+FFFD of something in valid UTF-8 (HTML 13.2.3.5 once said so): control characters, and what
/// is no character. CR is none of these.
bool is_plain_text(std::string_view utf8);

/// Makes U+FFFD of these. False when there were none.
bool make_plain(std::string& utf8);

}  // namespace scraper
