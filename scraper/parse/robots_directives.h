// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "scraper/model/fetch.h"

namespace scraper {

/// What a page asks of crawlers.
struct RobotsDirectives {
  bool nofollow = false;  ///< its links are not to be followed
  bool noindex = false;   ///< it is not to be kept in an index
};

/// From the X-Robots-Tag headers, those for all crawlers and those for ours (`scraper: nofollow`), and the content of
/// <meta name=robots>. `none` means both.
RobotsDirectives robots_directives(const Headers& headers, std::string_view meta, std::string_view product_token);

/// True when a link's rel (lower case, single spaces) has the word `nofollow`.
bool says_nofollow(std::string_view rel);

}  // namespace scraper
