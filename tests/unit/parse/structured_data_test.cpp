// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "scraper/parse/lenient_json.h"
#include "scraper/parse/meta_tags.h"
#include "scraper/parse/reference.h"
#include "structured_page.h"

namespace scraper {
namespace {

using nlohmann::json;

json read(std::string_view html) {
  auto data = read_structured(html, "http://a.test/b/c.html");
  EXPECT_TRUE(data) << data.error().message;
  return data ? *data : json();
}

json part(std::string_view html, const char* name) { return read(html).value(name, json()); }

json lenient(std::string_view text) { return json(lenient_json(text)); }

TEST(StructuredData, IsEmptyForAPageWithoutAny) { EXPECT_EQ(read("<p>text<script>x()</script>"), json::object()); }

TEST(JsonLd, TakesScriptsInOrderAndListsApart) {
  EXPECT_EQ(
      part(script(R"({"a": 1})") + "<div>" + script(R"([{"b": [2]}, {"@graph": [{"c": 3}]}])") + "</div>", "jsonld"),
      R"([{"a": 1}, {"b": [2]}, {"@graph": [{"c": 3}]}])"_json);
}

TEST(JsonLd, KnowsItsTypeHoweverItIsWritten) {
  EXPECT_EQ(part("<script type=' Application/LD+JSON ; charset=utf-8'>{\"a\":1}</script>", "jsonld"),
            R"([{"a":1}])"_json);
  EXPECT_EQ(read("<script type=application/json>{\"a\":1}</script><script>{\"a\":1}</script>"), json::object());
}

TEST(JsonLd, LeavesOutWhatSaysNothing) {
  EXPECT_EQ(read(script("null") + script("{}") + script("[]") + script("[1, null, {}]") + script("")), json::object());
}

TEST(JsonLd, IsNotReadInNoscriptAndTemplate) {
  EXPECT_EQ(
      read("<body><noscript>" + script(R"({"a":1})") + "</noscript><template>" + script(R"({"a":1})") + "</template>"),
      json::object());
}

TEST(JsonLd, KeepsTheOtherScriptsWhenOneIsBroken) {
  EXPECT_EQ(part(script(R"({"a": )") + script(R"({"b" 2})") + script(R"({"c": 3})"), "jsonld"), R"([{"c": 3}])"_json);
}

TEST(LenientJson, TakesWhatIsCorrectAsItIs) {
  EXPECT_EQ(lenient(R"( {"a": "http://x/y //z /* */ <!-- --> &quot;"} )"),
            R"([{"a": "http://x/y //z /* */ <!-- --> &quot;"}])"_json);
  EXPECT_EQ(lenient("[1, 2]"), R"([[1, 2]])"_json);
  EXPECT_EQ(lenient("\xEF\xBB\xBF{\"a\": 1}"), R"([{"a": 1}])"_json);
}

TEST(LenientJson, LooksThroughWrappings) {
  for (const std::string_view text :
       {"<!-- {\"a\": 1} -->", "<!--\n{\"a\": 1}\n//-->", "//<![CDATA[\n{\"a\": 1}\n//]]>",
        "// <![CDATA[ {\"a\": 1} // ]]>", "<![CDATA[{\"a\": 1}]]>", "/* <![CDATA[ */ {\"a\": 1} /* ]]> */",
        "<!-- a comment --> {\"a\": 1}", "{\"a\": 1};", "{\"a\": 1} and so on", "// words\n{\"a\": 1}",
        "data = {\"a\": 1}", "{\"a\": 1}}"}) {
    EXPECT_EQ(lenient(text), R"([{"a": 1}])"_json) << text;
  }
}

TEST(LenientJson, MendsWhatPeopleWrite) {
  EXPECT_EQ(lenient(R"({"a": [1, 2,], "b": {"c": 3,},})"), R"([{"a": [1, 2], "b": {"c": 3}}])"_json);
  EXPECT_EQ(lenient(R"({, "a": 1,, "b": 2})"), R"([{"a": 1, "b": 2}])"_json);
  EXPECT_EQ(lenient("{\"a\": \"one\ntwo\tthree\x01\"}"), R"([{"a": "one\ntwo\tthree\u0001"}])"_json);
  EXPECT_EQ(lenient(R"({"a": 1 /* one */, // two
                        "b": 2})"),
            R"([{"a": 1, "b": 2}])"_json);
  EXPECT_EQ(lenient(R"({"a": "it\'s \x and \u12"})"), R"([{"a": "it's \\x and \\u12"}])"_json);
  EXPECT_EQ(lenient(R"({"a": "a 12" pan", "b": 1})"), R"([{"a": "a 12\" pan", "b": 1}])"_json);
  EXPECT_EQ(lenient(R"({"a": {"b": [1])"), R"([{"a": {"b": [1]}}])"_json);
  EXPECT_EQ(lenient("{&quot;a&quot;: &quot;x &amp; y&quot;}"), R"([{"a": "x & y"}])"_json);
}

TEST(LenientJson, MendsSurrogates) {
  EXPECT_EQ(lenient(R"({"a": "\ud83d\ude00",})"), R"([{"a": "\ud83d\ude00"}])"_json);
  EXPECT_EQ(lenient(R"({"a": "\ud83d x \ude00 \ud83d\u0041"})"), R"([{"a": "\ufffd x \ufffd \ufffdA"}])"_json);
}

TEST(LenientJson, TakesValuesOneAfterAnother) {
  EXPECT_EQ(lenient(R"({"a": 1} {"b": 2},[3])"), R"([{"a": 1}, {"b": 2}, [3]])"_json);
  EXPECT_EQ(lenient(R"({"a": nothing} {"b": 2})"), R"([{"b": 2}])"_json);
}

TEST(LenientJson, LeavesOutWhatCannotBeMended) {
  for (const std::string_view text :
       {"", "hello", "{a: 1}", "{\"a\": [1}", "{\"a\": \"x", "\"text\"", "}]", "<!--", "//"})
    EXPECT_EQ(lenient(text), json::array()) << text;
}

TEST(MetaTags, SortsThemByVocabulary) {
  json data = read(
      "<meta name=Author content=' A \n B '><meta property=og:title content=t><meta name=og:image content=1>"
      "<meta property=OG:image content=2><meta property=article:author content=x>"
      "<meta name=twitter:card content=summary><meta name=x><meta charset=utf-8><meta name=og: content=z>");
  data.erase("rdfa");
  EXPECT_EQ(data, R"({"meta": {"author": "A B"}, "twitter": {"card": "summary"},
                      "og": {"title": "t", "image": ["1", "2"], "article:author": "x"}})"_json);
}

TEST(MetaTags, KeepSoManyAndNoMore) {
  MetaTags tags;
  for (int i = 0; i < 1000; ++i) tags.add("name", std::string(100'000, 'v'));
  json object = json::object();
  std::move(tags).put_into(object);
  EXPECT_EQ(object["meta"]["name"].size(), 500u);
  EXPECT_EQ(object["meta"]["name"][0].get<std::string>().size(), 16u << 10);
}

json items(std::string_view html) { return part(html, "microdata"); }

TEST(Microdata, TakesTheValueThatEachElementHas) {
  EXPECT_EQ(
      items("<div itemscope><meta itemprop=a content=' x '><img itemprop=b src=i.png><a itemprop=c href='/d#e'>t</a>"
            "<object itemprop=d data=o></object><data itemprop=e value=5>five</data><meter itemprop=f value=.5></meter>"
            "<time itemprop=g datetime=2020>then</time><time itemprop=h>now</time>"
            "<p itemprop=i> one <br> two<script>x()</script></p><p itemprop=j content=k>l</p></div>"),
      R"([{"properties": {"a": " x ", "b": "http://a.test/b/i.png", "c": "http://a.test/d#e",
                "d": "http://a.test/b/o", "e": "5", "f": ".5", "g": "2020", "h": "now", "i": "one\ntwo", "j": "k"}}])"_json);
}

TEST(Microdata, TakesTheContentForAMissingUrl) {
  EXPECT_EQ(items("<div itemscope><img itemprop=a data-src=x content=y><a itemprop=b>t</a></div>"),
            R"([{"properties": {"a": "http://a.test/b/y", "b": ""}}])"_json);
}

TEST(Microdata, NestsItems) {
  EXPECT_EQ(
      items(
          "<div itemscope itemtype='http://s.test/A http://s.test/B' itemid='urn:x:1'><i itemprop='a b'>1</i>"
          "<div><p itemprop=c itemscope itemtype=http://s.test/C><b itemprop=d>2</b></p></div><i itemprop=a>3</i></div>"
          "<div itemscope>alone</div>"),
      R"([{"type": ["http://s.test/A", "http://s.test/B"], "id": "urn:x:1", "properties": {
                "a": ["1", "3"], "b": "1", "c": {"type": "http://s.test/C", "properties": {"d": "2"}}}},
                {"value": "alone"}])"_json);
}

