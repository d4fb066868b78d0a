// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "storage/records.h"
#include "storage/sqlite/database.h"

namespace storage::sqlite {

/// Which URLs there are: (origin, canonical URL) -> id. A URL's key is (host_id, url_hash); the hash is seeded with a
/// secret of the database, a hit compares the text, and of two URLs with one hash the second takes the next free value.
class UrlTable {
 public:
  using Hash = std::function<uint64_t(std::string_view url, uint64_t seed)>;

  /// `hash` is XXH3 unless a test wants collisions.
  explicit UrlTable(Database& database, Hash hash = {});

  HostId host_id(const std::string& origin);
  /// Marks the origin as named by the list of `run`.
  void mark_listed(HostId host, RunId run);

  /// The id of the URL, which is added as a mere link target when it is new.
  UrlId resolve(const UrlRecord& record);
  /// Resolves many in the order of their keys, which keeps the index pages warm. Ids in the order of `records`.
  std::vector<UrlId> resolve_all(const std::vector<const UrlRecord*>& records);

 private:
  UrlId resolve_key(HostId host, uint64_t hash, std::string_view url);

  Database& database_;
  Hash hash_;
  uint64_t seed_;
  std::unordered_map<std::string, HostId> host_ids_;  ///< of the origins seen lately
  Statement find_host_, add_host_, mark_listed_, find_url_, add_url_;
};

}  // namespace storage::sqlite
