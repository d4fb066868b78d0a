// SPDX-License-Identifier: MIT
#include "scraper/parse/formatting_list.h"

#include <algorithm>
#include <cstring>

namespace scraper {
namespace {

// "Noah's Ark clause".
constexpr size_t kSameMax = 3;

constexpr size_t kCopiesMax = 3;

bool same_attributes(const GumboVector& some, const GumboVector& others) {
  if (some.length != others.length) return false;
  for (unsigned i = 0; i < some.length; ++i) {
    const auto* attribute = static_cast<const GumboAttribute*>(some.data[i]);
    const GumboAttribute* other = gumbo_get_attribute(&others, attribute->name);
    if (other == nullptr || std::strcmp(attribute->value, other->value) != 0) return false;
  }
  return true;
}

}  // namespace

bool FormattingList::add(const NodeStack& stack) {
  if (entries_.size() == kEntriesMax) return false;
  const NodeStack::Open& top = stack.top();
  size_t same = 0, earliest = 0;
  for (size_t i = entries_.size(); i > 0 && entries_[i - 1].node != nullptr; --i) {
    const Entry& entry = entries_[i - 1];
    if (entry.tag != top.tag || !same_attributes(entry.node->v.element.attributes, top.node->v.element.attributes))
      continue;
    ++same;
    earliest = i - 1;
  }
  if (same >= kSameMax) erase(earliest);
  entries_.push_back({top.node, static_cast<uint32_t>(stack.size() - 1), top.tag});
  return true;
}

bool FormattingList::add_marker() {
  if (entries_.size() == kEntriesMax) return false;
  entries_.push_back({nullptr, 0, GUMBO_TAG_LAST});
  return true;
}

void FormattingList::clear_to_marker() {
  while (!entries_.empty()) {
    const bool marker = entries_.back().node == nullptr;
    entries_.pop_back();
    if (marker) return;
  }
}

std::optional<size_t> FormattingList::last(GumboTag tag) const {
  for (size_t i = entries_.size(); i > 0 && entries_[i - 1].node != nullptr; --i) {
    if (entries_[i - 1].tag == tag) return i - 1;
  }
  return std::nullopt;
}

std::optional<size_t> FormattingList::find(const GumboNode* node) const {
  for (size_t i = entries_.size(); i > 0; --i) {
    if (entries_[i - 1].node == node) return i - 1;
  }
  return std::nullopt;
}

std::optional<size_t> FormattingList::place(const NodeStack& stack, size_t i) const {
  return is_open(stack, entries_[i]) ? std::optional<size_t>(entries_[i].place) : std::nullopt;
}

void FormattingList::reconstruct(NodeStack& stack) {
  size_t i = entries_.size();
  while (i > 0 && entries_[i - 1].node != nullptr && !is_open(stack, entries_[i - 1])) --i;
  for (; i < entries_.size(); ++i) {
    Entry& entry = entries_[i];
    entry.node = stack.make().copy(entry.node);
    entry.place = static_cast<uint32_t>(stack.size());
    stack.append(entry.node);
    stack.push(entry.node);
  }
}

bool FormattingList::adopt(NodeStack& stack, size_t i, size_t block) {
  const size_t place = entries_[i].place;
  // Of more than three, gumbo leaves some where they are.
  if (block - place - 1 > kCopiesMax || !stack.can_adopt(place, block)) return false;
  size_t bookmark = i + 1;
  std::vector<GumboNode*> copies;
  for (size_t at = block - 1; at > place; --at) {
    const auto found = find(stack[at].node);
    if (!found) continue;
    if (copies.empty()) bookmark = *found + 1;
    entries_[*found].node = stack.make().copy(stack[at].node);
    copies.insert(copies.begin(), entries_[*found].node);
  }
  const Entry adopted{stack.make().copy(entries_[i].node), 0, entries_[i].tag};
  stack.adopt(place, block, copies, adopted.node);
  if (i < bookmark) --bookmark;
  erase(i);
  entries_.insert(entries_.begin() + static_cast<std::ptrdiff_t>(bookmark), adopted);
  for (Entry& entry : entries_)
    entry.place = static_cast<uint32_t>(entry.node == nullptr ? 0 : stack.find(entry.node).value_or(UINT32_MAX));
  return true;
}

void FormattingList::removed_from_stack(size_t i) {
  for (Entry& entry : entries_) {
    if (entry.place == i)
      entry.place = UINT32_MAX;
    else if (entry.place > i && entry.place != UINT32_MAX)
      --entry.place;
  }
}

}  // namespace scraper
