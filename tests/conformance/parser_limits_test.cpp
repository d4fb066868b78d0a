// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <atomic>
#include <tuple>
#include <utility>

#include "scraper/parse/link_set.h"
#include "tests/conformance/parser_fixture.h"
#include "tests/support/hostile_pages.h"
#include "tests/support/sanitizer.h"

namespace scraper {
namespace {

std::string many_attributes(size_t count) {
  std::string out = "<p ";
  for (size_t i = 0; i < count; ++i) out.append("a").append(std::to_string(i)).append("=1 ");
  return out + ">";
}

std::string many_links(size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += "<a href=" + std::to_string(i) + ">x</a>";
  return out;
}

using Page = std::pair<const char*, std::string (*)()>;

class HostilePage : public testing::TestWithParam<std::tuple<ParserChoice, Page>> {};

TEST_P(HostilePage, EndsSoonAfterItsDeadline) {
  const std::string body = std::get<1>(GetParam()).second();
  const auto parser = make_parser(std::get<0>(GetParam()), short_limits(), {});
  const SteadyTime begin = steady_now();
  const auto page = parse(*parser, body);
  const auto took = std::chrono::duration_cast<Duration>(steady_now() - begin);
  const std::optional<Error> error = page ? page->cut_short : page.error();
  // Without a tree, depth may be what it comes upon first.
  if (error && error->kind != ErrorKind::parse_limit) {
    EXPECT_EQ(error->kind, ErrorKind::parse_timeout);
    EXPECT_EQ(error->message, "parsing took longer than 200ms");
  }
  // Wide enough for a busy machine and for sanitizers; it takes seconds or minutes without a watchdog.
  EXPECT_LT(took, kTimeout * 10);
  const auto after = parse(*parser, "<title>still works</title>");
  ASSERT_TRUE(after);
  EXPECT_EQ(after->title, "still works");
}

INSTANTIATE_TEST_SUITE_P(
    , HostilePage,
    testing::Combine(
        testing::Values(ParserChoice::tree, ParserChoice::tokens),
        testing::Values(
            Page(
                "DeepDivs", +[] { return repeated("<div>", 20'000); }),
            Page(
                "VeryDeepDivs", +[] { return repeated("<div>", 1'000'000); }),
            Page(
                "ManyAttributes", +[] { return many_attributes(100'000); }),
            Page(
                "NestedFormatting", +[] { return repeated("<b><i><a>", 10'000); }),
            Page(
                "TextUnderManyFormats", +[] { return repeated("<b>", 3000) + repeated("word ", 300'000); }),
            Page(
                "NestedTables", +[] { return repeated("<table><tr><td>", 20'000); }),
            Page(
                "EndTagsOfNothing", +[] { return repeated("<span>", 5000) + repeated("</x>", 1'000'000); }),
            Page(
                "ManyLinks", +[] { return repeated("<a href=x>y</a>", 300'000); }),
            Page(
                "EndTagsOfNothingKnown", +[] { return repeated("<x>", 5000) + repeated("</y>", 1'000'000); }),
            Page(
                "HeadingsEndedInSpans", +[] { return repeated("<span>", 5000) + repeated("</h1>", 1'000'000); }),
            Page(
                "ItemsInBlocks", +[] { return repeated("<li><ul>", 20'000) + repeated("<span><dd>", 20'000); }),
            Page(
                "ItemsInSpans",
                +[] { return "<dd><ul>" + repeated("<span>", 150'000) + repeated("<dt></dt>", 150'000); }),
            Page(
                "EndTagsOfNothingForeign",
                +[] { return "<svg>" + repeated("<g>", 190'000) + repeated("</x>", 500'000); }),
            Page(
                "LinksAfterManyPrefixes",
                +[] {
                  return repeated("<html prefix='" + repeated("a: b ", 100) + "'>", 8000) +
                         "<meta property=og:title content=x><body>" + repeated("<a rel=x>", 2000);
                }),
            Page(
                "OneLongText", +[] { return repeated("word ", 3'000'000); }))),
    [](const auto& parameter) {
      return std::string(std::get<0>(parameter.param) == ParserChoice::tree ? "Tree" : "Tokens") +
             std::get<1>(parameter.param).first;
    });

class HostilePages : public testing::TestWithParam<ParserChoice> {};

TEST_P(HostilePages, AreReadUpToTheLimitsOfNodesAttributesAndDepth) {
  const auto read = [](const ParseLimits& limits, const std::string& body) {
    const auto parser = make_parser(GetParam(), limits, {});
    const auto page = parse(*parser, body);
    EXPECT_TRUE(page);
    EXPECT_TRUE(page->cut_short);
    EXPECT_EQ(page->cut_short.value_or(Error{}).kind, ErrorKind::parse_limit);
    return page ? page->links.size() : 0;
  };
  ParseLimits limits;
  limits.nodes_max = 100;
  EXPECT_NEAR(static_cast<double>(read(limits, many_links(200))), 50, 10);
  limits = {};
  limits.attributes_max = 100;
  EXPECT_EQ(read(limits, many_links(200)), 100u);
  limits = {};
  limits.depth_max = 50;
  // What comes after the depth is read.
  EXPECT_EQ(read(limits, "<svg>" + repeated("<g>", 100) + "<a href=deep></a>" + repeated("</g>", 100) +
                             "</svg><a href=x>y</a>"),
            1u);
}

TEST(TokenParserLimits, AreNotGoneOverForLongByWhatHasNoContent) {
  ParseLimits limits;
  limits.depth_max = 50;
  const auto parser = make_parser(ParserChoice::tokens, limits, {});
  const std::string inside = "<svg>" + repeated("<g>", 47) + "<path/></g></g><desc><a href=seen>x</a>";
  const auto page = parse(*parser, inside);
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->cut_short);
  EXPECT_EQ(page->links.size(), 1u);
}

TEST(TokenParserLimits, BoundWhatEachEndTagCosts) {
  ParseLimits limits;
  limits.timeout = Duration(60'000);
  const auto parser = make_parser(ParserChoice::tokens, limits, {});
  // What grows with the square is looked at without sanitizers.
  constexpr size_t kPart = SCRAPER_SANITIZED ? 3 : 1;
  for (const std::string& body :
       {repeated("<x>", 150'000 / kPart) + repeated("</y>", 100'000 / kPart),
        "<svg>" + repeated("<g>", 150'000 / kPart) + repeated("</x>", 100'000 / kPart),
        "<dd><ul>" + repeated("<i>", 150'000 / kPart) + repeated("<dt></dt>", 50'000 / kPart)}) {
    const SteadyTime begin = steady_now();
    const auto page = parse(*parser, body);
    EXPECT_TRUE(page && !page->cut_short);
    // A tenth of a second, or two; else 10 seconds, and many.
    EXPECT_LT(steady_now() - begin, Duration(SCRAPER_SANITIZED ? 32'000 : 8'000));
  }
}

TEST_P(HostilePages, AreGivenUpWhenTheRunStops) {
  const std::atomic<bool> stop = true;
  ParseLimits limits;
  limits.stop = &stop;
  const auto parser = make_parser(GetParam(), limits, {});
  const auto page = parse(*parser, repeated("<div>", 20'000));
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, ErrorKind::cancelled);
}

/// `count` distinct links, which a base of `base_bytes` makes long.
std::string links_against_a_base(size_t base_bytes, size_t count, std::string_view before = "") {
  std::string out = "<base href='/" + std::string(base_bytes, 'b') + "/'>";
  for (size_t i = 0; i < count; ++i) out += "<a href=" + std::string(before) + std::to_string(i) + ">x</a>";
  return out;
}

size_t link_bytes(const ParsedPage& page) {
  size_t bytes = 0;
  for (const Link& link : page.links) bytes += link.url.href().capacity();
  return bytes;
}

TEST_P(HostilePages, DoNotMultiplyALongBaseByTheirLinks) {
  ParseLimits limits;
  limits.timeout = Duration(60'000);
  const auto parser = make_parser(GetParam(), limits, {});
  for (const size_t base_bytes : {65'000u, 65'400u, 8'000u, 100u}) {
    const std::string body = links_against_a_base(base_bytes, 50'000);
    const SteadyTime begin = steady_now();
    const auto page = parse(*parser, body);
    const auto took = std::chrono::duration_cast<Duration>(steady_now() - begin);
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_LE(link_bytes(*page), 2 * limits.link_bytes_max) << base_bytes;
    EXPECT_EQ(page->links.empty(), base_bytes > kFoundUrlBytesMax) << base_bytes;
    EXPECT_LT(took, Duration(10'000)) << base_bytes;
  }
}

TEST_P(HostilePages, KeepNoMemoryOfALongBaseForShortLinks) {
  const auto parser = make_parser(GetParam(), {}, {});
  const auto page = parse(*parser, links_against_a_base(65'000, 5'000, "/"));
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->links.size(), 5'000u);
  EXPECT_LT(link_bytes(*page), 5u << 20);
}

INSTANTIATE_TEST_SUITE_P(, HostilePages,
                         testing::Values(ParserChoice::tree, ParserChoice::tokens, ParserChoice::automatic),
                         parser_name);

}  // namespace
}  // namespace scraper
