// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <vector>

#include "storage/items.h"
#include "storage/records.h"
#include "storage/sqlite/database.h"
#include "storage/sqlite/rule_counts.h"

namespace storage::sqlite {

/// The tables that extraction rules made, with their histories.
///
/// NAME holds the items as they are, NAME_history what they were: a row goes there when an item changes or is gone. An
/// item keeps its id; it is known again by its values, else by its key, or without a key by its position on the page.
class ItemTables {
 public:
  explicit ItemTables(Database& database);

  /// Makes the tables, or gives them the columns that they lack; what is there is never dropped. A column that had
  /// another type is kept under another name (`price_text`). In a transaction of the caller's. Throws Error (clash)
  /// for a table that is there already and is none of ours.
  void open(std::span<const ItemTable> tables, RunId run);

  bool is_open() const { return !tables_.empty(); }  ///< there are tables

  /// Replaces the page's items. `run` found them.
  void put(UrlId page, const std::string& url, std::span<const PageItems> items);

  /// The page is as it was: its items count for this run as they are stored, in the tables whose bit is set.
  void count_again(UrlId page, uint64_t tables);

  const std::vector<ItemChanges>& changes() const { return changes_; }  ///< of each table, since open
  RuleCounts& counts() { return counts_; }

 private:
  struct Table {
    ItemTable plan;
    int64_t next_id = 1;
    Statement read, insert, update, move, keep_old, remove;
  };
  struct OldItem {
    int64_t id = 0;
    int64_t position = 0;
    ItemRow values;
  };

  void make(const ItemTable& plan);
  void make_table(const std::string& name, bool history);
  void add_columns(const std::string& table, const ItemTable& plan);
  Table prepare(const ItemTable& plan);
  std::vector<OldItem> read_old(Table& table, UrlId page);
  void put_items(Table& table, ItemChanges& changes, UrlId page, const std::string& url, const PageItems& items);
  void insert_item(Table& table, UrlId page, const std::string& url, int64_t position, const ItemRow& values);
  void update_item(Table& table, int64_t id, int64_t position, const ItemRow& values);
  void put_into_history(Table& table, int64_t id);

  Database& database_;
  RunId run_ = 0;
  std::vector<Table> tables_;
  std::vector<ItemChanges> changes_;
  RuleCounts counts_;
};

}  // namespace storage::sqlite