TEST(Microdata, FollowsItemrefInDocumentOrder) {
  EXPECT_EQ(items("<p id=x itemprop=a>1</p><div itemscope itemref='x y nowhere x'><i itemprop=a>2</i></div>"
                  "<div id=y><i itemprop=a>3</i></div>"),
            R"([{"properties": {"a": ["1", "2", "3"]}}])"_json);
}

TEST(Microdata, DoesNotGoInCircles) {
  EXPECT_EQ(items("<div itemscope id=x itemref=x><i itemprop=a>1</i></div>"), R"([{"properties": {"a": "1"}}])"_json);
  EXPECT_EQ(items("<div id=o><div itemscope id=x itemref=y><i itemprop=a>1</i></div></div>"
                  "<div itemscope itemprop=b id=y itemref='o z'><i itemprop=c>2</i></div>"
                  "<div itemscope itemprop=d id=z itemref=y></div>"),
            R"([{"properties": {"a": "1", "b": {"properties": {"c": "2", "d": {"value": ""}}}}}])"_json);
}

TEST(Microdata, TakesItemsOfNoItem) {
  EXPECT_EQ(items("<div itemprop=offers itemscope itemtype=http://s.test/O><i itemprop=price>1</i></div>"),
            R"([{"type": "http://s.test/O", "properties": {"price": "1"}}])"_json);
}

json subjects(std::string_view html) { return part(html, "rdfa"); }

TEST(Rdfa, ReadsRdfaLite) {
  EXPECT_EQ(
      subjects("<div vocab='http://schema.org/' typeof=Person><b property=name>Ann</b><a property=url href=/ann>x</a>"
               "<div property=address typeof=PostalAddress><i property=addressCountry>NO</i></div></div>"),
      R"([{"@id": "http://a.test/b/c.html",
                 "http://www.w3.org/ns/rdfa#usesVocabulary": [{"@id": "http://schema.org/"}]},
                {"@id": "_:b0", "@type": ["http://schema.org/Person"], "http://schema.org/name": [{"@value": "Ann"}],
                 "http://schema.org/url": [{"@id": "http://a.test/ann"}],
                 "http://schema.org/address": [{"@id": "_:b1"}]},
                {"@id": "_:b1", "@type": ["http://schema.org/PostalAddress"],
                 "http://schema.org/addressCountry": [{"@value": "NO"}]}])"_json);
}

