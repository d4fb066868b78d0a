// SPDX-License-Identifier: MIT
#include "storage/sqlite/recent_urls.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>

namespace storage::sqlite {

RecentUrls::Fingerprint RecentUrls::fingerprint(std::string_view url) const {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(url.data(), url.size(), seed_);
  return {hash.high64, hash.low64};
}

UrlId RecentUrls::find(const Fingerprint& url) const {
  const Slot& slot = slots_[url.low % kSlots];
  return slot.url == url ? slot.id : 0;
}

void RecentUrls::remember(const Fingerprint& url, UrlId id) { slots_[url.low % kSlots] = {url, id}; }

void RecentUrls::forget_all() { std::fill(slots_.begin(), slots_.end(), Slot{}); }

}  // namespace storage::sqlite
