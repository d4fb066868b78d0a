// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "scraper/parse/node_stack.h"

namespace scraper {

/// The list of active formatting elements (WHATWG HTML 13.2.4.3) beside a stack of open elements. One thread's.
class FormattingList {
 public:
  /// What is longer is not gone through again and again.
  static constexpr size_t kEntriesMax = 100;

  void start() { entries_.clear(); }

  /// The top of the stack is one from now on. False when the list is full.
  bool add(const NodeStack& stack);
  bool add_marker();
  void clear_to_marker();
  void erase(size_t i) { entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(i)); }

  /// The last of the tag behind the last marker.
  std::optional<size_t> last(GumboTag tag) const;
  std::optional<size_t> find(const GumboNode* node) const;
  /// Where on the stack it is, as long as it is open.
  std::optional<size_t> place(const NodeStack& stack, size_t i) const;

  /// Some are closed that go on here.
  bool wants_reconstruction(const NodeStack& stack) const {
    return !entries_.empty() && entries_.back().node != nullptr && !is_open(stack, entries_.back());
  }
  /// Opens these again on top of the stack.
  void reconstruct(NodeStack& stack);
  /// One round of the adoption agency algorithm for the i-th, which is open, and its furthest block on the stack.
  /// False when that is too much to be moved.
  bool adopt(NodeStack& stack, size_t i, size_t block);
  /// The i-th of the stack was taken out of it.
  void removed_from_stack(size_t i);

 private:
  struct Entry {
    GumboNode* node;  ///< nullptr: a marker
    uint32_t place;   ///< where on the stack it was put
    GumboTag tag;
  };

  static bool is_open(const NodeStack& stack, const Entry& entry) {
    return entry.place < stack.size() && stack[entry.place].node == entry.node;
  }

  std::vector<Entry> entries_;
};

}  // namespace scraper
