// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace scraper {

// What a compiled selector is made of. Immutable once compiled; any thread.

struct ComplexSelector;
using SelectorList = std::vector<ComplexSelector>;

/// `[name op "value" i]` (Selectors 4, section 6).
struct AttributeTest {
  /// [a] = != ~= |= ^= $= *=; `!=` is jQuery's and Beautiful Soup's, and holds of elements without the attribute too.
  enum class Op { present, equals, differs, has_word, dash_prefix, begins, ends, contains };

  std::string name;  ///< lower case
  Op op = Op::present;
  std::string value;
  bool ignore_case = false;
};

/// One pseudo-class that cannot be said with the other selectors; those that can are compiled into any_of.
struct PseudoTest {
  enum class Kind {
    any_of,   ///< :is() and its aliases
    none_of,  ///< :not()
    has,      ///< :has(); each selector of the list begins with the anchor
    nth_child,
    nth_last_child,
    nth_of_type,
    nth_last_of_type,
    contains,      ///< one of the words is in the text of the element and all below it
    contains_own,  ///< one of the words is in one text node that is a child of the element
    language,      ///< one of the words is a language range of the element's language
    root,
    scope,
    empty,
    parent,          ///< jQuery: has a child that is an element or a text
    chosen,          ///< an <option> that is selected when the page is loaded
    default_button,  ///< the first button of a form that submits it
    never,           ///< what cannot hold on a page that nobody looks at: :hover
  };

  Kind kind = Kind::never;
  int64_t step = 0;  ///< A of An+B
  int64_t offset = 0;
  std::shared_ptr<const SelectorList>
      list{};  ///< of any_of, none_of, has, and of nth_child's `of`; null where there is none
  std::vector<std::string> words{};
};

/// Simple selectors that hold of one element.
struct CompoundSelector {
  bool is_anchor = false;            ///< the element that :has() is asked of, and nothing else
  std::string tag_name;              ///< lower case; empty: any element
  GumboTag tag = GUMBO_TAG_UNKNOWN;  ///< of tag_name, where gumbo knows it by number
  std::string id;                    ///< empty: any
  std::vector<std::string> classes;
  std::vector<AttributeTest> attributes;
  std::vector<PseudoTest> pseudos;

  bool is_universal() const {
    return !is_anchor && tag_name.empty() && id.empty() && classes.empty() && attributes.empty() && pseudos.empty();
  }
};

enum class Combinator {
  none,
  descendant,          ///< white space
  self_or_descendant,  ///< white space before a bare ::text or ::attr(), as Scrapy has it
  child,               ///< >
  next_sibling,        ///< +
  later_sibling,       ///< ~
};

/// What is taken of a matched element.
struct SelectorOutput {
  enum class Kind { element, text, attribute };

  Kind kind = Kind::element;
  std::string attribute;  ///< lower case

  bool operator==(const SelectorOutput&) const = default;
};

/// Compounds from left to right, each with what ties it to the one before.
struct ComplexSelector {
  struct Part {
    Combinator combinator = Combinator::none;
    CompoundSelector compound;
  };
  static constexpr size_t kUnlimited = std::numeric_limits<size_t>::max();

  std::vector<Part> parts;
  SelectorOutput output;
  bool takes_root = false;  ///< may name the very element that is selected from: `::text`, `:scope`

  // Where a selector of :has() may find its elements.
  bool among_siblings = false;       ///< in and below the siblings after the anchor, else below the anchor
  size_t siblings_max = kUnlimited;  ///< how many of them
  size_t levels_max = kUnlimited;    ///< how deep below where it begins
};

}  // namespace scraper
