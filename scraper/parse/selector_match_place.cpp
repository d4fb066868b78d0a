// SPDX-License-Identifier: MIT
#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/selector_match.h"
#include "scraper/parse/selector_tree.h"

// Pseudo-classes that say where an element stands, or what stands around and below it.

namespace scraper {
namespace {

using Kind = PseudoTest::Kind;

/// Steps that may go into looking below one element after the other before all that hold something are found at once.
constexpr size_t kHolderStepsMax = 20'000;

/// Among this many siblings an element's position is counted on the spot.
constexpr unsigned kFewSiblings = 32;

/// Positions that are kept at once; four bytes each.
constexpr size_t kPositionsMax = 8u << 20;

/// Level 4: white space alone is empty too.
bool is_blank(const GumboNode* node) {
  const std::string_view text = text_of(node);
  for (const char c : text) {
    if (!is_white_space(c)) return false;
  }
  return true;
}

bool counts_types(Kind kind) { return kind == Kind::nth_of_type || kind == Kind::nth_last_of_type; }

bool counts_from_end(Kind kind) { return kind == Kind::nth_last_child || kind == Kind::nth_last_of_type; }

/// How many of each type were seen.
class TypeCounts {
 public:
  uint32_t count(const GumboNode* element) {
    const GumboElement& it = element->v.element;
    if (it.tag == GUMBO_TAG_UNKNOWN)
      return ++named_[to_lower(original_tag_name(element)) + static_cast<char>('0' + it.tag_namespace)];
    return ++known_[static_cast<size_t>(it.tag) * 3 + static_cast<size_t>(it.tag_namespace)];
  }

