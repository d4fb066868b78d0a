// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "storage/open_store.h"
#include "tests/support/program.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_server.h"

namespace scraper::test {

/// One row of `results`, by column name; NULL is `-`.
using ResultRow = std::map<std::string, std::string>;

/// The program as a person runs it: a folder of its own, a server that misbehaves on demand, results.db.
class Crawl : public testing::Test {
 protected:
  /// `scraper ARGUMENTS...` in the test's folder.
  Finished scraper(std::vector<std::string> arguments, ProgramSettings settings = {}) const {
    arguments.insert(arguments.begin(), SCRAPER_BINARY);
    settings.folder = folder_.path();
    return run_program(arguments, settings);
  }

  /// `scraper run ARGUMENTS...` without the pauses that are there for strangers' servers.
  Finished run(std::vector<std::string> arguments, const ProgramSettings& settings = {}) const {
    std::vector<std::string> all{"run", "--delay", "0", "--retry", "0"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return scraper(all, settings);
  }

  std::string write_file(const std::string& name, const std::string& content) const {
    const std::string path = folder_.path() / name;
    std::FILE* file = std::fopen(path.c_str(), "wb");
    std::fwrite(content.data(), 1, content.size(), file);
    std::fclose(file);
    return path;
  }

  static std::string text(const storage::Value& value) {
    if (const auto* held = std::get_if<std::string>(&value)) return *held;
    if (const auto* held = std::get_if<int64_t>(&value)) return std::to_string(*held);
    if (const auto* held = std::get_if<double>(&value)) return std::to_string(*held);
    return "-";
  }

  std::string database() const { return folder_.path() / "results.db"; }

  std::vector<ResultRow> rows(const std::string& sql) const {
    std::vector<ResultRow> out;
    std::vector<std::string> columns;
    storage::open_reader(database())
        ->select(
            sql, {}, [&](const auto& names) { columns = names; },
            [&](const storage::Row& row) {
              ResultRow cells;
              for (size_t c = 0; c < row.size(); ++c) cells[columns[c]] = text(row[c]);
              out.push_back(std::move(cells));
              return true;
            });
    return out;
  }

  /// The first column of the first row.
  std::string value(const std::string& sql) const {
    const auto found = storage::open_reader(database())->select_all(sql);
    return found.empty() ? "no row" : text(found[0][0]);
  }

  ResultRow result(const std::string& url) const {
    const auto found = rows("SELECT * FROM results WHERE url = '" + url + "'");
    EXPECT_EQ(found.size(), 1u) << url;
    return found.empty() ? ResultRow{} : found[0];
  }

  TestServer server_;
  TemporaryDirectory folder_;
};

}  // namespace scraper::test
