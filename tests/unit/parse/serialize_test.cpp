// SPDX-License-Identifier: MIT
#include "scraper/parse/serialize.h"

#include <gtest/gtest.h>

#include "scraper/base/utf8.h"
#include "selector_page.h"

namespace scraper {
namespace {

constexpr size_t kAll = 1u << 30;

class Serialized : public SelectorPage {
 protected:
  /// What is in the page's body, written again.
  std::string body(std::string html, size_t bytes_max = kAll) {
    load("<body>" + std::move(html));
    const auto found = Selector::compile("body")->select_all(root_);
    return inner_html(found.at(0), bytes_max);
  }
};

TEST_F(Serialized, ElementsTextsAndComments) {
  EXPECT_EQ(body("<P Class=x>a<b>b</b><!-- c -->"), "<p class=\"x\">a<b>b</b><!-- c --></p>");
  EXPECT_EQ(body("a<br>b<IMG src=x><input disabled><wbr>"), "a<br>b<img src=\"x\"><input disabled=\"\"><wbr>");
  EXPECT_EQ(body("<table><td>x"), "<table><tbody><tr><td>x</td></tr></tbody></table>");
  EXPECT_EQ(body("<template><p>x</template>"), "<template><p>x</p></template>");
  EXPECT_EQ(body("<My-Tag></My-Tag>"), "<my-tag></my-tag>");
}

TEST_F(Serialized, WhatMustBeEscapedIs) {
  EXPECT_EQ(body("a &amp; b &lt;c&gt; \"d\" &nbsp;\xC2\xA9"), "a &amp; b &lt;c&gt; \"d\" &nbsp;\xC2\xA9");
  EXPECT_EQ(body("<i title='a &amp; \"b\" <c> &nbsp;'></i>"),
            "<i title=\"a &amp; &quot;b&quot; &lt;c&gt; &nbsp;\"></i>");
  EXPECT_EQ(body("<script>a < b && c</script><style>a > b</style><xmp>&lt;</xmp>"),
            "<script>a < b && c</script><style>a > b</style><xmp>&lt;</xmp>");
  EXPECT_EQ(body("<noscript>a &lt;</noscript><textarea>&lt;</textarea>"),
            "<noscript>a &lt;</noscript><textarea>&lt;</textarea>");
}

TEST_F(Serialized, ForeignElementsKeepTheirNames) {
  EXPECT_EQ(
      body("<svg viewbox=x><FOREIGNOBJECT></foreignObject><use xlink:href=#a xml:lang=en /><script>&lt;</script>"),
      "<svg viewBox=\"x\"><foreignObject></foreignObject><use xlink:href=\"#a\" xml:lang=\"en\"></use>"
      "<script>&lt;</script></svg>");
}

TEST_F(Serialized, OuterAndInner) {
  load("<!DOCTYPE html><title>t</title><p id=a>x<i>y</i></p>");
  EXPECT_EQ(outer_html(at("a"), kAll), "<p id=\"a\">x<i>y</i></p>");
  EXPECT_EQ(inner_html(at("a"), kAll), "x<i>y</i>");
  const std::string page =
      "<!DOCTYPE html><html><head><title>t</title></head><body><p id=\"a\">x<i>y</i></p></body></html>";
  EXPECT_EQ(outer_html(document_, kAll), page);
  EXPECT_EQ(inner_html(document_, kAll), page);
  const GumboNode* text = child(children(at("a")), 0);
  EXPECT_EQ(outer_html(text, kAll), "x");
  EXPECT_EQ(inner_html(text, kAll), "");
  load("<p><img id=a>");
  EXPECT_EQ(outer_html(at("a"), kAll), "<img id=\"a\">");
  EXPECT_EQ(inner_html(at("a"), kAll), "");
}

TEST_F(Serialized, TheCutFallsWhereItBreaksNothing) {
  const std::string html = "<p title=\"\xE5\x8F\xB0\">a&lt;\xE5\x8F\xB0<!-- c --></p><script>\xE5\x8F\xB0</script>";
  const std::string whole = body(html);
  EXPECT_EQ(whole, html);
  for (size_t bytes_max = 0; bytes_max <= whole.size(); ++bytes_max) {
    const std::string cut = body(html, bytes_max);
    EXPECT_LE(cut.size(), bytes_max);
    EXPECT_TRUE(whole.starts_with(cut)) << cut;
    EXPECT_TRUE(is_valid_utf8(cut)) << bytes_max;
  }
  EXPECT_EQ(body(html, 10), "");
  EXPECT_EQ(body(html, 20), "<p title=\"\xE5\x8F\xB0\">a&lt;");
  EXPECT_EQ(body(html, 22), "<p title=\"\xE5\x8F\xB0\">a&lt;");
}

TEST_F(Serialized, WhatGumboMakesOfHugeReferencesIsMadeValid) {
  EXPECT_TRUE(is_valid_utf8(body("<i title='&#11111111111;'>&#11111111111;</i>")));
}

TEST_F(Serialized, DepthDoesNotMatter) {
  std::string html;
  for (int i = 0; i < 100'000; ++i) html += "<span>";
  EXPECT_EQ(body(html).size(), 100'000u * 13);
  EXPECT_EQ(body(html, 1'000).size(), 996u);
}

}  // namespace
}  // namespace scraper
