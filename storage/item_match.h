// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "storage/items.h"

namespace storage {

/// An item that is on record.
struct KnownItem {
  const ItemRow* values = nullptr;
  int64_t position = 0;
};

/// Which of a page's items are those that were there before.
struct ItemMatch {
  struct Row {
    std::optional<size_t> old;  ///< of the known items; unset: it is new
    bool same = false;          ///< nothing about it changed, its position aside
  };
  std::vector<Row> rows;     ///< for each item that is there now
  std::vector<size_t> gone;  ///< the known items that are there no longer
};

/// An item is known again when all its values are the same, whatever its position: so that one more at the top of a
/// list changes nothing below it. Of the rest, by the columns of `key`, or without a key by the position. Linear in the
/// number of items. A pure function.
ItemMatch match_items(std::span<const KnownItem> known, std::span<const ItemRow> rows, std::span<const size_t> key);

}  // namespace storage
