// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "scraper/parse/selector_parts.h"
#include "scraper/parse/watchdog.h"

namespace scraper {

/// Matches selectors against the elements of one page, and remembers what would otherwise be counted again and again:
/// positions among many siblings, what holds something. Every step is counted, and now and then the watchdog is asked;
/// once it says stop, whatever matches() returns means nothing.
///
/// One thread's, for one selection: the tree and the selectors must stay as they are.
class SelectorMatch {
 public:
  /// `scope` is what :scope names. `watchdog` may be null, and must outlive this.
  SelectorMatch(const GumboNode* scope, const Watchdog* watchdog) : scope_(scope), watchdog_(watchdog) {}

  /// Whether the element is what the rightmost compound names, with what stands left of it around. `anchor` is what
  /// :has() is asked of.
  bool matches(const ComplexSelector& selector, const GumboNode* element, const GumboNode* anchor = nullptr) {
    // Most elements are of another tag, and nothing else needs to be looked at.
    const CompoundSelector& last = selector.parts.back().compound;
    if (!last.tag_name.empty() && !last.is_anchor && element->v.element.tag != last.tag) {
      spend();
      return false;
    }
    return match_from(selector.parts, selector.parts.size() - 1, element, anchor) == Outcome::matched;
  }

  /// Whether one of them does.
  bool matches_any(const SelectorList& list, const GumboNode* element);

  /// Counts steps; false once time is over.
  bool spend(size_t steps = 1) {
    if (steps < left_) {
      left_ -= steps;
      return true;
    }
    return look();
  }

  /// none as long as there was time.
  Overrun overrun() const { return overrun_; }

 private:
  /// How matching to the left came out. Which combinator may usefully try another element depends on where it failed;
  /// trying all of them takes time exponential in the selector's length on deep pages.
  enum class Outcome {
    matched,
    failed,                 ///< a later-sibling combinator may try another sibling, a descendant one another ancestor
    failed_among_siblings,  ///< only a descendant combinator may try on
    failed_for_good,        ///< no more ancestors: nothing further right can help
  };

  /// What is known of one selector of :has().
  struct Holders {
    size_t steps = 0;  ///< spent on looking below one element after the other
    bool known = false;
    std::unordered_set<const GumboNode*> elements;  ///< all that hold a match, once known
  };

  bool look();
  Outcome match_from(const std::vector<ComplexSelector::Part>& parts, size_t last, const GumboNode* element,
                     const GumboNode* anchor);
  bool matches(const CompoundSelector& compound, const GumboNode* element, const GumboNode* anchor);
  bool matches(const AttributeTest& test, const GumboNode* element);
  bool holds(const AttributeTest& test, std::string_view value);
  std::optional<std::string_view> value_of(const GumboNode* element, std::string_view attribute);
  const GumboNode* previous_element(const GumboNode* element);
  const GumboNode* next_element(const GumboNode* element);
  bool matches(const PseudoTest& test, const GumboNode* element);

  bool has(const ComplexSelector& relative, const GumboNode* anchor);
  bool has_below(const ComplexSelector& relative, const GumboNode* top, bool top_counts, const GumboNode* anchor,
                 size_t* steps);
  void find_holders(const CompoundSelector& wanted, const GumboNode* anchor, Holders& holders);

  bool is_at_position(const PseudoTest& test, const GumboNode* element);
  uint32_t position(const PseudoTest& test, const GumboNode* element);
  uint32_t count_position(const PseudoTest& test, const GumboNode* element, const GumboVector* siblings, unsigned at);
  std::vector<uint32_t> count_positions(const PseudoTest& test, const GumboVector* siblings);

  bool contains_text(const PseudoTest& test, const GumboNode* element);
  bool is_in_language(const PseudoTest& test, const GumboNode* element);
  std::optional<std::string_view> language(const GumboNode* element);
  std::optional<std::string_view> page_language(const GumboNode* top);
  bool is_chosen(const GumboNode* option);
  const GumboNode* chosen_of(const GumboNode* select);
  bool is_default_button(const GumboNode* element);

  const GumboNode* scope_;
  const Watchdog* watchdog_;
  size_t left_ = kStepsBetweenLooks;
  Overrun overrun_ = Overrun::none;

  std::unordered_map<const ComplexSelector*, Holders> holders_;
  std::map<std::pair<const GumboNode*, const void*>, std::vector<uint32_t>> positions_;
  size_t positions_kept_ = 0;
  std::string text_;  ///< room that is used again
  const GumboNode* last_select_ = nullptr;
  const GumboNode* last_chosen_ = nullptr;
  std::optional<std::optional<std::string_view>> page_language_;

  static constexpr size_t kStepsBetweenLooks = 4096;
};

}  // namespace scraper
