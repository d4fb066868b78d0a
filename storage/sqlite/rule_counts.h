// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "storage/items.h"
#include "storage/records.h"
#include "storage/sqlite/database.h"

namespace storage::sqlite {

/// How the rules of a run do: for each field how many values there were, how many were none, and how long they were.
/// Counted while items come, written with the transaction that brought them.
class RuleCounts {
 public:
  explicit RuleCounts(Database& database);

  /// In a transaction of the caller's. A table that no page is asked for has its rows, too: it may have lost
  /// everything.
  void begin(std::span<const ItemTable> tables, RunId run);
  void count(const PageItems& items);
  void write();
  /// The transaction was rolled back.
  void roll_back();
  /// Forgets what is on record of the run's rules: they are counted anew.
  void forget();

 private:
  struct Field {
    int64_t pages = 0, pages_filled = 0, rows = 0, nulls = 0, failed = 0;
    std::map<int64_t, int64_t> lengths;
  };

  RunId run_ = 0;
  std::vector<ItemTable> tables_;
  std::vector<std::vector<Field>> fields_;  ///< of each table, what is not written yet
  Statement write_field_, write_length_;
  Database& database_;
};

}  // namespace storage::sqlite
