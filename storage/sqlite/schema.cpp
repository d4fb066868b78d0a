// SPDX-License-Identifier: MIT
#include "storage/sqlite/schema.h"

#include <fmt/format.h>

#include <filesystem>
#include <random>

namespace storage {
extern const char* const kSchemaSql;
}

namespace storage::sqlite {
namespace {

void refuse_what_is_not_ours(Database& database) {
  const std::string& path = database.path();
  if (database.integer("PRAGMA application_id") != kApplicationId) {
    throw Error(
        Error::Kind::not_ours,
        fmt::format("{}: this SQLite database was not made by scraper, so it is left alone; name another file with -d",
                    path));
  }
  const int64_t version = database.integer("PRAGMA user_version");
  if (version != kSchemaVersion) {
    throw Error(
        Error::Kind::wrong_version,
        fmt::format("{}: its schema has version {}, this scraper knows version {}; use the scraper that made it", path,
                    version, kSchemaVersion));
  }
}

Database open_existing(const std::string& path, Database::Mode mode) {
  try {
    Database database(path, mode);
    refuse_what_is_not_ours(database);
    return database;
  } catch (const Error& error) {
    if (error.kind() != Error::Kind::not_a_database) throw;
    throw Error(error.kind(), fmt::format("{}: this file is not a database; name another one with -d", path));
  }
}

bool has_content(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return !error && size > 0;
}

void create_schema(Database& database) {
  Transaction transaction(database);
  // Another process may have made it since we looked.
  if (database.integer("SELECT count(*) FROM sqlite_schema") == 0) {
    database.execute(kSchemaSql);
    std::random_device random;
    const uint64_t seed = (static_cast<uint64_t>(random()) << 32) | random();
    Statement(database, "INSERT INTO meta VALUES ('hash_seed', ?)").bind(seed).run();
    database.execute(
        fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kApplicationId, kSchemaVersion));
  }
  transaction.commit();
}

void check_can_be_opened(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::is_directory(status)) {
    throw Error(Error::Kind::missing, fmt::format("{}: this is a directory; name a database file with -d", path));
  }
}

}  // namespace

Database open_for_writing(const std::string& path) {
  check_can_be_opened(path);
  // Read-only first: opening a stranger's file for writing could already roll back its journal.
  if (has_content(path)) open_existing(path, Database::Mode::read);
  Database database(path, Database::Mode::write);
  if (!has_content(path)) create_schema(database);
  refuse_what_is_not_ours(database);
  database.execute(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536;"
      "PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000");
  return database;
}

Database open_for_reading(const std::string& path) {
  check_can_be_opened(path);
  if (!std::filesystem::exists(path)) {
    throw Error(Error::Kind::missing, fmt::format("{}: there is no such file; `scraper run` makes it", path));
  }
  return open_existing(path, Database::Mode::read);
}

}  // namespace storage::sqlite
