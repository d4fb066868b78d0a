// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace storage::sqlite {

/// The ids of texts seen lately, such as link targets: pages of a site link to the same ones over and over, and each
/// look-up in the index of a large table costs more than all else about a link. A table of fixed size (24 bytes a slot)
/// in which the latest of those that share a slot stays. Texts are told apart by 128 bits of a hash with the database's
/// secret.
class RecentIds {
 public:
  struct Fingerprint {
    uint64_t high = 0;
    uint64_t low = 0;
    bool operator==(const Fingerprint&) const = default;
  };

  RecentIds(uint64_t seed, size_t slots) : seed_(seed), mask_(std::bit_ceil(slots) - 1), slots_(mask_ + 1) {}

  Fingerprint fingerprint(std::string_view text) const;
  /// 0: not among them.
  int64_t find(const Fingerprint& text) const;
  void remember(const Fingerprint& text, int64_t id);
  /// What was remembered may have been rolled back.
  void forget_all();

 private:
  struct Slot {
    Fingerprint text;
    int64_t id = 0;
  };
  uint64_t seed_;
  size_t mask_;
  std::vector<Slot> slots_;
};

}  // namespace storage::sqlite
