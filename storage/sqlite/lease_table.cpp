// SPDX-License-Identifier: MIT
#include "storage/sqlite/lease_table.h"

#include "scraper/base/check.h"

namespace storage::sqlite {

void LeaseTable::handed_out(HostId host, UrlId task) {
  const bool added = hosts_[host].insert(task).second;
  SCRAPER_CHECK(added);
  ++total_;
}

void LeaseTable::finished(HostId host, UrlId task) {
  const auto found = hosts_.find(host);
  if (found == hosts_.end()) return;
  total_ -= static_cast<int64_t>(found->second.erase(task));
  if (found->second.empty()) hosts_.erase(found);
}

bool LeaseTable::is_out(HostId host, UrlId task) const {
  const auto found = hosts_.find(host);
  return found != hosts_.end() && found->second.contains(task);
}

size_t LeaseTable::out(HostId host) const {
  const auto found = hosts_.find(host);
  return found == hosts_.end() ? 0 : found->second.size();
}

}  // namespace storage::sqlite
