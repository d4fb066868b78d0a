// SPDX-License-Identifier: MIT
#include "scraper/parse/gumbo_tree.h"

#include <csetjmp>

#include "scraper/parse/watchdog.h"

namespace scraper {
namespace {

extern "C" {

void* allocate_in_arena(void* arena, size_t bytes) { return static_cast<Arena*>(arena)->allocate(bytes); }

void release_in_arena(void* arena, void* pointer) { static_cast<Arena*>(arena)->release(pointer); }

}  // extern "C"

/// Between the setjmp and the longjmp lie this frame and gumbo's, and nothing in them needs destroying. Returns 0, or
/// the Overrun.
int parse_or_jump(Arena& arena, const GumboOptions& options, std::string_view utf8, const GumboOutput** output,
                  size_t bytes_max, const Watchdog& watchdog) {
  std::jmp_buf on_overrun;
  const int overrun = setjmp(on_overrun);
  if (overrun != 0) return overrun;
  arena.watch(bytes_max, watchdog, &on_overrun);
  *output = gumbo_parse_with_options(&options, utf8.data(), utf8.size());
  arena.stop_watching();
  return 0;
}

}  // namespace

tl::expected<const GumboOutput*, Error> gumbo_tree(std::string_view utf8, Arena& arena, const ParseLimits& limits,
                                                   SteadyTime deadline) {
  arena.reset();
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = allocate_in_arena;
  options.deallocator = release_in_arena;
  options.userdata = &arena;
  options.max_errors = 0;  // a page has thousands, and nobody reads them
  const GumboOutput* output = nullptr;
  const Watchdog watchdog(limits, deadline);
  const int overrun = parse_or_jump(arena, options, utf8, &output, limits.memory_bytes_max, watchdog);
  if (overrun == 0) return output;
  arena.reset();
  return tl::make_unexpected(overrun_error(static_cast<Overrun>(overrun), limits));
}

}  // namespace scraper
