// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <atomic>

#include "scraper/base/utf8.h"
#include "scraper/parse/json_ld.h"
#include "scraper/parse/json_text.h"
#include "scraper/parse/lenient_json.h"
#include "scraper/parse/microdata.h"
#include "scraper/parse/page_walk.h"
#include "scraper/parse/rdfa.h"
#include "structured_page.h"
#include "tests/support/repeated.h"
#include "tests/support/sanitizer.h"

namespace scraper {
namespace {

using nlohmann::json;

/// Names and values are counted, brackets and quotes around them not; escapes make a value longer.
constexpr size_t kWritten = 8;

/// Hostile pages, all of which take much less than the deadline: a bound ends the work, not the watchdog.
struct Page {
  const char* name;
  std::string (*html)();
};

class HostileStructure : public testing::TestWithParam<Page> {};

TEST_P(HostileStructure, TakesLittleTimeAndLittleRoom) {
  const std::string html = GetParam().html();
  ParseLimits limits;
  limits.timeout = Duration(60'000);
  PageTree tree;
  const auto output = tree.parse(html, limits, steady_now() + limits.timeout);
  ASSERT_TRUE(output) << output.error().message;
  // A long base makes each reference dear, and ends the work earlier than a short one.
  for (const size_t base_bytes : {200u, 60'000u}) {
    const Url base = *Url::parse("http://a.test/" + std::string(base_bytes, 'b'));
    const SteadyTime begin = steady_now();
    const auto data = structured_data((*output)->document, base, limits, Watchdog(limits, begin + limits.timeout));
    const auto took = std::chrono::duration_cast<Duration>(steady_now() - begin);
    ASSERT_TRUE(data) << data.error().message;
    const std::string text = json_text(*data);
    // Wide enough for a busy machine.
    EXPECT_LT(took, Duration(SCRAPER_SANITIZED ? 40'000 : 10'000)) << base_bytes;
    EXPECT_LE(text.size(), kWritten * (kJsonLdBytesMax + kMicrodataBytesMax + kRdfaBytesMax)) << base_bytes;
    EXPECT_TRUE(is_valid_utf8(text));
    RecordProperty("took_ms_" + std::to_string(base_bytes), std::to_string(took.count()));
    RecordProperty("bytes_" + std::to_string(base_bytes), std::to_string(text.size()));
  }
}

/// Under sanitizers a part of each page will do: what it costs is looked at without.
constexpr int kPart = SCRAPER_SANITIZED ? 4 : 1;

std::string nested_properties() { return "<div itemscope>" + repeated("<span itemprop=a>x", 100'000 / kPart); }

std::string crossing_references() {
  std::string out;
  for (int i = 0; i < 2'000 / kPart; ++i) out += "<div itemscope itemref=all></div>";
  return out + "<div id=all>" + repeated("<p></p>", 20'000) + "</div>";
}

std::string items_with_many_names() {
  return repeated("<div itemscope itemprop='a b c d e f g h i j k l m n o p q r s t'>", 200) + "<p itemprop=a>x";
}

std::string items_with_many_references() {
  std::string out;
  for (int i = 0; i < 300 / kPart; ++i) {
    out += "<div itemprop=p itemscope id=i" + std::to_string(i) + " itemref='";
    for (int j = 0; j < 300 / kPart; ++j) out += " i" + std::to_string(j);
    out += "'></div>";
  }
  return out;
}

std::string many_prefixes() {
  std::string out = "<div prefix='";
  for (int i = 0; i < 50'000 / kPart; ++i) out += " p" + std::to_string(i) + ": http://x.test/";
  return out + "'>" + repeated("<b property=q:x>1</b>", 50'000 / kPart);
}

INSTANTIATE_TEST_SUITE_P(
    , HostileStructure,
    testing::Values(
        Page{"NestedItems", +[] { return repeated("<span itemscope>", 100'000 / kPart); }},
        Page{"NestedItemsThatAreProperties", +[] { return repeated("<span itemscope itemprop=a>", 100'000 / kPart); }},
        Page{"NestedProperties", nested_properties}, Page{"CrossingReferences", crossing_references},
        Page{"ItemsWithManyNames", items_with_many_names}, Page{"ItemsWithManyReferences", items_with_many_references},
        Page{"ItemThatRefersToItself",
             +[] {
               return repeated("<div itemscope itemprop=a id=x itemref='x x x'><b itemprop=c>1</b></div>",
                               10'000 / kPart);
             }},
        Page{"ManyLinkValues", +[] { return "<div itemscope>" + repeated("<a itemprop=a href=x>", 100'000 / kPart); }},
        Page{"BrokenScripts", +[] { return repeated(script("{\"a\": "), 100'000 / kPart); }},
        Page{"ManyScripts", +[] { return repeated(script("{\"a\": 1}"), 100'000 / kPart); }},
        Page{"LongScript", +[] { return script("[" + repeated("{\"a\": \"xxxx\"},", 700'000 / kPart) + "{}]"); }},
        Page{"ScriptOfManyValues", +[] { return script("[" + repeated("{\"a\": \"x\"},", 600'000 / kPart) + "{}]"); }},
        Page{"LongBrokenScript", +[] { return script(repeated("{\"a\": \"x\"\n", 500'000 / kPart)); }},
        Page{"DeepScript", +[] { return script(repeated("[", 4'000'000 / kPart)); }},
        Page{"ScriptOfQuotes", +[] { return script("{" + repeated("\"     ", 600'000 / kPart)); }},
        Page{"NestedSubjects",
             +[] { return repeated("<span typeof=foaf:Person property=foaf:knows>", 100'000 / kPart); }},
        Page{"NestedLiterals", +[] { return repeated("<span property=dc:title>x", 100'000 / kPart); }},
        Page{"ManySubjects",
             +[] { return repeated("<p about=x typeof=foaf:Person property=foaf:name>y</p>", 100'000 / kPart); }},
        Page{"WaitingRelations", +[] { return repeated("<span rel='foaf:a foaf:b foaf:c foaf:d'>", 100'000 / kPart); }},
        Page{"ManyPrefixes", many_prefixes},
        Page{"ManyMeta", +[] { return repeated("<meta property=og:x content=y>", 100'000 / kPart); }}),
    [](const auto& parameter) { return parameter.param.name; });

TEST(HostileStructures, KeepWhatFits) {
  const auto data =
      read_structured(script("{\"long\": \"" + std::string(kJsonLdBytesMax, 'x') + "\"}") + script(R"({"short": 1})"));
  ASSERT_TRUE(data);
  EXPECT_EQ(data->at("jsonld"), json::parse(R"([{"short": 1}])"));
}

TEST(HostileStructures, CutLongValues) {
  const auto data = read_structured("<p itemscope><b itemprop=a>" + repeated("word ", 100'000));
  ASSERT_TRUE(data);
  EXPECT_LE(data->at("microdata")[0]["properties"]["a"].get<std::string>().size(), kMicrodataValueBytesMax);
}

TEST(HostileStructures, DoNotNestItemsDeeperThanTheirBound) {
  const auto data = read_structured(repeated("<div itemscope itemprop=a>", 1000));
  ASSERT_TRUE(data);
  int depth = 1;
  for (const json* item = &data->at("microdata")[0]; item->contains("properties"); ++depth)
    item = &(*item)["properties"]["a"];
  EXPECT_EQ(depth, kMicrodataDepthMax);
}

TEST(HostileStructures, AreGivenUpAtTheDeadlineAndWhenTheRunStops) {
  const std::string html = "<p property=dc:title itemscope><b itemprop=a>x";
  PageTree tree;
  ParseLimits limits;
  const auto output = tree.parse(html, limits, steady_now() + limits.timeout);
  ASSERT_TRUE(output);
  const Url url = *Url::parse("http://a.test/");
  const auto late = structured_data((*output)->document, url, limits, Watchdog(limits, steady_now() - Duration(1)));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::parse_timeout);
  const std::atomic<bool> stop = true;
  limits.stop = &stop;
  const auto stopped =
      structured_data((*output)->document, url, limits, Watchdog(limits, steady_now() + Duration(10'000)));
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, ErrorKind::cancelled);
}

TEST(HostileStructures, GiveValidTextWhateverIsWritten) {
  const auto data = read_structured(
      "<p itemscope itemtype='&#x110000;\xFF' property='dc:title &#1111111111;x:y' about='&#1111111111;'>"
      "<b itemprop='&#1111111111;'>&#1111111111;\xFF</b><a itemprop=u href='&#1111111111;'></a>"
      "<meta itemprop=m content='&#1111111111;'><script type=application/ld+json>{\"a\": \"\xFF\"}</script>");
  ASSERT_TRUE(data);
  EXPECT_TRUE(is_valid_utf8(data->dump()));  // strict: throws on what is not
}

}  // namespace
}  // namespace scraper
