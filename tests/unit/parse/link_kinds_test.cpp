// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scraper/parse/link_header.h"
#include "scraper/parse/tree_parser.h"

namespace scraper {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// `kind target text` of each link.
std::vector<std::string> links(std::string_view body, bool images = false) {
  TreeParser parser({}, {nullptr, true, false, images});
  const auto url = Url::parse("http://a.test/b/");
  const auto page = parser.parse({*url, body, "text/html; charset=utf-8"});
  std::vector<std::string> out;
  for (const Link& link : page->links) {
    out.push_back(std::string(link.kind) + " " + std::string(link.url.path()) +
                  (link.text.empty() ? "" : " " + link.text));
  }
  return out;
}

TEST(LinkKinds, FramesAreLinks) {
  EXPECT_THAT(links("<iframe src=i title='a frame'></iframe><iframe></iframe><a href=x>y</a>"),
              ElementsAre("iframe /b/i a frame", "a /b/x y"));
  EXPECT_THAT(links("<frameset><frame src=f></frameset>"), ElementsAre("frame /b/f"));
}

TEST(LinkKinds, NeighboursAndOtherFormsAreLinksAndStyleSheetsAreNot) {
  EXPECT_THAT(
      links("<link rel=next href=2><link rel=Previous href=0><link rel=alternate href=feed>"
            "<link rel='alternate stylesheet' href=c.css><link rel=stylesheet href=d.css><link rel=icon href=i>"),
      ElementsAre("next /b/2", "prev /b/0", "alternate /b/feed"));
}

TEST(LinkKinds, ARefreshIsALink) {
  EXPECT_THAT(links("<meta http-equiv=Refresh content='5; URL=\"next page\"'>"), ElementsAre("refresh /b/next%20page"));
  EXPECT_THAT(links("<meta http-equiv=refresh content='0;url=a'>"), ElementsAre("refresh /b/a"));
  EXPECT_THAT(links("<meta http-equiv=refresh content='0, b'>"), ElementsAre("refresh /b/b"));
  EXPECT_THAT(links("<meta http-equiv=refresh content='5'>"), IsEmpty());
  EXPECT_THAT(links("<meta http-equiv=refresh content='url=x'>"), IsEmpty());
  EXPECT_THAT(links("<meta http-equiv=refresh content=';;'><meta http-equiv=refresh content='1;url='>"), IsEmpty());
}

TEST(LinkKinds, ImagesAreLinksOnRequest) {
  const char* page =
      "<picture><source srcset='l.webp 2x, m.webp'><img src=p.jpg srcset='q.jpg 100w,r.jpg 200w' alt=pic></picture>";
  EXPECT_THAT(links(page), IsEmpty());
  EXPECT_THAT(links(page, true),
              ElementsAre("img /b/l.webp", "img /b/m.webp", "img /b/p.jpg pic", "img /b/q.jpg", "img /b/r.jpg"));
}

TEST(LinkKinds, WhatAReaderCanClickOnIsKnownAsThat) {
  EXPECT_THAT(links("<link rel=next href=2><a rel=x href=2>two</a><a href=2>again</a>"), ElementsAre("a /b/2 two"));
}

std::vector<std::string> of_header(std::string text) {
  const auto url = Url::parse("http://a.test/b/");
  std::vector<std::string> out;
  for (const Link& link : header_links({{"LINK", std::move(text)}}, *url))
    out.push_back(link.rel + " " + link.url.href());
  return out;
}

TEST(LinkHeader, GivesThoseLinksThatLeadToPages) {
  EXPECT_THAT(of_header("<2>; rel=\"next\", </c.css>; rel=stylesheet, <0>;rel=prev"),
              ElementsAre("next http://a.test/b/2", "prev http://a.test/b/0"));
  EXPECT_THAT(of_header("<x,y;z>; title=\"a, b; c\"; rel=next"), ElementsAre("next http://a.test/b/x,y;z"));
  EXPECT_THAT(of_header("<2>; rel=next; anchor=\"#foo\""), IsEmpty());
  EXPECT_THAT(of_header("garbage, <2>; rel=next"), ElementsAre("next http://a.test/b/2"));
  EXPECT_THAT(of_header("<2; rel=next"), IsEmpty());
  EXPECT_THAT(of_header("<mailto:a>; rel=next, <2>"), IsEmpty());
}

}  // namespace
}  // namespace scraper
