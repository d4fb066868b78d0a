// SPDX-License-Identifier: MIT
#include "storage/open_store.h"

#include "storage/sqlite/sqlite_item_rebuild.h"
#include "storage/sqlite/sqlite_reader.h"
#include "storage/sqlite/sqlite_store.h"

namespace storage {

void check_database_name(const std::string& where) {
  if (where.empty() || where == ":memory:") {
    throw Error(Error::Kind::missing, "`" + where + "` names no database file; name one with -d");
  }
  if (where.find("://") == std::string::npos) return;
  throw Error(Error::Kind::missing, where + ": this build keeps crawls in SQLite files alone; name a file with -d");
}

std::unique_ptr<Store> open_store(const std::string& where) {
  check_database_name(where);
  return std::make_unique<sqlite::SqliteStore>(where);
}

std::unique_ptr<Reader> open_reader(const std::string& where) {
  check_database_name(where);
  return std::make_unique<sqlite::SqliteReader>(where);
}

std::unique_ptr<ItemRebuild> open_item_rebuild(const std::string& where) {
  check_database_name(where);
  return std::make_unique<sqlite::SqliteItemRebuild>(where);
}

}  // namespace storage
