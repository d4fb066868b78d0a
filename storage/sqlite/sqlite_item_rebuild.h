// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "storage/item_rebuild.h"
#include "storage/sqlite/database.h"
#include "storage/sqlite/item_tables.h"

namespace storage::sqlite {

/// Makes items anew in a crawl database; the caller holds the run lock. How far it came is in `meta`.
class SqliteItemRebuild final : public ItemRebuild {
 public:
  explicit SqliteItemRebuild(const std::string& path);
  ~SqliteItemRebuild() override;

  RebuildInfo begin(const RebuildSpec& spec) override;
  std::vector<StoredPage> next(size_t pages_max, size_t bytes_max) override;
  void put(std::span<const RebuiltPage> pages) override;
  std::vector<ItemChanges> changes() const override;
  void end() override;

 private:
  bool take_up(const RebuildSpec& spec, RunId run);
  void write_state(UrlId after);

  Database database_;
  ItemTables items_;
  RunId run_ = 0;
  UrlId given_ = 0;  ///< the last page that next() gave
  std::vector<ItemChanges> before_;
  Statement next_, put_content_, write_meta_, read_meta_;
};

}  // namespace storage::sqlite
