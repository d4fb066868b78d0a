// SPDX-License-Identifier: MIT
#include "storage/sqlite/item_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "scraper/base/check.h"
#include "storage/item_match.h"

namespace storage::sqlite {
namespace {

const char* declared(ColumnType type) {
  switch (type) {
    case ColumnType::text:
      return "TEXT";
    case ColumnType::integer:
      return "INTEGER";
    case ColumnType::real:
      return "REAL";
  }
  SCRAPER_CHECK(false);
}

/// Names are checked to be words; quoted all the same, because they may be words of SQL.
std::string quoted_name(std::string_view name) { return fmt::format("\"{}\"", name); }

std::string history_of(std::string_view table) { return fmt::format("{}_history", table); }

struct Column {
  std::string name, type;
};

std::vector<Column> columns_of(Database& database, const std::string& table) {
  Statement read(database, "SELECT name, type FROM pragma_table_info(?)");
  read.bind(table);
  std::vector<Column> columns;
  while (read.step()) columns.push_back({read.text(0), read.text(1)});
  return columns;
}

bool same_name(std::string_view a, std::string_view b) {
  return sqlite3_strnicmp(a.data(), b.data(), static_cast<int>(std::max(a.size(), b.size()))) == 0 &&
         a.size() == b.size();
}

const Column* find(const std::vector<Column>& columns, std::string_view name) {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return same_name(c.name, name); });
  return found == columns.end() ? nullptr : &*found;
}

/// `price_text`, `price_text_2`, ...: a name that no column has.
std::string spare_name(const std::vector<Column>& columns, const Column& column) {
  std::string base = column.name + "_" + column.type;
  std::transform(base.begin(), base.end(), base.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  std::string name = base;
  for (int i = 2; find(columns, name) != nullptr; ++i) name = fmt::format("{}_{}", base, i);
  return name;
}

bool exists(Database& database, const std::string& name) {
  Statement read(database, "SELECT 1 FROM sqlite_schema WHERE name = ? COLLATE NOCASE");
  return read.bind(name).step();
}

void bind_value(Statement& statement, int index, const ItemValue& value) {
  std::visit([&](const auto& held) { statement.bind_at(index, held); }, value);
}

ItemValue value_of(const Statement& row, int column) {
  Value value = row.value(column);
  if (const auto* number = std::get_if<int64_t>(&value)) return *number;
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (auto* text = std::get_if<std::string>(&value)) return std::move(*text);
  return nullptr;
}

}  // namespace

ItemTables::ItemTables(Database& database) : database_(database), counts_(database) {}

void ItemTables::open(std::span<const ItemTable> tables, RunId run) {
  run_ = run;
  changes_.assign(tables.size(), {});
  counts_.begin(tables, run);
  for (const ItemTable& plan : tables) make(plan);
  for (const ItemTable& plan : tables) tables_.push_back(prepare(plan));
}

void ItemTables::make(const ItemTable& plan) {
  SCRAPER_CHECK(problem_with_table_name(plan.name).empty());
  Statement known(database_, "SELECT 1 FROM item_tables WHERE name = ? COLLATE NOCASE");
  const bool ours = known.bind(plan.name).step();
  known.reset();
  const std::string history = history_of(plan.name);
  // Somebody may have dropped one of the two, or both, to begin anew.
  for (const std::string& name : {plan.name, history}) {
    if (!exists(database_, name)) {
      make_table(name, name == history);
    } else if (!ours) {
      throw Error(Error::Kind::clash,
                  fmt::format("{}: there is a table or view `{}` already that no rule made; give the"
                              " rule's table another name",
                              database_.path(), name));
    }
  }
  if (!ours) Statement(database_, "INSERT INTO item_tables (name) VALUES (?)").bind(plan.name).run();
  add_columns(plan.name, plan);
  add_columns(history, plan);
}

/// The index has a dot in its name, which no table of a rule can have.
void ItemTables::make_table(const std::string& name, bool history) {
  database_.execute(fmt::format(
      "CREATE TABLE {} (id INTEGER {}, page_id INTEGER NOT NULL{}, url TEXT NOT NULL, position INTEGER NOT NULL,"
      " run_id INTEGER NOT NULL REFERENCES runs(id){});"
      "CREATE INDEX {} ON {} ({})",
      quoted_name(name), history ? "NOT NULL" : "PRIMARY KEY", history ? "" : " REFERENCES pages(id)",
      history ? ", until_run INTEGER NOT NULL REFERENCES runs(id)" : "",
      quoted_name(name + (history ? ".id" : ".page_id")), quoted_name(name), history ? "id" : "page_id"));
}

void ItemTables::add_columns(const std::string& table, const ItemTable& plan) {
  for (const ItemColumn& wanted : plan.columns) {
    SCRAPER_CHECK(problem_with_column_name(wanted.name).empty());
    const std::vector<Column> columns = columns_of(database_, table);
    const Column* there = find(columns, wanted.name);
    if (there != nullptr && there->type == declared(wanted.type)) continue;
    if (there != nullptr) {
      database_.execute(fmt::format("ALTER TABLE {} RENAME COLUMN {} TO {}", quoted_name(table),
                                    quoted_name(there->name), quoted_name(spare_name(columns, *there))));
    }
    database_.execute(fmt::format("ALTER TABLE {} ADD COLUMN {} {}", quoted_name(table), quoted_name(wanted.name),
                                  declared(wanted.type)));
  }
}

