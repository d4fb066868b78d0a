// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace scraper {

/// A piece of what a reader of a feed sees.
struct FeedPiece {
  std::string text;
  bool html = false;  ///< it is markup, as most descriptions are
};

/// Titles, authors and texts of a feed (RSS, Atom) and of its entries, in their order. `utf8` is the feed's text; what
/// breaks off is read up to there. Any thread.
std::vector<FeedPiece> feed_pieces(std::string utf8);

}  // namespace scraper
