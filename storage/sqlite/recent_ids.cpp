// SPDX-License-Identifier: MIT
#include "storage/sqlite/recent_ids.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>

namespace storage::sqlite {

RecentIds::Fingerprint RecentIds::fingerprint(std::string_view text) const {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(text.data(), text.size(), seed_);
  return {hash.high64, hash.low64};
}

int64_t RecentIds::find(const Fingerprint& text) const {
  const Slot& slot = slots_[text.low & mask_];
  return slot.text == text ? slot.id : 0;
}

void RecentIds::remember(const Fingerprint& text, int64_t id) { slots_[text.low & mask_] = {text, id}; }

void RecentIds::forget_all() { std::fill(slots_.begin(), slots_.end(), Slot{}); }

}  // namespace storage::sqlite
