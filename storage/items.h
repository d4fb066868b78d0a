// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What extraction rules make of pages: rows of tables that the user named. Storage knows nothing of rules: to it they
/// are tables with typed columns, and a page's rows in each.
namespace storage {

/// The value of a field. An empty text is stored as NULL, as everywhere.
using ItemValue = std::variant<std::nullptr_t, int64_t, double, std::string>;
using ItemRow = std::vector<ItemValue>;  ///< one value for each column of its table

enum class ColumnType { text, integer, real };

struct ItemColumn {
  std::string name;
  ColumnType type = ColumnType::text;
};

/// A table for the items of some pages, as the rules of today want it.
struct ItemTable {
  std::string name;
  std::vector<ItemColumn> columns;
  std::vector<size_t> key;  ///< columns by which an item is known again on its page; empty: by its position
};

/// All items of one page in one table: they replace those that the page had there before.
struct PageItems {
  size_t table = 0;   ///< of the tables that the store was opened with
  bool asked = true;  ///< a rule looked at the page; false: it only has no items there any longer
  std::vector<ItemRow> rows;
  std::vector<uint32_t> failed;  ///< for each column: how many values were there, but not of its type; or empty
};

/// What happened to the items of a table.
struct ItemChanges {
  int64_t added = 0, changed = 0, gone = 0;
};

/// What makes a name of a table or a column unusable, in words for people; empty: nothing. Names are letters, digits
/// and underscores, and none that the database has already, whatever the case of its letters.
std::string problem_with_table_name(std::string_view name);
std::string problem_with_column_name(std::string_view name);

}  // namespace storage
