// SPDX-License-Identifier: MIT
// The tree that PlainTree makes of a small page is gumbo's.
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "scraper/parse/page_tree.h"
#include "scraper/parse/plain_text.h"
#include "tests/support/repeated.h"
#include "tests/support/two_trees.h"

namespace scraper {
namespace {

/// Expects each page's tree to be made, and to be gumbo's.
void expect_plain(const std::vector<std::string>& pages) {
  TwoTrees trees;
  for (const std::string& page : pages) {
    const auto difference = trees.difference(page);
    EXPECT_TRUE(difference) << page << "\nis given up: " << trees.reason();
    EXPECT_EQ(difference.value_or(""), "") << page;
  }
}

TEST(PlainTree, ImpliesWhatIsAroundABody) {
  expect_plain({"",
                " \n",
                "x",
                " x ",
                "<p>x",
                "<!-- c -->",
                "</p>",
                "</br>",
                "</html>",
                "</head>",
                "<head>",
                "<body>",
                "<html>",
                "<html lang=en><head><title>t</title></head><body class=b>x</body></html>",
                " <html> <head> <title> t </title> </head> <body> x </body> </html> ",
                "<title>t</title>x",
                "<html><head></head> <!-- c --> <body>",
                "<head></head><head><p>",
                "<body></body><p>x</body> y",
                "<html lang=en><html lang=fr dir=ltr><p>",
                "<body a=1><body a=2 b=3><p>",
                "<meta a><base><link b>x",
                "<head></head><title>late</title><script>s</script><meta m> <body>x",
                "<noscript><link></noscript><p>",
                "<noscript><style>a</style>x</noscript>",
                "<head><noscript><p>x</noscript>y"});
}

TEST(PlainTree, PutsCommentsWhereTheyBelong) {
  expect_plain(
      {"<!-- a --><!doctype html><!-- b --><html><!-- c --><head><!-- d --></head><!-- e --><body><!-- f -->"
       "</body><!-- g --></html><!-- h --> <!-- i -->",
       "x<!-- a -->y", "<p>x</body><!-- a -->y<!-- b --></html><!-- c -->z<!-- d -->", "<!-->x", "<!--->x",
       "<!-- a --!>x", "<?php a ?>x", "</ a>x", "<!a>x", "</html><!-- a --></body><!-- b --><p>",
       "<table><!-- a --><tr><!-- b --></table>"});
}

TEST(PlainTree, ReadsDoctypes) {
  expect_plain({"<!doctype html>x", "<!DOCTYPE HTML>x", "<!doctype foo>x", "<!doctypehtml>x", "x<!doctype html>",
                "<!doctype html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" \"http://www.w3.org/x.dtd\">x",
                "<!doctype html PUBLIC '-//W3C//DTD HTML 4.01//EN''s'>x", "<!doctype html system 'about:x' >x",
                "<!doctype html lang=en><p><table>", "<!doctype html><p><table>", "<p><table>",
                "<!doctype html public \"-//W3C//DTD HTML 3.2//EN\"><p><table>"});
}

TEST(PlainTree, PutsTextTogether) {
  expect_plain({"a</x>b",
                "a<p>b</p>c",
                "<p> <p>\n<p>\t x",
                "a&amp;b&lt;c&#65;&nbsp;&notin;&not;x&bogus;&",
                "&#10; &#32;",
                "<pre>\nx</pre>",
                "<pre>\n\nx</pre>",
                "<pre>&#10;x</pre>",
                "<textarea>\n\nx</textarea>",
                "<pre><b>\nx",
                "<listing>\n</listing>",
                "a\r\nb\rc<p\r\nid\r=\r'a\rb'>",
                "<pre>\r\nx",
                "<title> a &amp; <b> </title>",
                "<style> a > b & </style>",
                "<script> '<b>' <!-- <script> </script> --> </script>x",
                "\f<p>\f",
                "a < b",
                "<xmp><b>&amp;</xmp>",
                "<iframe><p></iframe>",
                "<noembed><p></noembed>",
                "</>x",
                "<title>t",
                "<script>x",
                "\xEF\xBB\xBFx",
                "&NotEqualTilde;&#x1F600;&#0;&#x80;&#xD800;&#x110000;&#13;"});
}

TEST(PlainTree, ReplacesWhatGumboReplaces) {
  expect_plain(
      {"a\x01"
       "b\x7F\xC2\x80\xC2\x9F\xC2\xA0",
       "\xEF\xB7\x90\xEF\xB7\xAF\xEF\xB7\xB0\xEF\xBF\xBD\xEF\xBF\xBE",
       "\xF0\x9F\xBF\xBE\xF0\x9F\xBF\xBD\xF4\x8F\xBF\xBF", "<p a\x02=\x03>\v</p>",
       repeated("ascii ", 50) + "\x1B" + repeated("\xC3\xA9", 50)});
}

TEST(PlainTree, ReadsAttributes) {
  expect_plain({"<p a b=c d='e' f=\"g\" H=I j=&amp; k=&lt;l m='&ampn'>", "<p a=1 a=2 b=3 A=4>", "<p a a b>",
                "<p a a b c=1>", "<p a=1 a b=2 b c>", "<p a=1 a='' b>", "<p a a a b a a=2 c>", "<p / a=b / c>",
                "<p =a==b>", "<p a=\n'b'c=d>", "<p \"=' a<=b>", "<p a=&#38;>", "<br/><p/>x", "<p class=''>",
                "<a href='?a=b&copy=1&amp=2&lt'>x</a>"});
}

TEST(PlainTree, ClosesWhatIsImplied) {
  expect_plain({"<p>a<p>b<div>c</p>d",
                "<ul><li>a<li>b<ul><li>c</ul><li>d</ul>",
                "<dl><dt>a<dd>b<dt>c</dl>",
                "<h1>a<h2>b</h1>c",
                "<h1>a</h2>b",
                "<div><span></div>x",
                "<p><span><div></p>",
                "<li><p>a<li>b",
                "<li><div><li>",
                "<button>a<button>b",
                "<select><option>a<option>b<optgroup><option>c</select>",
                "<option>a<option>b",
                "<ruby>a<rt>b<rp>c<rb>d<rtc>e<rt>",
                "<x-a><x-b></x-a>x",
                "<div></span>x</div>",
                "<address><li><p>",
                "<p><hr>x",
                "<form><p>a</form>b",
                "<form>a</form>b",
                "<form><div>a</form>b</div>c",
                "<form><form>x",
                "<image src=a>",
                "<menuitem>x",
                "<p><table></table>x",
                "<object><p>a</object>b",
                "<div><p></object>",
                "<center><p>a</center>b",
                "<main><p>x</main>y",
                "<form><div><div>a</form>b<p>c</div>d</div>e<form>",
                "<nav><a>x</a></nav>",
                "<input><keygen><wbr><param>"});
}

TEST(PlainTree, OpensFormattingAgain) {
  expect_plain({"<b>a</b>c", "<b><i>a</b>b</i>c", "<p><b>a<p>b</b>c", "<p><b><i>a<p>b<p>c", "<a>b<a>c</a>d", "</b>x",
                "<p><b a=1><b a=1><b a=1><b a=1>x<p>y", "<p><b><b><b><b><i>x<p>y", "<div><b></div><b>x",
                "<nobr>a<nobr>b", "<p><font color=a>x</p>y<br>z", "<td><b>x", "<object><b></object>x",
                "<p><a href=1>x<p>y</a>z", "<p><code>a<h1>b</h1>"});
}

TEST(PlainTree, MovesBlocksOutOfFormatting) {
  expect_plain({"<a>a<div>b</a>c</div>d", "<b>a<p>b</b>c<i>d</p>e", "<b><i><p>a</b>b</i>c", "<b><span><div>a</b>b",
                "<a><b><i><u><p>x</a>y</p>z", "<b>1<p>2<p>3</b>4", "<b><button>a</b></button>b",
                "<b><b><b><p>a</b></b>b", "<a href=1>a<div>b<a href=2>c</div>d", "<b><ul><li>a</b><li>b</ul>c",
                "<i><div><h1>a</i>b</h1>c</div>d", "<b><p>a<div></b>b", "<font><center>a</font>b</center>c",
                "<b a=1 b=2><p>a</b>b", "<a><svg><desc><a>b", "<a><table><tr><td><a>x</table>y",
                "<b><x-y><p>a</x-y>b</b>c"});
}

TEST(PlainTree, BuildsTables) {
  expect_plain({"<table><tr><td>a<td>b<tr><th>c</table>d",
                "<table> <caption> a </caption> <col><col><tr> <td>",
                "<table><colgroup> <col> </colgroup><thead><tr><td>a<tbody><tr><td>b<tfoot><tr><td>c</table>",
                "<table><tr><td><table><tr><td>a</table>b</table>c",
                "<table><table><table>",
                "<table></td></tr></tbody></caption></table>",
                "<table><tr></table>x",
                "<table><td></tr><td></tbody><td></table>",
                "<table><style>a</style><script>b</script><input type=hidden><form></form><tr><td></table>",
                "<table><form><tr><td><input></form></table>x<form>",
                "<td>x<tr>",
                "<table><tr><td><b>a<td>b</table>c",
                "<table><caption><p>a<tr><td>",
                "<table><tr><td><select><option>a<tr><td>b</table>",
                "<select><tr><td>x</select>",
                "<table><td><select></table>x",
                "<select><input>x",
                "<select><select>x",
                "<select><b>x</b><script>y</script>",
                "<table><tr><td></body></html></table>",
                "<table><tr><!doctype html> <td></table>",
                "<table><td>x</p>y</table>"});
}

TEST(PlainTree, BuildsTemplates) {
  expect_plain({"<template>a<p>b</template>c",
                "<head><template><style>a</style></template></head>x",
                "<template",
                "<template>",
                "<head></head><template>a</template><body>",
                "<template><td>a</template>",
                "<template><tr><td>a</tr></template>b",
                "<template><tbody><tr></template>",
                "<template><col></template>",
                "<template><caption>a</template>",
                "<template><template>a</template>b</template>c",
                "<table><template><tr></template><tr><td></table>",
                "<template><form><form>a</form>b</template><form>",
                "<template><html lang=a><body b></template>x",
                "<select><template><option>a</template><option>b</select>",
                "<b><template>a</b>b</template>c",
                "</template>x",
                "<div><template></div>a</template>b</div>c",
                "<template><svg><template>a</svg>b</template>c",
                "<svg><template>a</svg>",
                "<table><tr><td><template><select><option>a</template>b</table>",
                "<template><!-- c --><!doctype html> </template>"});
}

TEST(PlainTree, BuildsForeignContent) {
  expect_plain(
      {"<svg viewBox='0 0 1 1' xlink:href=a xml:lang=b xmlns=c xlink:arcrole=d filterres=e><path D=x /></svg>y",
       "<svg><g><circle/></g><text>a</text></svg>b",
       "<svg><p>x",
       "<svg><title>a<p>b</title></svg>",
       "<svg/>x",
       "<svg><foreignObject><div>a<svg></svg></div></foreignObject></svg>",
       "<math><mi>x<b>y</b></mi><mo definitionurl=a>",
       "<math definitionURL=b><mglyph></math>",
       "<svg><font color=a>x",
       "<svg><font>x",
       "<svg></p>x",
       "<svg><g></svg >x",
       "<svg><style>a<b></style><script>b</script></svg>",
       "<svg><desc><p>a</desc>b</svg>",
       "<svg></g></svg>x",
       "<svg><linearGradient ID=a></LINEARGRADIENT></svg>",
       "<p><svg><p>x",
       "<math><mi><p>a</mi>b</math>",
       "<svg><a><b>x</a></svg>",
       "<table><tr><td><svg><td></svg></table>"});
}

TEST(PlainTree, GivesUpWhatHasToBeRepaired) {
  TwoTrees trees;
  for (const auto& [page, reason] : std::map<std::string, std::string>{{"<frameset>", "frameset"},
                                                                       {"<isindex>", "isindex"},
                                                                       {"</><x-y>", "empty end tag"},
                                                                       {"&#99999999999;", "reference"},
                                                                       {"<p " +
                                                                            [] {
                                                                              std::string many;
                                                                              for (int i = 0; i < 200; ++i)
                                                                                many += " a" + std::to_string(i);
                                                                              return many;
                                                                            }() +
                                                                            ">",
                                                                        "attributes"},
                                                                       {repeated("<div>", 2000), "depth"}}) {
    EXPECT_FALSE(trees.difference(page)) << page;
    EXPECT_EQ(trees.reason(), reason) << page;
  }
}

TEST(PlainTree, IsStoppedByTheSameLimitsAsGumbo) {
  PageTree tree;
  ParseLimits limits;
  const std::string page = repeated("<p class=a>text</p>", 100'000);
  const auto error = [&](const ParseLimits& under, SteadyTime deadline) {
    const auto output = tree.parse(page, under, deadline);
    EXPECT_FALSE(output);
    EXPECT_EQ(tree.bytes(), 0u);
    return output ? ErrorKind::dns : output.error().kind;
  };
  const SteadyTime later = steady_now() + Duration(60'000);
  limits.memory_bytes_max = 4u << 20;
  EXPECT_EQ(error(limits, later), ErrorKind::parse_limit);
  EXPECT_EQ(error({}, steady_now() - Duration(1)), ErrorKind::parse_timeout);
  const std::atomic<bool> stop = true;
  ParseLimits stopped;
  stopped.stop = &stop;
  EXPECT_EQ(error(stopped, later), ErrorKind::cancelled);
  EXPECT_TRUE(tree.parse(page, {}, later));
}

TEST(PlainTree, LooksAtTheClockAlsoWhereNothingIsMade) {
  PageTree tree;
  const std::string page = repeated("</x>", 1'000'000);
  EXPECT_FALSE(tree.parse(page, {}, steady_now() - Duration(1)));
}

TEST(PlainText, IsWhatGumboLeaves) {
  for (const char* plain : {"", "a", "\t\n\f\r ", "\xC2\xA0", "\xEF\xB7\x8F", "\xEF\xBF\xBD", "\xF0\x9F\x98\x80"})
    EXPECT_TRUE(is_plain_text(plain)) << plain;
  for (const char* refused : {"\x01", "\v", "\x1F", "\x7F", "\xC2\x80", "\xC2\x9F", "\xEF\xB7\x90", "\xEF\xBF\xBF"}) {
    for (size_t before : {0u, 31u, 32u, 61u, 63u})
      EXPECT_FALSE(is_plain_text(std::string(before, 'x') + refused + "y"));
  }
}

}  // namespace
}  // namespace scraper
