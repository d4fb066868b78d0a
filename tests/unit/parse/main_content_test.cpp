// SPDX-License-Identifier: MIT
#include "scraper/parse/main_content.h"

#include <gtest/gtest.h>

#include <atomic>

#include "content_page.h"
#include "scraper/base/utf8.h"
#include "scraper/parse/gumbo_node.h"

namespace scraper {
namespace {

const std::string kFirst = "First. " + std::string(kSentences);
const std::string kLast = "Last. " + std::string(kSentences);
const std::string kBoth = kFirst + "\n" + kLast;

/// What of an article's content is left when `inside` is put between its paragraphs; empty for nothing.
std::string content_between(std::string_view inside) {
  const std::string content = content_of(article(inside)).content;
  if (!content.starts_with(kFirst) || !content.ends_with(kLast)) return "no article: " + content;
  const std::string between = content.substr(kFirst.size(), content.size() - kFirst.size() - kLast.size());
  return collapse_white_space(between);
}

std::string paragraphs(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out.append("<p>").append(kSentences).append("</p>");
  return out;
}

TEST(MainContent, LeavesOutWhatIsAroundAnArticle) {
  const std::string around =
      "<nav><ul><li><a href=/1>One</a><li><a href=/2>Two</a></ul></nav><header><h1>A Test</h1></header>";
  const std::string page = around + article("") +
                           "<footer><p>Copyright, all rights reserved, and so on, for ever.</p></footer>" +
                           "<div class=sidebar><p>Somewhere else, far away, other things happen, it is said.</p></div>";
  EXPECT_EQ(content_of(page).content, kBoth);
}

TEST(MainContent, FindsAnArticleThatNoElementNames) {
  const std::string links =
      "<div><a href=/1>One thing</a> <a href=/2>Another thing</a> <a href=/3>A third thing</a></div>";
  const std::string page = "<body>" + links + "<table><tr><td>" + links + "<td><div><div><p>" + kFirst + "</p><p>" +
                           kLast + "</p></div></div></table>" + links;
  EXPECT_EQ(content_of(page).content, kBoth);
}

TEST(MainContent, FindsTextThatIsSeparatedByBreaks) {
  const std::string page = "<body><div><a href=/>Home</a></div><div id=x>" + kFirst + "<br><br>" + kLast + "</div>";
  EXPECT_EQ(content_of(page).content, kBoth);
}

TEST(MainContent, LeavesOutTheHeadline) {
  EXPECT_EQ(content_between("<h1>On frontiers</h1>"), "");
  EXPECT_EQ(content_between("<h2>On frontiers</h2>"), "");
  EXPECT_EQ(content_between("<h2>Of delays</h2>"), "Of delays");
}

TEST(MainContent, LeavesOutWhatItsNamesSayIsNoText) {
  for (const char* name : {"share-buttons", "socialLinks", "related-articles", "newsletter_signup", "post-tags",
                           "byline", "wp-caption-text", "advertisement", "cookie-notice", "breadcrumbs"}) {
    EXPECT_EQ(content_between("<div class='" + std::string(name) + "'>Some words, that are not of the article.</div>"),
              "")
        << name;
  }
  EXPECT_EQ(content_between("<figure><img src=a.png><figcaption>A host, at rest.</figcaption></figure>"), "");
  EXPECT_EQ(content_between("<aside>By the way, there is more.</aside>"), "");
  EXPECT_EQ(content_between("<form>Your name, please: <input></form>"), "");
  EXPECT_EQ(content_between("<script>var a, b;</script><style>p {}</style><noscript>No, no.</noscript>"), "");
}

TEST(MainContent, LeavesOutWhatIsHidden) {
  EXPECT_EQ(content_between("<p hidden>You can, of course, not see this.</p>"), "");
  EXPECT_EQ(content_between("<p style='color: red; DISPLAY : none'>You can, of course, not see this.</p>"), "");
  EXPECT_EQ(content_between("<span class=sr-only>You can, of course, not see this.</span>"), "");
}

TEST(MainContent, KeepsWhatOnlySoundsLikeIt) {
  EXPECT_EQ(content_between("<p class=has-sidebar>It stays, of course.</p>"), "It stays, of course.");
  EXPECT_EQ(content_between("<p class=uncommented>It stays, of course.</p>"), "It stays, of course.");
  EXPECT_EQ(content_between("<div class=shareholders>It stays, of course.</div>"), "It stays, of course.");
  EXPECT_EQ(content_between("<div class='category-newsletter tag-share'>It stays, of course.</div>"),
            "It stays, of course.");
  EXPECT_EQ(content_between("<div class=social-embed><blockquote>It stays, of course.</blockquote></div>"),
            "It stays, of course.");
}

TEST(MainContent, LeavesOutListsOfLinksAndTheirHeadings) {
  EXPECT_EQ(content_between("<h3>Read more</h3><ul><li><a href=/1>One thing</a><li><a href=/2>Another</a></ul>"
                            "<h3>Then</h3><p>It goes on, as it must.</p>"),
            "Then It goes on, as it must.");
  EXPECT_EQ(content_between("<p><a href=/1>Read this next, it is good</a></p>"), "");
  EXPECT_EQ(content_between("<p>As <a href=/1>we wrote</a>, it goes on.</p>"), "As we wrote, it goes on.");
}

TEST(MainContent, LeavesOutRunsOfTeasers) {
  std::string teasers = "<div>";
  for (int i = 0; i < 4; ++i)
    teasers +=
        "<div><h3><a href=/x>Another story</a></h3><p>What it is about, in a few words, that you may like.</p></div>";
  EXPECT_EQ(content_between(teasers + "</div>"), "");
}

TEST(MainContent, LeavesOutLinesThatDate) {
  EXPECT_EQ(content_between("<div>Published <time datetime=2019-11-19>on Tuesday</time></div>"), "");
  EXPECT_EQ(
      content_between("<p>Nothing, or nearly nothing, happened <time>on Tuesday</time>, which surprised everybody "
                      "who had been waiting for it.</p>")
          .substr(0, 8),
      "Nothing,");
}

TEST(MainContent, LeavesOutCommentsEvenWhenThereAreMoreOfThem) {
  const std::string page = article("") + "<div id=comments>" + paragraphs(5) + "</div>";
  EXPECT_EQ(content_of(page).content, kBoth);
}

TEST(MainContent, DoesNotTrustANameThatHoldsThePage) {
  const std::string page = "<body><form class=share><div class=sidebar-left>" +
                           article("").substr(article("").find("<article")) + "</div></form>";
  EXPECT_EQ(content_of(page).content, kBoth);
}

TEST(MainContent, KeepsListsTablesAndCode) {
  EXPECT_EQ(content_between("<ul><li>One<li>Two</ul>"), "One Two");
  EXPECT_EQ(content_between("<table><tr><td>1<td>2<tr><td>3<td>4</table>"), "1 2 3 4");
  EXPECT_EQ(content_between("<pre>a  b</pre>"), "a b");
}

TEST(MainContent, TakesAPageOfShortLinesAsItIs) {
  EXPECT_EQ(content_of("<body><nav><a href=/>Home</a></nav><main><p>One</p><p>Two</p></main>").content, "One\nTwo");
}

TEST(MainContent, IsEmptyForAnEmptyPage) {
  for (const char* page :
       {"", "<p>", "<html><body></body></html>", "<script>1</script>", "<frameset><frame></frameset>"}) {
    const MainContent found = content_of(page);
    EXPECT_EQ(found.content, "") << page;
    EXPECT_EQ(found.markdown, "") << page;
    EXPECT_EQ(found.author, "") << page;
    EXPECT_EQ(found.published_at, "") << page;
  }
}

TEST(MainContent, IsValidUtf8AndNoLongerThanItMayBe) {
  ParseLimits limits;
  limits.text_bytes_max = 101;
  const MainContent found =
      content_of("<body><p>" + std::string("ä, ö, ü. &#11111111111; ") + std::string(300, '*') + "äöü", limits);
  EXPECT_LE(found.content.size(), 101u);
  EXPECT_LE(found.markdown.size(), 101u);
  EXPECT_TRUE(is_valid_utf8(found.content));
  EXPECT_TRUE(is_valid_utf8(found.markdown));
}

TEST(MainContent, GivesUpAtTheDeadlineAndOnStop) {
  const auto url = Url::parse("http://a.test/");
  std::atomic<bool> stop = true;
  ParseLimits limits;
  PageTree tree;
  const auto output = tree.parse("<p>a", limits, steady_now() + limits.timeout);
  ASSERT_TRUE(output);
  const auto late = extract_content((*output)->document, *url, limits, steady_now() - Duration(1));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::parse_timeout);
  limits.stop = &stop;
  const auto stopped = extract_content((*output)->document, *url, limits, steady_now() + limits.timeout);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, ErrorKind::cancelled);
}

}  // namespace
}  // namespace scraper
