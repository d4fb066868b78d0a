// SPDX-License-Identifier: MIT
#include "storage/sqlite/lease_table.h"

#include "scraper/base/check.h"

namespace storage::sqlite {

void LeaseTable::enter_turn(HostId id, Host& host) {
  if (host.in_turn || host.waiting == 0) return;
  host.in_turn = true;
  turn_.push_back(id);
}

void LeaseTable::add(HostId id, int64_t count) {
  Host& host = hosts_[id];
  host.waiting += count;
  waiting_ += count;
  enter_turn(id, host);
}

void LeaseTable::handed_out(HostId id, UrlId task) {
  Host& host = hosts_[id];
  SCRAPER_CHECK(host.waiting > 0);
  --host.waiting;
  --waiting_;
  const bool added = host.out.insert(task).second;
  SCRAPER_CHECK(added);
}

void LeaseTable::finished(HostId id, UrlId task) {
  const auto found = hosts_.find(id);
  if (found == hosts_.end()) return;
  Host& host = found->second;
  host.out.erase(task);
  enter_turn(id, host);
  if (host.waiting == 0 && host.out.empty() && !host.in_turn) hosts_.erase(found);
}

HostId LeaseTable::next_host(size_t per_host_max) {
  while (!turn_.empty()) {
    const HostId id = turn_.front();
    turn_.pop_front();
    Host& host = hosts_[id];
    host.in_turn = false;
    if (host.waiting == 0 || host.out.size() >= per_host_max) continue;
    enter_turn(id, host);
    return id;
  }
  return 0;
}

bool LeaseTable::is_out(HostId id, UrlId task) const {
  const auto found = hosts_.find(id);
  return found != hosts_.end() && found->second.out.contains(task);
}

size_t LeaseTable::out(HostId id) const {
  const auto found = hosts_.find(id);
  return found == hosts_.end() ? 0 : found->second.out.size();
}

}  // namespace storage::sqlite
