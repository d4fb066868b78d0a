// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "storage/reader.h"
#include "storage/sqlite/database.h"

namespace storage::sqlite {

/// Reads a crawl database through a connection of its own that cannot write.
class SqliteReader final : public Reader {
 public:
  explicit SqliteReader(const std::string& path);
  void select(const std::string& sql, std::span<const Value> parameters, const ColumnSink& columns,
              const RowSink& rows) override;
  std::optional<int64_t> find_url(const std::string& origin, const std::string& url) override;

 private:
  Database database_;
};

}  // namespace storage::sqlite
