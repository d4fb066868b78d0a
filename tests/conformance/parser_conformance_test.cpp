// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "scraper/base/utf8.h"
#include "scraper/parse/link_set.h"
#include "scraper/parse/page_builder.h"
#include "tests/conformance/parser_fixture.h"

namespace scraper {
namespace {

using Strings = std::vector<std::string>;

TEST_P(EveryParser, ReadsTheTitle) {
  EXPECT_EQ(parse("<title>\n A  <b>title</b>&amp; </title>").title, "A <b>title</b>&");
  EXPECT_EQ(parse("<title></title><title>second</title>").title, "");
  EXPECT_EQ(parse("<body><svg><title>a picture</title></svg><title>late</title>").title, "late");
  EXPECT_EQ(parse("").title, "");
}

TEST_P(EveryParser, ReadsDescriptionRobotsAndLang) {
  const ParsedPage page = parse(
      "<html lang=' en-GB '><meta NAME=Description content=' one\n two '><meta name=description content=other>"
      "<meta name=robots content='NoIndex, follow'>");
  EXPECT_EQ(page.description, "one two");
  EXPECT_EQ(page.robots, "NoIndex, follow");
  EXPECT_EQ(page.lang, "en-GB");
  EXPECT_EQ(parse("<meta property=og:description content=x>").description, "x");
}

TEST_P(EveryParser, ReadsTheCanonicalUrl) {
  EXPECT_EQ(parse("<link rel='x CANONICAL' href='/d#e'>").canonical_url, "http://a.test/d");
  EXPECT_EQ(parse("<link rel=canonical href=mailto:x><link rel=canonical href=e>").canonical_url, "http://a.test/b/e");
  EXPECT_EQ(parse("<link rel=uncanonical href=/d>").canonical_url, "");
}

TEST_P(EveryParser, PutsMetaAndOpenGraphIntoMetadata) {
  auto metadata = nlohmann::json::parse(
      parse("<meta property=og:image content=1><meta property=og:image content=2><meta name=og:title content=t>"
            "<meta name=Author content='A &quot;B&quot;'><meta name=x><meta charset=utf-8>")
          .metadata);
  metadata.erase("rdfa");  // in which Open Graph is written
  EXPECT_EQ(metadata,
            nlohmann::json::parse(R"({"og": {"image": ["1", "2"], "title": "t"}, "meta": {"author": "A \"B\""}})"));
  EXPECT_EQ(parse("<p>").metadata, "");
}

TEST_P(EveryParser, APrefixOfAnyLengthIsKnownThatThePageDeclares) {
  for (const std::string prefix : {"p", "pq", "pqr", "pqrs", "pqrstu"}) {
    const auto metadata = nlohmann::json::parse(
        parse("<html xmlns:" + prefix + "='http://p.test/'><head><meta property='" + prefix + ":a' content=b>")
            .metadata);
    EXPECT_NE(metadata["rdfa"].dump().find("http://p.test/a"), std::string::npos) << metadata;
  }
}

TEST_P(EveryParser, FindsDistinctLinksInOrder) {
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

TEST_P(EveryParser, TakesLinksOfTemplatesButNotOfNoscript) {
  EXPECT_EQ(targets(parse("<body><template><a href=d>x</a></template><noscript><a href=e>y</a></noscript>")),
            Strings{"http://a.test/b/d"});
}

TEST_P(EveryParser, GivesALinkInsideALinkItsOwnText) {
  const ParsedPage page = parse("<a href=d>one <table><td><a href=e>two</a></table> three</a>");
  ASSERT_EQ(page.links.size(), 2u);
  EXPECT_EQ(page.links[0].text, "one three");
  EXPECT_EQ(page.links[1].text, "two");
}

TEST_P(EveryParser, ResolvesAgainstTheFirstBaseWhereverItStands) {
  EXPECT_EQ(targets(parse("<base target=x><base href=/x/><base href=/y/><a href=d>")), Strings{"http://a.test/x/d"});
  EXPECT_EQ(targets(parse("<a href=d>z</a><base href=//c.test/x/>")), Strings{"http://c.test/x/d"});
  EXPECT_EQ(parse("<base href=/x/>").base_url, "http://a.test/x/");
  EXPECT_EQ(parse("<a href=d>z</a><base href=/x/>").base_url, "http://a.test/x/");
  EXPECT_EQ(targets(parse("<base href='data:,x'><a href=d>")), Strings{"http://a.test/b/d"});
  EXPECT_EQ(targets(parse("<base href='javascript:x'><base href=/y/><a href=d>")), Strings{"http://a.test/b/d"});
}

TEST_P(EveryParser, LeavesOutLinksOverTheLimit) {
  ParseLimits limits;
  limits.links_max = 2;
  EXPECT_EQ(targets(parse("<a href=1>x<a href=2>x<a href=1>x<a href=3>x", "http://a.test/", limits)),
            (Strings{"http://a.test/1", "http://a.test/2"}));
}

TEST_P(EveryParser, LeavesOutLinksOverTheLimitOfTheirBytes) {
  ParseLimits limits;
  limits.link_bytes_max = 32;  // two of "http://a.test/1" and no third
  EXPECT_EQ(targets(parse("<a href=1>x<a href=2>x<a href=1>x<a href=3>x", "http://a.test/", limits)),
            (Strings{"http://a.test/1", "http://a.test/2"}));
}

TEST_P(EveryParser, LeavesOutLinksThatAreVeryLong) {
  const std::string origin = "http://a.test/";
  const std::string longest(kFoundUrlBytesMax - origin.size(), 'x');
  EXPECT_EQ(targets(parse("<a href=" + longest + ">x<a href=y" + longest + ">x<a href=z>x", origin)),
            (Strings{origin + longest, origin + "z"}));
}

TEST_P(EveryParser, CountsOtherSchemesAgainstNoLimit) {
  ParseLimits limits;
  limits.link_bytes_max = 1000;
  EXPECT_EQ(targets(parse("<a href=data:," + std::string(50'000, 'x') + ">x<a href=1>x", "http://a.test/", limits)),
            Strings{"http://a.test/1"});
}

TEST_P(EveryParser, WritesTextAsAReaderSeesIt) {
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

TEST_P(EveryParser, CutsLongTextBetweenCodePoints) {
  ParseLimits limits;
  limits.text_bytes_max = 4;
  EXPECT_EQ(parse("abc\xC3\xA9 f", "http://a.test/", limits).text, "abc");
  EXPECT_EQ(parse("ab\xC3\xA9 f", "http://a.test/", limits).text, "ab\xC3\xA9");
  EXPECT_EQ(parse("<pre>abcd\xC3\xA9", "http://a.test/", limits).text, "abcd");
}

TEST_P(EveryParser, DecodesWhatThePageSaysItIsIn) {
  const auto parser = make_parser(GetParam(), {}, {});
  const auto url = Url::parse("http://a.test/");
  const auto page = parser->parse({*url, "<meta charset=koi8-r><title>\xC1</title><a href='?\xC1'>x", ""});
  ASSERT_TRUE(page);
  EXPECT_EQ(page->charset, "KOI8-R");
  EXPECT_EQ(page->title, "\xD0\xB0");
}

TEST_P(EveryParser, KeepsNulAndBrokenBytesOut) {
  const ParsedPage page =
      parse(std::string_view("<title>a\0b\xFF</title><p>c\0</p><a href='\0'>\0</a><meta name=x content='&#0;'>", 68));
  for (const std::string& text : {page.title, page.text, page.metadata, page.links.at(0).text}) {
    EXPECT_TRUE(is_valid_utf8(text)) << text;
  }
}

TEST_P(EveryParser, MakesReplacementsOfCharactersBeyondUnicode) {
  const ParsedPage page =
      parse("<title>a&#11111111111;</title><meta name=x content='&#111111111111;'><p>&#xFFFFFFFFFF;&#xD800;");
  for (const std::string& text : {page.title, page.text, page.metadata}) EXPECT_TRUE(is_valid_utf8(text)) << text;
}

TEST_P(EveryParser, CutsWhatIsWrittenWithoutEnd) {
  const ParsedPage page =
      parse("<html lang='" + std::string(1'000'000, 'l') + "'><title>" + std::string(1'000'000, 't') +
            "</title><a href=x rel='" + std::string(1'000'000, 'r') + "'>" + std::string(1'000'000, 'a'));
  EXPECT_EQ(page.lang.size(), kShortValueBytesMax);
  EXPECT_EQ(page.title.size(), kValueBytesMax);
  EXPECT_EQ(page.links.at(0).rel.size(), kShortValueBytesMax);
  EXPECT_EQ(page.links.at(0).text.size(), kLinkTextBytesMax);
}

TEST_P(EveryParser, EndsElementsThatHaveNoEndTag) {
  EXPECT_EQ(parse("<ul><li>a<ul><li>b<li>c</ul><li>d</ul>e").text, "a\nb\nc\nd\ne");
  EXPECT_EQ(parse("<dl><dt>a<dd>b<dt>c</dl>").text, "a\nb\nc");
  EXPECT_EQ(parse("<p hidden>a<div>b</div>").text, "b");
  EXPECT_EQ(parse("<li hidden>a<li>b").text, "b");
  EXPECT_EQ(parse("<table><tr hidden><td>a<tr><td>b</table>").text, "b");
  EXPECT_EQ(parse("<select><option hidden>a<option>b</select>").text, "b");
  EXPECT_EQ(parse("a</p>b").text, "a\nb");
  EXPECT_EQ(parse("a</br>b").text, "a\nb");
  EXPECT_EQ(parse("<h1>a<h2>b</h1>c").text, "a\nb\nc");
  EXPECT_EQ(parse("a<form>b<div>c</form>d</div>e").text, "a\nb\ncd\ne");
}

TEST_P(EveryParser, EndsALinkWhereTheNextBegins) {
  const auto texts = [this](std::string_view body) {
    Strings out;
    for (const Link& link : parse(body).links) out.push_back(link.text);
    return out;
  };
  EXPECT_EQ(texts("<a href=1>one<a href=2>two</a>x</a>"), (Strings{"one", "two"}));
  EXPECT_EQ(texts("<a href=1>one<div>not<a href=2>two</a></div>x"), (Strings{"one", "two"}));
  EXPECT_EQ(texts("<a href=1>one<p>not</a>x<a href=2>two</a>"), (Strings{"one", "two"}));
  EXPECT_EQ(texts("<p><a href=1>one<p>not</a>"), Strings{"one"});
  EXPECT_EQ(texts("<a href=1><b>one</a>x</b><b><a href=2>two</b>too</a>"), (Strings{"one", "two"}));
  EXPECT_EQ(texts("<a href=1>one<a href=1>again</a>"), Strings{"one"});
  EXPECT_EQ(texts("<a href=1>one<"), Strings{"one<"});
}

TEST_P(EveryParser, LeavesOutWhatHasNoPlace) {
  EXPECT_EQ(targets(parse("<select><a href=1>x</a><option>y</select><a href=2>z</a>")), Strings{"http://a.test/b/2"});
  EXPECT_EQ(targets(parse("<body><frame src=1><a href=2>x</a>")), Strings{"http://a.test/b/2"});
  EXPECT_EQ(targets(parse("<frameset><frame src=1><a href=2>x</a></frameset>")), Strings{"http://a.test/b/1"});
  EXPECT_EQ(targets(parse("<svg><a href=1>x</a><foreignObject><a href=2>y</a></foreignObject></svg>")),
            Strings{"http://a.test/b/2"});
  EXPECT_EQ(parse("<div><td>a</td><tr>b</div>").text, "ab");
  EXPECT_EQ(parse("<svg><style>a</style><p>b</svg>").text, "b");
  EXPECT_EQ(parse("<math><mi>a<b>c</b></mi><mo>d</math>").text, "acd");
}

TEST_P(EveryParser, ReadsInNoscriptOfTheHeadOnlyWhatBelongsThere) {
  const char* page = "<head><noscript><link rel=next href=1><iframe src=2></iframe></noscript></head><p>x";
  EXPECT_EQ(targets(parse(page)), Strings{"http://a.test/b/2"});
  EXPECT_EQ(targets(parse("x<noscript><div><a href=1>x</a></noscript><a href=2>y</a></div></noscript><a href=3>z</a>")),
            Strings{"http://a.test/b/3"});
}

TEST_P(EveryParser, ReadsNoMarkupInRawText) {
  EXPECT_EQ(targets(parse("<style><a href=1></style><script>'<a href=2>'</script><textarea><a href=3></textarea>"
                          "<xmp><a href=4></xmp><title><a href=5></title><!-- <a href=6> --><iframe><a href=7></iframe>"
                          "<a href=8>x</a>")),
            Strings{"http://a.test/b/8"});
  EXPECT_EQ(targets(parse("<script><!--<script></script><a href=1></script>--></script><a href=2>")),
            Strings{"http://a.test/b/2"});
  EXPECT_EQ(parse("a<plaintext><b>c").text, "a\n<b>c");
  EXPECT_EQ(parse("<textarea>\n a\n &amp; </textarea>").text, " a\n &");
  EXPECT_EQ(parse("<pre>\r\na\r\n\rb</pre>").text, "a\n\nb");
  EXPECT_EQ(parse("<svg><![CDATA[<a>]]></svg>b<![CDATA[c]]>d").text, "bd");
}

TEST_P(EveryParser, ReadsJsonLd) {
  const ParsedPage page = parse(
      "<script type='application/ld+json; charset=utf-8'>{\"@type\": \"Thing\", \"name\": \"<!-- a -->\"}</script>"
      "<p><noscript><script type=application/ld+json>{\"a\": 1}</script></noscript>");
  EXPECT_EQ(page.metadata, R"({"jsonld":[{"@type":"Thing","name":"<!-- a -->"}]})");
}

TEST_P(EveryParser, ReadsOpenGraphAsRdfaToo) {
  const ParsedPage page = parse(
      "<html lang=en prefix='x: http://x.test/'><head xmlns:y='http://y.test/'><meta property='og:title x:t y:t z' "
      "content=t>"
      "<link rel='license next' href=l><link rel=license><meta property=og:type>");
  EXPECT_EQ(nlohmann::json::parse(page.metadata).at("rdfa"), nlohmann::json::parse(R"([{
      "@id": "http://a.test/b/c.html",
      "http://ogp.me/ns#title": [{"@value": "t", "@language": "en"}],
      "http://x.test/t": [{"@value": "t", "@language": "en"}],
      "http://y.test/t": [{"@value": "t", "@language": "en"}],
      "http://www.w3.org/1999/xhtml/vocab#license": [{"@id": "http://a.test/b/l"}],
      "http://ogp.me/ns#type": [{"@value": "", "@language": "en"}]}])"))
      << page.metadata;
}

TEST_P(EveryParser, TakesAPageAsFarAsItGoes) {
  for (const std::string_view page : {"<a href=1>x</a><a href=2", "<a href=1>x</a><!-- <a href=2>", "<a href=1>x</a><",
                                      "<a href=1>x</a></", "<a href=1>x</a><!", "<a href=1>x</a><a href='2>y</a>"}) {
    EXPECT_EQ(targets(parse(page)), Strings{"http://a.test/b/1"}) << page;
  }
}

INSTANTIATE_TEST_SUITE_P(, EveryParser,
                         testing::Values(ParserChoice::tree, ParserChoice::tokens, ParserChoice::automatic),
                         parser_name);

}  // namespace
}  // namespace scraper
