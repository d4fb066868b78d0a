// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

namespace scraper {

/// The number in a text as people write it: `1,234.50`, `1.234,50 €`, `1 234,5`, `1'234.50`, `-12 %`, `USD 5`, `(no.
/// 7)`. Signs, digits of Unicode's Basic Latin, no-break and thin spaces between groups of three, text around it. Per
/// cent stays as written: 12, not 0.12.
///
/// nullopt when there is no number in it or more than one: which of them would be meant? Where the text alone does not
/// tell whether a separator is for thousands, `1,234` is 1234, `1.234` is 1.234, and `1.234 €` is 1234; `decimal` ('.'
/// or ',', 0: not given) settles it. Any thread.
std::optional<double> read_number(std::string_view text, char decimal = 0);

/// Likewise, for a whole number that a 64-bit integer holds; a fraction other than zero is none, and `1.234` is 1234.
std::optional<long long> read_integer(std::string_view text, char decimal = 0);

}  // namespace scraper
