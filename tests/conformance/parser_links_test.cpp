// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/conformance/parser_fixture.h"

namespace scraper {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LinkKinds : public EveryParser {
 protected:
  /// `kind target text` of each link.
  std::vector<std::string> links(std::string_view body, bool images = false) {
    const ParsedPage page = parse(body, "http://a.test/b/", {}, {nullptr, true, false, images});
    std::vector<std::string> out;
    for (const Link& link : page.links) {
      out.push_back(std::string(link.kind) + " " + std::string(link.url.path()) +
                    (link.text.empty() ? "" : " " + link.text));
    }
    return out;
  }
};

TEST_P(LinkKinds, FramesAreLinks) {
  EXPECT_THAT(links("<iframe src=i title='a frame'></iframe><iframe></iframe><a href=x>y</a>"),
              ElementsAre("iframe /b/i a frame", "a /b/x y"));
  EXPECT_THAT(links("<frameset><frame src=f></frameset>"), ElementsAre("frame /b/f"));
}

TEST_P(LinkKinds, NeighboursAndOtherFormsAreLinksAndStyleSheetsAreNot) {
  EXPECT_THAT(
      links("<link rel=next href=2><link rel=Previous href=0><link rel=alternate href=feed>"
            "<link rel='alternate stylesheet' href=c.css><link rel=stylesheet href=d.css><link rel=icon href=i>"),
      ElementsAre("next /b/2", "prev /b/0", "alternate /b/feed"));
}

TEST_P(LinkKinds, AFragmentIsNoPartOfATargetButWhatStandsBeforeItIs) {
  EXPECT_THAT(
      links("<a href=x>1</a><a href='x#y'>2</a><a href='#y'>3</a><a href=''>4</a><a href='z#'>5</a><a href=z>6"),
      ElementsAre("a /b/x 1", "a /b/ 3", "a /b/z 5"));
  EXPECT_THAT(links("<a href='x'>1</a><a href='x #y'>2</a><a href='x '>3</a><a href='x\n#y'>4</a><a href=' #y'>5</a>"),
              ElementsAre("a /b/x 1", "a /b/x%20 2", "a /b/ 5"));
}

TEST_P(LinkKinds, ARefreshIsALink) {
  EXPECT_THAT(links("<meta http-equiv=Refresh content='5; URL=\"next page\"'>"), ElementsAre("refresh /b/next%20page"));
  EXPECT_THAT(links("<meta http-equiv=refresh content='0;url=a'>"), ElementsAre("refresh /b/a"));
  EXPECT_THAT(links("<meta http-equiv=refresh content='0, b'>"), ElementsAre("refresh /b/b"));
  EXPECT_THAT(links("<meta http-equiv=refresh content='5'>"), IsEmpty());
  EXPECT_THAT(links("<meta http-equiv=refresh content='url=x'>"), IsEmpty());
  EXPECT_THAT(links("<meta http-equiv=refresh content=';;'><meta http-equiv=refresh content='1;url='>"), IsEmpty());
}

TEST_P(LinkKinds, ImagesAreLinksOnRequest) {
  const char* page =
      "<picture><source srcset='l.webp 2x, m.webp'><img src=p.jpg srcset='q.jpg 100w,r.jpg 200w' alt=pic></picture>";
  EXPECT_THAT(links(page), IsEmpty());
  EXPECT_THAT(links(page, true),
              ElementsAre("img /b/l.webp", "img /b/m.webp", "img /b/p.jpg pic", "img /b/q.jpg", "img /b/r.jpg"));
}

TEST_P(LinkKinds, WhatAReaderCanClickOnIsKnownAsThat) {
  EXPECT_THAT(links("<link rel=next href=2><a rel=x href=2>two</a><a href=2>again</a>"), ElementsAre("a /b/2 two"));
}

TEST_P(LinkKinds, OfAReferenceThatStandsThereOftenTheFirstCounts) {
  EXPECT_THAT(links("<a href=1>a</a><a href=2>b</a><a href=./1>c</a><a href=1>d</a><a href='&#49;'>e</a>"),
              ElementsAre("a /b/1 a", "a /b/2 b"));
  const ParsedPage page = parse("<a rel=nofollow href=1>a</a><a rel=nofollow href=2>b</a><a href=1>c</a>");
  EXPECT_FALSE(page.links[0].nofollow);
  EXPECT_TRUE(page.links[1].nofollow);
}

INSTANTIATE_TEST_SUITE_P(, LinkKinds,
                         testing::Values(ParserChoice::tree, ParserChoice::tokens, ParserChoice::automatic),
                         parser_name);

}  // namespace
}  // namespace scraper
