// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "selector_page.h"

namespace scraper {
namespace {

class PseudoClasses : public SelectorPage {};

TEST_F(PseudoClasses, CombineSelectors) {
  load("<div id=a class=x><p id=b><i id=c></i></p></div><p id=d><i id=e></i></p>");
  EXPECT_EQ(ids(":is(#b, #d) i"), "c e");
  EXPECT_EQ(ids("i:is(.x *)"), "c");
  EXPECT_EQ(ids("body i:not(.x > p > i)"), "e");
  EXPECT_EQ(ids("p:where(:not(.x p), #b):MATCHES(p):-webkit-any(*)"), "b d");
  EXPECT_EQ(ids("p:N\\OT(#b)"), "d");
  EXPECT_EQ(ids("body [id!=b]:not(#c)"), "a d e");
  EXPECT_EQ(ids("[class!=x]#a"), "");
}

TEST_F(PseudoClasses, HasLooksBelowAndBehind) {
  load(
      "<div id=a><p id=b><i id=c></i></p>text<!-- x --><p id=d></p></div><div id=e><p id=f><b><i></i></b></p></div>"
      "<u id=g></u>");
  EXPECT_EQ(ids("[id]:has(i)"), "a b e f");
  EXPECT_EQ(ids("[id]:has(> i)"), "b");
  EXPECT_EQ(ids("[id]:has(> * > i)"), "a f");
  EXPECT_EQ(ids("[id]:has(+ p)"), "b");
  EXPECT_EQ(ids("[id]:has(+ div)"), "a");
  EXPECT_EQ(ids("[id]:has(~ u)"), "a e");
  EXPECT_EQ(ids("[id]:has(~ div b > i)"), "a");
  EXPECT_EQ(ids("[id]:has(p + p)"), "a");
  EXPECT_EQ(ids("[id]:has(+ div + u)"), "a");
  EXPECT_EQ(ids("[id]:has(> p:not(:has(*)))"), "a");
  EXPECT_EQ(ids("div:not(:has(b, u))"), "a");
  // What stands left of the anchor does not count inside, and the anchor is no part of what it holds.
  EXPECT_EQ(ids("[id]:has(div i)"), "");
  EXPECT_EQ(ids("[id]:has(p i)"), "a e");
}

TEST_F(PseudoClasses, CountPositions) {
  load("<ul><li id=a><li id=b class=x>text<!-- --><li id=c><b id=d></b><li id=e class=x><li id=f class=x></ul>");
  EXPECT_EQ(ids("li:nth-child(2)"), "b");
  EXPECT_EQ(ids("li:nth-child(odd)"), "a c f");
  EXPECT_EQ(ids("li:nth-child( 2n + 2 )"), "b e");
  EXPECT_EQ(ids("li:nth-child(-n+2)"), "a b");
  EXPECT_EQ(ids("li:nth-child(n+4)"), "e f");
  EXPECT_EQ(ids("li:nth-child(0n+0)"), "");
  EXPECT_EQ(ids("li:nth-last-child(-n + 2)"), "e f");
  EXPECT_EQ(ids("li:nth-child(even of .x)"), "e");
  EXPECT_EQ(ids("li:nth-last-child(1 of .x, #a)"), "f");
  EXPECT_EQ(ids("li:first-child, li:last-child"), "a f");
  EXPECT_EQ(ids("ul b:only-child"), "d");
  EXPECT_EQ(ids("html:first-child:last-child:only-of-type"), "?");
  load("<p id=a></p><my-x id=b></my-x><p id=c></p><my-y id=d></my-y><my-x id=e></my-x>");
  EXPECT_EQ(ids("body > :nth-of-type(2)"), "c e");
  EXPECT_EQ(ids("body > :first-of-type"), "a b d");
  EXPECT_EQ(ids("body > :last-of-type"), "c d e");
  EXPECT_EQ(ids("body > :only-of-type"), "d");
}

TEST_F(PseudoClasses, CountTheSameAmongFewAndMany) {
  std::string html;
  for (int i = 1; i <= 300; ++i)
    html += (i % 3 == 0 ? "<b id=" : "<i id=") + std::to_string(i) + (i % 7 == 0 ? " class=x>" : ">") +
            (i % 3 == 0 ? "</b>" : "</i>");
  load("<div id=few><i></i></div><main>" + html + "</main>");
  EXPECT_EQ(ids("main :nth-child(100n)"), "100 200 300");
  EXPECT_EQ(ids("main :nth-last-child(100n)"), "1 101 201");
  EXPECT_EQ(ids("main b:nth-of-type(50n)"), "150 300");
  EXPECT_EQ(ids("main b:nth-last-of-type(50n)"), "3 153");
  EXPECT_EQ(ids("main :nth-child(20n of .x)"), "140 280");
  EXPECT_EQ(ids("main :first-child, main :last-child"), "1 300");
}

TEST_F(PseudoClasses, FindTexts) {
  load("<p id=a>one <b id=b>two</b> three</p><p id=c>(x) id=\"q\"</p><p id=d>it's</p>");
  EXPECT_EQ(ids("[id]:contains(two)"), "a b");
  EXPECT_EQ(ids("[id]:-soup-contains('one two')"), "a");
  EXPECT_EQ(ids("[id]:-soup-contains-own('two')"), "b");
  EXPECT_EQ(ids("[id]:-soup-contains-own('one  three')"), "");
  EXPECT_EQ(ids("[id]:contains(two, 'x')"), "a b c");
  EXPECT_EQ(ids("[id]:contains(one two)"), "a");
  EXPECT_EQ(ids("[id]:contains((x))"), "c");
  EXPECT_EQ(ids("[id]:contains(id=\"q\")"), "c");
  EXPECT_EQ(ids("[id]:contains(it's)"), "d");
  EXPECT_EQ(ids("p:not(:contains(two)):contains( it\\'s )"), "d");
}

TEST_F(PseudoClasses, KnowLanguages) {
  load(
      "<p id=a lang=en-GB><b id=b></b></p><p id=c lang=''><b id=d></b></p><p id=e xml:lang=zh-Hant-TW></p><p "
      "id=f></p>");
  EXPECT_EQ(ids("body :lang(en)"), "a b");
  EXPECT_EQ(ids("body :lang(EN-gb)"), "a b");
  EXPECT_EQ(ids("body :lang('en-US', zh-TW)"), "e");
  EXPECT_EQ(ids("body :lang('*-TW')"), "e");
  EXPECT_EQ(ids("body :lang(*-TW)"), "e");
  EXPECT_EQ(ids("body :lang(\\*-TW)"), "e");
  EXPECT_EQ(ids("body :lang('')"), "c d f");
  EXPECT_EQ(ids("body :lang('*')"), "a b e");
  load("<meta http-equiv=Content-Language content=' fr-CA '><p id=a></p><p id=b lang=de></p>");
  EXPECT_EQ(ids("p:lang(fr)"), "a");
}

TEST_F(PseudoClasses, KnowTheTree) {
  load("<div id=a></div><div id=b> <!-- x --></div><div id=c> x </div><div id=d><i id=e></i></div>");
  EXPECT_EQ(ids("[id]:empty"), "a b e");
  EXPECT_EQ(ids("[id]:parent"), "b c d");
  EXPECT_EQ(ids(":root > body > #d > :not(:root)"), "e");
  EXPECT_EQ(ids(":scope > body > #a"), "a");
  EXPECT_EQ(ids("div:hover, div:current(p, q), div:FOCUS-within, #a:visited"), "");
  EXPECT_EQ(ids("div:not(:target)"), "a b c d");
}

TEST_F(PseudoClasses, KnowLinksAndForms) {
  load(
      "<a id=a href=x></a><a id=b></a><link id=c href=x>"
      "<form><fieldset id=f disabled><legend><input id=d></legend><legend><input id=e></legend><p><button "
      "id=g></button>"
      "</fieldset><input id=h type=Checkbox checked required><input id=i placeholder=x><input id=j placeholder=x "
      "value=y>"
      "<textarea id=k readonly></textarea><input id=l type=submit><button id=m></button>"
      "<select id=s><option id=o disabled><optgroup id=y disabled><option id=p></optgroup><option id=q><option "
      "id=r></select>"
      "<select id=t><option id=u selected><option id=v selected></select><select id=w size=3><option "
      "id=x></select></form>");
  EXPECT_EQ(ids(":link"), "a");
  EXPECT_EQ(ids(":any-link"), "a");
  EXPECT_EQ(ids(":disabled"), "f e g o y p");
  EXPECT_EQ(ids("input:enabled"), "d h i j l");
  EXPECT_EQ(ids(":checked"), "h q v");
  EXPECT_EQ(ids(":selected"), "q v");
  EXPECT_EQ(ids(":required"), "h");
  EXPECT_EQ(ids("input:optional"), "d e i j l");
  EXPECT_EQ(ids(":read-write"), "d i j");
  EXPECT_EQ(ids("input:read-only, textarea:read-only"), "e h k l");
  EXPECT_EQ(ids(":placeholder-shown"), "i");
  EXPECT_EQ(ids(":default"), "g h u v");
  EXPECT_EQ(ids(":checkbox, :submit"), "g h l m");
  EXPECT_EQ(ids("form :button"), "g m");
  EXPECT_EQ(ids("fieldset :input"), "d e g");
}

class PseudoElements : public SelectorPage {};

TEST_F(PseudoElements, TakeTextsAsScrapyDoes) {
  load("<p id=a>one <b>two <i>three</i></b> four</p><p>five<!-- six --></p>");
  EXPECT_EQ(texts("#a::text"), "[one ] [ four]");
  EXPECT_EQ(texts("#a ::text"), "[one ] [two ] [three] [ four]");
  EXPECT_EQ(texts("#a *::text"), "[one ] [two ] [three] [ four]");
  EXPECT_EQ(texts("#a > *::text"), "[two ]");
  EXPECT_EQ(texts("b::text, #a::text, p::text"), "[one ] [two ] [ four] [five]");
  EXPECT_EQ(texts("i::text,p:last-child::text"), "[three] [five]");
}

TEST_F(PseudoElements, TakeAttributes) {
  load("<a id=a HREF='x y'>t</a><a>u</a><svg><use xlink:href='#z' id=b></svg>");
  EXPECT_EQ(texts("a::attr(href)"), "[x y]");
  EXPECT_EQ(texts("a::attr( HREF ), a::text, a::attr(id), #a::attr(href)"), "[x y] [a] [t] [u]");
  EXPECT_EQ(texts("use::attr(xlink\\:href)"), "[#z]");
  EXPECT_EQ(texts("::attr(id)"), "[a] [b]");
  EXPECT_EQ(texts("body ::attr(id)"), "[a] [b]");
}

class Rows : public SelectorPage {};

TEST_F(Rows, AreWhatIsSelectedFrom) {
  load("<main><p id=a class=x>one<b id=b>two</b></p><p id=c>three</p></main>");
  EXPECT_EQ(ids("*", at("a")), "b");
  EXPECT_EQ(ids("main b", at("a")), "b");
  EXPECT_EQ(ids("p", at("a")), "");
  EXPECT_EQ(ids(":scope", at("a")), "a");
  EXPECT_EQ(ids(":scope > b", at("a")), "b");
  EXPECT_EQ(ids(":scope b", at("c")), "");
  EXPECT_EQ(texts("::text", at("a")), "[one] [two]");
  EXPECT_EQ(texts(":scope::text", at("a")), "[one]");
  EXPECT_EQ(texts("::attr(id)", at("a")), "[a] [b]");
  EXPECT_EQ(texts(".x ::text", at("a")), "[one] [two]");
  EXPECT_EQ(texts("p::text", at("a")), "");
  EXPECT_EQ(ids("main, html > *", root_), "? ? ?");
}

TEST_F(Rows, GiveTheFirstMatchAlone) {
  load("<p id=a><p id=b>");
  const Watchdog watchdog(limits_, steady_now() + Duration(60'000));
  EXPECT_EQ(attribute(Selector::compile("p")->select_first(document_, watchdog)->node, "id"), "a");
  EXPECT_EQ(Selector::compile("q")->select_first(document_, watchdog)->node, nullptr);
}

}  // namespace
}  // namespace scraper
