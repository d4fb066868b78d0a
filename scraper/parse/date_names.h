// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace scraper {

/// 1 to 12 for the name of a month or its usual abbreviation, without a full stop, in lower case: English, German,
/// French, Spanish, Italian, Portuguese, Dutch, Swedish, Danish, Norwegian, Polish, Czech, Russian, Ukrainian, Turkish,
/// Romanian, Catalan, Indonesian. 0 for other words. Any thread.
int month_of_name(std::string_view word);

/// The offset of a zone's usual abbreviation, in lower case, as ISO 8601 writes it; empty for other words. Names that
/// mean several zones (CST, IST) are taken as they are meant most often.
std::string_view offset_of_zone(std::string_view word);

/// Lower case of ASCII, Latin-1 and Cyrillic letters: what month names are written with.
std::string lower_name(std::string_view text);

}  // namespace scraper
