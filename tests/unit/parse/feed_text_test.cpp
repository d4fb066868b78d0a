// SPDX-License-Identifier: MIT
#include "scraper/parse/feed_text.h"

#include <gtest/gtest.h>

#include "scraper/base/utf8.h"
#include "tests/support/sanitizer.h"

namespace scraper {
namespace {

std::string text(const std::string& xml, ParseLimits limits = {}) {
  const auto url = Url::parse("http://a.test/");
  return feed_text(xml, *url, limits, steady_now() + limits.timeout);
}

TEST(FeedText, IsTitlesAuthorsAndTextsInTheirOrder) {
  EXPECT_EQ(text("<rss><channel><title>T</title><item><title>i</title><description>&lt;p&gt;d&lt;b&gt;e</description>"
                 "<dc:creator>A</dc:creator><pubDate>1</pubDate></item><item><title>j</title></item></channel></rss>"),
            "T\ni\nde\nA\nj");
}

TEST(FeedText, ReadsWhatIsInsideOfATextOnce) {
  EXPECT_EQ(text("<feed><entry><content type='xhtml'><div><p>a <title>b</title></p></div></content></entry>"
                 "<title>c</title></feed>"),
            "a b\nc");
}

TEST(FeedText, IsReadInLinearTimeHoweverItNests) {
  std::string deep = "<feed>", wide = "<feed><title>", many = "<feed>";
  for (int i = 0; i < (SCRAPER_SANITIZED ? 75'000 : 300'000); ++i)
    deep += "<title>", wide += "<a/>", many += "<title>&amp;lt;b></title>";
  EXPECT_EQ(text(deep), "");
  EXPECT_EQ(text(wide), "");
  ParseLimits limits;
  limits.timeout = Duration(200);
  const SteadyTime begin = steady_now();
  EXPECT_FALSE(text(many, limits).empty());
  EXPECT_LT(steady_now() - begin, Duration(SCRAPER_SANITIZED ? 20'000 : 10'000));
}

TEST(FeedText, IsBoundedAndValidUtf8WhateverItsReferencesSay) {
  const std::string found = text("<feed><title>a&#xD800;&#xDFFF;b</title></feed>");
  EXPECT_TRUE(is_valid_utf8(found)) << found;
  ParseLimits limits;
  limits.text_bytes_max = 10;
  EXPECT_EQ(text("<feed><title>" + std::string(100, 'x') + "</title><title>y</title></feed>", limits), "xxxxxxxxxx");
}

}  // namespace
}  // namespace scraper
