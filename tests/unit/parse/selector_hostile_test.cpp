// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <atomic>

#include "selector_page.h"

namespace scraper {
namespace {

class HostileSelectors : public SelectorPage {
 protected:
  static std::string repeat(std::string_view part, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += part;
    return out;
  }

  /// How many match, or -1 when time ran out, which must be seen soon.
  int count_within(std::string_view text, Duration time) {
    const auto selector = Selector::compile(text);
    EXPECT_TRUE(selector) << text;
    const SteadyTime begin = steady_now();
    const auto found = selector->select_all(document_, Watchdog(limits_, begin + time));
    EXPECT_LT(steady_now() - begin, time + Duration(8'000)) << text;
    return found ? static_cast<int>(found->size()) : -1;
  }
};

/// What would be quadratic in the number of siblings takes minutes here, and the others milliseconds.
TEST_F(HostileSelectors, PositionsAmongManySiblingsAreCountedOnce) {
  load(repeat("<i></i><b></b>", 50'000));
  EXPECT_EQ(count_within("body > i:nth-child(odd)", Duration(30'000)), 50'000);
  EXPECT_EQ(count_within("body > i:nth-last-child(even)", Duration(30'000)), 50'000);
  EXPECT_EQ(count_within("body > b:nth-of-type(n+2):nth-last-of-type(n+2)", Duration(30'000)), 49'998);
  EXPECT_EQ(count_within("body > :nth-child(3n of b)", Duration(30'000)), 16'666);
  EXPECT_EQ(count_within("body > :first-child, body > b:last-of-type", Duration(30'000)), 2);
}

TEST_F(HostileSelectors, WhatHoldsSomethingIsFoundOnce) {
  load(repeat("<span>", 100'000));
  EXPECT_EQ(count_within("span:has(p)", Duration(30'000)), 0);
  EXPECT_EQ(count_within("span:not(:has(p))", Duration(30'000)), 100'000);
  EXPECT_EQ(count_within("span:has(span:not(:has(p)))", Duration(30'000)), 99'999);
}

TEST_F(HostileSelectors, TimeEndsTheRest) {
  load(repeat("<div><i></i>", 30'000) + repeat("<b></b>", 30'000));
  for (const std::string_view text :
       {"div:has(div:has(div p) ~ p, p q)", "div:has(~ div:has(p q)), div:has(div div div p)",
        ":not(:not(:not(:not(p div div div))))", "div:contains(x)", "p ~ b, b:has(~ p)", "div:lang(en)", ":disabled",
        "div:has(+ div + div), :nth-child(1 of :has(p q))"}) {
    EXPECT_EQ(count_within(text, Duration(0)), -1) << text;
    count_within(text, Duration(300));  // whether it takes that long or not, it ends
  }
}

TEST_F(HostileSelectors, AStopEndsThemToo) {
  load(repeat("<div>", 5'000));
  const std::atomic<bool> stop = true;
  limits_.stop = &stop;
  const auto found =
      Selector::compile("p div")->select_all(document_, Watchdog(limits_, steady_now() + Duration(60'000)));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error(), Overrun::stopped);
}

TEST_F(HostileSelectors, LongValuesAreSearchedInLinearTime) {
  load("<p id=a class='" + repeat("a", 1'000'000) + "'>" + repeat("a", 1'000'000));
  const std::string part = repeat("a", 4'000) + "b";
  EXPECT_EQ(count_within("[class*=" + part + "]", Duration(10'000)), 0);
  EXPECT_EQ(count_within("p:contains(" + part + ")", Duration(10'000)), 0);
  EXPECT_EQ(count_within("p:contains(aaaa)", Duration(10'000)), 1);
}

}  // namespace
}  // namespace scraper
