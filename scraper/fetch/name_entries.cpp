// SPDX-License-Identifier: MIT
#include "scraper/fetch/name_entries.h"

#include "scraper/base/check.h"

namespace scraper {

StringList NameEntries::enter(const std::string& host_port, const std::string& addresses) {
  ++users_[host_port];
  // Built from its end, so that each entry costs the same: appending walks the list.
  StringList list;
  // A line that begins with a minus takes an entry away; the plus makes it one that adds.
  append(list, (host_port.starts_with('-') ? "+" : "") + host_port + ':' + addresses);
  for (const std::string& gone : gone_) {
    if (users_.contains(gone)) continue;
    StringList first;
    append(first, '-' + gone);
    first->next = list.release();
    list = std::move(first);
  }
  gone_.clear();
  return list;
}

void NameEntries::leave(const std::string& host_port) {
  const auto found = users_.find(host_port);
  SCRAPER_CHECK(found != users_.end());
  if (--found->second > 0) return;
  gone_.push_back(host_port);
  users_.erase(found);
}

}  // namespace scraper
