// SPDX-License-Identifier: MIT
#include "scraper/parse/selector.h"

#include <utility>

#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/selector_parser.h"

namespace scraper {
namespace {

using Op = AttributeTest::Op;

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

bool contains(std::string_view text, std::string_view part, bool ignore_case) {
  if (ignore_case) return to_lower(text).find(to_lower(part)) != std::string::npos;
  return text.find(part) != std::string_view::npos;
}

bool holds(const AttributeTest& test, std::string_view value) {
  const std::string_view want = test.value;
  switch (test.op) {
    case Op::present:
      return true;
    case Op::equals:
      return equal(value, want, test.ignore_case);
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

const GumboNode* parent_element(const GumboNode* element) {
  return element->parent != nullptr && is_element(element->parent) ? element->parent : nullptr;
}

const GumboNode* previous_element(const GumboNode* element) {
  if (element->parent == nullptr) return nullptr;
  const GumboVector* siblings = children(element->parent);
  size_t at = element->index_within_parent;
  if (siblings == nullptr || at >= siblings->length || child(siblings, static_cast<unsigned>(at)) != element)
    return nullptr;
  while (at > 0) {
    const GumboNode* sibling = child(siblings, static_cast<unsigned>(--at));
    if (is_element(sibling)) return sibling;
  }
  return nullptr;
}

/// How matching to the left came out. Which combinator may usefully try another element depends on where it failed;
/// trying all of them takes time exponential in the selector's length on deep pages.
enum class Outcome {
  matched,
  failed,                 ///< a later-sibling combinator may try another sibling, a descendant one another ancestor
  failed_among_siblings,  ///< only a descendant combinator may try on
  failed_for_good,        ///< no more ancestors: nothing further right can help
};

Outcome match_from(const std::vector<ComplexSelector::Part>& parts, size_t last, const GumboNode* element) {
  if (!matches(parts[last].compound, element)) return Outcome::failed;
  if (last == 0) return Outcome::matched;
  const Combinator combinator = parts[last].combinator;
  const bool upwards = combinator == Combinator::child || combinator == Combinator::descendant;
  const GumboNode* candidate = element;
  while (true) {
    candidate = upwards ? parent_element(candidate) : previous_element(candidate);
    if (candidate == nullptr) return upwards ? Outcome::failed_for_good : Outcome::failed_among_siblings;
    const Outcome outcome = match_from(parts, last - 1, candidate);
    if (outcome == Outcome::matched || outcome == Outcome::failed_for_good) return outcome;
    if (combinator == Combinator::child) return Outcome::failed_among_siblings;
    if (combinator == Combinator::next_sibling) return outcome;
    if (combinator == Combinator::later_sibling && outcome == Outcome::failed_among_siblings) return outcome;
  }
}

}  // namespace

bool matches(const CompoundSelector& compound, const GumboNode* element) {
  if (!compound.tag_name.empty()) {
    if (element->v.element.tag != compound.tag) return false;
    if (compound.tag == GUMBO_TAG_UNKNOWN && !equals_ignoring_case(original_tag_name(element), compound.tag_name))
      return false;
  }
  for (const AttributeTest& test : compound.tests) {
    const auto value = attribute(element, test.name.c_str());
    if (!value || !holds(test, *value)) return false;
  }
  return true;
}

tl::expected<Selector, SelectorError> Selector::compile(std::string_view text) {
  auto parsed = parse_selector(text);
  if (!parsed) return tl::make_unexpected(std::move(parsed.error()));
  Selector selector;
  selector.alternatives_ = std::move(*parsed);
  return selector;
}

bool Selector::matches(const GumboNode* node) const {
  if (!is_element(node)) return false;
  for (const ComplexSelector& selector : alternatives_) {
    if (match_from(selector.parts, selector.parts.size() - 1, node) == Outcome::matched) return true;
  }
  return false;
}

std::vector<const GumboNode*> Selector::select_all(const GumboNode* root) const {
  std::vector<const GumboNode*> found;
  std::vector<const GumboNode*> pending{root};
  while (!pending.empty()) {
    const GumboNode* node = pending.back();
    pending.pop_back();
    if (matches(node)) found.push_back(node);
    if (const GumboVector* below = children(node)) {
      for (unsigned i = below->length; i > 0; --i) {
        if (is_element(child(below, i - 1))) pending.push_back(child(below, i - 1));
      }
    }
  }
  return found;
}

}  // namespace scraper
