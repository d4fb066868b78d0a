// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "scraper/base/ascii.h"

namespace scraper {

/// What names are looked up by: the last eight bytes in lower case, the last one lowest. A byte more is added so:
/// `key << 8 | byte`.
constexpr uint64_t name_key(std::string_view name) {
  uint64_t key = 0;
  for (const char c : name) key = key << 8 | static_cast<uint8_t>(to_lower(c));
  return key;
}

/// A fixed set of N names in lower case, to be found in any case. Laid out by the compiler; any thread.
template <size_t N>
class NameTable {
 public:
  constexpr explicit NameTable(const std::string_view (&names)[N]) {
    slots_.fill(static_cast<uint8_t>(N));
    for (size_t i = 0; i < N; ++i) {
      entries_[i] = {name_key(names[i]), names[i]};
      size_t slot = slot_of(entries_[i].key);
      while (slots_[slot] != N) slot = (slot + 1) % kSlots;
      slots_[slot] = static_cast<uint8_t>(i);
    }
  }

  constexpr std::string_view operator[](size_t i) const { return entries_[i].name; }

  /// Which of the names it is; N: none.
  size_t find(std::string_view name) const { return find(name, name_key(name)); }

  /// Likewise, of a name whose key is known.
  size_t find(std::string_view name, uint64_t key) const {
    for (size_t slot = slot_of(key); slots_[slot] != N; slot = (slot + 1) % kSlots) {
      const Entry& entry = entries_[slots_[slot]];
      if (entry.key != key || entry.name.size() != name.size()) continue;
      // A key says all of a name that is no longer than it.
      if (name.size() <= sizeof key || equals_ignoring_case(name, entry.name)) return slots_[slot];
    }
    return N;
  }

 private:
  struct Entry {
    uint64_t key = 0;
    std::string_view name;
  };

  static_assert(N < 256);
  static constexpr size_t kSlots = std::bit_ceil(6 * N);  ///< so many that hardly two names meet

  /// Where the search for a key begins.
  static constexpr size_t slot_of(uint64_t key) { return key * 0x9E3779B97F4A7C15 >> (64 - std::countr_zero(kSlots)); }

  std::array<Entry, N> entries_{};
  std::array<uint8_t, kSlots> slots_{};  ///< which name stands there; N: none, which ends the search
};

}  // namespace scraper
