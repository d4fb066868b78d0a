// SPDX-License-Identifier: MIT
#include "storage/sqlite/url_table.h"

#include "storage/sqlite/url_hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <numeric>

namespace storage::sqlite {
namespace {

constexpr size_t kHostCacheMax = 100'000;

}  // namespace

uint64_t url_hash(std::string_view url, uint64_t seed) { return XXH3_64bits_withSeed(url.data(), url.size(), seed); }

UrlTable::UrlTable(Database& database, Hash hash)
    : database_(database),
      hash_(hash ? std::move(hash) : Hash(url_hash)),
      seed_(static_cast<uint64_t>(database.integer(kHashSeedSql))),
      find_host_(database, "SELECT id FROM hosts WHERE origin = ?"),
      add_host_(database, "INSERT INTO hosts (origin) VALUES (?)"),
      mark_listed_(database, "UPDATE hosts SET listed_run = ?2 WHERE id = ?1 AND listed_run IS NOT ?2"),
      find_url_(database, kFindUrlSql),
      add_url_(database, "INSERT INTO urls (host_id, url_hash, url) VALUES (?, ?, ?)") {}

HostId UrlTable::host_id(const std::string& origin) {
  if (const auto known = host_ids_.find(origin); known != host_ids_.end()) return known->second;
  HostId id = 0;
  find_host_.bind(origin);
  if (find_host_.step()) {
    id = find_host_.integer(0);
  } else {
    add_host_.bind(origin).run();
    id = sqlite3_last_insert_rowid(database_.handle());
  }
  find_host_.reset();
  if (host_ids_.size() >= kHostCacheMax) host_ids_.clear();
  host_ids_.emplace(origin, id);
  return id;
}

void UrlTable::mark_listed(HostId host, RunId run) { mark_listed_.bind(host, run).run(); }

UrlId UrlTable::resolve(const UrlRecord& record) {
  return resolve_key(host_id(record.origin), hash_(record.url, seed_), record.url);
}

std::vector<UrlId> UrlTable::resolve_all(const std::vector<const UrlRecord*>& records) {
  struct Key {
    HostId host;
    uint64_t hash;
    size_t index;
  };
  std::vector<Key> keys;
  keys.reserve(records.size());
  for (size_t i = 0; i < records.size(); ++i) {
    keys.push_back({host_id(records[i]->origin), hash_(records[i]->url, seed_), i});
  }
  std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) {
    if (a.host != b.host) return a.host < b.host;
    if (a.hash != b.hash) return static_cast<int64_t>(a.hash) < static_cast<int64_t>(b.hash);
    return a.index < b.index;
  });
  std::vector<UrlId> ids(records.size());
  const Key* last = nullptr;
  for (const Key& key : keys) {
    // The same link stands on page after page of a batch.
    if (last != nullptr && last->host == key.host && last->hash == key.hash &&
        records[last->index]->url == records[key.index]->url) {
      ids[key.index] = ids[last->index];
    } else {
      ids[key.index] = resolve_key(key.host, key.hash, records[key.index]->url);
    }
    last = &key;
  }
  return ids;
}

UrlId UrlTable::resolve_key(HostId host, uint64_t hash, std::string_view url) {
  for (;; ++hash) {
    find_url_.bind(host, hash);
    if (!find_url_.step()) break;
    if (find_url_.text_view(1) == url) {
      const UrlId id = find_url_.integer(0);
      find_url_.reset();
      return id;
    }
  }
  find_url_.reset();
  add_url_.bind(host, hash, url).run();
  return sqlite3_last_insert_rowid(database_.handle());
}

}  // namespace storage::sqlite
