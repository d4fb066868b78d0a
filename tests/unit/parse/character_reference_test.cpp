// SPDX-License-Identifier: MIT
#include "scraper/parse/character_reference.h"

#include <gtest/gtest.h>

namespace scraper {
namespace {

std::string in_text(std::string_view text) {
  std::string out;
  append_without_references(out, text, false);
  return out;
}

std::string in_attribute(std::string_view text) {
  std::string out;
  append_without_references(out, text, true);
  return out;
}

TEST(CharacterReference, StandsForWhatItsNameSays) {
  EXPECT_EQ(in_text("a&amp;b&lt;c&copy;&AElig;&zwnj;&zwj;"), "a&b<c\xC2\xA9\xC3\x86\xE2\x80\x8C\xE2\x80\x8D");
  EXPECT_EQ(in_text("&Tab;&NewLine;&nbsp;&quot;&bsol;&quest;"), "\t\n\xC2\xA0\"\\?");
  EXPECT_EQ(in_text("&NotEqualTilde;&fjlig;"),
            "\xE2\x89\x82\xCC\xB8"
            "fj");  // two code points
  EXPECT_EQ(in_text("&CounterClockwiseContourIntegral;"), "\xE2\x88\xB3");
  EXPECT_EQ(in_text("&nosuch;&;&&amp"), "&nosuch;&;&&");
}

TEST(CharacterReference, TakesTheLongestName) {
  EXPECT_EQ(in_text("&notit;&notin;&not;"), "\xC2\xACit;\xE2\x88\x89\xC2\xAC");
  EXPECT_EQ(in_text("&ampamp;"), "&amp;");
  EXPECT_EQ(in_text("&acE;&Hat"), "\xE2\x88\xBE\xCC\xB3&Hat");
}

TEST(CharacterReference, OfAnAttributeEndsInASemicolonOrBeforeNoName) {
  EXPECT_EQ(in_attribute("?a=1&copy=2&lt=3&amp;d&copy"), "?a=1&copy=2&lt=3&d\xC2\xA9");
  EXPECT_EQ(in_attribute("&notit;&not-&not1&not"), "&notit;\xC2\xAC-&not1\xC2\xAC");
}

TEST(CharacterReference, OfANumberIsThatCharacter) {
  EXPECT_EQ(in_text("&#65;&#x41;&#X4a&#98x&#x1F600;"), "AAJbx\xF0\x9F\x98\x80");
  EXPECT_EQ(in_text("&#;&#x;&#xg;&#"), "&#;&#x;&#xg;&#");
  EXPECT_EQ(in_text("&#128;&#x9F;&#x81;"), "\xE2\x82\xAC\xC5\xB8\xC2\x81");  // as in windows-1252
  for (const char* none : {"&#0;", "&#xD800;", "&#x110000;", "&#99999999999999999999;", "&#xFFFFFFFFFFFFFFFFF;"}) {
    EXPECT_EQ(in_text(none), "\xEF\xBF\xBD") << none;
  }
}

}  // namespace
}  // namespace scraper
