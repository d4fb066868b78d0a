// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <random>

#include "selector_page.h"
#include "tests/support/sanitizer.h"

namespace scraper {
namespace {

class RandomSelectors : public SelectorPage {};

constexpr std::string_view kPieces[] = {"a",
                                        "b",
                                        "*",
                                        ".x",
                                        "#i",
                                        "[x]",
                                        "[x=y]",
                                        "[x!='y' i]",
                                        ":is(",
                                        ":not(",
                                        ":has(",
                                        ")",
                                        ")",
                                        ",",
                                        " ",
                                        ">",
                                        "+",
                                        "~",
                                        " ",
                                        ":nth-child(",
                                        "2n+1",
                                        " of ",
                                        ":root",
                                        ":scope",
                                        ":empty",
                                        ":lang(",
                                        "en",
                                        "'*-x'",
                                        ":hover",
                                        ":contains(",
                                        "::text",
                                        "::attr(",
                                        "x",
                                        ":",
                                        "\\",
                                        "\\31 ",
                                        "/*",
                                        "*/",
                                        "\"",
                                        "'",
                                        ":checked",
                                        ":enabled",
                                        ":read-only",
                                        "|",
                                        "[",
                                        "]",
                                        "=",
                                        "(",
                                        "\xC3\xA9",
                                        ":default",
                                        ":first-of-type",
                                        ":nth-last-of-type(odd)"};

/// What compiles is asked of a small page and finds the same twice; what does not has a column within its text.
TEST_F(RandomSelectors, CompileOrSayWhere) {
  load(
      "<div id=i class=x x=y lang=en><a><b>t</b></a><form><fieldset disabled><input checked><select><option>o</select>"
      "<button></button></fieldset></form></div><p x='Y'>\xC3\xA9<b class=x></b><!-- c --></p>");
  std::mt19937 random(20240607);
  const auto below = [&](size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random); };
  int compiled = 0;
  constexpr int kRounds = SCRAPER_SANITIZED ? 15'000 : 60'000;
  for (int round = 0; round < kRounds; ++round) {
    std::string text;
    for (size_t n = below(9) + 1; n > 0; --n) text += kPieces[below(std::size(kPieces))];
    const auto selector = Selector::compile(text);
    if (!selector) {
      EXPECT_GE(selector.error().column, 1u);
      EXPECT_LE(selector.error().column, text.size() + 1) << text;
      continue;
    }
    ++compiled;
    const Watchdog watchdog(limits_, steady_now() + Duration(60'000));
    const auto all = selector->select_all(document_, watchdog);
    const auto first = selector->select_first(document_, watchdog);
    ASSERT_TRUE(all && first) << text;
    EXPECT_EQ(first->node, all->empty() ? nullptr : all->front().node) << text;
    for (const Match& match : *all) {
      EXPECT_TRUE(!is_element(match.node) || selector->matches(match.node)) << text;
    }
  }
  EXPECT_GT(compiled, kRounds / 12);
}

}  // namespace
}  // namespace scraper
