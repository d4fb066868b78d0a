// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <vector>

#include "storage/records.h"
#include "storage/sqlite/database.h"
#include "storage/sqlite/json_list.h"

namespace storage::sqlite {

/// The links of pages. Those of a page are one row, a JSON array: they are written and replaced together, and a row for
/// each link would cost more than all else about the page. The views `links` and `page_links` show them one by one.
class LinkTable {
 public:
  explicit LinkTable(Database& database);

  /// Replaces the links of the page. `targets` are their ids.
  void put(UrlId page, std::span<const LinkRecord> links, std::span<const UrlId> targets);
  /// The page has none.
  void drop(UrlId page);

  /// A stored link that is in scope; its other fields as in LinkRecord.
  struct Followed {
    UrlId target = 0;
    std::string skip_reason;
    uint64_t family = 0;
    int family_max = 0;
  };
  /// Those of the page, in its order.
  std::vector<Followed> followed(UrlId page);

 private:
  JsonList json_;
  Statement put_, drop_, followed_;
};

}  // namespace storage::sqlite
