// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace storage::sqlite {

/// The hash of a canonical URL, seeded with the database's secret (meta.hash_seed): XXH3, 64 bits.
uint64_t url_hash(std::string_view url, uint64_t seed);

/// SELECT id, url by (host_id, url_hash): of two URLs with one hash the second stands at the next free value, so a
/// search goes on from hash to hash + 1 until the text is right or there is none.
inline constexpr std::string_view kFindUrlSql = "SELECT id, url FROM urls WHERE host_id = ? AND url_hash = ?";
inline constexpr std::string_view kHashSeedSql = "SELECT value FROM meta WHERE key = 'hash_seed'";

}  // namespace storage::sqlite
