// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "scraper/parse/watchdog.h"

namespace scraper {

/// While it lives, what pugixml allocates on this thread is counted, and the watchdog is looked at now and then. What
/// goes over is thrown out of the allocation as an XPathInterrupted: an evaluation holds all it has in arenas of its
/// own, and gives them back on the way out. `//h2/following-sibling::p` alone can fill any memory on a page of 200,000
/// siblings.
///
/// pugixml's allocation functions are the process's, and are set before main; threads without a budget allocate as
/// ever. One at a time on a thread.
class XPathBudget {
 public:
  XPathBudget(const Watchdog& watchdog, size_t bytes_max);
  ~XPathBudget();
  XPathBudget(const XPathBudget&) = delete;
  XPathBudget& operator=(const XPathBudget&) = delete;

  /// Called by the allocation functions, with what the allocator really gave.
  void* allocate(size_t bytes);
  void deallocate(void* pointer);

 private:
  const Watchdog& watchdog_;
  size_t bytes_max_;
  size_t bytes_ = 0;
  size_t calls_ = 0;
};

struct XPathInterrupted {
  Overrun why;  ///< memory, time or stopped
};

}  // namespace scraper
