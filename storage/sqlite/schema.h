// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "storage/sqlite/database.h"

namespace storage::sqlite {

inline constexpr int kApplicationId = 0x53435250;  ///< `SCRP`: PRAGMA application_id of a crawl database
inline constexpr int kSchemaVersion = 5;           ///< PRAGMA user_version
inline constexpr int kWalPages = 8192;             ///< that the log may have before it is copied into the file: 64 MiB

/// Opens a crawl database for writing; makes one where there is no file yet, or an empty one. A file that is not ours
/// is refused before anything is written to it.
Database open_for_writing(const std::string& path);

/// Takes the file out of WAL mode, so that it stands alone and opens read-only anywhere. While somebody reads it, it
/// has to stay. Nothing more is written by this connection.
void leave_wal(Database& database);

/// Opens an existing crawl database read-only, also while a run writes to it.
Database open_for_reading(const std::string& path);

}  // namespace storage::sqlite
