// SPDX-License-Identifier: MIT
#include "scraper/parse/open_elements.h"

#include "scraper/base/ascii.h"

namespace scraper {

void OpenElements::forget(size_t i) {
  Element& element = elements_[i];
  --counts_[element.tag];
  element.tag = GUMBO_TAG_UNKNOWN;
  element.name = {};
  element.dead = true;
}

template <typename IsIt, typename Ends>
std::optional<size_t> OpenElements::innermost(const IsIt& is_it, const Ends& ends) {
  const size_t last = elements_.size() > kLookedThroughMax ? elements_.size() - kLookedThroughMax : 0;
  for (size_t i = elements_.size(); i > last; --i, ++steps_) {
    const Element& element = elements_[i - 1];
    if (is_it(element)) return i - 1;
    if (ends(element)) break;
  }
  return std::nullopt;
}

std::optional<size_t> OpenElements::open_in_scope(GumboTag tag, uint32_t bounds) {
  return innermost([tag](const Element& element) { return element.tag == tag && is_html(element); },
                   [bounds](const Element& element) { return bounds_scope(element, bounds); });
}

std::optional<size_t> OpenElements::trait_in_scope(uint32_t trait, uint32_t bounds) {
  return innermost([trait](const Element& element) { return is_html(element) && has_trait(element.tag, trait); },
                   [bounds](const Element& element) { return bounds_scope(element, bounds); });
}

std::optional<size_t> OpenElements::in_table_scope(GumboTag tag) {
  if (counts_[tag] == 0) return std::nullopt;
  return innermost([tag](const Element& element) { return element.tag == tag && is_html(element); },
                   [](const Element& element) {
                     return is_html(element) && (element.tag == GUMBO_TAG_TABLE || element.tag == GUMBO_TAG_TEMPLATE);
                   });
}

std::optional<size_t> OpenElements::to_be_ended(GumboTag tag, std::string_view name) {
  if (counts_[tag] == 0) return std::nullopt;
  return innermost(
      [&](const Element& element) {
        return element.tag == tag && is_html(element) && !element.dead &&
               (tag != GUMBO_TAG_UNKNOWN || equals_ignoring_case(element.name, name));
      },
      [](const Element& element) { return bounds_scope(element, kSpecial); });
}

std::optional<size_t> OpenElements::open_formatting(GumboTag tag) {
  return innermost([tag](const Element& element) { return element.tag == tag && is_html(element); },
                   [](const Element& element) { return is_html(element) && has_trait(element.tag, kMarker); });
}

std::optional<size_t> OpenElements::furthest_block(size_t i) {
  for (++i; i < elements_.size(); ++i, ++steps_) {
    if (bounds_scope(elements_[i], kSpecial)) return i;
  }
  return std::nullopt;
}

std::optional<size_t> OpenElements::item(bool is_li) {
  const GumboTag one = is_li ? GUMBO_TAG_LI : GUMBO_TAG_DD, other = is_li ? GUMBO_TAG_LI : GUMBO_TAG_DT;
  if (counts_[one] + counts_[other] == 0) return std::nullopt;
  return innermost(
      [=](const Element& element) { return is_html(element) && (element.tag == one || element.tag == other); },
      [](const Element& element) {
        const bool passes = is_html(element) && (element.tag == GUMBO_TAG_ADDRESS || element.tag == GUMBO_TAG_DIV ||
                                                 element.tag == GUMBO_TAG_P);
        return !passes && bounds_scope(element, kSpecial);
      });
}

std::optional<size_t> OpenElements::foreign(std::string_view name) {
  return innermost(
      [name](const Element& element) { return !is_html(element) && equals_ignoring_case(element.name, name); },
      [](const Element& element) { return is_html(element); });
}

}  // namespace scraper
