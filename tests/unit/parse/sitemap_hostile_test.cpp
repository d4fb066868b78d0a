// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <random>

#include "scraper/base/utf8.h"
#include "scraper/parse/sitemap.h"
#include "tests/support/repeated.h"
#include "tests/support/sanitizer.h"
#include "tests/unit/parse/gzip.h"

namespace scraper {
namespace {

Url map_url() { return *Url::parse("http://a.test/sitemap.xml"); }

tl::expected<Sitemap, Error> parse(std::string_view body, const SitemapLimits& limits = {}) {
  return parse_sitemap(body, "", map_url(), limits);
}

constexpr bool kSanitized =
#if SCRAPER_SANITIZED
    true;
#else
    false;
#endif

long peak_memory_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

TEST(HostileSitemap, ThatUnpacksToAGigabyteIsRefused) {
  // Each member alone is over the limit already.
  const std::string bomb = repeated(gzip(std::string(1u << 20, '\0'), 64), 16);
  const long before = peak_memory_kib();
  const auto refused = parse(bomb);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::parse_limit);
  EXPECT_TRUE(kSanitized || peak_memory_kib() - before < 200 << 10) << before;
  const auto nested = parse(gzip(bomb));
  ASSERT_FALSE(nested);
  EXPECT_EQ(nested.error().kind, ErrorKind::parse_limit);
}

TEST(HostileSitemap, LargerThanTheLimitIsRefusedPackedOrNot) {
  const std::string text = repeated("http://a.test/\n", 100);
  for (const std::string& body : {text, gzip(text)}) {
    EXPECT_TRUE(parse(body, {.bytes_max = text.size()}));
    const auto refused = parse(body, {.bytes_max = text.size() - 1});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::parse_limit);
  }
}

TEST(HostileSitemap, ExpandsNoEntities) {
  std::string text = "<?xml version='1.0'?><!DOCTYPE lolz [<!ENTITY lol 'lol'>";
  for (int i = 1; i < 10; ++i) {
    const std::string inner = "&lol" + (i == 1 ? "" : std::to_string(i - 1)) + ";";
    text += "<!ENTITY lol" + std::to_string(i) + " '" + repeated(inner, 10) + "'>";
  }
  const auto sitemap = parse(text + "]><urlset><url><loc>http://a.test/&lol9;</loc></url></urlset>");
  ASSERT_TRUE(sitemap);
  ASSERT_EQ(sitemap->entries.size(), 1u);
  EXPECT_EQ(sitemap->entries[0].url.href(), "http://a.test/&lol9;");
}

TEST(HostileSitemap, MayBeNestedAsDeepAsItLikes) {
  constexpr size_t kLevels = 300'000;
  for (const std::string name : {"url", "title", "a"}) {
    const std::string open = repeated("<" + name + ">", kLevels), close = repeated("</" + name + ">", kLevels);
    for (const std::string root : {"urlset", "rss", "feed"}) {
      for (const std::string& end : {std::string(), close + "</" + root + ">"}) {
        const auto sitemap = parse("<" + root + ">" + open + "x" + end);
        EXPECT_TRUE(sitemap) << root << name;
      }
    }
  }
  EXPECT_FALSE(parse(repeated("<a>", kLevels)));
}

TEST(HostileSitemap, OfTagsAloneIsCut) {
  for (const char* piece : {"<a/>", "<a>", "<a b=''/>"}) {
    const auto sitemap = parse("<urlset><url><loc>http://a.test/1</loc></url>" + repeated(piece, 3'000'000));
    ASSERT_TRUE(sitemap) << piece;
    EXPECT_TRUE(sitemap->truncated);
    EXPECT_EQ(sitemap->entries.size(), 1u);
  }
}

