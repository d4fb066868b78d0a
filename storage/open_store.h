// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "storage/item_rebuild.h"
#include "storage/reader.h"
#include "storage/store.h"

namespace storage {

/// Throws Error for what names no database that there is a backend for.
void check_database_name(const std::string& where);

/// The factories: the one place where what the user typed after -d chooses a backend. Throw Error.
std::unique_ptr<Store> open_store(const std::string& where);
std::unique_ptr<Reader> open_reader(const std::string& where);
std::unique_ptr<ItemRebuild> open_item_rebuild(const std::string& where);

}  // namespace storage
