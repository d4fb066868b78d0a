// SPDX-License-Identifier: MIT
#include "scraper/parse/formatting_list.h"

#include <algorithm>
#include <cstring>

namespace scraper {
namespace {

// "Noah's Ark clause".
constexpr size_t kSameMax = 3;

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

bool FormattingList::contains(const GumboNode* node) const {
  return std::any_of(entries_.rbegin(), entries_.rend(), [node](const Entry& entry) { return entry.node == node; });
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

void FormattingList::removed_from_stack(size_t i) {
  for (Entry& entry : entries_) {
    if (entry.place == i)
      entry.place = UINT32_MAX;
    else if (entry.place > i && entry.place != UINT32_MAX)
      --entry.place;
  }
}

}  // namespace scraper
