// SPDX-License-Identifier: MIT
#include "scraper/parse/tag_name.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace scraper {
namespace {

GumboTag gumbo_tag_of(std::string_view name) {
  return gumbo_tagn_enum(name.data(), static_cast<unsigned>(name.size()));
}

TEST(TagName, IsKnownForEveryTagInAnyCase) {
  for (int i = 0; i < GUMBO_TAG_UNKNOWN; ++i) {
    const auto tag = static_cast<GumboTag>(i);
    std::string name = gumbo_normalized_tagname(tag);
    EXPECT_EQ(tag_of(name), tag) << name;
    for (char& c : name) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    EXPECT_EQ(tag_of(name), tag) << name;
  }
}

TEST(TagName, IsThatOfGumboAlsoWhereANameIsNearlyATags) {
  EXPECT_EQ(tag_of(""), GUMBO_TAG_UNKNOWN);
  for (int i = 0; i < GUMBO_TAG_UNKNOWN; ++i) {
    const std::string name = gumbo_normalized_tagname(static_cast<GumboTag>(i));
    for (int byte = 0; byte < 256; ++byte) {
      const char c = static_cast<char>(byte);
      EXPECT_EQ(tag_of(name + c), gumbo_tag_of(name + c)) << name << " and " << byte;
      EXPECT_EQ(tag_of(c + name), gumbo_tag_of(c + name)) << byte << " and " << name;
      for (size_t at = 0; at < name.size(); ++at) {
        std::string other = name;
        other[at] = c;
        EXPECT_EQ(tag_of(other), gumbo_tag_of(other)) << name << " with " << byte << " at " << at;
      }
    }
    for (size_t bytes = 0; bytes < name.size(); ++bytes)
      EXPECT_EQ(tag_of(name.substr(0, bytes)), gumbo_tag_of(name.substr(0, bytes)));
  }
}

TEST(TagName, IsThatOfGumboForRandomText) {
  std::mt19937 random(1);
  std::uniform_int_distribution<size_t> pick(0, 1u << 20);
  for (int i = 0; i < 1'000'000; ++i) {
    constexpr std::string_view kLetters = "abdehilnoprstuABDEHT126-";
    std::string name(pick(random) % 5, '\0');
    for (char& c : name) c = kLetters[pick(random) % kLetters.size()];
    ASSERT_EQ(tag_of(name), gumbo_tag_of(name)) << name;
  }
}

}  // namespace
}  // namespace scraper
