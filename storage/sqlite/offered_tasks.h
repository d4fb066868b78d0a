// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

#include "storage/records.h"

namespace storage::sqlite {

/// Tasks of the run that were offered lately, and how deep they lie at most: a further link to one of them from no
/// nearer changes nothing, and its row need not be read to find that out. Most links of a crawl are such. A table of
/// fixed size (1 MiB) in which the latest of those that share a slot stays.
class OfferedTasks {
 public:
  OfferedTasks() : slots_(kSlots) {}

  /// A link to the task from that depth would change nothing.
  bool covers(UrlId task, int depth) const {
    const Slot& slot = slots_[index(task)];
    return slot.task == task && depth >= slot.depth;
  }
  void remember(UrlId task, int depth) { slots_[index(task)] = {task, depth}; }
  void forget(UrlId task) {
    if (slots_[index(task)].task == task) slots_[index(task)] = {};
  }
  void forget_all() { slots_.assign(kSlots, {}); }

 private:
  static constexpr size_t kSlots = 65'536;
  struct Slot {
    UrlId task = 0;
    int depth = 0;
  };
  static size_t index(UrlId task) { return static_cast<size_t>(task) % kSlots; }

  std::vector<Slot> slots_;
};

}  // namespace storage::sqlite
