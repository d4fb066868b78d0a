// SPDX-License-Identifier: MIT
#include "storage/sqlite/database.h"

#include <fmt/format.h>

#include "scraper/base/check.h"

namespace storage::sqlite {
namespace {

/// Another process may hold the write lock for a moment (a checkpoint, a backup); longer is an error.
constexpr int kBusyTimeoutMs = 30'000;

Error::Kind kind_of(int code) {
  switch (code & 0xFF) {
    case SQLITE_NOTADB:
      return Error::Kind::not_a_database;
    case SQLITE_CORRUPT:
      return Error::Kind::corrupt;
    case SQLITE_FULL:
      return Error::Kind::full;
    case SQLITE_IOERR:
      return Error::Kind::io;
    case SQLITE_CANTOPEN:
      return Error::Kind::missing;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Error::Kind::busy;
    case SQLITE_READONLY:
      return Error::Kind::read_only;
    case SQLITE_ERROR:
    case SQLITE_RANGE:
    case SQLITE_AUTH:
      return Error::Kind::sql;
    default:
      return Error::Kind::other;
  }
}

}  // namespace

Database::Database(const std::string& path, Mode mode) : path_(path) {
  // Before SQLite is first used: without its account of memory an allocation takes no lock. Later calls change nothing.
  static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  (void)configured;
  const int flags = (mode == Mode::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) |
                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  handle_.reset(handle);
  check(code, "open");
  check(sqlite3_busy_timeout(handle, kBusyTimeoutMs), "set the busy timeout of");
}

void Database::fail(int code, std::string_view doing) {
  const char* words = handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code);
  const Error::Kind kind = kind_of(code);
  if (kind == Error::Kind::busy) {
    throw Error(kind,
                fmt::format("{}: another program has kept this database locked for {} s; try again when it is done",
                            path_, kBusyTimeoutMs / 1000));
  }
  throw Error(kind, fmt::format("{}: cannot {} the database: {}", path_, doing, words));
}

void Database::execute(const std::string& sql) {
  check(sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr), "use");
}

int64_t Database::integer(std::string_view sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.integer(0) : 0;
}

std::string Database::text(std::string_view sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.text(0) : std::string();
}

Statement::Statement(Database& database, std::string_view sql) : database_(&database) {
  sqlite3_stmt* statement = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, &rest);
  statement_.reset(statement);
  database.check(code, "read");
  if (sql.substr(static_cast<size_t>(rest - sql.data())).find_first_not_of(" \t\r\n;") != std::string_view::npos) {
    throw Error(Error::Kind::sql, "one SQL statement at a time, please");
  }
  if (statement == nullptr) throw Error(Error::Kind::sql, "there is no SQL statement");
}

void Statement::bind_at(int index, std::nullptr_t) {
  if (index < 64 && (bound_ >> index & 1) == 0) return;
  database_->check(sqlite3_bind_null(statement_.get(), index), "use");
  if (index < 64) bound_ &= ~(uint64_t{1} << index);
}
void Statement::bind_at(int index, int64_t value) {
  mark_bound(index);
  database_->check(sqlite3_bind_int64(statement_.get(), index, value), "use");
}
void Statement::bind_at(int index, double value) {
  mark_bound(index);
  database_->check(sqlite3_bind_double(statement_.get(), index, value), "use");
}
void Statement::bind_at(int index, std::string_view text) {
  if (text.empty()) return bind_at(index, nullptr);
  mark_bound(index);
  database_->check(sqlite3_bind_text64(statement_.get(), index, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8),
                   "use");
}
void Statement::bind_blob_at(int index, std::string_view bytes) {
  // A null pointer would bind NULL: an empty body is a blob of no bytes.
  const char* data = bytes.empty() ? "" : bytes.data();
  mark_bound(index);
  database_->check(sqlite3_bind_blob64(statement_.get(), index, data, bytes.size(), SQLITE_STATIC), "use");
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  database_->fail(code, sqlite3_stmt_readonly(statement_.get()) != 0 ? "read" : "write to");
}

void Statement::run() {
  const bool row = step();
  SCRAPER_CHECK(!row);
  reset();
}

void Statement::reset() { sqlite3_reset(statement_.get()); }  // its code repeats what step reported

std::string Statement::column_name(int column) const {
  const char* text = sqlite3_column_name(statement_.get(), column);
  return text != nullptr ? text : "";
}

std::optional<int64_t> Statement::optional_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::string_view Statement::text_view(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  if (text == nullptr) return {};
  return {text, static_cast<size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

Value Statement::value(int column) const {
  switch (sqlite3_column_type(statement_.get(), column)) {
    case SQLITE_NULL:
      return nullptr;
    case SQLITE_INTEGER:
      return integer(column);
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement_.get(), column);
    case SQLITE_BLOB: {
      const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
      return Blob{std::string(bytes, static_cast<size_t>(sqlite3_column_bytes(statement_.get(), column)))};
    }
    default:
      return text(column);
  }
}

Transaction::Transaction(Database& database, Kind kind) : database_(database) {
  database_.execute(kind == Kind::write ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction() {
  // After some failures (a full disk) SQLite has rolled back by itself already.
  if (open_ && sqlite3_get_autocommit(database_.handle()) == 0) {
    sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

void Transaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

}  // namespace storage::sqlite
