// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scraper/parse/link_header.h"

namespace scraper {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

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
