// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include "scraper/parse/content_tree.h"

namespace scraper {

/// Drops what stands in the part of the page at `root` without being its text: the headline, bylines, captions, lists
/// of links, what invites to read on. A few linear passes; any thread.
void clean_content(ContentTree& tree, uint32_t root, std::string_view title);

}  // namespace scraper
