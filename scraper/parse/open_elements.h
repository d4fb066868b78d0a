// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "scraper/parse/page_builder.h"
#include "scraper/parse/tag_traits.h"

namespace scraper {

/// The stack of open elements (WHATWG HTML 13.2.4.2) without the elements: what is enough to tell where each ends.
/// <html> and <head> are not on it, and what the standard implies in tables is not either. One thread's.
///
/// What lies more than kLookedThroughMax below the top is not found, so that a page's tags cost no more than that each.
/// Browsers nest about 500 elements at most.
class OpenElements {
 public:
  static constexpr size_t kLookedThroughMax = 4096;

  enum class Space : uint8_t { html, svg, math };

  /// Which rules hold for tags in an element; most elements pass on those around them.
  enum class Mode : uint8_t { body, table, cell, select, in_template };

  struct Element {
    GumboTag tag = GUMBO_TAG_UNKNOWN;  ///< by which it is found; GUMBO_TAG_UNKNOWN: by its name, or not any more
    GumboTag shown_as = GUMBO_TAG_UNKNOWN;
    Space space = Space::html;
    Mode mode = Mode::body;
    bool seen = false;             ///< the builder knows of it
    bool dead = false;             ///< ended, while something in it goes on
    bool holds_html = false;       ///< "HTML integration point"
    bool holds_html_text = false;  ///< "MathML text integration point"
    PageBuilder::Opened opened;
    std::string_view name;          ///< as written
    CollapsedText::Mark link_mark;  ///< of the link around it, when it began
  };

  bool empty() const { return elements_.empty(); }
  size_t size() const { return elements_.size(); }
  Element& top() { return elements_.back(); }
  const Element& top() const { return elements_.back(); }
  Element& operator[](size_t i) { return elements_[i]; }
  const Element& operator[](size_t i) const { return elements_[i]; }
  Mode mode() const { return elements_.empty() ? Mode::body : elements_.back().mode; }
  bool top_is(GumboTag tag) const { return !elements_.empty() && is_html(top()) && top().tag == tag; }

  bool in_foreign() const { return !elements_.empty() && !is_html(top()); }

  /// How many HTML elements of the tag are open.
  uint32_t count(GumboTag tag) const { return counts_[tag]; }

  void push(const Element& element) {
    elements_.push_back(element);
    if (is_html(element)) ++counts_[element.tag];
  }
  /// Takes the top off.
  void pop() {
    if (is_html(top()) && !top().dead) --counts_[top().tag];
    elements_.pop_back();
  }
  /// It stays where it is, but is found no more.
  void forget(size_t i);

  /// The innermost element of the tag with no element around it, up to the top, that has one of `bounds`.
  std::optional<size_t> in_scope(GumboTag tag, uint32_t bounds) {
    return counts_[tag] == 0 ? std::nullopt : open_in_scope(tag, bounds);
  }
  /// Likewise of the tags that have the trait.
  std::optional<size_t> trait_in_scope(uint32_t trait, uint32_t bounds);
  /// In table scope: up to the innermost <table> or <template>.
  std::optional<size_t> in_table_scope(GumboTag tag);
  /// What `</name>` ends by itself: the innermost such element, when nothing special is in it.
  std::optional<size_t> to_be_ended(GumboTag tag, std::string_view name);
  /// The innermost element with this tag that formatting here comes from.
  std::optional<size_t> formatting(GumboTag tag) { return counts_[tag] == 0 ? std::nullopt : open_formatting(tag); }
  /// The outermost special element in the i-th ("furthest block").
  std::optional<size_t> furthest_block(size_t i);

  /// The item that an item's start tag ends: the innermost <li>, or else <dd> or <dt>, with nothing special around it
  /// but what items may stand in.
  std::optional<size_t> item(bool is_li);
  /// What `</name>` ends in foreign content: the innermost such element with no HTML in it.
  std::optional<size_t> foreign(std::string_view name);

  /// Steps that looking for elements took since the last call.
  size_t take_steps() { return std::exchange(steps_, 0); }

 private:
  static bool is_html(const Element& element) { return element.space == Space::html; }
  static bool bounds_scope(const Element& element, uint32_t bounds) {
    return is_html(element) ? has_trait(element.tag, bounds) : element.holds_html || element.holds_html_text;
  }

  std::optional<size_t> open_in_scope(GumboTag tag, uint32_t bounds);
  std::optional<size_t> open_formatting(GumboTag tag);

  /// The innermost element that `is_it`, unless one that `ends` the search is above it.
  template <typename IsIt, typename Ends>
  std::optional<size_t> innermost(const IsIt& is_it, const Ends& ends);

  std::vector<Element> elements_;
  std::array<uint32_t, GUMBO_TAG_LAST + 1> counts_{};
  size_t steps_ = 0;
};

}  // namespace scraper
