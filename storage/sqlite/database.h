// SPDX-License-Identifier: MIT
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "storage/error.h"
#include "storage/reader.h"

namespace storage::sqlite {

class Database;

/// A prepared statement. Reset and rebound for each use; belongs to its Database's thread.
class Statement {
 public:
  Statement(Database& database, std::string_view sql);

  /// Binds the parameters from 1 on, in order: integers, doubles, text (empty: NULL), optionals, nullptr.
  template <typename... Values>
  Statement& bind(const Values&... values) {
    reset();
    int index = 0;
    (bind_at(++index, values), ...);
    return *this;
  }
  void bind_at(int index, std::nullptr_t);
  void bind_at(int index, int64_t value);
  void bind_at(int index, double value);
  void bind_at(int index, std::string_view text);  ///< not copied: must live until the statement was stepped or reset
  void bind_blob_at(int index, std::string_view bytes);
  void bind_at(int index, int value) { bind_at(index, static_cast<int64_t>(value)); }
  void bind_at(int index, uint64_t value) { bind_at(index, static_cast<int64_t>(value)); }
  void bind_at(int index, bool value) { bind_at(index, static_cast<int64_t>(value)); }
  void bind_at(int index, const std::string& text) { bind_at(index, std::string_view(text)); }
  void bind_at(int index, const char* text) { bind_at(index, std::string_view(text)); }
  template <typename T>
  void bind_at(int index, const std::optional<T>& value) {
    if (value)
      bind_at(index, *value);
    else
      bind_at(index, nullptr);
  }

  /// True when there is a row to read.
  bool step();
  /// For statements that return nothing.
  void run();
  void reset();

  int columns() const { return sqlite3_column_count(statement_.get()); }
  std::string column_name(int column) const;
  bool is_null(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }
  int64_t integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }
  std::optional<int64_t> optional_integer(int column) const;
  std::string text(int column) const { return std::string(text_view(column)); }
  std::string_view text_view(int column) const;  ///< until the next step
  Value value(int column) const;
  bool reads_only() const { return sqlite3_stmt_readonly(statement_.get()) != 0; }
  int parameters() const { return sqlite3_bind_parameter_count(statement_.get()); }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  void mark_bound(int index) {
    if (index < 64) bound_ |= uint64_t{1} << index;
  }

  Database* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  uint64_t bound_ = 0;  ///< which of the first parameters are not NULL: most of a wide row stay so from use to use
};

/// One connection. Belongs to one thread; every failure throws Error with SQLite's words and the file's name.
class Database {
 public:
  enum class Mode { read, write };
  Database(const std::string& path, Mode mode);

  void execute(const std::string& sql);
  int64_t integer(std::string_view sql);  ///< the first column of the first row; 0 when there is none
  std::string text(std::string_view sql);
  int64_t changes() const { return sqlite3_changes64(handle_.get()); }
  const std::string& path() const { return path_; }
  sqlite3* handle() { return handle_.get(); }

  [[noreturn]] void fail(int code, std::string_view doing);
  void check(int code, std::string_view doing) {
    if (code != SQLITE_OK) [[unlikely]]
      fail(code, doing);
  }

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  std::string path_;
  std::unique_ptr<sqlite3, Close> handle_;
};

/// Rolls back unless it was committed. One that only reads is for many statements that would each lock the log alone.
class Transaction {
 public:
  enum class Kind { read, write };
  explicit Transaction(Database& database, Kind kind = Kind::write);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace storage::sqlite
