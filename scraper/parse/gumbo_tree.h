// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <string_view>
#include <tl/expected.hpp>

#include "scraper/base/clock.h"
#include "scraper/model/error.h"
#include "scraper/parse/arena.h"
#include "scraper/parse/parser.h"

namespace scraper {

/// One page's gumbo tree (WHATWG HTML 13.2, "parsing HTML documents"), held in an arena: gumbo by itself takes
/// gigabytes and minutes over some pages, and its recursive clean-up overflows the stack on deep ones.
///
/// One thread's, reused for page after page.
class GumboTree {
 public:
  /// Parses valid UTF-8 without NUL; drops the tree before. The tree lives until drop, the next parse or the end of
  /// this object, and points into `utf8`, which must live as long. Fails with parse_timeout at the deadline, with
  /// parse_limit when the tree would take more than limits.memory_bytes_max, with cancelled on limits.stop; no tree is
  /// there then. One long run of text may go on until its buffer doubles: at most as long again.
  tl::expected<const GumboOutput*, Error> parse(std::string_view utf8, const ParseLimits& limits, SteadyTime deadline);

  void drop() { arena_.reset(); }

  /// What the tree takes.
  size_t bytes() const { return arena_.bytes(); }

 private:
  Arena arena_;
};

}  // namespace scraper
