// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "storage/reader.h"

namespace scraper {

enum class TableFormat { table, csv, json, jsonl };

/// Writes rows to a stream in one of the formats; all but `table` as they come, without holding them.
class TableWriter {
 public:
  TableWriter() = default;
  virtual ~TableWriter() = default;
  TableWriter(const TableWriter&) = delete;
  TableWriter& operator=(const TableWriter&) = delete;

  virtual void begin(const std::vector<std::string>& columns) = 0;
  virtual void row(const storage::Row& row) = 0;
  virtual void end() = 0;
};

/// `out` must outlive the writer. `columns_max`: width of the terminal, 0 where there is none and nothing is cut.
std::unique_ptr<TableWriter> make_table_writer(TableFormat format, std::FILE* out, size_t width_max);

}  // namespace scraper
