// SPDX-License-Identifier: MIT
#include "storage/sqlite/schema.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

namespace storage {
extern const char* const kSchemaSql;
}

namespace storage::sqlite {
namespace {

/// What the first 100 bytes of the file say (sqlite.org/fileformat2.html, 1.3). Read by ourselves: to let SQLite open a
/// stranger's file for writing could already roll back its journal, and for reading alone it cannot open one of ours
/// that was cut off.
struct FileHeader {
  bool is_there = false;
  bool is_empty = true;
  bool is_sqlite = false;
  uint32_t application_id = 0;
  uint32_t user_version = 0;
};

uint32_t big_endian(std::string_view bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
  return value;
}

FileHeader read_header(const std::string& path) {
  FileHeader header;
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    throw Error(Error::Kind::missing, fmt::format("{}: this is a directory; name a database file with -d", path));
  }
  header.is_there = std::filesystem::exists(path, ignored);
  if (!header.is_there) return header;
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(Error::Kind::missing, fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
  std::string bytes(100, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  header.is_empty = file.gcount() == 0;
  header.is_sqlite = file.gcount() == 100 && bytes.starts_with(std::string_view("SQLite format 3\0", 16));
  header.user_version = big_endian(bytes, 60);
  header.application_id = big_endian(bytes, 68);
  return header;
}

void refuse_what_is_not_ours(const std::string& path, const FileHeader& header) {
  if (!header.is_sqlite) {
    throw Error(Error::Kind::not_a_database,
                fmt::format("{}: this file is not a database; name another one with -d", path));
  }
  if (header.application_id != kApplicationId) {
    throw Error(
        Error::Kind::not_ours,
        fmt::format("{}: this SQLite database was not made by scraper, so it is left alone; name another file with -d",
                    path));
  }
  if (header.user_version != kSchemaVersion) {
    throw Error(
        Error::Kind::wrong_version,
        fmt::format("{}: its schema has version {}, this scraper knows version {}; use the scraper that made it", path,
                    header.user_version, kSchemaVersion));
  }
}

/// Makes the database beside its place and moves it there whole: killed at any instant, there is either none or one of
/// ours. The caller holds the run lock.
void create(const std::string& path) {
  const std::string place = std::filesystem::weakly_canonical(path).string();
  const std::string making = place + ".new";
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(making + suffix);
  {
    Database database(making, Database::Mode::write);
    // No journal on the disk, whose syncs are what making a database takes: one that was not finished is thrown away.
    database.execute("PRAGMA page_size = 8192; PRAGMA journal_mode = MEMORY");
    Transaction transaction(database);
    database.execute(kSchemaSql);
    std::random_device random;
    const uint64_t seed = (static_cast<uint64_t>(random()) << 32) | random();
    Statement(database, "INSERT INTO meta VALUES ('hash_seed', ?)").bind(seed).run();
    database.execute(
        fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kApplicationId, kSchemaVersion));
    transaction.commit();
    database.execute("PRAGMA journal_mode = WAL");
  }
  std::filesystem::rename(making, place);
}

}  // namespace

Database open_for_writing(const std::string& path) {
  FileHeader header = read_header(path);
  if (header.is_empty) {
    create(path);
    header = read_header(path);
  }
  refuse_what_is_not_ours(path, header);
  Database database(path, Database::Mode::write);
  // Waits for whoever is writing: the change of journal_mode itself does not wait.
  Transaction(database).commit();
  // Foreign keys hold by construction, and tests check them: to have SQLite look up each reference costs a third of a
  // row's insertion.
  database.execute(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -32768;"
      "PRAGMA temp_store = MEMORY");
  sqlite3_wal_autocheckpoint(database.handle(), kWalPages);
  return database;
}

void leave_wal(Database& database) {
  // All that it writes are a few bytes at the beginning of the file, which is valid before and after: a journal on the
  // disk, with its three syncs, would guard nothing.
  Statement leave(database, "PRAGMA journal_mode = MEMORY");
  sqlite3_busy_timeout(database.handle(), 0);
  try {
    leave.step();
  } catch (const Error& error) {
    if (error.kind() != Error::Kind::busy) throw;
  }
}

Database open_for_reading(const std::string& path) {
  const FileHeader header = read_header(path);
  if (!header.is_there) {
    throw Error(Error::Kind::missing, fmt::format("{}: there is no such file; `scraper run` makes it", path));
  }
  refuse_what_is_not_ours(path, header);
  try {
    Database database(path, Database::Mode::read);
    database.integer("SELECT count(*) FROM sqlite_schema");
    return database;
  } catch (const Error& error) {
    if (error.kind() != Error::Kind::read_only) throw;
  }
  // A run was cut off while it switched the journal; only a connection that can write may tidy up after it.
  Database(path, Database::Mode::write).integer("SELECT count(*) FROM sqlite_schema");
  return Database(path, Database::Mode::read);
}

}  // namespace storage::sqlite
