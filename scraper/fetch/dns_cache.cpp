// SPDX-License-Identifier: MIT
#include "scraper/fetch/dns_cache.h"

#include <utility>

#include "scraper/base/check.h"

namespace scraper {

DnsCache::DnsCache(size_t entries_max) : entries_max_(entries_max) { SCRAPER_CHECK(entries_max_ > 0); }

const Resolution* DnsCache::find(std::string_view name, SteadyTime now) {
  const auto found = index_.find(name);
  if (found == index_.end()) return nullptr;
  if (now >= found->second->until) {
    erase(found->second);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, found->second);
  return &found->second->resolution;
}

void DnsCache::put(std::string_view name, Resolution resolution, SteadyTime until) {
  if (const auto known = index_.find(name); known != index_.end()) erase(known->second);
  if (entries_.size() >= entries_max_) erase(std::prev(entries_.end()));
  entries_.push_front(Entry{std::string(name), std::move(resolution), until});
  index_.emplace(entries_.front().name, entries_.begin());
}

void DnsCache::erase(Entries::iterator entry) {
  index_.erase(entry->name);
  entries_.erase(entry);
}

}  // namespace scraper
