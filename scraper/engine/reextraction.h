// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "scraper/parse/parser.h"
#include "scraper/parse/rule_set.h"
#include "storage/item_rebuild.h"

namespace scraper {

struct ReextractionSettings {
  size_t threads = 1;
  ParseLimits limits;
  ParseWishes wishes;  ///< its rules must be set
};

struct ReextractionReport {
  int64_t pages = 0;       ///< read now
  int64_t unreadable = 0;  ///< of them, those that no rule could look at: broken, or over a limit from the start
  int64_t cut_short = 0;   ///< of them, those that went over a limit
  bool interrupted = false;
};

/// Applies rules to all stored pages: the calling thread reads and writes the database, workers unpack and parse. Pages
/// go through in batches, of which a bounded number is on the way, and come back in their order. Throws storage::Error;
/// what was committed before is kept. `stop`, set by any thread, ends it soon: pages that were not read yet are left
/// for the next time.
ReextractionReport reextract(storage::ItemRebuild& pages, const ReextractionSettings& settings,
                             const std::atomic<bool>& stop, const std::function<void(int64_t pages)>& progress);

}  // namespace scraper
