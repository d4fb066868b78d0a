// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "scraper/base/clock.h"

namespace scraper {

/// What a name leads to: addresses, or the reason why there are none.
struct Resolution {
  std::string addresses;  ///< as CURLOPT_RESOLVE wants them: `192.0.2.1,[2001:db8::1]`; empty: the look-up failed
  std::string problem;    ///< in words, when it failed
};

/// Answers to name look-ups, each until its time to live is over. Holds at most `entries_max`; the one that was asked
/// for longest ago makes room. Used by one thread; time comes in as a parameter.
class DnsCache {
 public:
  explicit DnsCache(size_t entries_max);
  DnsCache(const DnsCache&) = delete;  // the index points into the names
  DnsCache& operator=(const DnsCache&) = delete;

  /// nullptr when nothing is known, or no longer. Valid until the next call.
  const Resolution* find(std::string_view name, SteadyTime now);

  /// Replaces what was known of the name.
  void put(std::string_view name, Resolution resolution, SteadyTime until);

  size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string name;
    Resolution resolution;
    SteadyTime until;
  };
  using Entries = std::list<Entry>;

  void erase(Entries::iterator entry);

  const size_t entries_max_;
  Entries entries_;                                                ///< the one asked for last comes first
  std::unordered_map<std::string_view, Entries::iterator> index_;  ///< by Entry::name
};

}  // namespace scraper
