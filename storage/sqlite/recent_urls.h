// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "storage/records.h"

namespace storage::sqlite {

/// The ids of link targets seen lately: pages of a site link to the same ones over and over, and each look-up in the
/// index of a large table costs more than all else about a link. A table of fixed size (1 MiB) in which the latest of
/// those that share a slot stays. URLs are told apart by 128 bits of a hash with the database's secret.
class RecentUrls {
 public:
  struct Fingerprint {
    uint64_t high = 0;
    uint64_t low = 0;
    bool operator==(const Fingerprint&) const = default;
  };

  explicit RecentUrls(uint64_t seed) : seed_(seed), slots_(kSlots) {}

  Fingerprint fingerprint(std::string_view url) const;
  /// 0: not among them.
  UrlId find(const Fingerprint& url) const;
  void remember(const Fingerprint& url, UrlId id);
  /// What was remembered may have been rolled back.
  void forget_all();

 private:
  static constexpr size_t kSlots = 32'768;
  struct Slot {
    Fingerprint url;
    UrlId id = 0;
  };
  uint64_t seed_;
  std::vector<Slot> slots_;
};

}  // namespace storage::sqlite