TEST(HostileSitemap, MakesNoMoreOfItselfThanItsLimit) {
  constexpr size_t kEntries = 2000;
  const std::string longer(40'000, 'x');
  std::string links, locs;
  for (size_t i = 0; i < kEntries; ++i) {
    links += "<entry><link href='" + std::to_string(i) + "'/></entry>";
    locs += "<loc>/" + std::to_string(i) + "</loc>";
  }
  constexpr SitemapLimits kLimits{.bytes_max = 1u << 20};
  const auto feed = parse("<feed xml:base='/" + longer + "/'>" + links + "</feed>", kLimits);
  ASSERT_TRUE(feed);
  EXPECT_TRUE(feed->truncated);
  EXPECT_GT(feed->entries.size(), 10u);
  EXPECT_LT(feed->entries.size(), 30u);
  const auto dated = parse("<urlset><url><lastmod>" + longer + "</lastmod>" + locs + "</url></urlset>", kLimits);
  ASSERT_TRUE(dated);
  ASSERT_EQ(dated->entries.size(), kEntries);
  EXPECT_LT(dated->entries.back().last_modified.size(), 200u);
}

TEST(HostileSitemap, SaysNothingThatIsNotUtf8) {
  const auto sitemap =
      parse("<feed><title>a&#xD800;b</title><updated>&#xDFFF;</updated><link href='/&#xD800;'/></feed>");
  ASSERT_TRUE(sitemap);
  EXPECT_TRUE(is_valid_utf8(sitemap->title)) << sitemap->title;
  ASSERT_EQ(sitemap->entries.size(), 1u);
  EXPECT_TRUE(is_valid_utf8(sitemap->entries[0].last_modified));
}

TEST(HostileSitemap, CutOffWhilePackedKeepsWhatWasRead) {
  std::string urls, places;
  for (int i = 0; i < 5000; ++i) {
    const std::string url = "http://a.test/" + std::to_string(i * 7919 % 100'003) + "/end";
    urls += url + "\n";
    places += "<url><loc>" + url + "</loc></url>\n";
  }
  for (const std::string& body : {gzip(urls), gzip("<urlset>" + places + "</urlset>")}) {
    const auto sitemap = parse(body.substr(0, body.size() / 2));
    ASSERT_TRUE(sitemap);
    EXPECT_GT(sitemap->entries.size(), 1000u);
    EXPECT_LT(sitemap->entries.size(), 5000u);
    for (const SitemapEntry& entry : sitemap->entries)
      EXPECT_TRUE(entry.url.href().ends_with("/end")) << entry.url.href();
  }
}

TEST(HostileSitemap, TakesWhateverBytesComeIn) {
  const std::vector<std::string> good{
      "<?xml version='1.0' encoding='gbk'?><!DOCTYPE x [<!ENTITY a "
      "'b'>]><urlset><url><loc><![CDATA[http://a.test/1]]></loc>"
      "<xhtml:link rel='alternate' href='/&#x41;&amp;'/></url><!-- c --></urlset>",
      "<rss><channel><title>T</title><link>/</link><item><guid "
      "isPermaLink='true'>http://a.test/2</guid></item></channel></rss>",
      "<feed xml:base='x/'><title>T<b>U</b></title><entry><link href='3'/></entry></feed>",
      "http://a.test/4\r\nhttp://a.test/5\n", gzip("<sitemapindex><sitemap>http://a.test/6</sitemap></sitemapindex>")};
  std::mt19937 random(20240601);
  for (int round = 0; round < 6000; ++round) {
    const std::string& from = good[random() % good.size()];
    std::string body = from;
    for (unsigned i = 0, edits = random() % 10; i < edits; ++i) {
      const size_t at = random() % (body.size() + 1);
      switch (random() % 4) {
        case 0:
          body.erase(at, random() % 20);
          break;
        case 1:
          body.insert(at, 1, static_cast<char>(random()));
          break;
        case 2:
          body.insert(at, from.substr(random() % from.size(), random() % 40));
          break;
        default:
          body.resize(at);
      }
    }
    looks_like_sitemap_or_feed(body);
    const auto sitemap = parse(body, {.bytes_max = 10'000, .urls_max = 3});
    if (sitemap) {
      EXPECT_LE(sitemap->entries.size(), 3u);
    } else {
      EXPECT_FALSE(sitemap.error().message.empty());
    }
  }
}

}  // namespace
}  // namespace scraper
