// SPDX-License-Identifier: MIT
#include "scraper/parse/text_links.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "scraper/base/clock.h"
#include "tests/support/sanitizer.h"

namespace scraper {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> links(std::string_view text) {
  std::vector<std::string> out;
  for (const Link& link : links_in_text(text, 1000)) out.push_back(link.url.href());
  return out;
}

TEST(TextLinks, EndWhereTheTextAroundThemGoesOn) {
  EXPECT_THAT(links("See http://a.test/x, or (HTTPS://b.test/y_(z)). <http://c.test/>; 'http://d.test/q?a=b'!"),
              ElementsAre("http://a.test/x", "https://b.test/y_(z)", "http://c.test/", "http://d.test/q?a=b"));
  EXPECT_THAT(links("[http://a.test/[1]] xhttp://b.test ftp://c.test http://a.test/[1] http:// ://"),
              ElementsAre("http://a.test/[1]"));
}

TEST(TextLinks, OfAnyLengthAreLeftOutAndTakeLinearTime) {
  constexpr size_t kLength = SCRAPER_SANITIZED ? 400'000 : 4'000'000;
  const SteadyTime begin = steady_now();
  EXPECT_THAT(links("http://" + std::string(kLength, ')')), IsEmpty());
  EXPECT_THAT(links("http://a.test/" + std::string(kLength, 'x') + " http://b.test/"), ElementsAre("http://b.test/"));
  std::string many;
  for (size_t i = 0; i < kLength / 20; ++i) many += "http://))((";
  links(many);
  EXPECT_LT(steady_now() - begin, Duration(20'000));
}

TEST(TextLinks, OfJsonAreThoseInItsStrings) {
  const auto found = links_in_json(
      nlohmann::json::parse(R"({"b": ["http://a.test/1", {"c": "see http://a.test/2."}], "http://no.test/": 1})"), 10);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].url.href(), "http://a.test/1");
  EXPECT_EQ(found[1].kind, "text");
}

}  // namespace
}  // namespace scraper
