// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace scraper {

/// False when gumbo makes U+FFFD of something in valid UTF-8 (HTML 13.2.3.5 once said so): control characters, and what
/// is no character. It leaves nothing of these, nor of CR, out.
bool is_plain_text(std::string_view utf8);

}  // namespace scraper
