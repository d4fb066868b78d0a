// SPDX-License-Identifier: MIT
#include "storage/sqlite/rule_counts.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace storage::sqlite {
namespace {

/// Exact below 64; from there on eight steps for each doubling, rounded down: the table of them stays small.
int64_t step_of(uint64_t length) {
  if (length < 64) return static_cast<int64_t>(length);
  const int shift = std::bit_width(length) - 4;
  return static_cast<int64_t>(length >> shift << shift);
}

int64_t length_of(const ItemValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    const auto code_points = std::count_if(text->begin(), text->end(), [](char c) { return (c & 0xC0) != 0x80; });
    return step_of(static_cast<uint64_t>(code_points));
  }
  if (const auto* number = std::get_if<int64_t>(&value))
    return static_cast<int64_t>(fmt::formatted_size("{}", *number));
  if (const auto* number = std::get_if<double>(&value)) return static_cast<int64_t>(fmt::formatted_size("{}", *number));
  return 0;
}

bool is_null(const ItemValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr ? text->empty() : std::holds_alternative<std::nullptr_t>(value);
}

}  // namespace

RuleCounts::RuleCounts(Database& database)
    : write_field_(database,
                   "INSERT INTO rule_fields (run_id, table_name, field, pages, pages_filled, rows, nulls, failed)"
                   " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO UPDATE SET pages = pages + ?4,"
                   " pages_filled = pages_filled + ?5, rows = rows + ?6, nulls = nulls + ?7, failed = failed + ?8"),
      write_length_(database,
                    "INSERT INTO rule_lengths (run_id, table_name, field, length, rows) VALUES (?1, ?2, ?3, ?4, ?5)"
                    " ON CONFLICT DO UPDATE SET rows = rows + ?5"),
      database_(database) {}

void RuleCounts::begin(std::span<const ItemTable> tables, RunId run) {
  run_ = run;
  tables_.assign(tables.begin(), tables.end());
  roll_back();
  for (const ItemTable& table : tables_) {
    for (const ItemColumn& column : table.columns)
      write_field_.bind(run_, table.name, column.name, 0, 0, 0, 0, 0).run();
  }
}

void RuleCounts::count(const PageItems& items) {
  std::vector<Field>& fields = fields_.at(items.table);
  for (size_t i = 0; i < fields.size(); ++i) {
    Field& field = fields[i];
    int64_t filled = 0;
    for (const ItemRow& row : items.rows) {
      if (is_null(row[i])) continue;
      ++filled;
      ++field.lengths[length_of(row[i])];
    }
    ++field.pages;
    field.pages_filled += filled > 0 ? 1 : 0;
    field.rows += static_cast<int64_t>(items.rows.size());
    field.nulls += static_cast<int64_t>(items.rows.size()) - filled;
    if (i < items.failed.size()) field.failed += items.failed[i];
  }
}

void RuleCounts::write() {
  bool anything = false;
  for (size_t t = 0; t < tables_.size(); ++t) {
    for (size_t i = 0; i < fields_[t].size(); ++i) {
      const Field& field = fields_[t][i];
      if (field.pages == 0) continue;
      anything = true;
      const std::string &table = tables_[t].name, &name = tables_[t].columns[i].name;
      write_field_.bind(run_, table, name, field.pages, field.pages_filled, field.rows, field.nulls, field.failed)
          .run();
      for (const auto& [length, rows] : field.lengths) write_length_.bind(run_, table, name, length, rows).run();
    }
  }
  if (anything) roll_back();
}

void RuleCounts::roll_back() {
  fields_.clear();
  for (const ItemTable& table : tables_) fields_.emplace_back(table.columns.size());
}

void RuleCounts::forget() {
  for (const char* sql : {"DELETE FROM rule_fields WHERE run_id = ? AND table_name = ?",
                          "DELETE FROM rule_lengths WHERE run_id = ? AND table_name = ?"}) {
    Statement statement(database_, sql);
    for (const ItemTable& table : tables_) statement.bind(run_, table.name).run();
  }
  begin(std::vector<ItemTable>(tables_), run_);
}

}  // namespace storage::sqlite
