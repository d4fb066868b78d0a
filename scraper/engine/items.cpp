// SPDX-License-Identifier: MIT
#include "scraper/engine/items.h"

#include <type_traits>
#include <utility>

namespace scraper {
namespace {

storage::ColumnType column_type(const RuleSet::Column& column) {
  if (column.all) return storage::ColumnType::text;  // a JSON array
  switch (column.type) {
    case FieldType::integer:
    case FieldType::boolean:
      return storage::ColumnType::integer;
    case FieldType::real:
      return storage::ColumnType::real;
    default:
      return storage::ColumnType::text;
  }
}

}  // namespace

static_assert(std::is_same_v<FieldValue, storage::ItemValue>, "rows are moved, not translated");

std::vector<storage::ItemTable> item_tables(const RuleSet& rules) {
  std::vector<storage::ItemTable> tables;
  for (const RuleSet::Table& table : rules.tables()) {
    storage::ItemTable& out = tables.emplace_back();
    out.name = table.name;
    out.key = table.key;
    for (const RuleSet::Column& column : table.columns) out.columns.push_back({column.name, column_type(column)});
  }
  return tables;
}

std::vector<storage::PageItems> no_items(const RuleSet& rules) {
  std::vector<storage::PageItems> items;
  for (size_t i = 0; i < rules.tables().size(); ++i) items.push_back({i, false, {}, {}});
  return items;
}

std::vector<storage::PageItems> page_items(std::vector<TableItems> tables) {
  std::vector<storage::PageItems> items;
  for (TableItems& table : tables) {
    items.push_back({table.table, table.asked, std::move(table.rows), std::move(table.failed)});
  }
  return items;
}

}  // namespace scraper
