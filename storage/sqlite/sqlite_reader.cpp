// SPDX-License-Identifier: MIT
#include "storage/sqlite/sqlite_reader.h"

#include "storage/sqlite/schema.h"
#include "storage/sqlite/url_hash.h"

namespace storage::sqlite {
namespace {

void bind_value(Statement& statement, int index, const Value& value) {
  std::visit(
      [&](const auto& held) {
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<T, Blob>)
          statement.bind_blob_at(index, held.bytes);
        else
          statement.bind_at(index, held);
      },
      value);
}

}  // namespace

SqliteReader::SqliteReader(const std::string& path) : database_(open_for_reading(path)) {
  database_.execute("PRAGMA query_only = ON");
}

void SqliteReader::select(const std::string& sql, std::span<const Value> parameters, const ColumnSink& columns,
                          const RowSink& rows) {
  Statement statement(database_, sql);
  if (!statement.reads_only())
    throw Error(Error::Kind::sql, "only reading is allowed here; use sqlite3 to change a database");
  for (size_t i = 0; i < parameters.size(); ++i) bind_value(statement, static_cast<int>(i) + 1, parameters[i]);
  std::vector<std::string> names;
  for (int c = 0; c < statement.columns(); ++c) names.push_back(statement.column_name(c));
  columns(names);
  Row row(names.size());
  while (statement.step()) {
    for (size_t c = 0; c < row.size(); ++c) row[c] = statement.value(static_cast<int>(c));
    if (!rows(row)) break;
  }
}

std::optional<int64_t> SqliteReader::find_url(const std::string& origin, const std::string& url) {
  Statement host(database_, "SELECT id FROM hosts WHERE origin = ?");
  host.bind(origin);
  if (!host.step()) return std::nullopt;
  Statement find(database_, kFindUrlSql);
  for (uint64_t hash = url_hash(url, static_cast<uint64_t>(database_.integer(kHashSeedSql)));; ++hash) {
    find.bind(host.integer(0), hash);
    if (!find.step()) return std::nullopt;
    if (find.text_view(1) == url) return find.integer(0);
  }
}

}  // namespace storage::sqlite
