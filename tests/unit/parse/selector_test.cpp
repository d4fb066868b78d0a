// SPDX-License-Identifier: MIT
#include "scraper/parse/selector.h"

#include <gtest/gtest.h>

#include "selector_page.h"

namespace scraper {
namespace {

class SelectorTest : public SelectorPage {};

TEST_F(SelectorTest, MatchesTypeIdAndClass) {
  load("<p id=a class='x Y'></p><P id=b class=y></P><my-tag id=c></my-tag><svg id=d><foreignObject id=e>");
  EXPECT_EQ(ids("p"), "a b");
  EXPECT_EQ(ids("P"), "a b");
  EXPECT_EQ(ids("*.y"), "b");
  EXPECT_EQ(ids(".x.Y"), "a");
  EXPECT_EQ(ids("#b"), "b");
  EXPECT_EQ(ids("#B"), "");
  EXPECT_EQ(ids("My-Tag"), "c");
  EXPECT_EQ(ids("my-other"), "");
  EXPECT_EQ(ids("foreignObject"), "e");
  EXPECT_EQ(ids("svg *"), "e");
}

TEST_F(SelectorTest, MatchesAttributes) {
  load("<a id=a href='http://x.test/y.pdf' title='one two' lang=en-GB type=Text></a><b id=b title='' data-x=\"q']\">");
  EXPECT_EQ(ids("[title]"), "a b");
  EXPECT_EQ(ids("[ TITLE = 'one two' ]"), "a");
  EXPECT_EQ(ids("[title=\"\"]"), "b");
  EXPECT_EQ(ids("[title~=two]"), "a");
  EXPECT_EQ(ids("[title~='one two']"), "");
  EXPECT_EQ(ids("[title~='']"), "");
  EXPECT_EQ(ids("[lang|=en]"), "a");
  EXPECT_EQ(ids("[lang|=e]"), "");
  EXPECT_EQ(ids("[href^=http]"), "a");
  EXPECT_EQ(ids("[href^='']"), "");
  EXPECT_EQ(ids("[href$='.pdf']"), "a");
  EXPECT_EQ(ids("[href*=test][id=a]"), "a");
  EXPECT_EQ(ids("[href*=TEST]"), "");
  EXPECT_EQ(ids("[href*=TEST i]"), "a");
  EXPECT_EQ(ids("[type=text]"), "a");
  EXPECT_EQ(ids("[type=text s]"), "");
  EXPECT_EQ(ids("[data-x='q\\']']"), "b");
  EXPECT_EQ(ids("[data-x=\"q']\"]"), "b");
  EXPECT_EQ(ids("[href^=http:]"), "a");
}

TEST_F(SelectorTest, FollowsCombinators) {
  load("<div id=a><p id=b></p>text<p id=c></p><span id=d><p id=e></p></span><p id=f></p></div>");
  EXPECT_EQ(ids("div p"), "b c e f");
  EXPECT_EQ(ids("div>p"), "b c f");
  EXPECT_EQ(ids("p + p"), "c");
  EXPECT_EQ(ids("p~p"), "c f");
  EXPECT_EQ(ids("span + p"), "f");
  EXPECT_EQ(ids("p ~ span > p"), "e");
  EXPECT_EQ(ids("div > span p , p + p,p+p"), "c e");
  EXPECT_EQ(ids("html > body > div#a"), "a");
  EXPECT_EQ(ids("p p"), "");
}

TEST_F(SelectorTest, TriesOtherAncestorsAndSiblings) {
  load("<i id=x></i><div class=a><b></b><div class=b><div class=b><u></u><u></u><p id=p></p></div></div></div>");
  EXPECT_EQ(ids(".a > .b p"), "p");
  EXPECT_EQ(ids("i + .a .b p"), "p");
  EXPECT_EQ(ids("b + .b u ~ p"), "p");
  EXPECT_EQ(ids("b ~ .b > p"), "");
}

TEST_F(SelectorTest, ReadsEscapesAndNamesInAnyLanguage) {
  load("<p id='1a' class='a:b \xE5\x8F\xB0\xE5\x8C\x97'></p>");
  EXPECT_EQ(ids("#\\31 a"), "1a");
  EXPECT_EQ(ids("#\\000031a"), "1a");
  EXPECT_EQ(ids(".a\\:b"), "1a");
  EXPECT_EQ(ids(".\xE5\x8F\xB0\xE5\x8C\x97"), "1a");
}

TEST_F(SelectorTest, TakesNoExponentialTimeOnDeepPages) {
  std::string html;
  for (int i = 0; i < 400; ++i) html += "<div><span></span>";
  load(html);
  std::string text = "b ";
  for (int i = 0; i < 40; ++i) text += "div ";
  EXPECT_EQ(ids(text + "span"), "");
  EXPECT_EQ(ids("b ~ span + div div span ~ div div span ~ div span"), "");
}

TEST_F(SelectorTest, TextOfANodeIsCollapsed) {
  load("<p>\n one <b>two</b>three<!-- no --><br> four\n</p>");
  const auto selector = Selector::compile("p");
  const auto found = selector->select_all(document_);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(node_text(found[0]), "one twothree four");
  EXPECT_TRUE(selector->matches(found[0]));
  EXPECT_FALSE(selector->matches(document_));
}

}  // namespace
}  // namespace scraper
