// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "storage/error.h"
#include "storage/records.h"

namespace scraper {

/// What the store thread did with a batch of its inbox: with the outcomes and leases in it, or with the parts of the
/// list.
struct StoreReply {
  size_t committed = 0;                                   ///< outcomes
  std::optional<std::vector<storage::HostLease>> leases;  ///< set when a lease was asked for
  size_t lease_asked = 0;                                 ///< how many tasks were asked for
  int seeds_added = 0;                                    ///< parts of the list
  bool list_complete = false;                             ///< with seeds_added: they were the last ones
  storage::Counts counts;
};

/// The database can no longer be used; nothing more comes from the store thread.
struct StoreFailure {
  storage::Error error;
};

}  // namespace scraper
