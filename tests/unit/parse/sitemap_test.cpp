// SPDX-License-Identifier: MIT
#include "scraper/parse/sitemap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/parse/corpora.h"
#include "tests/unit/parse/gzip.h"

namespace scraper {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Url base() { return *Url::parse("http://a.test/maps/sitemap.xml"); }

Sitemap read_sitemap(std::string_view body, std::string_view type = "", const SitemapLimits& limits = {}) {
  const auto sitemap = parse_sitemap(body, type, base(), limits);
  EXPECT_TRUE(sitemap) << body << sitemap.error().message;
  return sitemap.value_or(Sitemap{});
}

Error sitemap_error(std::string_view body, const SitemapLimits& limits = {}) {
  const auto sitemap = parse_sitemap(body, "", base(), limits);
  EXPECT_FALSE(sitemap) << body;
  return sitemap ? Error{} : sitemap.error();
}

std::vector<std::string> hrefs(const Sitemap& sitemap) {
  std::vector<std::string> out;
  for (const SitemapEntry& entry : sitemap.entries) out.push_back(entry.url.href());
  return out;
}

std::vector<std::string> dates(const Sitemap& sitemap) {
  std::vector<std::string> out;
  for (const SitemapEntry& entry : sitemap.entries) out.push_back(entry.last_modified);
  return out;
}

std::string urlset(const std::string& inside) {
  return "<?xml version='1.0' encoding='UTF-8'?>\n<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>" +
         inside + "</urlset>";
}

TEST(Sitemap, ListsTheUrlsOfAUrlset) {
  const Sitemap sitemap =
      read_sitemap(urlset("<url><loc>http://a.test/1</loc><lastmod> 2024-01-02\n</lastmod></url>"
                          "<url><priority>1</priority><loc>\n\t https://b.test/2?x=1&amp;y=2 \n</loc></url>"));
  EXPECT_EQ(sitemap.kind, Sitemap::Kind::urls);
  EXPECT_THAT(hrefs(sitemap), ElementsAre("http://a.test/1", "https://b.test/2?x=1&y=2"));
  EXPECT_THAT(dates(sitemap), ElementsAre("2024-01-02", ""));
  EXPECT_FALSE(sitemap.truncated);
}

TEST(Sitemap, ListsTheSitemapsOfAnIndex) {
  const Sitemap sitemap = read_sitemap(
      "<sitemapindex><sitemap><loc>http://a.test/1.xml</loc><lastmod>2024</lastmod></sitemap>"
      "<sitemap><loc>2.xml.gz</loc></sitemap></sitemapindex>");
  EXPECT_EQ(sitemap.kind, Sitemap::Kind::index);
  EXPECT_THAT(hrefs(sitemap), ElementsAre("http://a.test/1.xml", "http://a.test/maps/2.xml.gz"));
  EXPECT_THAT(dates(sitemap), ElementsAre("2024", ""));
}

TEST(Sitemap, MayBeEmpty) {
  EXPECT_THAT(hrefs(read_sitemap(urlset(""))), IsEmpty());
  EXPECT_THAT(hrefs(read_sitemap("<urlset/>")), IsEmpty());
  EXPECT_EQ(read_sitemap("<feed/>").kind, Sitemap::Kind::feed);
}

TEST(Sitemap, MayHaveAnyNamespaceOrNone) {
  const std::string plain = "<urlset><url><loc>http://a.test/1</loc></url></urlset>";
  const std::string wrong = "<urlset xmlns='http://nobody.test/'><url><loc>http://a.test/1</loc></url></urlset>";
  const std::string prefixed = "<s:urlset xmlns:s='x'><s:url><s:loc>http://a.test/1</s:loc></s:url></s:urlset>";
  for (const std::string& text : {plain, wrong, prefixed})
    EXPECT_THAT(hrefs(read_sitemap(text)), ElementsAre("http://a.test/1"));
}

TEST(Sitemap, ListsTranslationsButNotImagesVideosOrNews) {
  const Sitemap sitemap = read_sitemap(
      urlset("<url><loc>http://a.test/en</loc><lastmod>1</lastmod><xhtml:link rel='alternate' hreflang='de' "
             "href='http://a.test/de'/>"
             "<xhtml:link rel='icon' href='/i'/><image:image><image:loc>http://a.test/i.png</image:loc></image:image>"
             "<image:loc>http://a.test/j.png</image:loc><video:video><video:content_loc>http://a.test/v</"
             "video:content_loc></video:video>"
             "<news:news><news:title>http://a.test/n</news:title></news:news></url>"
             "<url><loc>http://a.test/de</loc><lastmod>2</lastmod></url>"));
  EXPECT_THAT(hrefs(sitemap), ElementsAre("http://a.test/en", "http://a.test/de"));
  EXPECT_THAT(dates(sitemap), ElementsAre("1", "2"));
}

TEST(Sitemap, NamesEachUrlOnceAndHttpOnly) {
  const Sitemap sitemap =
      read_sitemap(urlset("<url><loc>http://a.test/1#x</loc></url><url><loc>HTTP://A.test:80/./1</loc></url>"
                          "<url><loc>ftp://a.test/2</loc></url><url><loc>javascript:x</loc></url>"
                          "<url><loc>http://</loc></url><url><loc> </loc></url><url></url>"));
  EXPECT_THAT(hrefs(sitemap), ElementsAre("http://a.test/1"));
}

TEST(Sitemap, ReadsCdataCommentsAndEntities) {
  EXPECT_THAT(hrefs(read_sitemap(urlset(
                  "<url><loc><![CDATA[http://a.test/?a&b]]></loc></url><!-- <url><loc>http://no.test/</loc></url> -->"
                  "<url><loc>http://a.test/<!-- x -->&#x64;&lt;&nbsp;</loc></url>"))),
              ElementsAre("http://a.test/?a&b", "http://a.test/d%3C&nbsp;"));
}

TEST(Sitemap, TakesBareTextForTheAddressWhereLocIsMissing) {
  EXPECT_THAT(
      hrefs(read_sitemap(
          "<sitemapindex><sitemap>\nhttp://a.test/1?a&amp;b\n</sitemap><sitemap>none</sitemap></sitemapindex>")),
      ElementsAre("http://a.test/1?a&b"));
}

TEST(Sitemap, KeepsWhatComesBeforeABreak) {
  const std::string good = "<urlset><url><loc>http://a.test/1</loc></url>";
  for (const char* rest :
       {"", "<url><loc>http://a.test/2", "<url><loc", "<url></ulr><url><loc>http://a.test/3</loc></url></urlset>", "<1",
        "<url><loc><![CDATA[http://a.test/2", "<!-- ", "</urlset", "<url a='1' a=>"}) {
    EXPECT_THAT(hrefs(read_sitemap(good + rest)), ElementsAre("http://a.test/1")) << rest;
  }
}

TEST(Sitemap, IgnoresWhatStandsBeforeTheRoot) {
  const std::string prolog =
      "\xEF\xBB\xBF \n<?xml version='1.0'?><?xml-stylesheet href='x'?><!-- > -->\n<!doctype urlset [ <!-- ' -->\n"
      "<!ENTITY x '>]'> ]>";
  EXPECT_THAT(hrefs(read_sitemap(prolog + "<urlset><url><loc>http://a.test/1</loc></url></urlset>")),
              ElementsAre("http://a.test/1"));
}

TEST(Sitemap, ReadsLegacyEncodings) {
  const auto text = [](const char* encoding) {
    return std::string("<?xml version=\"1.0\" encoding=\"") + encoding + "\"?><urlset><url><loc>http://a.test/";
  };
  const std::string end = "</loc></url></urlset>";
  EXPECT_THAT(hrefs(read_sitemap(text("windows-1251") + "\xEF" + end)), ElementsAre("http://a.test/%D0%BF"));
  EXPECT_THAT(hrefs(read_sitemap(text("Shift_JIS") + "\x83\x65" + end)), ElementsAre("http://a.test/%E3%83%86"));
  EXPECT_THAT(hrefs(read_sitemap(text("utf-8") + "\xC3\xA4" + end)), ElementsAre("http://a.test/%C3%A4"));
  EXPECT_THAT(hrefs(read_sitemap("<urlset><url><loc>http://a.test/\xE4" + end, "text/xml; charset=iso-8859-1")),
              ElementsAre("http://a.test/%C3%A4"));
  std::string utf16 = "\xFF\xFE";
  for (const char c : urlset("<url><loc>http://a.test/1</loc></url>")) utf16 += {c, '\0'};
  EXPECT_THAT(hrefs(read_sitemap(utf16)), ElementsAre("http://a.test/1"));
  // The declaration counts, and not what looks like one inside.
  EXPECT_EQ(read_sitemap("<rss><channel><title>\xC3\xA4</title><description><![CDATA[<meta "
                         "charset=gbk>]]></description></channel></rss>")
                .title,
            "ä");
}

TEST(Sitemap, MayBeTextWithOneUrlALine) {
  const Sitemap sitemap =
      read_sitemap("\xEF\xBB\xBFhttp://a.test/1\r\n\r\n  https://b.test/2 \nnot a URL\nftp://a.test/3\rhttp://a.test/1",
                   "text/html");
  EXPECT_EQ(sitemap.kind, Sitemap::Kind::urls);
  EXPECT_THAT(hrefs(sitemap), ElementsAre("http://a.test/1", "https://b.test/2"));
}

TEST(Sitemap, MayBePackedWhateverTheTypeSays) {
  const std::string text = urlset("<url><loc>http://a.test/1</loc></url>");
  EXPECT_THAT(hrefs(read_sitemap(gzip(text), "text/xml")), ElementsAre("http://a.test/1"));
  EXPECT_THAT(hrefs(read_sitemap(gzip(gzip(text)), "application/xml")), ElementsAre("http://a.test/1"));
  EXPECT_THAT(hrefs(read_sitemap(gzip("http://a.test/1\n") + gzip("http://a.test/2\n") + std::string(100, '\0'))),
              ElementsAre("http://a.test/1", "http://a.test/2"));
  EXPECT_EQ(sitemap_error(gzip(gzip(gzip(text)))).kind, ErrorKind::decode);
}

TEST(Sitemap, CutsAtTheNumberOfUrls) {
  const SitemapLimits two{.urls_max = 2};
  const std::string text = "http://a.test/1\nhttp://a.test/2\nhttp://a.test/1\n";
  EXPECT_FALSE(read_sitemap(text, "", two).truncated);
  const Sitemap cut = read_sitemap(text + "http://a.test/3\nhttp://a.test/4\n", "", two);
  EXPECT_TRUE(cut.truncated);
  EXPECT_THAT(hrefs(cut), ElementsAre("http://a.test/1", "http://a.test/2"));
}

TEST(Feed, ListsTheLinksOfRss) {
  const Sitemap feed = read_sitemap(
      "<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>\n The  <![CDATA[News & "
      "all]]>\n</title>"
      "<link>http://a.test/</link><atom:link rel='self' "
      "href='http://a.test/rss'/><image><link>http://a.test/i</link></image>"
      "<lastBuildDate>Mon</lastBuildDate><item><link>/1</link><pubDate>Tue</pubDate><guid>17</guid><comments>/c</"
      "comments></item>"
      "<item><guid>http://a.test/2</guid></item><item><guid isPermaLink='false'>http://a.test/3</guid></item>"
      "<item><guid isPermaLink='true'>http://a.test/4</guid><dc:date>Wed</dc:date></item></channel></rss>");
  EXPECT_EQ(feed.kind, Sitemap::Kind::feed);
  EXPECT_EQ(feed.title, "The News & all");
  EXPECT_THAT(hrefs(feed), ElementsAre("http://a.test/", "http://a.test/1", "http://a.test/2", "http://a.test/4"));
  EXPECT_THAT(dates(feed), ElementsAre("Mon", "Tue", "", "Wed"));
}

TEST(Feed, ListsTheLinksOfRdf) {
  const Sitemap feed = read_sitemap(
      "<rdf:RDF xmlns='http://purl.org/rss/1.0/'><channel "
      "rdf:about='x'><title>T</title><link>http://a.test/</link></channel>"
      "<item><title>I</title><link>http://a.test/1</link><dc:date>2024</dc:date></item><textinput><link>/t</link></"
      "textinput></rdf:RDF>");
  EXPECT_EQ(feed.kind, Sitemap::Kind::feed);
  EXPECT_EQ(feed.title, "T");
  EXPECT_THAT(hrefs(feed), ElementsAre("http://a.test/", "http://a.test/1"));
}

TEST(Feed, ListsTheLinksOfAtomAgainstItsBases) {
  const Sitemap feed = read_sitemap(
      "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='/x/'><title type='xhtml'><div>A <b>bold</b> "
      "title</div></title>"
      "<link rel='self' href='feed'/><link href='.'/><updated>1</updated>"
      "<entry xml:base='y/'><title>no</title><link rel='alternate' href='1'/><link rel='enclosure' "
      "href='2'/><updated>2</updated></entry>"
      "<entry><link xml:base='z/' href='3'/><link href=''/><published>3</published><source><link "
      "href='no'/></source></entry></feed>");
  EXPECT_EQ(feed.kind, Sitemap::Kind::feed);
  EXPECT_EQ(feed.title, "A bold title");
  EXPECT_THAT(hrefs(feed), ElementsAre("http://a.test/x/", "http://a.test/x/y/1", "http://a.test/x/z/3"));
  EXPECT_THAT(dates(feed), ElementsAre("1", "2", "3"));
}

TEST(Sitemap, SaysWhatElseItLookedLike) {
  const auto message = [](std::string_view body) {
    const Error error = sitemap_error(body);
    EXPECT_EQ(error.kind, ErrorKind::decode);
    EXPECT_EQ(error.stage, Stage::parse);
    return error.message;
  };
  EXPECT_THAT(message("<!doctype html>\n<html><body>Not found"), HasSubstr("an HTML page"));
  EXPECT_THAT(message("<opml version='2'><body/></opml>"), HasSubstr("<opml>"));
  EXPECT_THAT(message("<rdf:RDF><Ontology/></rdf:RDF>"), HasSubstr("<rdf:RDF>"));
  EXPECT_THAT(message("{\"version\": 1}"), HasSubstr("JSON"));
  EXPECT_THAT(message(std::string_view("\x89PNG\0\0", 6)), HasSubstr("binary"));
  EXPECT_THAT(message("Not found"), HasSubstr("text"));
  EXPECT_THAT(message(" \n"), HasSubstr("empty"));
  EXPECT_THAT(message("<!-- "), HasSubstr("without a root"));
  EXPECT_THAT(message("\x1F\x8B\x08rubbish"), HasSubstr("gzip"));
}

TEST(LooksLikeSitemapOrFeed, KnowsTheRootElements) {
  for (const char* yes : {"<urlset>", "<?xml version='1.0'?>\n<!-- x --><sitemapindex xmlns='x'>",
                          "\xEF\xBB\xBF<rss version='2.0'>", "<feed/>", "<!DOCTYPE rss SYSTEM 'x'>\n<rss>",
                          "<s:urlset xmlns:s='x'>", "<rdf:RDF xmlns='http://purl.org/rss/1.0/'>"}) {
    EXPECT_TRUE(looks_like_sitemap_or_feed(yes)) << yes;
  }
  for (const char* no : {"", "<html>", "<!DOCTYPE html><html><rss>", "text <rss>", "<rdf:RDF xmlns:owl='x'>", "<svg>",
                         "<rssx>", "<", "<!", "http://a.test/", "{}"}) {
    EXPECT_FALSE(looks_like_sitemap_or_feed(no)) << no;
  }
  EXPECT_FALSE(looks_like_sitemap_or_feed("<!--" + std::string(8000, ' ') + "--><rss>"));
}

/// What the suite's own list cannot say: it is made of <loc> elements, and these have none. The bare text in the index
/// file's <sitemap> elements can mean nothing but their addresses.
std::optional<size_t> entries_without_loc(const std::string& name) {
  if (name == "rss/xmlRss_pubDate.xml") return 8;  // the channel and seven items
  if (name == "sitemaps/do-not-visit.txt") return 1;
  if (name == "sitemaps/sitemap-with-bom.txt" || name == "sitemaps/sitemap.txt") return 2;
  if (name == "sitemaps/sitemap.txt.gz") return 5;
  if (name == "sitemaps/sitemap.index.xml") return 15;
  return std::nullopt;
}

TEST(SitemapSuite, FindsTheLocationsOfRealFiles) {
  const auto cases = read_cases("sitemaps");
  if (cases.empty()) GTEST_SKIP() << "no suite sitemaps in " << corpora();
  for (const auto& test : cases) {
    const auto name = test["src"].get<std::string>();
    const Sitemap sitemap = read_sitemap(decode_base64(test["bytes_b64"].get<std::string>()));
    const auto count = entries_without_loc(name);
    if (count) {
      EXPECT_EQ(sitemap.entries.size(), *count) << name;
    } else {
      EXPECT_EQ(hrefs(sitemap), test["locs"].get<std::vector<std::string>>()) << name;
    }
    EXPECT_EQ(sitemap.kind == Sitemap::Kind::feed, name.starts_with("rss/")) << name;
    EXPECT_EQ(sitemap.kind == Sitemap::Kind::index, name == "sitemaps/sitemap.index.xml") << name;
    EXPECT_FALSE(sitemap.truncated) << name;
  }
}

}  // namespace
}  // namespace scraper
