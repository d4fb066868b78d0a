// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "content_page.h"
#include "scraper/parse/markdown_writer.h"

namespace scraper {
namespace {

TEST(Markdown, WritesHeadingsWithTheirRanks) {
  EXPECT_EQ(markdown_of("<h2>Two</h2><p>a</p><h3>Three <b>bold</b></h3><p>b</p>"),
            "## Two\n\na\n\n### Three bold\n\nb");
}

TEST(Markdown, WritesListsAndListsInThem) {
  EXPECT_EQ(markdown_of("<ul><li>a<li>b<ul><li>c<li>d</ul><li>e</ul>"), "- a\n- b\n  - c\n  - d\n- e");
  EXPECT_EQ(markdown_of("<ol><li>a<li>b<ol><li>c</ol></ol>"), "1. a\n2. b\n   1. c");
  EXPECT_EQ(markdown_of("<ol start=9><li>a<li>b</ol>"), "9. a\n10. b");
  EXPECT_EQ(markdown_of("<ul><li><p>a</p><p>b</p><li><p>c</p></ul>"), "- a\n\n  b\n- c");
}

TEST(Markdown, ResolvesLinks) {
  EXPECT_EQ(markdown_of("<p>See <a href=../x?a=1>the page</a>, please.</p>"),
            "See [the page](http://a.test/x?a=1), please.");
  EXPECT_EQ(markdown_of("<p>See <a href='http://b.test/a_(b)'>it</a> now.</p>"),
            "See [it](<http://b.test/a_(b)>) now.");
  EXPECT_EQ(markdown_of("<p>Write <a href=mailto:a@a.test>to me</a> or <a>to her</a> now.</p>"),
            "Write to me or to her now.");
}

TEST(Markdown, ResolvesAgainstTheBaseOfThePage) {
  const std::string page = "<base href='http://b.test/c/'>" + article("<p>See <a href=d>it</a> now, and stay.</p>");
  EXPECT_NE(content_of(page).markdown.find("[it](http://b.test/c/d)"), std::string::npos);
}

TEST(Markdown, WritesEmphasisAgainstItsWords) {
  EXPECT_EQ(markdown_of("<p>a <b> bold </b>and <i>slanted</i>, <del>gone</del></p>"),
            "a **bold** and *slanted*, ~~gone~~");
  EXPECT_EQ(markdown_of("<p>a <b></b><i> </i>b <strong><b>c</b></strong></p>"), "a b **c**");
  EXPECT_EQ(markdown_of("<b><p>a, b</p><p>c</p></b>"), "**a, b**\n\n**c**");
}

TEST(Markdown, ClosesWhatIsOpenWhereElementsCross) {
  EXPECT_EQ(markdown_of("<p>a <b>b <i>c</b> d</i></p>"), "a **b *c*** *d*");
}

TEST(Markdown, WritesCodeSpans) {
  EXPECT_EQ(markdown_of("<p>Call <code>a*b[0]</code> now.</p>"), "Call `a*b[0]` now.");
  EXPECT_EQ(markdown_of("<p>Call <code>a`b</code> now.</p>"), "Call ``a`b`` now.");
  EXPECT_EQ(markdown_of("<p>Call <code>`a`</code> now.</p>"), "Call `` `a` `` now.");
}

TEST(Markdown, KeepsPreformattedText) {
  EXPECT_EQ(markdown_of("<pre><code class='x language-cpp'>int  a;\n\n  b(*c);\n</code></pre>"),
            "```cpp\nint  a;\n\n  b(*c);\n```");
  EXPECT_EQ(markdown_of("<pre>a\n```\nb</pre>"), "````\na\n```\nb\n````");
  EXPECT_EQ(markdown_of("<ul><li>a<pre>b\n c</pre></ul>"), "- a\n\n  ```\n  b\n   c\n  ```");
}

TEST(Markdown, PrefixesQuotes) {
  EXPECT_EQ(markdown_of("<blockquote><p>a</p><p>b</p></blockquote><p>c</p>"), "> a\n>\n> b\n\nc");
  EXPECT_EQ(markdown_of("<blockquote>a<blockquote>b</blockquote></blockquote>"), "> a\n>\n> > b");
}

TEST(Markdown, WritesPicturesWithTheirAlternatives) {
  EXPECT_EQ(markdown_of("<p><img src=/a.png alt='A [small] map'></p>"), "![A \\[small\\] map](http://a.test/a.png)");
  EXPECT_EQ(markdown_of("<p><img src='data:image/gif;base64,R0' data-src=b.png></p>"), "![](http://a.test/news/b.png)");
  EXPECT_EQ(markdown_of("<p>a <img src=/p.gif width=1 height=1> b</p>"), "a b");
  EXPECT_EQ(markdown_of("<p><a href=/b><img src=/a.png alt=c></a> is here, at last</p>"),
            "[![c](http://a.test/a.png)](http://a.test/b) is here, at last");
}

TEST(Markdown, WritesTables) {
  EXPECT_EQ(markdown_of("<table><thead><tr><th>a<th>b</thead><tbody><tr><td>1 | 2<td><b>c</b><tr><td>d</table>"),
            "| a | b |\n| --- | --- |\n| 1 \\| 2 | **c** |\n| d |");
  EXPECT_EQ(markdown_of("<table><tr><td colspan=2>a<td>b<tr><td>c<td><p>d</p><p>e</p><td>f</table>"),
            "| | a | b |\n| --- | --- | --- |\n| c | d e | f |");
}

TEST(Markdown, WritesTablesThatOnlyLayOutAsBlocks) {
  EXPECT_EQ(markdown_of("<table><tr><td>a, b</table>"), "a, b");
  EXPECT_EQ(markdown_of("<table><tr><td><h3>a</h3><p>b</p><td><ul><li>c</ul></tr><tr><td>d<td>e</table>"),
            "### a\n\nb\n\n- c\n\nd\n\ne");
}

TEST(Markdown, BreaksLines) {
  EXPECT_EQ(markdown_of("<p>a<br>b<br><br>c<br></p>"), "a  \nb\n\nc");
  EXPECT_EQ(markdown_of("<p>a</p><hr><p>b</p>"), "a\n\n---\n\nb");
}

TEST(Markdown, EscapesWhatWouldBeMarkup) {
  EXPECT_EQ(markdown_of("<p>*a* _b_ snake_case [c] `d` \\ &lt;b> 1 &lt; 2 ~~e~~ &amp;amp;</p>"),
            "\\*a\\* \\_b\\_ snake_case \\[c\\] \\`d\\` \\\\ \\<b> 1 < 2 \\~\\~e\\~\\~ \\&amp;");
  EXPECT_EQ(markdown_of("<p># a</p><p>- b</p><p>+ c</p><p>1. d</p><p>&gt; e</p><p>---</p><p>=</p><p>-5 is less</p>"),
            "\\# a\n\n\\- b\n\n\\+ c\n\n1\\. d\n\n\\> e\n\n\\---\n\n\\=\n\n-5 is less");
  EXPECT_EQ(markdown_of("<p>a &lt;<i></i>script></p>"), "a \\<script>");
}

TEST(Markdown, ShowsNoMoreNestingThanALineCanBear) {
  MarkdownWriter writer(1u << 20);
  for (int i = 0; i < 1000; ++i) {
    writer.open_quote();
    writer.text("a");
  }
  for (int i = 0; i < 1000; ++i) writer.close_quote();
  EXPECT_LT(std::move(writer).take().size(), 60'000u);
}

TEST(Markdown, IsCutBetweenCodePoints) {
  MarkdownWriter writer(5);
  writer.text("äöü and more");
  EXPECT_EQ(std::move(writer).take(), "äö");
}

TEST(Markdown, LeavesLinksWithoutTargetsOnceTheirBytesAreUsedUp) {
  ParseLimits limits;
  limits.link_bytes_max = 40;
  const std::string links =
      "<p>One <a href=/1>a</a>, two <a href=/2>b</a>, three <a href=/3>c</a>, and that is all.</p>";
  const std::string markdown = content_of(article(links), limits).markdown;
  EXPECT_NE(markdown.find("[b](http://a.test/2), three c, and"), std::string::npos) << markdown;
}

}  // namespace
}  // namespace scraper
