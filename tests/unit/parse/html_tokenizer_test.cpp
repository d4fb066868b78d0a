// SPDX-License-Identifier: MIT
#include "scraper/parse/html_tokenizer.h"

#include <gtest/gtest.h>

#include "scraper/parse/charset.h"

namespace scraper {
namespace {

using Kind = HtmlTokenizer::Kind;
using Content = HtmlTokenizer::Content;

/// The tokens, each in brackets: text as it is, <name a=b>, </name>, !comment, ?doctype.
std::string rest_of(HtmlTokenizer& tokenizer) {
  std::string out;
  for (;;) {
    const Kind kind = tokenizer.next();
    if (kind == Kind::end) return out;
    out += '[';
    if (kind == Kind::start_tag || kind == Kind::end_tag) {
      out.append(kind == Kind::end_tag ? "</" : "<").append(tokenizer.name());
      for (const RawAttribute& attribute : tokenizer.attributes())
        out.append(" ").append(attribute.name).append("=").append(attribute.value);
      out += tokenizer.self_closing() ? "/>" : ">";
    } else {
      out.append(kind == Kind::comment ? "!" : kind == Kind::doctype ? "?" : "").append(tokenizer.text());
    }
    out += ']';
  }
}

std::string tokens(std::string_view input, bool foreign = false) {
  HtmlTokenizer tokenizer(input);
  tokenizer.set_foreign(foreign);
  return rest_of(tokenizer);
}

/// What comes after the first tag, when its content is of this kind.
std::string tokens_in(Content content, std::string_view input) {
  HtmlTokenizer tokenizer(input);
  EXPECT_EQ(tokenizer.next(), Kind::start_tag);
  tokenizer.set_content(content);
  return rest_of(tokenizer);
}

TEST(HtmlTokenizer, TellsTagsFromText) {
  EXPECT_EQ(tokens("a<b>c</B >d"), "[a][<b>][c][</B>][d]");
  EXPECT_EQ(tokens("a < b <1 <> << c"), "[a < b <1 <> << c]");
  EXPECT_EQ(tokens("a</>b</ c>d<?e?>f"), "[a][b][! c][d][!?e?][f]");
  EXPECT_EQ(tokens("a<br/>b<br / >"), "[a][<br/>][b][<br>]");
  EXPECT_EQ(tokens("<a\tb\n>\xC3\xA9<c:d-e>"), "[<a b=>][\xC3\xA9][<c:d-e>]");
}

TEST(HtmlTokenizer, KnowsTagsAndAttributesInAnyCase) {
  HtmlTokenizer tokenizer("<A HReF=1 class=2 XMLNS:dc=3 xmlns=4 http-EQUIV=5 =href=6></bLockquote><annotation-xml><x>");
  EXPECT_EQ(tokenizer.next(), Kind::start_tag);
  EXPECT_EQ(tokenizer.tag(), GUMBO_TAG_A);
  std::vector<AttributeName> known;
  for (const RawAttribute& attribute : tokenizer.attributes()) known.push_back(attribute.known_as);
  using enum AttributeName;
  EXPECT_EQ(known, (std::vector{href, other, xmlns_prefix, other, http_equiv, other}));
  EXPECT_EQ(tokenizer.attribute_names(), mask_of(href) | mask_of(other) | mask_of(xmlns_prefix) | mask_of(http_equiv));
  EXPECT_EQ(tokenizer.next(), Kind::end_tag);
  EXPECT_EQ(tokenizer.tag(), GUMBO_TAG_BLOCKQUOTE);
  EXPECT_EQ(tokenizer.attribute_names(), 0u);
  EXPECT_EQ(tokenizer.next(), Kind::start_tag);
  EXPECT_EQ(tokenizer.tag(), GUMBO_TAG_ANNOTATION_XML);
  EXPECT_EQ(tokenizer.next(), Kind::start_tag);
  EXPECT_EQ(tokenizer.tag(), GUMBO_TAG_UNKNOWN);
}

TEST(HtmlTokenizer, EndsWithoutATagThatThePageCutsOff) {
  EXPECT_EQ(tokens("a>b<c"), "[a>b]");
  EXPECT_EQ(tokens("<a b='>' c"), "");
  EXPECT_EQ(tokens("<a b='>"), "");
  EXPECT_EQ(tokens("<a b= '>'/>c"), "[<a b=>/>][c]");
  EXPECT_EQ(tokens("a<b"), "[a]");
  EXPECT_EQ(tokens("a<b c='d"), "[a]");
  EXPECT_EQ(tokens("a</b"), "[a]");
  EXPECT_EQ(tokens("a<b c="), "[a]");
  EXPECT_EQ(tokens("a<"), "[a<]");
  EXPECT_EQ(tokens("a</"), "[a</]");
  EXPECT_EQ(tokens("</>"), "");
  EXPECT_EQ(tokens(""), "");
}

TEST(HtmlTokenizer, ReadsAttributesHoweverTheyAreWritten) {
  EXPECT_EQ(tokens("<a b c=d e='f g' h=\"i>j\" k = l>"), "[<a b= c=d e=f g h=i>j k=l>]");
  EXPECT_EQ(tokens("<a b=c/d e=f/>"), "[<a b=c/d e=f/>]");
  EXPECT_EQ(tokens("<a/b/c=d>"), "[<a b= c=d>]");
  EXPECT_EQ(tokens("<a b='c'd=e\"f>"), "[<a b=c d=e\"f>]");
  EXPECT_EQ(tokens("<a =b =>"), "[<a =b=>]");
  EXPECT_EQ(tokens("<a =>"), "[<a ==>]");
  EXPECT_EQ(tokens("<a b=>c"), "[<a b=>][c]");
  EXPECT_EQ(tokens("<a b='' c>"), "[<a b= c=>]");
  EXPECT_EQ(tokens("<a b\"c'd<e=f>"), "[<a b\"c'd<e=f>]");
  EXPECT_EQ(tokens("<a b=1 B=2>"), "[<a b=1 B=2>]");
}

TEST(HtmlTokenizer, EndsCommentsAsBrowsersDo) {
  EXPECT_EQ(tokens("<!--a-->b"), "[!a][b]");
  EXPECT_EQ(tokens("<!-->b<!--->c<!---->d"), "[!][b][!][c][!][d]");
  EXPECT_EQ(tokens("<!--a--!>b"), "[!a][b]");
  EXPECT_EQ(tokens("<!--!>a-->b"), "[!!>a][b]");
  EXPECT_EQ(tokens("<!---!>a-->b"), "[!-!>a][b]");
  EXPECT_EQ(tokens("<!--a-- >b--->c"), "[!a-- >b-][c]");
  EXPECT_EQ(tokens("<!--a<!--b-->c"), "[!a<!--b][c]");
  EXPECT_EQ(tokens("<!--a"), "[!a]");
  EXPECT_EQ(tokens("<!a>b<!-c>d<!>e"), "[!a][b][!-c][d][!][e]");
}

TEST(HtmlTokenizer, KnowsDoctypesAndSections) {
  EXPECT_EQ(tokens("<!DocType html PUBLIC \"a>b"), "[? html PUBLIC \"a][b]");
  EXPECT_EQ(tokens("<![CDATA[a>b]]>c"), "[![CDATA[a][b]]>c]");
  EXPECT_EQ(tokens("<![CDATA[a>b]]>c", true), "[a>b][c]");
  EXPECT_EQ(tokens("<![CDATA[a]]", true), "[a]]]");
  EXPECT_EQ(tokens("<![cdata[a]]>b", true), "[![cdata[a]]][b]");
}

TEST(HtmlTokenizer, ReadsRawTextUpToItsOwnEndTag) {
  EXPECT_EQ(tokens_in(Content::rawtext, "<style>a</b></styles></STYLE >c"), "[a</b></styles>][</STYLE>][c]");
  EXPECT_EQ(tokens_in(Content::rcdata, "<title></title>c"), "[</title>][c]");
  EXPECT_EQ(tokens_in(Content::rawtext, "<style>a</style"), "[a</style]");
  EXPECT_EQ(tokens_in(Content::rawtext, "<style>a</style/>b"), "[a][</style/>][b]");
  EXPECT_EQ(tokens_in(Content::rawtext, "<style><!-- </style> -->"), "[<!-- ][</style>][ -->]");
  EXPECT_EQ(tokens_in(Content::plaintext, "<plaintext>a</plaintext>"), "[a</plaintext>]");
}

TEST(HtmlTokenizer, SaysWhereReferencesMayBe) {
  const auto has = [](Content content, std::string_view input) {
    HtmlTokenizer tokenizer(input);
    EXPECT_EQ(tokenizer.next(), Kind::start_tag);
    tokenizer.set_content(content);
    EXPECT_EQ(tokenizer.next(), Kind::text);
    return tokenizer.has_references();
  };
  EXPECT_TRUE(has(Content::data, "<p>a&b"));
  EXPECT_FALSE(has(Content::data, "<p>ab<i>&"));
  EXPECT_TRUE(has(Content::rcdata, "<title>a&b</title>"));
  EXPECT_FALSE(has(Content::rawtext, "<style>a&b</style>"));
  EXPECT_FALSE(has(Content::script, "<script>a&b</script>"));
}

TEST(HtmlTokenizer, ReadsEscapedScripts) {
  const auto script = [](std::string_view text) {
    return tokens_in(Content::script, std::string("<script>").append(text));
  };
  EXPECT_EQ(script("a<b</script>c"), "[a<b][</script>][c]");
  EXPECT_EQ(script("<!--a</script>c"), "[<!--a][</script>][c]");
  EXPECT_EQ(script("<!--<script>a</script>b--></script>c"), "[<!--<script>a</script>b-->][</script>][c]");
  EXPECT_EQ(script("<!--<script>a--></script>c"), "[<!--<script>a-->][</script>][c]");
  EXPECT_EQ(script("<!--<script></script></script>c"), "[<!--<script></script>][</script>][c]");
  EXPECT_EQ(script("<!--><script></script>c"), "[<!--><script>][</script>][c]");
  EXPECT_EQ(script("<!---><script></script>c"), "[<!---><script>][</script>][c]");
  EXPECT_EQ(script("<!--<scripts></script>c"), "[<!--<scripts>][</script>][c]");
  EXPECT_EQ(script("<!--<script>a</script b--></script>c"), "[<!--<script>a</script b-->][</script>][c]");
  EXPECT_EQ(script("<!--<script>a"), "[<!--<script>a]");
}

TEST(HtmlTokenizer, MakesLineFeedsOfAllLineEnds) {
  const auto normal = [](std::string text) {
    normalize_newlines(text);
    return text;
  };
  EXPECT_EQ(normal("a\r\nb\rc\r\r\nd\n"), "a\nb\nc\n\nd\n");
  EXPECT_EQ(normal("\r"), "\n");
  EXPECT_EQ(normal("\r\n"), "\n");
  EXPECT_EQ(normal("ab"), "ab");
}

}  // namespace
}  // namespace scraper
