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

/// gumbo's tree of a page (WHATWG HTML 13.2, "parsing HTML documents"), held in the arena, which is reset before: gumbo
/// by itself takes gigabytes and minutes over some pages, and its recursive clean-up overflows the stack on deep ones.
/// PageTree is what uses it.
///
/// `utf8` is valid and without NUL; the tree points into it. Fails with parse_timeout at the deadline, with parse_limit
/// when the tree would take more than limits.memory_bytes_max, with cancelled on limits.stop; no tree is there then.
/// One long run of text may go on until its buffer doubles: at most as long again.
tl::expected<const GumboOutput*, Error> gumbo_tree(std::string_view utf8, Arena& arena, const ParseLimits& limits,
                                                   SteadyTime deadline);

}  // namespace scraper
