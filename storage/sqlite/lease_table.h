// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "storage/records.h"

namespace storage::sqlite {

/// Which tasks are handed out and which hosts have more to give. In memory alone: when the process dies, what was
/// handed out is simply still to do.
class LeaseTable {
 public:
  /// `count` more tasks of the host wait to be handed out.
  void add(HostId host, int64_t count);
  void handed_out(HostId host, UrlId task);
  /// The task is done with; the host may have room for another.
  void finished(HostId host, UrlId task);

  /// The next host to lease from, in turn; 0 when none has tasks waiting and room under `per_host_max`. The host goes
  /// to the end of the turn.
  HostId next_host(size_t per_host_max);

  bool is_out(HostId host, UrlId task) const;
  size_t out(HostId host) const;
  int64_t waiting() const { return waiting_; }

 private:
  struct Host {
    int64_t waiting = 0;
    std::unordered_set<UrlId> out;
    bool in_turn = false;
  };
  void enter_turn(HostId id, Host& host);

  std::unordered_map<HostId, Host> hosts_;
  std::deque<HostId>
      turn_;  ///< hosts with tasks waiting; those without room are passed over and re-enter when one finishes
  int64_t waiting_ = 0;
};

}  // namespace storage::sqlite
