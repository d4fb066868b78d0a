// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "scraper/base/clock.h"
#include "scraper/model/url.h"
#include "scraper/parse/parser.h"

namespace scraper {

/// What a reader of a feed (RSS, Atom) sees: titles, authors and texts of it and of its entries, in their order, one a
/// line; the HTML in them as a page's text. `xml` is the feed, valid UTF-8; what breaks off is read up to there, and
/// what is beyond limits.text_bytes_max, the deadline, or two million tags is left out. Any thread.
std::string feed_text(std::string xml, const Url& url, const ParseLimits& limits, SteadyTime deadline);

}  // namespace scraper
