// SPDX-License-Identifier: MIT
#include "scraper/parse/page_tree.h"

#include <new>

#include "scraper/parse/gumbo_tree.h"
#include "scraper/parse/watchdog.h"

namespace scraper {

tl::expected<const GumboOutput*, Error> PageTree::parse(std::string_view utf8, const ParseLimits& limits,
                                                        SteadyTime deadline) {
  arena_.reset();
  const Watchdog watchdog(limits, deadline);
  arena_.watch(limits.memory_bytes_max, watchdog, nullptr);
  const GumboOutput* output = nullptr;
  try {
    output = plain_.build(utf8, arena_);
  } catch (const std::bad_alloc&) {  // as an overrun, it is an error of this page alone
  }
  arena_.stop_watching();
  if (output != nullptr) return output;
  const Overrun overrun = arena_.overrun();
  if (overrun == Overrun::none) return gumbo_tree(utf8, arena_, limits, deadline);
  arena_.reset();
  return tl::make_unexpected(overrun_error(overrun, limits));
}

}  // namespace scraper
