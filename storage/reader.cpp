// SPDX-License-Identifier: MIT
#include "storage/reader.h"

namespace storage {

std::vector<Row> Reader::select_all(const std::string& sql, std::span<const Value> parameters) {
  std::vector<Row> rows;
  select(
      sql, parameters, [](const auto&) {},
      [&](const Row& row) {
        rows.push_back(row);
        return true;
      });
  return rows;
}

}  // namespace storage
