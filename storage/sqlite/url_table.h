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
#include "storage/sqlite/recent_ids.h"

namespace storage::sqlite {

/// Which URLs there are: (origin, canonical URL) -> id. A URL's key is (host_id, url_hash); the hash is seeded with a
/// secret of the database, a hit compares the text, and of two URLs with one hash the second takes the next free value.
class UrlTable {
 public:
  using Hash = std::function<uint64_t(std::string_view url, uint64_t seed)>;

  /// `hash` is XXH3 unless a test wants collisions.
  explicit UrlTable(Database& database, Hash hash = {});

  HostId host_id(std::string_view origin);
  /// Marks the URL, and its host where it has one, as named by a line of the list of `run`.
  void mark_listed(UrlId url, HostId host, RunId run, int64_t line);

  /// The id of the URL, which is added as a mere link target when it is new.
  UrlId resolve(std::string_view origin, std::string_view url);
  /// Resolves many in the order of their keys, which keeps the index pages warm. Ids in the order of `records`.
  /// `found_on`: where each was found, 0 for nowhere; empty: none was found on a page.
  std::vector<UrlId> resolve_all(const std::vector<const UrlRecord*>& records, const std::vector<UrlId>& found_on = {});

  /// A transaction was rolled back: what was kept in memory of its rows is no longer so.
  void roll_back();

  /// As resolve_all, but what is new is added as a task of depth 0 of `run`, and `added` is told for each host how
  /// many. All are marked as listed. Ids in the order of seeds.plain().
  struct Added {
    UrlId id = 0;
    bool is_new = false;
  };
  std::vector<Added> add_listed(const SeedLines& seeds, RunId run,
                                const std::function<void(HostId, int64_t count)>& added);

  /// The id of a line of a list: rows of it are appended in order.
  static int64_t line_id(RunId run, int64_t line) { return run << 40 | line; }

 private:
  struct Key {
    HostId host;
    uint64_t hash;
    uint32_t index;
  };
  struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const;
  };
  /// `resolve` is called with the keys in order, and whether the URL is the same as that of the key before.
  template <typename OriginAt, typename UrlAt, typename Resolve>
  void each_key(size_t count, const OriginAt& origin_at, const UrlAt& url_at, const Resolve& resolve);
  void mark_host_listed(HostId host, RunId run);
  UrlId resolve_key(HostId host, uint64_t hash, std::string_view url, UrlId found_on);

  Database& database_;
  Hash hash_;
  uint64_t seed_;
  RecentIds recent_;
  std::unordered_map<std::string, HostId, TextHash, std::equal_to<>> host_ids_;  ///< of the origins seen lately
  std::unordered_map<HostId, RunId> marked_as_listed_;                           ///< likewise
  Statement find_host_, add_host_, mark_host_, mark_url_, find_url_, add_url_, add_task_;
};

}  // namespace storage::sqlite
