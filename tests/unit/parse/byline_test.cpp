// SPDX-License-Identifier: MIT
#include "scraper/parse/byline.h"

#include <gtest/gtest.h>

#include "content_page.h"
#include "scraper/parse/published.h"

namespace scraper {
namespace {

std::string author_of(const std::string& html) { return content_of(html).author; }
std::string published_of(const std::string& html) { return content_of(html).published_at; }

std::string json_ld(const std::string& json) { return "<script type='application/ld+json'>" + json + "</script>"; }

TEST(Byline, IsTheNamesAlone) {
  EXPECT_EQ(clean_byline("Jane Doe"), "Jane Doe");
  EXPECT_EQ(clean_byline("  By  Jane\n Doe "), "Jane Doe");
  EXPECT_EQ(clean_byline("by: Jane Doe"), "Jane Doe");
  EXPECT_EQ(clean_byline("Written by Jane Doe | The Paper"), "Jane Doe");
  EXPECT_EQ(clean_byline("Von Jürgen Groß"), "Jürgen Groß");
  EXPECT_EQ(clean_byline("Jane Doe, March 5, 2019"), "Jane Doe");
  EXPECT_EQ(clean_byline("By Jane Doe 5 March 2019"), "Jane Doe");
  EXPECT_EQ(clean_byline("Jane Doe (jane@a.test)"), "Jane Doe");
  EXPECT_EQ(clean_byline("Robert Downey Jr."), "Robert Downey Jr.");
}

TEST(Byline, JoinsNamesAndNamesEachOnce) {
  EXPECT_EQ(clean_byline("Jane Doe and John Roe"), "Jane Doe, John Roe");
  EXPECT_EQ(clean_byline("By Jane Doe, John Roe & Ann Poe"), "Jane Doe, John Roe, Ann Poe");
  EXPECT_EQ(clean_byline("Jane Doe; jane doe"), "Jane Doe");
  EXPECT_EQ(clean_byline("Smith and Jones"), "Smith and Jones");
  EXPECT_EQ(clean_byline("Jane Doe, John Roe, CNN"), "Jane Doe, John Roe");
  EXPECT_EQ(clean_byline("Jane Doe, AP Science Writer"), "Jane Doe");
  EXPECT_EQ(clean_byline("Jane Doe, Paper.com"), "Jane Doe");
}

TEST(Byline, IsEmptyForWhatIsNoName) {
  for (const char* text : {"", "By", "admin", "http://a.test/jane", "@jane", "12", "Last updated", "January",
                           "This is a sentence of a good many words that nobody is called"}) {
    EXPECT_EQ(clean_byline(text), "") << text;
  }
}

TEST(PageAuthor, ComesFromTheSurestPlace) {
  const std::string ld = json_ld(R"({"@type": "NewsArticle", "author": {"@type": "Person", "name": "Jane Doe"}})");
  const std::string meta = "<meta name=Author content='By John Roe'>";
  const std::string item = "<p>By <span itemprop=author><span itemprop=name>Ann Poe</span> of A Paper</span></p>";
  const std::string rel = "<a rel='author nofollow' href=/x>Max Coe</a>";
  const std::string name = "<div class=article__byline>By <a href=/x>Eva Loe</a>, Chief Writer</div>";
  EXPECT_EQ(author_of(meta + ld + name + rel + item), "Jane Doe");
  EXPECT_EQ(author_of(meta + name + rel + item), "John Roe");
  EXPECT_EQ(author_of(name + rel + item), "Ann Poe");
  EXPECT_EQ(author_of(name + rel), "Max Coe");
  EXPECT_EQ(author_of(name), "Eva Loe");
  EXPECT_EQ(author_of("<div class=comments><b class=comment-author>Eva Loe</b></div>"), "");
}

TEST(PageAuthor, IsReadWhereItIsOnlyWritten) {
  EXPECT_EQ(author_of("<div class=x1>By <span class=x2>Jane Doe</span></div>"), "Jane Doe");
  EXPECT_EQ(author_of("<p>Von Jane Doe und John Roe</p>"), "Jane Doe, John Roe");
  EXPECT_EQ(author_of("<p>By the way, there is more.</p>"), "");
  EXPECT_EQ(author_of("<p>By Monday</p><p>By</p>"), "");
}

TEST(PageAuthor, IsNoAddress) {
  EXPECT_EQ(author_of("<meta property=article:author content=https://a.test/jane><meta name=author content=Jane>"),
            "Jane");
}

TEST(PageAuthor, IsLookedUpInTheGraph) {
  EXPECT_EQ(author_of(json_ld(R"({"@graph": [{"@type": "Article", "author": [{"@id": "#1"}, "John Roe"]},
                                              {"@type": "Person", "@id": "#1", "name": "Jane Doe"}]})")),
            "Jane Doe, John Roe");
  EXPECT_EQ(author_of(json_ld("//<![CDATA[\n{\"@type\": \"BlogPosting\", \"author\": \"Jane Doe\"}\n//]]>")),
            "Jane Doe");
  EXPECT_EQ(author_of(json_ld("{\"@type\": \"Article\", \"author\": ")), "");
  EXPECT_EQ(author_of(json_ld(R"([{"@type": "Article", "author": 1}, null, {"@type": 2, "author": {"name": []}}])")),
            "");
}

TEST(PagePublished, ComesFromTheSurestPlace) {
  const std::string property = "<meta property=article:published_time content=2019-01-01T10:00:00+01:00>";
  const std::string ld =
      json_ld(R"({"@type": "Article", "datePublished": "2019-01-02", "dateModified": "2020-01-01"})");
  const std::string item = "<meta name=x><span itemprop=datePublished content=2019-01-03>yesterday</span>";
  const std::string meta = "<meta name=DC.Date content='4 January 2019'>";
  const std::string time = "<time datetime=2019-01-05>last week</time>";
  const std::string name = "<p class=post-date>Published: January 6, 2019</p>";
  EXPECT_EQ(published_of(name + time + meta + item + ld + property), "2019-01-01T10:00:00+01:00");
  EXPECT_EQ(published_of(name + time + meta + item + ld), "2019-01-02");
  EXPECT_EQ(published_of(name + time + meta + item), "2019-01-03");
  EXPECT_EQ(published_of(name + time + meta), "2019-01-04");
  EXPECT_EQ(published_of(name + time), "2019-01-05");
  EXPECT_EQ(published_of(name), "2019-01-06");
  EXPECT_EQ(published_of("<p>January 6, 2019</p>"), "");
}

TEST(PagePublished, PassesOverDatesThatDoNotExist) {
  EXPECT_EQ(published_of("<meta property=article:published_time content=2019-02-30><time>5. März 2019</time>"),
            "2019-03-05");
}

TEST(PagePublished, IsReadFromTheUrlAtLast) {
  const auto date = [](const char* url) { return page_published({}, {}, *Url::parse(url)); };
  EXPECT_EQ(date("http://a.test/news/2019/11/19/title.html"), "2019-11-19");
  EXPECT_EQ(date("http://a.test/news/2019-11-19-title"), "2019-11-19");
  EXPECT_EQ(date("http://a.test/20191119/title"), "2019-11-19");
  EXPECT_EQ(date("http://a.test/2019/11/"), "");
  EXPECT_EQ(date("http://a.test/2019/13/45/"), "");
  EXPECT_EQ(date("http://a.test/?date=2019-11-19"), "");
}

}  // namespace
}  // namespace scraper
