// SPDX-License-Identifier: MIT
#include "scraper/parse/watchdog.h"

#include "scraper/base/check.h"
#include "scraper/base/quantity.h"

namespace scraper {

Error overrun_error(Overrun what, const ParseLimits& limits) {
  SCRAPER_CHECK(what != Overrun::none);
  switch (what) {
    case Overrun::time:
      return {ErrorKind::parse_timeout, Stage::parse, 0, "parsing took longer than " + format_duration(limits.timeout)};
    case Overrun::memory:
      return {ErrorKind::parse_limit, Stage::parse, 0,
              "the page's tree takes more than " + format_size(limits.memory_bytes_max)};
    default:
      return {ErrorKind::cancelled, Stage::parse, 0, "the run was stopped while the page was parsed"};
  }
}

}  // namespace scraper
