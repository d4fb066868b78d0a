// SPDX-License-Identifier: MIT
#include "scraper/parse/open_elements.h"

#include "scraper/base/ascii.h"

namespace scraper {

void OpenElements::push(const Element& element) {
  elements_.push_back(element);
  if (is_html(element)) ++counts_[element.tag];
}

OpenElements::Element OpenElements::pop() {
  const Element element = elements_.back();
  elements_.pop_back();
  if (is_html(element) && !element.dead) --counts_[element.tag];
  return element;
}

void OpenElements::forget(size_t i) {
  Element& element = elements_[i];
  --counts_[element.tag];
  element.tag = GUMBO_TAG_UNKNOWN;
  element.name = {};
  element.dead = true;
}

std::optional<size_t> OpenElements::in_scope(GumboTag tag, uint32_t bounds) {
  if (counts_[tag] == 0) return std::nullopt;
  for (size_t i = elements_.size(), last = last_looked_at(); i > last; --i, ++steps_) {
    const Element& element = elements_[i - 1];
    if (element.tag == tag && is_html(element)) return i - 1;
    if (bounds_scope(element, bounds)) break;
  }
  return std::nullopt;
}

std::optional<size_t> OpenElements::trait_in_scope(uint32_t trait, uint32_t bounds) {
  for (size_t i = elements_.size(), last = last_looked_at(); i > last; --i, ++steps_) {
    const Element& element = elements_[i - 1];
    if (is_html(element) && has_trait(element.tag, trait)) return i - 1;
    if (bounds_scope(element, bounds)) break;
  }
  return std::nullopt;
}

std::optional<size_t> OpenElements::in_table_scope(GumboTag tag) {
  if (counts_[tag] == 0) return std::nullopt;
  for (size_t i = elements_.size(), last = last_looked_at(); i > last; --i, ++steps_) {
    const Element& element = elements_[i - 1];
    if (!is_html(element)) continue;
    if (element.tag == tag) return i - 1;
    if (element.tag == GUMBO_TAG_TABLE || element.tag == GUMBO_TAG_TEMPLATE) break;
  }
  return std::nullopt;
}

std::optional<size_t> OpenElements::to_be_ended(GumboTag tag, std::string_view name) {
  if (counts_[tag] == 0) return std::nullopt;
  for (size_t i = elements_.size(), last = last_looked_at(); i > last; --i, ++steps_) {
    const Element& element = elements_[i - 1];
    if (!is_html(element)) {
      if (element.holds_html || element.holds_html_text) break;
      continue;
    }
    if (element.tag == tag && !element.dead && (tag != GUMBO_TAG_UNKNOWN || equals_ignoring_case(element.name, name))) {
      return i - 1;
    }
    if (has_trait(element.tag, kSpecial)) break;
  }
  return std::nullopt;
}

std::optional<size_t> OpenElements::formatting(GumboTag tag) {
  if (counts_[tag] == 0) return std::nullopt;
  for (size_t i = elements_.size(), last = last_looked_at(); i > last; --i, ++steps_) {
    const Element& element = elements_[i - 1];
    if (!is_html(element)) continue;
    if (element.tag == tag) return i - 1;
    if (has_trait(element.tag, kMarker)) break;
  }
  return std::nullopt;
}

std::optional<size_t> OpenElements::furthest_block(size_t i) {
  for (++i; i < elements_.size(); ++i, ++steps_) {
    const Element& element = elements_[i];
    if (is_html(element) ? has_trait(element.tag, kSpecial) : element.holds_html || element.holds_html_text) return i;
  }
  return std::nullopt;
}

std::optional<size_t> OpenElements::item(bool is_li) {
  const GumboTag one = is_li ? GUMBO_TAG_LI : GUMBO_TAG_DD, other = is_li ? GUMBO_TAG_LI : GUMBO_TAG_DT;
  if (counts_[one] + counts_[other] == 0) return std::nullopt;
  for (size_t i = elements_.size(), last = last_looked_at(); i > last; --i, ++steps_) {
    const Element& element = elements_[i - 1];
    if (!is_html(element)) {
      if (element.holds_html || element.holds_html_text) break;
      continue;
    }
    if (element.tag == one || element.tag == other) return i - 1;
    const bool passes = element.tag == GUMBO_TAG_ADDRESS || element.tag == GUMBO_TAG_DIV || element.tag == GUMBO_TAG_P;
    if (has_trait(element.tag, kSpecial) && !passes) break;
  }
  return std::nullopt;
}

std::optional<size_t> OpenElements::foreign(std::string_view name) {
  for (size_t i = elements_.size(), last = last_looked_at(); i > last && !is_html(elements_[i - 1]); --i, ++steps_) {
    if (equals_ignoring_case(elements_[i - 1].name, name)) return i - 1;
  }
  return std::nullopt;
}

size_t OpenElements::take_steps() {
  const size_t steps = steps_;
  steps_ = 0;
  return steps;
}

}  // namespace scraper
