// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <string_view>
#include <tl/expected.hpp>

#include "scraper/base/clock.h"
#include "scraper/model/error.h"
#include "scraper/parse/arena.h"
#include "scraper/parse/parser.h"
#include "scraper/parse/plain_tree.h"

namespace scraper {

/// One page's tree, as gumbo builds it. Most pages need no repair, and PlainTree makes theirs; gumbo makes the others.
/// Nobody can tell which did, but by the time and the memory it took, and by what NodeMaker leaves out.
///
/// One thread's, reused for page after page.
class PageTree {
 public:
  /// Parses valid UTF-8 without NUL; drops the tree before. The tree lives until drop, the next parse or the end of
  /// this object, and points into `utf8`, which must live as long. Fails as gumbo_tree does.
  tl::expected<const GumboOutput*, Error> parse(std::string_view utf8, const ParseLimits& limits, SteadyTime deadline);

  void drop() { arena_.reset(); }

  /// What the tree takes.
  size_t bytes() const { return arena_.bytes(); }

 private:
  Arena arena_;
  PlainTree plain_;
};

}  // namespace scraper
