// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "scraper/parse/selector.h"

namespace scraper {
namespace {

std::string error_of(std::string_view text) {
  const auto selector = Selector::compile(text);
  return selector ? "fine" : std::to_string(selector.error().column) + ": " + selector.error().message;
}

TEST(SelectorErrors, SayWhereASelectorIsWrong) {
  EXPECT_EQ(error_of(""), "1: a selector is missing at the end");
  EXPECT_EQ(error_of("a,,b"), "3: a selector is missing here");
  EXPECT_EQ(error_of("a, "), "4: a selector is missing at the end");
  EXPECT_EQ(error_of("> a"), "1: a selector is missing here");
  EXPECT_EQ(error_of("a >"), "4: a selector is missing at the end");
  EXPECT_EQ(error_of("\xC3\xA9."), "3: a class name is missing after the dot");
  EXPECT_EQ(error_of("#1"), "2: an id is missing after the #, or begins with a digit");
  EXPECT_EQ(error_of("[a"), "3: the bracket is not closed");
  EXPECT_EQ(error_of("[a='b]"), "4: the quote is not closed");
  EXPECT_EQ(error_of("[a=]"), "4: the value of the attribute is missing");
  EXPECT_EQ(error_of("[a?=b]"), "3: one of = != ~= |= ^= $= *= or ] should stand here");
  EXPECT_EQ(error_of("[]"), "2: the name of an attribute is missing");
  EXPECT_EQ(error_of("[a]b"), "4: this cannot stand here");
  EXPECT_EQ(error_of("a\\"), "2: this cannot stand here");
  EXPECT_EQ(error_of("a)"), "2: this cannot stand here");
  EXPECT_EQ(error_of("a /* b"), "3: the comment is not closed");
  EXPECT_EQ(error_of("a/**/b"), "6: this cannot stand here");
}

TEST(SelectorErrors, KnowPseudoClasses) {
  EXPECT_EQ(error_of("a:"), "3: the name of a pseudo-class is missing after the colon");
  EXPECT_EQ(error_of("a:frist-child"), "2: there is no :frist-child; did you mean :first-child?");
  EXPECT_EQ(error_of("p a:nth-chld(2)"), "4: there is no :nth-chld; did you mean :nth-child?");
  EXPECT_EQ(error_of("a:utterly-unknown"), "2: there is no :utterly-unknown");
  EXPECT_EQ(error_of("a:eq(2)"), "2: there is no :eq");
  EXPECT_EQ(error_of("p:text"), "2: there is no :text; did you mean ::text?");
  EXPECT_EQ(error_of("a:nth-child"), "12: :nth-child needs something in parentheses");
  EXPECT_EQ(error_of("a:root(b)"), "7: :root takes no parentheses");
  EXPECT_EQ(error_of(":not(a"), "7: the parenthesis is not closed");
  EXPECT_EQ(error_of(":not(a]"), "7: this cannot stand here");
  EXPECT_EQ(error_of(":not()"), "6: a selector is missing here");
  EXPECT_EQ(error_of(":is(a,)"), "7: a selector is missing here");
  EXPECT_EQ(error_of(":not(> a)"), "6: a selector is missing here");
  EXPECT_EQ(error_of(":has(> a >)"), "11: a selector is missing here");
  EXPECT_EQ(error_of(":nth-child(2 n)"), "12: a position such as 2, odd or 3n+1 should stand here");
  EXPECT_EQ(error_of(":nth-child(+ 2n)"), "12: a position such as 2, odd or 3n+1 should stand here");
  EXPECT_EQ(error_of(":nth-child(n + -1)"), "12: a position such as 2, odd or 3n+1 should stand here");
  EXPECT_EQ(error_of(":nth-child()"), "12: a position such as 2, odd or 3n+1 should stand here");
  EXPECT_EQ(error_of(":nth-child(2 of )"), "17: a selector is missing here");
  EXPECT_EQ(error_of(":nth-of-type(2 of a)"), "16: `of` goes with :nth-child and :nth-last-child alone");
  EXPECT_EQ(error_of(":contains()"), "11: a text is missing here");
  EXPECT_EQ(error_of(":contains(a"), "12: the parenthesis is not closed");
  EXPECT_EQ(error_of(":lang()"), "7: a language is missing here");
  EXPECT_EQ(error_of(":lang(en de)"), "10: a closing parenthesis should stand here");
}

TEST(SelectorErrors, KnowPseudoElementsAndNamespaces) {
  EXPECT_EQ(error_of("p::text"), "fine");
  EXPECT_EQ(error_of("p::TEXT , a::attr( href )"), "fine");
  EXPECT_EQ(error_of("p::before"), "2: of pseudo-elements there are only ::text and ::attr(name)");
  EXPECT_EQ(error_of("p:first-line"), "2: of pseudo-elements there are only ::text and ::attr(name)");
  EXPECT_EQ(error_of("p::text()"), "2: of pseudo-elements there are only ::text and ::attr(name)");
  EXPECT_EQ(error_of("p::attr"), "8: the name of an attribute is missing: ::attr(href)");
  EXPECT_EQ(error_of("p::attr()"), "9: the name of an attribute is missing");
  EXPECT_EQ(error_of("p::attr(a b)"), "11: a closing parenthesis should stand here");
  EXPECT_EQ(error_of("p::text a"), "9: nothing can follow a pseudo-element");
  EXPECT_EQ(error_of("p::text.x"), "8: nothing can follow a pseudo-element");
  EXPECT_EQ(error_of("p:not(a::text)"), "8: a pseudo-element cannot stand in parentheses");
  EXPECT_EQ(error_of("svg|a"), "4: namespaces (svg|a) are not supported; the name alone matches in every one");
  EXPECT_EQ(error_of("*|a"), "2: namespaces (svg|a) are not supported; the name alone matches in every one");
  EXPECT_EQ(error_of("[xml|lang]"), "5: namespaces ([xml|lang]) are not supported");
  EXPECT_EQ(error_of("[lang|=en]"), "fine");
}

TEST(SelectorErrors, BoundWhatIsCompiled) {
  EXPECT_EQ(error_of(std::string(10'000, 'a')), "1: the selector is too long");
  std::string chain = "a";
  for (size_t i = 0; i < kCompoundsMax; ++i) chain += ">a";
  EXPECT_NE(error_of(chain).find("too many parts"), std::string::npos);
  const auto nested = [](size_t depth) {
    std::string text = "a";
    for (size_t i = 0; i < depth; ++i) text = ":not(" + text + ")";
    return text;
  };
  EXPECT_EQ(error_of(nested(kSelectorNestingMax)), "fine");
  EXPECT_EQ(error_of(nested(kSelectorNestingMax + 1)), "46: parentheses are nested too deeply");
  std::string costly = "a";
  for (int i = 0; i < 800; ++i) costly += ":enabled";
  EXPECT_NE(error_of(costly).find("too complex"), std::string::npos);
}

}  // namespace
}  // namespace scraper
