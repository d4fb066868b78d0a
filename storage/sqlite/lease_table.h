// SPDX-License-Identifier: MIT
#pragma once

#include <unordered_map>
#include <unordered_set>

#include "storage/records.h"

namespace storage::sqlite {

/// Which tasks are handed out. In memory alone: when the process dies, what was handed out is simply still to do.
class LeaseTable {
 public:
  void handed_out(HostId host, UrlId task);
  /// The task is done with; it need not have been out.
  void finished(HostId host, UrlId task);

  bool is_out(HostId host, UrlId task) const;
  size_t out(HostId host) const;
  int64_t total() const { return total_; }

 private:
  std::unordered_map<HostId, std::unordered_set<UrlId>> hosts_;
  int64_t total_ = 0;
};

}  // namespace storage::sqlite