 private:
  std::vector<uint32_t> known_ = std::vector<uint32_t>((GUMBO_TAG_LAST + 1) * 3);
  std::unordered_map<std::string, uint32_t> named_;
};

}  // namespace

bool SelectorMatch::matches(const PseudoTest& test, const GumboNode* element) {
  switch (test.kind) {
    case Kind::any_of:
      return matches_any(*test.list, element);
    case Kind::none_of:
      return !matches_any(*test.list, element);
    case Kind::has:
      for (const ComplexSelector& relative : *test.list) {
        if (has(relative, element)) return true;
      }
      return false;
    case Kind::nth_child:
    case Kind::nth_last_child:
    case Kind::nth_of_type:
    case Kind::nth_last_of_type:
      return is_at_position(test, element);
    case Kind::contains:
    case Kind::contains_own:
      return contains_text(test, element);
    case Kind::language:
      return is_in_language(test, element);
    case Kind::root:
      return parent_element(element) == nullptr;
    case Kind::scope:
      return element == scope_;
    case Kind::empty:
    case Kind::parent: {
      const GumboVector* below = children(element);
      for (unsigned i = 0; i < below->length && spend(1 + text_of(child(below, i)).size() / 64); ++i) {
        if (child(below, i)->type == GUMBO_NODE_COMMENT) continue;
        if (test.kind == Kind::parent) return true;
        if (is_element(child(below, i)) || !is_blank(child(below, i))) return false;
      }
      return test.kind == Kind::empty;
    }
    case Kind::chosen:
      return is_chosen(element);
    case Kind::default_button:
      return is_default_button(element);
    case Kind::never:
      return false;
  }
  return false;
}

bool SelectorMatch::has(const ComplexSelector& relative, const GumboNode* anchor) {
  if (relative.among_siblings) {
    size_t left = relative.siblings_max;
    for (const GumboNode* node = next_element(anchor); node != nullptr && left > 0; node = next_element(node), --left) {
      if (has_below(relative, node, true, anchor, nullptr)) return true;
      if (overrun_ != Overrun::none) return false;
    }
    return false;
  }
  if (relative.parts.size() > 2 || relative.parts[1].combinator != Combinator::descendant)
    return has_below(relative, anchor, false, anchor, nullptr);
  Holders& holders = holders_[&relative];
  if (!holders.known && holders.steps > kHolderStepsMax) find_holders(relative.parts[1].compound, anchor, holders);
  if (holders.known) return holders.elements.count(anchor) > 0;
  return has_below(relative, anchor, false, anchor, &holders.steps);
}

bool SelectorMatch::has_below(const ComplexSelector& relative, const GumboNode* top, bool top_counts,
                              const GumboNode* anchor, size_t* steps) {
  size_t depth = 0;
  for (const GumboNode* node = top; node != nullptr && spend();
       node = next_below(node, top, depth < relative.levels_max, depth)) {
    if (steps != nullptr) ++*steps;
    if (is_element(node) && (top_counts || node != top) && matches(relative, node, anchor)) return true;
  }
  return false;
}

/// Each element is entered once, so that this takes time in proportion to the page, whatever its depth.
void SelectorMatch::find_holders(const CompoundSelector& wanted, const GumboNode* anchor, Holders& holders) {
  size_t depth = 0;
  const GumboNode* top = topmost(anchor);
  for (const GumboNode* node = top; node != nullptr && spend(); node = next_below(node, top, true, depth)) {
    if (!is_element(node) || !matches(wanted, node, nullptr)) continue;
    for (const GumboNode* around = node->parent; around != nullptr && spend(); around = around->parent) {
      if (!holders.elements.insert(around).second) break;
    }
  }
  holders.known = true;
}

bool SelectorMatch::is_at_position(const PseudoTest& test, const GumboNode* element) {
  const int64_t at = position(test, element);
  if (at == 0) return false;
  if (test.step == 0) return at == test.offset;
  const int64_t steps = (at - test.offset) / test.step;
  return steps >= 0 && steps * test.step + test.offset == at;
}

/// From 1; 0 when the element is not among those that are counted.
uint32_t SelectorMatch::position(const PseudoTest& test, const GumboNode* element) {
  const GumboVector* siblings = element->parent == nullptr ? nullptr : children(element->parent);
  const unsigned at = siblings == nullptr ? 0 : index_among(siblings, element);
  if (siblings == nullptr || at == siblings->length) return 1;
  if (siblings->length <= kFewSiblings) return count_position(test, element, siblings, at);
  static constexpr char kWhole[4] = {};  // addresses that stand for the kinds without a list of their own
  const void* what = test.list ? static_cast<const void*>(&test)
                               : &kWhole[(counts_types(test.kind) ? 1 : 0) + (counts_from_end(test.kind) ? 2 : 0)];
  const std::pair key{static_cast<const GumboNode*>(element->parent), what};
  if (const auto known = positions_.find(key); known != positions_.end()) return known->second[at];
  std::vector<uint32_t> counted = count_positions(test, siblings);
  if (overrun_ != Overrun::none) return 0;
  const uint32_t found = counted[at];
  positions_kept_ += counted.size();
  if (positions_kept_ > kPositionsMax) {
    positions_.clear();
    positions_kept_ = counted.size();
  }
  positions_[key] = std::move(counted);
  return found;
}

uint32_t SelectorMatch::count_position(const PseudoTest& test, const GumboNode* element, const GumboVector* siblings,
                                       unsigned at) {
  if (test.list && !matches_any(*test.list, element)) return 0;
  const bool from_end = counts_from_end(test.kind);
  uint32_t position = 1;
  for (unsigned i = from_end ? at + 1 : 0; i < (from_end ? siblings->length : at) && spend(); ++i) {
    const GumboNode* other = child(siblings, i);
    if (!is_element(other)) continue;
    if (counts_types(test.kind) && !is_same_type(element, other)) continue;
    if (test.list && !matches_any(*test.list, other)) continue;
    ++position;
  }
  return position;
}

std::vector<uint32_t> SelectorMatch::count_positions(const PseudoTest& test, const GumboVector* siblings) {
  std::vector<uint32_t> positions(siblings->length);
  TypeCounts types;
  uint32_t count = 0;
  const bool from_end = counts_from_end(test.kind);
  for (unsigned n = 0; n < siblings->length && spend(); ++n) {
    const unsigned i = from_end ? siblings->length - 1 - n : n;
    const GumboNode* other = child(siblings, i);
    if (!is_element(other)) continue;
    if (counts_types(test.kind))
      positions[i] = types.count(other);
    else if (!test.list || matches_any(*test.list, other))
      positions[i] = ++count;
  }
  return positions;
}

}  // namespace scraper
