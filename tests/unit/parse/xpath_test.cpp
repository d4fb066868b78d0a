// SPDX-License-Identifier: MIT
#include "scraper/parse/xpath.h"

#include <gtest/gtest.h>

#include <atomic>

#include "scraper/base/utf8.h"
#include "selector_page.h"

namespace scraper {
namespace {

class XPathPage : public SelectorPage {
 protected:
  tl::expected<XmlTree, Error> tree() {
    return XmlTree::build(document_, limits_, Watchdog(limits_, steady_now() + Duration(60'000)));
  }

  /// What is found, each in brackets with the first letter of its kind before.
  std::string found(std::string_view text, const GumboNode* from = nullptr) {
    const auto xpath = XPath::compile(text);
    if (!xpath) return describe(xpath.error());
    const auto xml = tree();
    if (!xml) return xml.error().message;
    const auto items =
        xpath->evaluate(*xml, from == nullptr ? document_ : from, Watchdog(limits_, steady_now() + Duration(60'000)));
    if (!items) return "ended early";
    std::string out;
    for (const XPathItem& item : *items)
      out += (out.empty() ? "" : " ") + std::string(1, "eatcv"[static_cast<int>(item.kind)]) + "[" +
             string_value(item) + "]";
    return out;
  }
};

TEST_F(XPathPage, AnswersWhatScrapersAsk) {
  load(
      "<title> The  page </title><ul class='nav big'><li><a href='/a?x&amp;y'>A</a><li><a href='/b'>B <b>bold</b></a>"
      "<li class=last>C</ul><p>one</p><!-- note --><p>two<br>three</p><h2>next</h2><p>four</p>");
  EXPECT_EQ(found("//a/@href"), "a[/a?x&y] a[/b]");
  EXPECT_EQ(found("//a"), "e[A] e[B bold]");
  EXPECT_EQ(found("//a/text()"), "t[A] t[B ]");
  EXPECT_EQ(found("//a//text()"), "t[A] t[B ] t[bold]");
  EXPECT_EQ(found("normalize-space(//title)"), "v[The page]");
  EXPECT_EQ(found("string(//title)"), "v[ The  page ]");
  EXPECT_EQ(found("count(//li)"), "v[3]");
  EXPECT_EQ(found("count(//li) div 2"), "v[1.5]");
  EXPECT_EQ(found("boolean(//table)"), "v[false]");
  EXPECT_EQ(found("//ul[contains(@class, 'nav')]/li[position() = last()]"), "e[C]");
  EXPECT_EQ(found("//li[not(a)]"), "e[C]");
  EXPECT_EQ(found("//*[contains(concat(' ', normalize-space(@class), ' '), ' big ')]/li[1]"), "e[A]");
  EXPECT_EQ(found("//h2/following-sibling::p"), "e[four]");
  EXPECT_EQ(found("//h2/preceding-sibling::p[1]/text()"), "t[two] t[three]");
  EXPECT_EQ(found("//comment()"), "c[ note ]");
  EXPECT_EQ(found("//b/ancestor::li"), "e[B bold]");
  EXPECT_EQ(found("//p[starts-with(., 'tw')] | //a[@href='/b']"), "e[B bold] e[twothree]");
  EXPECT_EQ(found("//li[2]/preceding::*[self::title]"), "e[The page]");
  EXPECT_EQ(found("(//p)[2]"), "e[twothree]");
  EXPECT_EQ(found("//p[.='four']/../h2"), "e[next]");
  EXPECT_EQ(found("//nothing"), "");
  EXPECT_EQ(found("/html/head/title"), "e[The page]");
  EXPECT_EQ(found("translate('abc', 'b', 'x')"), "v[axc]");
}

TEST_F(XPathPage, AnswersForARow) {
  load("<table><tr id=a><td>1<td><a href=x>2</a><tr id=b><td>3<td><a href=y>4</a></table><a href=z>5</a>");
  EXPECT_EQ(found("./td[1]", at("b")), "e[3]");
  EXPECT_EQ(found("td[1]", at("a")), "e[1]");
  EXPECT_EQ(found(".//a/@href", at("b")), "a[y]");
  EXPECT_EQ(found("//a/@href", at("b")), "a[x] a[y] a[z]");
  EXPECT_EQ(found("@id", at("b")), "a[b]");
  EXPECT_EQ(found(".", at("a")), "e[12]");
  EXPECT_EQ(found("string(.)", at("a")), "v[12]");
  EXPECT_EQ(found("count(preceding-sibling::tr)", at("b")), "v[1]");
}

TEST_F(XPathPage, LeadsBackToTheElements) {
  load("<p id=a>x<b title=y>z</b></p>");
  const auto xml = tree();
  ASSERT_TRUE(xml);
  const Watchdog watchdog(limits_, steady_now() + Duration(60'000));
  const auto items = XPath::compile("//p | //p/text() | //b/@title | /")->evaluate(*xml, document_, watchdog);
  ASSERT_TRUE(items);
  ASSERT_EQ(items->size(), 4u);
  EXPECT_EQ((*items)[0].element, root_);
  EXPECT_EQ((*items)[1].element, at("a"));
  EXPECT_EQ((*items)[2].element, at("a"));
  EXPECT_EQ(html_tag((*items)[3].element), GUMBO_TAG_B);
  EXPECT_EQ(XPath::compile("/ | /html")->evaluate(*xml, document_, watchdog)->size(), 1u);
}

TEST_F(XPathPage, NamesAreThoseOfTheDom) {
  load(
      "<DIV ID=A @click=go() data-Big=1 :x='<&\">' \"=q></DIV><svg viewbox=v><FOREIGNobject><use xlink:href=#u /></svg>"
      "<math><mi>x</math><o:p>office</o:p><a\"b>odd</a\"b><template><i>in</i></template>");
  EXPECT_EQ(found("//div/@id"), "a[A]");
  EXPECT_EQ(found("//DIV"), "");
  EXPECT_EQ(found("//div/@data-big"), "a[1]");
  EXPECT_EQ(found("//div/@*[name() = '@click']"), "a[go()]");
  EXPECT_EQ(found("//@*[name() = ':x']"), "a[<&\">]");
  EXPECT_EQ(found("count(//div/@*)"), "v[5]");
  EXPECT_EQ(found("//svg/foreignObject/use/@xlink:href"), "a[#u]");
  EXPECT_EQ(found("//svg/@viewBox"), "a[v]");
  EXPECT_EQ(found("//math/mi"), "e[x]");
  EXPECT_EQ(found("//*[name() = 'o:p']"), "e[office]");
  EXPECT_EQ(found("//a_b"), "e[odd]");
  EXPECT_EQ(found("//template/i"), "e[in]");
}

TEST_F(XPathPage, TextsComeThroughUnchanged) {
  load(
      "<p title='&amp;amp; &quot;  \t x'>a &amp;amp; &lt;b&gt; ]]&gt;</p><script>if (a < b && c) "
      "{}</script><!--a---><!-->-->"
      "<p>&#11111111111;</p><pre>\n\n  x\n</pre>");
  EXPECT_EQ(found("//p[1]/@title"), "a[&amp; \"  \t x]");
  EXPECT_EQ(found("//p[1]/text()"), "t[a &amp; <b> ]]>]");
  EXPECT_EQ(found("//script/text()"), "t[if (a < b && c) {}]");
  EXPECT_EQ(found("//comment()[1]"), "c[a-]");
  EXPECT_TRUE(is_valid_utf8(found("//p[2]/text()")));
  EXPECT_EQ(found("//pre/text()"), "t[\n  x\n]");
}

TEST(XPath, SaysWhereAnExpressionIsWrong) {
  const auto column = [](std::string_view text) {
    const auto xpath = XPath::compile(text);
    return xpath ? 0 : xpath.error().column;
  };
  EXPECT_EQ(column("//a"), 0u);
  EXPECT_EQ(column(""), 1u);
  EXPECT_EQ(column("//a["), 5u);
  EXPECT_EQ(column("'\xC3\xA9' = )"), 7u);
  EXPECT_NE(column("//a/@href]"), 0u);
  EXPECT_NE(column("nonsense(1)"), 0u);
  EXPECT_NE(column("//wrong::a"), 0u);
  EXPECT_NE(column("$x"), 0u);
  EXPECT_NE(column("'open"), 0u);
  EXPECT_EQ(column(std::string_view("//a\0b", 5)), 4u);
  EXPECT_NE(XPath::compile("//a[").error().message.find("no XPath 1.0"), std::string::npos);
}

TEST_F(XPathPage, LongAndDeepExpressionsOverflowNothing) {
  load("<p>x");
  const auto repeat = [](std::string_view part, size_t bytes) {
    std::string out;
    while (out.size() + part.size() <= bytes) out += part;
    return out;
  };
  EXPECT_FALSE(XPath::compile(repeat("//a", kXPathBytesMax + 3)));
  for (const std::string& text :
       {repeat("(", 4'000), repeat("-", 4'000) + "1", repeat("not(", 4'000), repeat("a[", 4'000),
        repeat("a/", 4'000) + "a", repeat("//*", 4'000), repeat("1+", 4'000) + "1", repeat("a|", 4'000) + "a",
        repeat("a", 4'000), "a" + repeat("[1]", 4'000), repeat("(", 900) + "1" + repeat(")", 900),
        repeat("../", 3'000) + "*", repeat("not(", 2'000) + "1" + repeat(")", 500), "1" + repeat("=1", 4'000),
        "1" + repeat(" or 0", 4'000)})
    found(text);
}

TEST_F(XPathPage, BoundsThePage) {
  const auto message = [&] {
    const auto xml = tree();
    return xml ? "fine" : std::string(name(xml.error().kind)) + ": " + xml.error().message;
  };
  std::string html;
  for (size_t i = 0; i < kXmlDepthMax - 3; ++i) html += "<i>";
  load("<body>" + html + "</i>");
  EXPECT_EQ(message(), "fine");
  EXPECT_EQ(found("count(//i[ancestor::i])"), "v[" + std::to_string(kXmlDepthMax - 4) + "]");
  for (int i = 0; i < 100'000; ++i) html += "<span>";
  load(html);
  EXPECT_EQ(message(), "parse_limit: XPath: the page is nested more than 1000 deep");
  html.clear();
  for (size_t i = 0; i < kXmlNodesMax; ++i) html += "<i></i>";
  load(html);
  EXPECT_EQ(message(), "parse_limit: XPath: the page has more than 100000 nodes");
  load("<p>" + std::string(100'000, 'x'));
  limits_.memory_bytes_max = 50'000;
  EXPECT_EQ(message(), "parse_limit: XPath: the page takes more than 50000");
}

TEST_F(XPathPage, OrderAmongManySiblingsIsFoundQuickly) {
  std::string html;
  for (int i = 0; i < 40'000; ++i) html += "<i a=1><b></b></i>";
  load(html);
  const SteadyTime begin = steady_now();
  EXPECT_EQ(found("count((//b/.. | //i/b)[position() > 100'000])").substr(0, 5), "error");
  EXPECT_EQ(found("count((//b/.. | //i/b | //i/@a)[position() > 50000])"), "v[70000]");
  EXPECT_EQ(found("count(//b/preceding-sibling::* | //b/ancestor::*)"), "v[40002]");
  EXPECT_LT(steady_now() - begin, Duration(30'000));
}

TEST_F(XPathPage, SetsThatGrowBeyondAllBoundsAreCutOff) {
  std::string html;
  for (int i = 0; i < 45'000; ++i) html += "<h2></h2><hr>";
  load(html);
  const auto xml = tree();
  ASSERT_TRUE(xml);
  const auto why = [&](std::string_view text, Duration time) {
    const SteadyTime begin = steady_now();
    const auto items = XPath::compile(text)->evaluate(*xml, document_, Watchdog(limits_, begin + time));
    EXPECT_LT(steady_now() - begin, time + Duration(8'000));
    return items ? Overrun::none : items.error();
  };
  EXPECT_EQ(why("//h2/following-sibling::hr", Duration(60'000)), Overrun::memory);
  EXPECT_EQ(why("//h2[count(//hr) > 1]", Duration(300)), Overrun::time);
  EXPECT_EQ(why("//h2[preceding::hr = //hr]", Duration(300)), Overrun::time);
  EXPECT_EQ(why("//h2", Duration(60'000)), Overrun::none);
}

TEST_F(XPathPage, TheRootElementIsThereOnceThoughTheDocumentStandsForItToo) {
  load("<!--a--><html><body>x");
  EXPECT_EQ(found("count(/ | //node())"), "v[6]");
  const auto xml = tree();
  ASSERT_TRUE(xml);
  const auto items =
      XPath::compile("/ | //node()")->evaluate(*xml, document_, Watchdog(limits_, steady_now() + Duration(9'000)));
  ASSERT_TRUE(items);
  EXPECT_EQ(items->size(), 5u);  // html, the comment, head, body, x
}

TEST_F(XPathPage, ATimeThatIsOverIsSeen) {
  load("<p>x");
  const auto xml = tree();
  const auto items = XPath::compile("//p")->evaluate(*xml, document_, Watchdog(limits_, steady_now() - Duration(1)));
  ASSERT_FALSE(items);
  EXPECT_EQ(items.error(), Overrun::time);
  const std::atomic<bool> stop = true;
  limits_.stop = &stop;
  EXPECT_EQ(XPath::compile("//p")->evaluate(*xml, document_, Watchdog(limits_, steady_now() + Duration(9'000))).error(),
            Overrun::stopped);
}

}  // namespace
}  // namespace scraper
