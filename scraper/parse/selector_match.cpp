// SPDX-License-Identifier: MIT
#include "scraper/parse/selector_match.h"

#include <cstring>

#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/selector_tree.h"

namespace scraper {
namespace {

bool equal(std::string_view a, std::string_view b, bool ignore_case) {
  return ignore_case ? equals_ignoring_case(a, b) : a == b;
}

bool has_word(std::string_view list, std::string_view word, bool ignore_case) {
  if (word.empty()) return false;
  size_t at = 0;
  while (at < list.size()) {
    while (at < list.size() && is_white_space(list[at])) ++at;
    const size_t begin = at;
    while (at < list.size() && !is_white_space(list[at])) ++at;
    if (equal(list.substr(begin, at - begin), word, ignore_case)) return true;
  }
  return false;
}

/// In linear time, which string_view::find does not promise.
bool contains(std::string_view text, std::string_view part) {
  return memmem(text.data(), text.size(), part.data(), part.size()) != nullptr;
}

bool contains(std::string_view text, std::string_view part, bool ignore_case) {
  return ignore_case ? contains(to_lower(text), to_lower(part)) : contains(text, part);
}

}  // namespace

bool SelectorMatch::look() {
  left_ = kStepsBetweenLooks;
  if (overrun_ == Overrun::none && watchdog_ != nullptr) overrun_ = watchdog_->look();
  if (overrun_ == Overrun::none) return true;
  left_ = 0;
  return false;
}

bool SelectorMatch::matches_any(const SelectorList& list, const GumboNode* element) {
  for (const ComplexSelector& selector : list) {
    if (matches(selector, element)) return true;
  }
  return false;
}

const GumboNode* SelectorMatch::previous_element(const GumboNode* element) {
  const GumboNode* node = previous_sibling(element);
  while (node != nullptr && !is_element(node) && spend()) node = previous_sibling(node);
  return node != nullptr && is_element(node) ? node : nullptr;
}

const GumboNode* SelectorMatch::next_element(const GumboNode* element) {
  const GumboNode* node = next_sibling(element);
  while (node != nullptr && !is_element(node) && spend()) node = next_sibling(node);
  return node != nullptr && is_element(node) ? node : nullptr;
}

SelectorMatch::Outcome SelectorMatch::match_from(const std::vector<ComplexSelector::Part>& parts, size_t last,
                                                 const GumboNode* element, const GumboNode* anchor) {
  if (!matches(parts[last].compound, element, anchor)) return Outcome::failed;
  if (last == 0) return Outcome::matched;
  const Combinator combinator = parts[last].combinator;
  const bool upwards = combinator != Combinator::next_sibling && combinator != Combinator::later_sibling;
  const GumboNode* candidate = element;
  bool stay = combinator == Combinator::self_or_descendant;
  while (true) {
    // Nothing left of an anchor matters, and what is above it cannot lead to it.
    if (!stay && upwards && candidate == anchor) return Outcome::failed_for_good;
    if (!stay) candidate = upwards ? parent_element(candidate) : previous_element(candidate);
    stay = false;
    if (!spend()) return Outcome::failed_for_good;
    if (candidate == nullptr) return upwards ? Outcome::failed_for_good : Outcome::failed_among_siblings;
    const Outcome outcome = match_from(parts, last - 1, candidate, anchor);
    if (outcome == Outcome::matched || outcome == Outcome::failed_for_good) return outcome;
    if (combinator == Combinator::child) return Outcome::failed_among_siblings;
    if (combinator == Combinator::next_sibling) return outcome;
    if (combinator == Combinator::later_sibling && outcome == Outcome::failed_among_siblings) return outcome;
  }
}

bool SelectorMatch::matches(const CompoundSelector& compound, const GumboNode* element, const GumboNode* anchor) {
  if (!spend()) return false;
  if (compound.is_anchor) return element == anchor;
  if (!compound.tag_name.empty()) {
    if (element->v.element.tag != compound.tag) return false;
    if (compound.tag == GUMBO_TAG_UNKNOWN && !equals_ignoring_case(original_tag_name(element), compound.tag_name))
      return false;
  }
  if (!compound.id.empty() && value_of(element, "id") != compound.id) return false;
  if (!compound.classes.empty()) {
    const auto value = value_of(element, "class");
    if (!value) return false;
    for (const std::string& wanted : compound.classes) {
      if (!spend(1 + value->size() / 64) || !has_word(*value, wanted, false)) return false;
    }
  }
  for (const AttributeTest& test : compound.attributes) {
    if (!matches(test, element)) return false;
  }
  for (const PseudoTest& test : compound.pseudos) {
    if (!matches(test, element)) return false;
  }
  return true;
}

std::optional<std::string_view> SelectorMatch::value_of(const GumboNode* element, std::string_view attribute) {
  spend(1 + element->v.element.attributes.length / 8);
  return find_attribute(element, attribute);
}

bool SelectorMatch::matches(const AttributeTest& test, const GumboNode* element) {
  const auto value = value_of(element, test.name);
  if (!value) return test.op == AttributeTest::Op::differs;
  return spend(1 + value->size() / 64) && holds(test, *value);
}

bool SelectorMatch::holds(const AttributeTest& test, std::string_view value) {
  using Op = AttributeTest::Op;
  const std::string_view want = test.value;
  switch (test.op) {
    case Op::present:
      return true;
    case Op::equals:
      return equal(value, want, test.ignore_case);
    case Op::differs:
      return !equal(value, want, test.ignore_case);
    case Op::has_word:
      return has_word(value, want, test.ignore_case);
    case Op::dash_prefix:
      if (value.size() > want.size() && value[want.size()] != '-') return false;
      return equal(value.substr(0, want.size()), want, test.ignore_case);
    case Op::begins:
      return !want.empty() && equal(value.substr(0, want.size()), want, test.ignore_case);
    case Op::ends:
      return !want.empty() && value.size() >= want.size() &&
             equal(value.substr(value.size() - want.size()), want, test.ignore_case);
    case Op::contains:
      return !want.empty() && contains(value, want, test.ignore_case);
  }
  return false;
}

bool SelectorMatch::contains_text(const PseudoTest& test, const GumboNode* element) {
  const bool own = test.kind == PseudoTest::Kind::contains_own;
  text_.clear();
  size_t depth = 0;
  for (const GumboNode* node = element; node != nullptr;
       node = next_below(node, element, !own || node == element, depth)) {
    const std::string_view text = text_of(node);
    if (!spend(1 + text.size() / 64)) return false;
    if (!own) {
      text_ += text;
      continue;
    }
    for (const std::string& word : test.words) {
      if (node != element && !text.empty() && contains(text, word)) return true;
    }
  }
  for (const std::string& word : test.words) {
    if (!spend(1 + text_.size() / 64)) return false;
    if (!own && contains(text_, word)) return true;
  }
  return false;
}

}  // namespace scraper
