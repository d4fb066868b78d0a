// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scraper/base/clock.h"
#include "scraper/parse/arena.h"
#include "scraper/parse/gumbo_tree.h"
#include "scraper/parse/plain_tree.h"
#include "scraper/parse/watchdog.h"
#include "tests/support/same_tree.h"

namespace scraper {

/// The tree of a page by PlainTree beside gumbo's.
class TwoTrees {
 public:
  /// In what they differ; empty: in nothing. nullopt: the page is not plain (reason), or gumbo takes too long.
  std::optional<std::string> difference(std::string_view utf8) {
    arena_.reset();
    const Watchdog watchdog(limits_, steady_now() + limits_.timeout);
    arena_.watch(limits_.memory_bytes_max, watchdog, nullptr);
    const GumboOutput* plain = tree_.build(utf8, arena_);
    arena_.stop_watching();
    if (plain == nullptr) return std::nullopt;
    const auto gumbo = gumbo_tree(utf8, gumbo_arena_, limits_, steady_now() + limits_.timeout);
    if (!gumbo) return std::nullopt;
    if (plain->root->type != GUMBO_NODE_ELEMENT || plain->root->parent != plain->document) return "root";
    return TreeComparison().compare(plain->document, (*gumbo)->document);
  }

  std::string reason() const { return tree_.reason() == nullptr ? "" : tree_.reason(); }

 private:
  ParseLimits limits_;
  Arena arena_, gumbo_arena_;
  PlainTree tree_;
};

}  // namespace scraper