TEST(Rdfa, KnowsPrefixesAndLanguages) {
  EXPECT_EQ(subjects("<html lang=en prefix='x: http://x.test/ y: http://y.test/'><body resource=/r>"
                     "<p property='x:a dc:title' lang=no>T</p><p property='y:n' datatype=xsd:integer content=5>five</p>"
                     "<p property=unknown>U</p>"),
            R"([{"@id": "http://a.test/r", "http://x.test/a": [{"@value": "T", "@language": "no"}],
                 "http://purl.org/dc/terms/title": [{"@value": "T", "@language": "no"}],
                 "http://y.test/n": [{"@value": "5", "@type": "http://www.w3.org/2001/XMLSchema#integer"}]}])"_json);
}

TEST(Rdfa, ChainsRelations) {
  EXPECT_EQ(subjects("<div about=/a rel=foaf:knows><p about=/b property=foaf:name>B</p><p resource=/c></p></div>"
                     "<div about=/d rev=foaf:knows resource=/e></div>"),
            R"([{"@id": "http://a.test/a", "http://xmlns.com/foaf/0.1/knows":
                  [{"@id": "http://a.test/b"}, {"@id": "http://a.test/c"}]},
                {"@id": "http://a.test/b", "http://xmlns.com/foaf/0.1/name": [{"@value": "B"}]},
                {"@id": "http://a.test/e", "http://xmlns.com/foaf/0.1/knows": [{"@id": "http://a.test/d"}]}])"_json);
}

TEST(Rdfa, TakesALinkAroundAsTheSubject) {
  EXPECT_EQ(subjects("<a href=/x><b property=dc:title>X</b></a><p property=dc:title>here</p>"),
            R"([{"@id": "http://a.test/x", "http://purl.org/dc/terms/title": [{"@value": "X"}]},
                {"@id": "http://a.test/b/c.html", "http://purl.org/dc/terms/title": [{"@value": "here"}]}])"_json);
}

TEST(Rdfa, DoesNotTakeThePagesNamesForItsOwn) {
  EXPECT_EQ(subjects("<div typeof=foaf:Person></div><div about=_:b0 typeof=foaf:Agent></div>").size(), 2u);
}

TEST(Reference, IsResolvedButKeepsItsFragment) {
  const Url base = *Url::parse("http://a.test/b/c");
  EXPECT_EQ(resolved_reference(" d#e ", base), "http://a.test/b/d#e");
  EXPECT_EQ(resolved_reference("#e", base), "http://a.test/b/c#e");
  EXPECT_EQ(resolved_reference("mailto:a@b", base), "mailto:a@b");
  EXPECT_EQ(resolved_reference("http://[", base), "http://[");
  EXPECT_EQ(resolved_reference("http://u:p@x.test/", base), "http://x.test/");
  EXPECT_EQ(resolved_reference(" ", base), "");
}

}  // namespace
}  // namespace scraper
