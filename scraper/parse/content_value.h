// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "scraper/parse/content_tree.h"

namespace scraper {

bool is_heading(GumboTag tag);

/// How much the text that is a block's own speaks for content, in characters; links speak against it.
int64_t own_value(const ContentNode& node);

/// For each node the sum of the values below it, without what is dropped.
std::vector<int64_t> subtree_values(const ContentTree& tree);

/// The same of the values above 0 alone: how much text reads like content, whatever else there is.
std::vector<int64_t> subtree_sentences(const ContentTree& tree);

}  // namespace scraper
