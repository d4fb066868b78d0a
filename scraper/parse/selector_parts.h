// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <string>
#include <vector>

namespace scraper {

/// `[name op "value" i]` (Selectors 4, section 6), and what `.class` and `#id` stand for.
struct AttributeTest {
  enum class Op { present, equals, has_word, dash_prefix, begins, ends, contains };  // [a] = ~= |= ^= $= *=

  std::string name;  ///< lower case
  Op op = Op::present;
  std::string value;
  bool ignore_case = false;
};

/// Simple selectors that hold of one element.
struct CompoundSelector {
  std::string tag_name;              ///< lower case; empty: any element
  GumboTag tag = GUMBO_TAG_UNKNOWN;  ///< of tag_name, where gumbo knows it by number
  std::vector<AttributeTest> tests;
};

enum class Combinator { none, descendant, child, next_sibling, later_sibling };  // space > + ~

/// Compounds from left to right, each with what ties it to the one before.
struct ComplexSelector {
  struct Part {
    Combinator combinator = Combinator::none;
    CompoundSelector compound;
  };
  std::vector<Part> parts;
};

/// True when all of the compound's simple selectors hold of the element.
bool matches(const CompoundSelector& compound, const GumboNode* element);

}  // namespace scraper
