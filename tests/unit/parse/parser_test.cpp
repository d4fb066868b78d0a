// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "scraper/base/utf8.h"
#include "scraper/parse/page_walk.h"
#include "scraper/parse/tree_parser.h"

namespace scraper {
namespace {

ParsedPage parse(std::string_view body, std::string_view url_text = "http://a.test/b/c.html", ParseLimits limits = {}) {
  TreeParser parser(limits);
  const auto url = Url::parse(url_text);
  auto page = parser.parse({*url, body, "text/html; charset=utf-8"});
  EXPECT_TRUE(page) << page.error().message;
  return page ? *page : ParsedPage();
}

std::vector<std::string> targets(const ParsedPage& page) {
  std::vector<std::string> out;
  for (const Link& link : page.links) out.push_back(link.url.href());
  return out;
}

using Strings = std::vector<std::string>;

TEST(TreeParser, ReadsTheTitle) {
  EXPECT_EQ(parse("<title>\n A  <b>title</b>&amp; </title>").title, "A <b>title</b>&");
  EXPECT_EQ(parse("<title></title><title>second</title>").title, "");
  EXPECT_EQ(parse("<body><svg><title>a picture</title></svg><title>late</title>").title, "late");
  EXPECT_EQ(parse("").title, "");
}

TEST(TreeParser, ReadsDescriptionRobotsAndLang) {
  const ParsedPage page = parse(
      "<html lang=' en-GB '><meta NAME=Description content=' one\n two '><meta name=description content=other>"
      "<meta name=robots content='NoIndex, follow'>");
  EXPECT_EQ(page.description, "one two");
  EXPECT_EQ(page.robots, "NoIndex, follow");
  EXPECT_EQ(page.lang, "en-GB");
  EXPECT_EQ(parse("<meta property=og:description content=x>").description, "x");
}

TEST(TreeParser, ReadsTheCanonicalUrl) {
  EXPECT_EQ(parse("<link rel='x CANONICAL' href='/d#e'>").canonical_url, "http://a.test/d");
  EXPECT_EQ(parse("<link rel=canonical href=mailto:x><link rel=canonical href=e>").canonical_url, "http://a.test/b/e");
  EXPECT_EQ(parse("<link rel=uncanonical href=/d>").canonical_url, "");
}

TEST(TreeParser, PutsMetaAndOpenGraphIntoMetadata) {
  auto metadata = nlohmann::json::parse(
      parse("<meta property=og:image content=1><meta property=og:image content=2><meta name=og:title content=t>"
            "<meta name=Author content='A &quot;B&quot;'><meta name=x><meta charset=utf-8>")
          .metadata);
  metadata.erase("rdfa");  // in which Open Graph is written
  EXPECT_EQ(metadata,
            nlohmann::json::parse(R"({"og": {"image": ["1", "2"], "title": "t"}, "meta": {"author": "A \"B\""}})"));
  EXPECT_EQ(parse("<p>").metadata, "");
}

TEST(TreeParser, FindsDistinctLinksInOrder) {
  const ParsedPage page = parse(
      "<a href='d#1'>first</a> <a href=d#2>again</a> <a href='mailto:x@y'>m</a> <a href='javascript:x'>j</a>"
      "<a>none</a> <a href=/e rel=' NoFollow  ugc'>an <b>e</b>\n<img alt=picture></a> <map><area href=//f.test alt=' "
      "an  area '></map>"
      "<a href=''>self</a><a href='http://['>bad</a>");
  EXPECT_EQ(targets(page),
            (Strings{"http://a.test/b/d", "http://a.test/e", "http://f.test/", "http://a.test/b/c.html"}));
  EXPECT_EQ(page.links[0].text, "first");
  EXPECT_EQ(page.links[1].text, "an e picture");
  EXPECT_EQ(page.links[1].rel, "nofollow ugc");
  EXPECT_EQ(page.links[2].text, "an area");
  EXPECT_EQ(page.links[3].position, 3);
}

TEST(TreeParser, TakesLinksOfTemplatesButNotOfNoscript) {
  EXPECT_EQ(targets(parse("<body><template><a href=d>x</a></template><noscript><a href=e>y</a></noscript>")),
            Strings{"http://a.test/b/d"});
}

TEST(TreeParser, GivesALinkInsideALinkItsOwnText) {
  const ParsedPage page = parse("<a href=d>one <table><td><a href=e>two</a></table> three</a>");
  ASSERT_EQ(page.links.size(), 2u);
  EXPECT_EQ(page.links[0].text, "one three");
  EXPECT_EQ(page.links[1].text, "two");
}

TEST(TreeParser, ResolvesAgainstTheFirstBaseWhereverItStands) {
  EXPECT_EQ(targets(parse("<base target=x><base href=/x/><base href=/y/><a href=d>")), Strings{"http://a.test/x/d"});
  EXPECT_EQ(targets(parse("<a href=d>z</a><base href=//c.test/x/>")), Strings{"http://c.test/x/d"});
  EXPECT_EQ(parse("<base href=/x/>").base_url, "http://a.test/x/");
  EXPECT_EQ(parse("<a href=d>z</a><base href=/x/>").base_url, "http://a.test/x/");
  EXPECT_EQ(targets(parse("<base href='data:,x'><a href=d>")), Strings{"http://a.test/b/d"});
  EXPECT_EQ(targets(parse("<base href='javascript:x'><base href=/y/><a href=d>")), Strings{"http://a.test/b/d"});
}

TEST(TreeParser, LeavesOutLinksOverTheLimit) {
  ParseLimits limits;
  limits.links_max = 2;
  EXPECT_EQ(targets(parse("<a href=1>x<a href=2>x<a href=1>x<a href=3>x", "http://a.test/", limits)),
            (Strings{"http://a.test/1", "http://a.test/2"}));
}

TEST(TreeParser, LeavesOutLinksOverTheLimitOfTheirBytes) {
  ParseLimits limits;
  limits.link_bytes_max = 32;  // two of "http://a.test/1" and no third
  EXPECT_EQ(targets(parse("<a href=1>x<a href=2>x<a href=1>x<a href=3>x", "http://a.test/", limits)),
            (Strings{"http://a.test/1", "http://a.test/2"}));
}

TEST(TreeParser, LeavesOutLinksThatAreVeryLong) {
  const std::string origin = "http://a.test/";
  const std::string longest(kFoundUrlBytesMax - origin.size(), 'x');
  EXPECT_EQ(targets(parse("<a href=" + longest + ">x<a href=y" + longest + ">x<a href=z>x", origin)),
            (Strings{origin + longest, origin + "z"}));
}

TEST(TreeParser, CountsOtherSchemesAgainstNoLimit) {
  ParseLimits limits;
  limits.link_bytes_max = 1000;
  EXPECT_EQ(targets(parse("<a href=data:," + std::string(50'000, 'x') + ">x<a href=1>x", "http://a.test/", limits)),
            Strings{"http://a.test/1"});
}

TEST(TreeParser, WritesTextAsAReaderSeesIt) {
  EXPECT_EQ(
      parse("<head><title>t</title></head><p>one\n two</p><p> three<br>four </p>five<div><div>six</div></div>").text,
      "one two\nthree\nfour\nfive\nsix");
  EXPECT_EQ(parse("a<b>b</b>c <i> d </i> e").text, "abc d e");
  EXPECT_EQ(parse("<table><tr><td>a<td>b<tr><th>c<td>d</table>").text, "a b\nc d");
  EXPECT_EQ(parse("<ul><li>a<li>b</ul>").text, "a\nb");
  EXPECT_EQ(parse("a<script>x()</script><style>y{}</style><template>z</template><noscript>n</noscript><svg><text>s</"
                  "text></svg>b")
                .text,
            "ab");
  EXPECT_EQ(parse("<p hidden>no<b>no</b></p><p>yes").text, "yes");
  EXPECT_EQ(parse("<p>x</p><pre>\n  a\n\n   b  c\n</pre>d").text, "x\n  a\n\n   b  c\nd");
  EXPECT_EQ(parse("\n\n ").text, "");
}

TEST(TreeParser, CutsLongTextBetweenCodePoints) {
  ParseLimits limits;
  limits.text_bytes_max = 4;
  EXPECT_EQ(parse("abc\xC3\xA9 f", "http://a.test/", limits).text, "abc");
  EXPECT_EQ(parse("ab\xC3\xA9 f", "http://a.test/", limits).text, "ab\xC3\xA9");
  EXPECT_EQ(parse("<pre>abcd\xC3\xA9", "http://a.test/", limits).text, "abcd");
}

TEST(TreeParser, DecodesWhatThePageSaysItIsIn) {
  TreeParser parser{ParseLimits{}};
  const auto url = Url::parse("http://a.test/");
  const auto page = parser.parse({*url, "<meta charset=koi8-r><title>\xC1</title><a href='?\xC1'>x", ""});
  ASSERT_TRUE(page);
  EXPECT_EQ(page->charset, "KOI8-R");
  EXPECT_EQ(page->title, "\xD0\xB0");
}

TEST(TreeParser, KeepsNulAndBrokenBytesOut) {
  const ParsedPage page =
      parse(std::string_view("<title>a\0b\xFF</title><p>c\0</p><a href='\0'>\0</a><meta name=x content='&#0;'>", 68));
  for (const std::string& text : {page.title, page.text, page.metadata, page.links.at(0).text}) {
    EXPECT_TRUE(is_valid_utf8(text)) << text;
  }
}

TEST(TreeParser, MakesReplacementsOfCharactersBeyondUnicode) {
  const ParsedPage page =
      parse("<title>a&#11111111111;</title><meta name=x content='&#111111111111;'><p>&#xFFFFFFFFFF;&#xD800;");
  for (const std::string& text : {page.title, page.text, page.metadata}) EXPECT_TRUE(is_valid_utf8(text)) << text;
}

TEST(TreeParser, CutsWhatIsWrittenWithoutEnd) {
  const ParsedPage page =
      parse("<html lang='" + std::string(1'000'000, 'l') + "'><title>" + std::string(1'000'000, 't') +
            "</title><a href=x rel='" + std::string(1'000'000, 'r') + "'>" + std::string(1'000'000, 'a'));
  EXPECT_EQ(page.lang.size(), kShortValueBytesMax);
  EXPECT_EQ(page.title.size(), kValueBytesMax);
  EXPECT_EQ(page.links.at(0).rel.size(), kShortValueBytesMax);
  EXPECT_EQ(page.links.at(0).text.size(), kLinkTextBytesMax);
}

}  // namespace
}  // namespace scraper
