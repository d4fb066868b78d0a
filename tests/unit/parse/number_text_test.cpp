// SPDX-License-Identifier: MIT
#include "scraper/parse/number_text.h"

#include <gtest/gtest.h>

namespace scraper {
namespace {

TEST(NumberText, ReadsNumbersAsPeopleWriteThem) {
  const std::pair<const char*, double> cases[] = {
      {"5", 5},
      {"1,234.50", 1234.5},
      {"1.234,50 €", 1234.5},
      {"12 %", 12},
      {"1 234,50", 1234.5},
      {"1\u00A0234\u00A0567,8", 1234567.8},
      {"1\u202F234", 1234},
      {"1'234.50", 1234.5},
      {"CHF 1’234’567", 1234567},
      {"$12.99", 12.99},
      {"€5", 5},
      {"12,99 €", 12.99},
      {"-3.5", -3.5},
      {"\u22123", -3},
      {"-$5", -5},
      {"- 5 °C", -5},
      {".5", 0.5},
      {"0,125", 0.125},
      {"0.125", 0.125},
      {"Price: USD 1,234", 1234},
      {"1.234 €", 1234},
      {"1.234", 1.234},
      {"12,34,567", 1234567},
      {"1.234.567", 1234567},
      {"1,234,567.891", 1234567.891},
      {"12.50.", 12.5},
      {"(7 reviews)", 7},
      {"1.5e-7", 1.5e-7},
      {"2E3", 2000},
      {"1234567890", 1234567890},
      {"5.0 stars", 5},
      {"4.55", 4.55},
      {"5,-", 5},
      {"USD5", 5},
      {"EUR12.50", 12.5},
      {"kr99", 99},
  };
  for (const auto& [text, want] : cases) {
    const auto got = read_number(text);
    ASSERT_TRUE(got) << text;
    EXPECT_DOUBLE_EQ(*got, want) << text;
  }
}

TEST(NumberText, RefusesWhatIsNoNumberOrSeveral) {
  for (const char* text : {"", "none", "10 - 20", "4.5 out of 5", "was 19.99 now 9.99", "1.2.3", "1,23,4", "B2B", "MP3",
                           "12,34.56,7", "2024-01-05", "1,234.567,8"}) {
    EXPECT_FALSE(read_number(text)) << text;
  }
}

TEST(NumberText, TakesTheDecimalSignThatItIsTold) {
  EXPECT_DOUBLE_EQ(*read_number("1.234", ','), 1234);
  EXPECT_DOUBLE_EQ(*read_number("1,234", ','), 1.234);
  EXPECT_DOUBLE_EQ(*read_number("1.234 €", '.'), 1.234);
}

TEST(NumberText, ReadsWholeNumbersExactly) {
  EXPECT_EQ(read_integer("9007199254740993"), 9007199254740993);
  EXPECT_EQ(read_integer("1.234"), 1234);
  EXPECT_EQ(read_integer("1,234 reviews"), 1234);
  EXPECT_EQ(read_integer("5.00"), 5);
  EXPECT_EQ(read_integer("-7"), -7);
  EXPECT_FALSE(read_integer("5.5"));
  EXPECT_FALSE(read_integer("99999999999999999999"));
}

}  // namespace
}  // namespace scraper
