// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "storage/error.h"

namespace storage {

/// Bytes that are no text.
struct Blob {
  std::string bytes;
};
using Value = std::variant<std::nullptr_t, int64_t, double, std::string, Blob>;
using Row = std::vector<Value>;

/// Read-only SQL over the relations of the crawl database, so that each command is written once for all backends. It
/// may be open while a run writes. An object belongs to one thread.
class Reader {
 public:
  Reader() = default;
  virtual ~Reader() = default;
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// Called once, before the rows.
  using ColumnSink = std::function<void(const std::vector<std::string>&)>;
  /// Called for each row; false stops the query.
  using RowSink = std::function<bool(const Row&)>;

  /// Runs one SELECT; `?` are bound from `parameters`. Throws Error: Kind::sql, with SQLite's words, for a statement
  /// that is wrong, that would write, or that is not alone.
  virtual void select(const std::string& sql, std::span<const Value> parameters, const ColumnSink& columns,
                      const RowSink& rows) = 0;

  /// The id of a canonical URL by its key, without a scan; nullopt when it is not known.
  virtual std::optional<int64_t> find_url(const std::string& origin, const std::string& url) = 0;

  /// All rows of a small result.
  std::vector<Row> select_all(const std::string& sql, std::span<const Value> parameters = {});
};

}  // namespace storage
