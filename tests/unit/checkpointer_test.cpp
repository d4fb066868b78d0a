// SPDX-License-Identifier: MIT
#include "storage/sqlite/checkpointer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>

#include "tests/support/temporary_directory.h"

namespace storage::sqlite {
namespace {

constexpr int kPagesMost = 64;
constexpr int kRowBytes = 1'000;
constexpr uintmax_t kPageBytes = 4'096 + 24;  // in the log, with the header of its frame
constexpr uintmax_t kCommitPages = 16;        // more than one of ours takes

/// A database that one writes to, in many small transactions.
class CheckpointerTest : public testing::Test {
 protected:
  CheckpointerTest() : database_(path(), Database::Mode::write) {
    database_.execute("PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    database_.execute("CREATE TABLE numbers (n INTEGER PRIMARY KEY, filling BLOB)");
    checkpointer_.emplace(database_, kPagesMost);
  }

  std::string path() const { return (folder_.path() / "log.db").string(); }
  uintmax_t log_bytes() const { return std::filesystem::file_size(path() + "-wal"); }
  static uintmax_t bytes_of(uintmax_t pages) { return 32 + pages * kPageBytes; }

  void write(int rows) {
    for (int i = 0; i < rows; ++i)
      database_.execute(fmt::format("INSERT INTO numbers VALUES ({}, randomblob({}))", ++written_, kRowBytes));
  }

  scraper::TemporaryDirectory folder_;
  Database database_;
  std::optional<Checkpointer> checkpointer_;
  int64_t written_ = 0;
};

TEST_F(CheckpointerTest, BeginsTheLogAnewAgainAndAgain) {
  write(3'000);  // more than ten times what the log may hold
  EXPECT_LE(log_bytes(), bytes_of(4 * kPagesMost + kCommitPages));
  EXPECT_GT(std::filesystem::file_size(path()), 1'000u * kRowBytes);
}

TEST_F(CheckpointerTest, LosesNothing) {
  write(2'000);
  checkpointer_.reset();
  EXPECT_EQ(database_.integer("SELECT count(*) FROM numbers"), written_);
  EXPECT_EQ(database_.integer("SELECT sum(n) FROM numbers"), written_ * (written_ + 1) / 2);
  EXPECT_EQ(database_.text("PRAGMA integrity_check"), "ok");
  database_.execute("PRAGMA journal_mode = DELETE");  // refused while another connection is open
  EXPECT_EQ(database_.text("PRAGMA journal_mode"), "delete");
}

TEST_F(CheckpointerTest, LetsTheLogGrowWhileSomebodyReadsItAndNoLonger) {
  write(10);
  Database reader(path(), Database::Mode::read);
  reader.execute("BEGIN");
  EXPECT_EQ(reader.integer("SELECT count(*) FROM numbers"), 10);
  write(1'000);
  EXPECT_EQ(reader.integer("SELECT count(*) FROM numbers"), 10) << "it sees what was there when it began";
  const uintmax_t grown = log_bytes();
  EXPECT_GT(grown, bytes_of(1'000));
  reader.execute("COMMIT");
  write(2'000);
  EXPECT_LE(log_bytes(), grown + bytes_of(4 * kPagesMost + kCommitPages)) << "the file keeps its size, but no more";
  EXPECT_EQ(reader.integer("SELECT count(*) FROM numbers"), written_);
}

TEST_F(CheckpointerTest, LeavesALogBelowItsLimitAlone) {
  checkpointer_->set_pages_most(1'000'000);
  const uintmax_t before = std::filesystem::file_size(path());
  write(1'000);
  EXPECT_EQ(std::filesystem::file_size(path()), before);
  EXPECT_GT(log_bytes(), bytes_of(1'000));
}

TEST_F(CheckpointerTest, GoesOnWithoutIt) {
  checkpointer_.reset();
  write(100);
  EXPECT_EQ(database_.integer("SELECT count(*) FROM numbers"), 100);
}

}  // namespace
}  // namespace storage::sqlite
