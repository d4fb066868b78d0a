// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "scraper/parse/selector_parts.h"
#include "scraper/parse/selector_scanner.h"

namespace scraper {

// What stands between a pseudo-class's parentheses when it is no selector. Each is read up to the closing parenthesis,
// which stays; what is wrong makes the scanner fail.

/// An+B (CSS Syntax 3, section 6) into the test's step and offset. True when `of` followed, and was read too.
bool read_position(SelectorScanner& scan, PseudoTest& test);

/// Names and strings with commas between; what is none of these is one text as it stands, up to the parenthesis that
/// closes this one: `:contains(id="a")` is jQuery's way.
std::vector<std::string> read_texts(SelectorScanner& scan);

/// Language ranges (RFC 4647 2.2), quoted or not, with commas between.
std::vector<std::string> read_languages(SelectorScanner& scan);

}  // namespace scraper