ItemTables::Table ItemTables::prepare(const ItemTable& plan) {
  const std::string name = quoted_name(plan.name), history = quoted_name(history_of(plan.name));
  std::string fields, marks, sets, all;
  for (const ItemColumn& column : plan.columns) {
    fields += ", " + quoted_name(column.name);
    marks += ", ?";
    sets += ", " + quoted_name(column.name) + " = ?";
  }
  // Columns of earlier rules go into the history too; what others added to one of the two tables stays where it is.
  const std::vector<Column> kept = columns_of(database_, history_of(plan.name));
  for (const Column& column : columns_of(database_, plan.name)) {
    if (find(kept, column.name) != nullptr) all += (all.empty() ? "" : ", ") + quoted_name(column.name);
  }
  Table table{
      plan,
      1,
      Statement(database_,
                fmt::format("SELECT id, position{} FROM {} WHERE page_id = ? ORDER BY position, id", fields, name)),
      Statement(database_, fmt::format("INSERT INTO {} (id, page_id, url, position, run_id{}) VALUES (?, ?, ?, ?, ?{})",
                                       name, fields, marks)),
      Statement(database_, fmt::format("UPDATE {} SET position = ?, run_id = ?{} WHERE id = ?", name, sets)),
      Statement(database_, fmt::format("UPDATE {} SET position = ? WHERE id = ?", name)),
      Statement(database_, fmt::format("INSERT INTO {0} (until_run, {1}) SELECT ?, {1} FROM {2} WHERE id = ?", history,
                                       all, name)),
      Statement(database_, fmt::format("DELETE FROM {} WHERE id = ?", name))};
  // Ids are never given again: the history knows gone items by theirs.
  table.next_id = 1 + std::max(database_.integer(fmt::format("SELECT max(id) FROM {}", name)),
                               database_.integer(fmt::format("SELECT max(id) FROM {}", history)));
  return table;
}

void ItemTables::put(UrlId page, const std::string& url, std::span<const PageItems> items) {
  for (const PageItems& of_table : items) {
    put_items(tables_.at(of_table.table), changes_.at(of_table.table), page, url, of_table);
    if (of_table.asked) counts_.count(of_table);
  }
}

void ItemTables::count_again(UrlId page, uint64_t tables) {
  for (size_t i = 0; i < tables_.size() && i < 64; ++i) {
    if ((tables >> i & 1) == 0) continue;
    PageItems items;
    items.table = i;
    for (OldItem& item : read_old(tables_[i], page)) items.rows.push_back(std::move(item.values));
    counts_.count(items);
  }
}

std::vector<ItemTables::OldItem> ItemTables::read_old(Table& table, UrlId page) {
  std::vector<OldItem> old;
  for (table.read.bind(page); table.read.step();) {
    OldItem& item = old.emplace_back();
    item.id = table.read.integer(0);
    item.position = table.read.integer(1);
    for (int i = 0; i < static_cast<int>(table.plan.columns.size()); ++i)
      item.values.push_back(value_of(table.read, i + 2));
  }
  table.read.reset();
  return old;
}

void ItemTables::put_items(Table& table, ItemChanges& changes, UrlId page, const std::string& url,
                           const PageItems& items) {
  const std::vector<OldItem> old = read_old(table, page);
  std::vector<KnownItem> known;
  for (const OldItem& item : old) known.push_back({&item.values, item.position});
  const ItemMatch match = match_items(known, items.rows, table.plan.key);
  for (const size_t gone : match.gone) {
    put_into_history(table, old[gone].id);
    table.remove.bind(old[gone].id).run();
    ++changes.gone;
  }
  for (size_t i = 0; i < items.rows.size(); ++i) {
    const auto position = static_cast<int64_t>(i);
    const ItemMatch::Row& row = match.rows[i];
    if (!row.old) {
      insert_item(table, page, url, position, items.rows[i]);
      ++changes.added;
    } else if (row.same) {
      if (old[*row.old].position != position) table.move.bind(position, old[*row.old].id).run();
    } else {
      put_into_history(table, old[*row.old].id);
      update_item(table, old[*row.old].id, position, items.rows[i]);
      ++changes.changed;
    }
  }
}

void ItemTables::insert_item(Table& table, UrlId page, const std::string& url, int64_t position,
                             const ItemRow& values) {
  table.insert.bind(table.next_id++, page, url, position, run_);
  for (size_t i = 0; i < values.size(); ++i) bind_value(table.insert, static_cast<int>(i) + 6, values[i]);
  table.insert.run();
}

void ItemTables::update_item(Table& table, int64_t id, int64_t position, const ItemRow& values) {
  table.update.bind(position, run_);
  for (size_t i = 0; i < values.size(); ++i) bind_value(table.update, static_cast<int>(i) + 3, values[i]);
  table.update.bind_at(static_cast<int>(values.size()) + 3, id);
  table.update.run();
}

void ItemTables::put_into_history(Table& table, int64_t id) { table.keep_old.bind(run_, id).run(); }

}  // namespace storage::sqlite
