// SPDX-License-Identifier: MIT
#include "scraper/parse/node_stack.h"

#include <algorithm>
#include <span>

#include "scraper/parse/gumbo_node.h"

namespace scraper {
namespace {

constexpr size_t kKeptMax = 1u << 20;

}  // namespace

bool is_white_space(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return is_white_space(c); });
}

void NodeStack::start(Arena& arena) {
  // What one page needed is not kept for all that follow.
  if (children_.capacity() > kKeptMax) children_ = {};
  if (gathered_.capacity() > kKeptMax) gathered_ = {};
  make_.start(arena);
  open_.clear();
  children_.clear();
  late_.clear();
  counts_ = {};
  text_ = {};
  document_ = make_.node(GUMBO_NODE_DOCUMENT);
}

void NodeStack::append(GumboNode* node) {
  node->parent = open_.empty() ? document_ : open_.back().node;
  children_.push_back(node);
}

void NodeStack::append_late(GumboNode* parent, GumboNode* node) {
  node->parent = parent == nullptr ? document_ : parent;
  late_.emplace_back(node->parent, node);
}

void NodeStack::push(GumboNode* element) {
  const GumboTag tag = element->v.element.tag;
  const GumboNamespaceEnum space = element->v.element.tag_namespace;
  open_.push_back({element, static_cast<uint32_t>(children_.size()), gumbo_sets(tag, space), tag, space});
  if (space == GUMBO_NAMESPACE_HTML) ++counts_[tag];
}

void NodeStack::pop() {
  flush_text();
  close(open_.back());
  children_.resize(open_.back().first_child);
  open_.pop_back();
}

/// Gives an element the children that are on the stack, up to those of the element above it.
void NodeStack::close(const Open& element) {
  const auto above = static_cast<size_t>(&element - open_.data()) + 1;
  fill(element.node, element.first_child, above < open_.size() ? open_[above].first_child : children_.size());
  if (element.space == GUMBO_NAMESPACE_HTML) --counts_[element.tag];
}

void NodeStack::fill(GumboNode* element, size_t first, size_t last) {
  const std::span<GumboNode* const> nodes(children_.data() + first, last - first);
  for (size_t i = 0; i < nodes.size(); ++i) nodes[i]->index_within_parent = i;
  element->v.element.children = make_.children(nodes);
}

void NodeStack::remove(size_t i) {
  close(open_[i]);
  const size_t begin = open_[i].first_child;
  const size_t end = i + 1 < open_.size() ? open_[i + 1].first_child : children_.size();
  children_.erase(children_.begin() + static_cast<std::ptrdiff_t>(begin),
                  children_.begin() + static_cast<std::ptrdiff_t>(end));
  for (size_t above = i + 1; above < open_.size(); ++above)
    open_[above].first_child -= static_cast<uint32_t>(end - begin);
  open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(i));
}

bool NodeStack::can_adopt(size_t i, size_t block) const {
  if (i == 0 || children_.size() - open_[block].first_child > kMovedMax) return false;
  for (size_t at = i; at <= block; ++at) {
    if (open_[at].first_child == open_[at - 1].first_child) return false;
    if (children_[open_[at].first_child - 1] != open_[at].node) return false;
  }
  return true;
}

void NodeStack::adopt(size_t i, size_t block, std::span<GumboNode* const> copies, GumboNode* formatting) {
  const std::vector<Open> above(open_.begin() + static_cast<std::ptrdiff_t>(block), open_.end());
  const std::vector<GumboNode*> held(children_.begin() + above[0].first_child, children_.end());
  const size_t held_by_block = (above.size() > 1 ? above[1].first_child : children_.size()) - above[0].first_child;
  children_.erase(children_.begin() + above[0].first_child - 1, children_.end());
  for (size_t at = block; at-- > i;) {
    const bool last = at + 1 == block;
    fill(open_[at].node, open_[at].first_child, last ? children_.size() : open_[at + 1].first_child);
    if (open_[at].space == GUMBO_NAMESPACE_HTML) --counts_[open_[at].tag];
  }
  children_.resize(open_[i].first_child);
  open_.resize(i);
  for (GumboNode* copy : copies) {
    append(copy);
    push(copy);
  }
  append(above[0].node);
  open_.push_back(above[0]);
  open_.back().first_child = static_cast<uint32_t>(children_.size());
  append(formatting);
  push(formatting);
  for (size_t at = 0; at < held_by_block; ++at) held[at]->parent = formatting;
  const size_t moved_to = children_.size();
  children_.insert(children_.end(), held.begin(), held.end());
  for (size_t at = 1; at < above.size(); ++at) {
    open_.push_back(above[at]);
    open_.back().first_child = static_cast<uint32_t>(above[at].first_child - above[0].first_child + moved_to);
  }
}

std::optional<size_t> NodeStack::find(const GumboNode* node) const {
  const auto found = std::find_if(open_.begin(), open_.end(), [node](const Open& open) { return open.node == node; });
  return found == open_.end() ? std::nullopt : std::optional<size_t>(found - open_.begin());
}

GumboNode* NodeStack::finish() {
  pop_to(0);
  for (size_t i = 0; i < children_.size(); ++i) children_[i]->index_within_parent = i;
  document_->v.document.children = make_.children(children_);
  std::stable_sort(late_.begin(), late_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto begin = late_.begin(); begin != late_.end();) {
    GumboNode* parent = begin->first;
    GumboVector& list = parent->type == GUMBO_NODE_DOCUMENT ? parent->v.document.children : parent->v.element.children;
    children_.assign(reinterpret_cast<GumboNode**>(list.data), reinterpret_cast<GumboNode**>(list.data) + list.length);
    for (; begin != late_.end() && begin->first == parent; ++begin) {
      begin->second->index_within_parent = children_.size();
      children_.push_back(begin->second);
    }
    list = make_.children(children_);
  }
  return document_;
}

void NodeStack::add_text(std::string_view text, bool lasts) {
  if (text_.empty() && lasts) {
    text_ = text;
    text_lasts_ = true;
    return;
  }
  if (text_.empty() || text_lasts_) gathered_.assign(text_);
  text_lasts_ = false;
  gathered_ += text;
  text_ = gathered_;
}

void NodeStack::flush_text() {
  if (text_.empty()) return;
  append(make_.text(is_white_space(text_) ? GUMBO_NODE_WHITESPACE : GUMBO_NODE_TEXT, text_));
  text_ = {};
}

std::optional<size_t> NodeStack::in_scope(GumboTag tag, uint32_t bounds) const {
  if (counts_[tag] == 0) return std::nullopt;
  for (size_t i = open_.size(); i > 0; --i) {
    if (is_html(i - 1, tag)) return i - 1;
    if (open_[i - 1].sets & bounds) break;
  }
  return std::nullopt;
}

bool NodeStack::any_in_scope(uint32_t sets, uint32_t bounds) const {
  for (size_t i = open_.size(); i > 0; --i) {
    if ((open_[i - 1].sets & sets) && open_[i - 1].space == GUMBO_NAMESPACE_HTML) return true;
    if (open_[i - 1].sets & bounds) break;
  }
  return false;
}

std::optional<size_t> NodeStack::select_in_scope() const {
  for (size_t i = open_.size(); i > 0; --i) {
    if (is_html(i - 1, GUMBO_TAG_SELECT)) return i - 1;
    if (!(open_[i - 1].sets & kSetOption)) break;
  }
  return std::nullopt;
}

}  // namespace scraper
