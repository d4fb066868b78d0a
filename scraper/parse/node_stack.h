// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scraper/parse/arena.h"
#include "scraper/parse/gumbo_tags.h"
#include "scraper/parse/node_maker.h"

namespace scraper {

/// The stack of open elements (WHATWG HTML 13.2.4.2) of a tree that is being made, and what stands in them. Their
/// children are kept on one stack for all of them, and copied behind their parent when it is closed, so that no list is
/// ever grown.
///
/// One thread's, reused for tree after tree.
class NodeStack {
 public:
  /// More than this is not moved, so that no end tag costs much.
  static constexpr size_t kMovedMax = 4096;

  struct Open {
    GumboNode* node;
    uint32_t first_child;  ///< where its children begin, on the stack of children
    uint32_t sets;         ///< GumboSet
    GumboTag tag;
    GumboNamespaceEnum space;
  };

  /// Begins a tree in the arena, which must outlive its making.
  void start(Arena& arena);
  NodeMaker& make() { return make_; }
  GumboNode* document() { return document_; }

  bool empty() const { return open_.empty(); }
  size_t size() const { return open_.size(); }
  Open& top() { return open_.back(); }
  const Open& top() const { return open_.back(); }
  Open& operator[](size_t i) { return open_[i]; }
  const Open& operator[](size_t i) const { return open_[i]; }
  bool is_html(size_t i, GumboTag tag) const { return open_[i].tag == tag && open_[i].space == GUMBO_NAMESPACE_HTML; }
  bool top_is(GumboTag tag) const { return !open_.empty() && is_html(open_.size() - 1, tag); }
  bool top_in(uint32_t sets) const { return !open_.empty() && (open_.back().sets & sets) != 0; }

  /// Puts the node behind what the top, or the document, holds.
  void append(GumboNode* node);
  /// Puts the node behind all that `parent` will hold: <head>, <html>, or nullptr for the document.
  void append_late(GumboNode* parent, GumboNode* node);
  /// The element, which stands somewhere, is open from now on.
  void push(GumboNode* element);
  void pop();
  void pop_to(size_t size) {
    while (open_.size() > size) pop();
  }
  /// How many nodes `remove` moves.
  size_t held_above(size_t i) const { return children_.size() - open_[i].first_child; }
  /// Takes an element that need not be the top off the stack. Text that waits goes on waiting, and will stand behind
  /// it.
  void remove(size_t i);
  /// Whether the elements from the i-th to `block` stand in each other as they do on the stack, and little is in the
  /// block: what adopt wants.
  bool can_adopt(size_t i, size_t block) const;
  /// What a round of the adoption agency algorithm does to the tree and the stack, the block being the furthest.
  /// `formatting`, a copy of the i-th, takes what the block holds, and stands in it; the block goes behind the i-th, in
  /// `copies` of those between them, the outer ones first.
  void adopt(size_t i, size_t block, std::span<GumboNode* const> copies, GumboNode* formatting);
  std::optional<size_t> find(const GumboNode* node) const;
  /// Closes all; the tree.
  GumboNode* finish();

  /// Text that goes behind the text that waits to be a node. `lasts`: it lies in the page.
  void add_text(std::string_view text, bool lasts);
  /// Makes a node of what waits; nothing when nothing does.
  void flush_text();
  bool text_waits() const { return !text_.empty(); }

  /// How many HTML elements of the tag are open.
  uint32_t count(GumboTag tag) const { return counts_[tag]; }
  /// The innermost such HTML element, unless one of `bounds` is above it.
  std::optional<size_t> in_scope(GumboTag tag, uint32_t bounds) const;
  bool has_in_scope(GumboTag tag, uint32_t bounds) const { return in_scope(tag, bounds).has_value(); }
  /// Likewise of those of `sets`.
  bool any_in_scope(uint32_t sets, uint32_t bounds) const;
  /// Likewise of <select>, which all but options bound.
  std::optional<size_t> select_in_scope() const;

 private:
  void close(const Open& element);
  void fill(GumboNode* element, size_t first, size_t last);

  NodeMaker make_;
  GumboNode* document_ = nullptr;
  std::vector<Open> open_;
  std::vector<GumboNode*> children_;                     ///< of the document, then of each open element
  std::vector<std::pair<GumboNode*, GumboNode*>> late_;  ///< parents, and what stands behind all else in them
  std::array<uint32_t, GUMBO_TAG_LAST + 1> counts_{};
  std::string_view text_;  ///< waits, in the page or in gathered_
  bool text_lasts_ = false;
  std::string gathered_;
};

/// ASCII white space alone (Infra 4.6).
bool is_white_space(std::string_view text);

}  // namespace scraper
