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
constexpr size_t kRecentUrls = 32'768;

}  // namespace

uint64_t url_hash(std::string_view url, uint64_t seed) { return XXH3_64bits_withSeed(url.data(), url.size(), seed); }

UrlTable::UrlTable(Database& database, Hash hash)
    : database_(database),
      hash_(hash ? std::move(hash) : Hash(url_hash)),
      seed_(static_cast<uint64_t>(database.integer(kHashSeedSql))),
      recent_(seed_, kRecentUrls),
      find_host_(database, "SELECT id FROM hosts WHERE origin = ?"),
      add_host_(database, "INSERT INTO hosts (origin) VALUES (?)"),
      mark_host_(database, "UPDATE hosts SET listed_run = ?2 WHERE id = ?1 AND listed_run IS NOT ?2"),
      mark_url_(database, "UPDATE urls SET listed_as = ?2 WHERE id = ?1 AND (listed_as IS NULL OR listed_as < ?3)"),
      find_url_(database, kFindUrlSql),
      add_url_(database, "INSERT INTO urls (host_id, url_hash, url, found_on) VALUES (?, ?, ?, ?)"),
      add_task_(database,
                "INSERT INTO urls (host_id, url_hash, url, run_id, listed_as, state, depth)"
                " VALUES (?, ?, ?, ?, ?, 'todo', 0) ON CONFLICT DO NOTHING") {}

size_t UrlTable::TextHash::operator()(std::string_view text) const { return XXH3_64bits(text.data(), text.size()); }

HostId UrlTable::host_id(std::string_view origin) {
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

void UrlTable::mark_listed(UrlId url, HostId host, RunId run, int64_t line) {
  mark_url_.bind(url, line_id(run, line), line_id(run, 0)).run();
  if (host != 0) mark_host_listed(host, run);
}

void UrlTable::mark_host_listed(HostId host, RunId run) {
  if (marked_as_listed_.size() >= kHostCacheMax) marked_as_listed_.clear();
  RunId& marked = marked_as_listed_[host];
  if (marked == run) return;
  marked = run;
  mark_host_.bind(host, run).run();
}

void UrlTable::roll_back() {
  recent_.forget_all();
  host_ids_.clear();
  marked_as_listed_.clear();
}

UrlId UrlTable::resolve(std::string_view origin, std::string_view url) {
  return resolve_key(host_id(origin), hash_(url, seed_), url, 0);
}

template <typename OriginAt, typename UrlAt, typename Resolve>
void UrlTable::each_key(size_t count, const OriginAt& origin_at, const UrlAt& url_at, const Resolve& resolve) {
  std::vector<Key> keys;
  keys.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    keys.push_back({host_id(origin_at(i)), hash_(url_at(i), seed_), static_cast<uint32_t>(i)});
  }
  std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) {
    if (a.host != b.host) return a.host < b.host;
    if (a.hash != b.hash) return static_cast<int64_t>(a.hash) < static_cast<int64_t>(b.hash);
    return a.index < b.index;
  });
  const Key* last = nullptr;
  for (const Key& key : keys) {
    const bool same =
        last != nullptr && last->host == key.host && last->hash == key.hash && url_at(last->index) == url_at(key.index);
    resolve(key, same ? last : nullptr);
    last = &key;
  }
}

std::vector<UrlId> UrlTable::resolve_all(const std::vector<const UrlRecord*>& records,
                                         const std::vector<UrlId>& found_on) {
  std::vector<UrlId> ids(records.size());
  struct Unknown {
    uint32_t index;  // in records
    RecentIds::Fingerprint url;
  };
  std::vector<Unknown> unknown;
  for (size_t i = 0; i < records.size(); ++i) {
    const RecentIds::Fingerprint url = recent_.fingerprint(records[i]->url);
    ids[i] = recent_.find(url);
    if (ids[i] == 0) unknown.push_back({static_cast<uint32_t>(i), url});
  }
  const auto origin_at = [&](size_t i) -> std::string_view { return records[unknown[i].index]->origin(); };
  const auto url_at = [&](size_t i) -> std::string_view { return records[unknown[i].index]->url; };
  each_key(unknown.size(), origin_at, url_at, [&](const Key& key, const Key* same) {
    const auto& [index, url] = unknown[key.index];
    // The same link stands on page after page of a batch.
    ids[index] = same != nullptr
                     ? ids[unknown[same->index].index]
                     : resolve_key(key.host, key.hash, records[index]->url, found_on.empty() ? 0 : found_on[index]);
    recent_.remember(url, ids[index]);
  });
  return ids;
}

std::vector<UrlTable::Added> UrlTable::add_listed(const SeedLines& seeds, RunId run,
                                                  const std::function<void(HostId, int64_t)>& added) {
  const auto plain = seeds.plain();
  std::vector<Added> rows(plain.size());
  HostId host = 0;  // whose turn it is, and how many of its URLs are new
  int64_t count = 0;
  const auto origin_at = [&](size_t i) { return seeds.origin(plain[i]); };
  const auto url_at = [&](size_t i) { return seeds.url(plain[i]); };
  each_key(plain.size(), origin_at, url_at, [&](const Key& key, const Key* same) {
    if (same != nullptr) {
      rows[key.index] = rows[same->index];
      return;
    }
    if (key.host != host) {
      if (count > 0) added(host, count);
      host = key.host;
      count = 0;
      mark_host_listed(host, run);
    }
    const int64_t line = plain[key.index].line;
    add_task_.bind(key.host, key.hash, url_at(key.index), run, line_id(run, line)).run();
    if (database_.changes() == 0) {
      const UrlId known = resolve_key(key.host, key.hash, url_at(key.index), 0);
      mark_url_.bind(known, line_id(run, line), line_id(run, 0)).run();
      rows[key.index] = {known, false};
      return;
    }
    rows[key.index] = {sqlite3_last_insert_rowid(database_.handle()), true};
    ++count;
  });
  if (count > 0) added(host, count);
  return rows;
}

UrlId UrlTable::resolve_key(HostId host, uint64_t hash, std::string_view url, UrlId found_on) {
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
  add_url_.bind(host, hash, url, found_on != 0 ? std::optional(found_on) : std::nullopt).run();
  return sqlite3_last_insert_rowid(database_.handle());
}

}  // namespace storage::sqlite
