// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include "scraper/parse/content_tree.h"

namespace scraper {

/// Finds the part of the page that is its content and drops from the tree what is not: outside of it, and inside.
/// Returns the place of that part. `title` is the page's, white space collapsed. A few linear passes; any thread.
///
/// When the watchdog sees an overrun the rest is left undone, and what is returned is of no use: the caller looks too.
uint32_t choose_content(ContentTree& tree, std::string_view title, const Watchdog& watchdog);

}  // namespace scraper
