// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <csetjmp>
#include <cstdint>
#include <fstream>
#include <iterator>

#include "corpora.h"
#include "scraper/base/utf8.h"
#include "scraper/parse/arena.h"
#include "scraper/parse/page_tree.h"
#include "scraper/parse/page_walk.h"
#include "scraper/parse/selector.h"
#include "scraper/parse/tree_parser.h"
#include "tests/support/hostile_pages.h"

namespace scraper {
namespace {

TEST(Arena, GivesOutMemoryThatIsAlignedAndDistinct) {
  Arena arena;
  const ParseLimits limits;
  const Watchdog watchdog(limits, steady_now() + Duration(10'000));
  std::jmp_buf on_overrun;
  if (setjmp(on_overrun) != 0) FAIL();
  arena.watch(64u << 20, watchdog, &on_overrun);
  char* before = nullptr;
  for (size_t bytes : {1u, 15u, 16u, 17u, 1000u, 600'000u, 3u, 2'000'000u, 5u}) {
    char* memory = static_cast<char*>(arena.allocate(bytes));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(memory) % alignof(std::max_align_t), 0u);
    memory[0] = memory[bytes - 1] = 'x';
    EXPECT_NE(memory, before);
    before = memory;
  }
  EXPECT_GE(arena.bytes(), 2'600'000u);
  arena.stop_watching();
  arena.reset();
  EXPECT_EQ(arena.bytes(), 0u);
}

TEST(Arena, TakesBackWhatWasGivenOutLast) {
  Arena arena;
  const ParseLimits limits;
  const Watchdog watchdog(limits, steady_now() + Duration(10'000));
  std::jmp_buf on_overrun;
  if (setjmp(on_overrun) != 0) FAIL();
  arena.watch(1u << 20, watchdog, &on_overrun);
  void* first = arena.allocate(100);
  arena.release(first);
  void* second = arena.allocate(10);
  EXPECT_EQ(first, second);
  void* third = arena.allocate(10);
  arena.release(second);
  arena.release(nullptr);
  EXPECT_NE(arena.allocate(10), third);
}

TEST(HostilePages, AreReadInPartWhenTheyTakeTooMuchMemory) {
  ParseLimits limits;
  limits.timeout = Duration(60'000);
  limits.memory_bytes_max = 32u << 20;
  TreeParser parser(limits);
  const auto page =
      parse(parser, "<title>t</title><a href=x>first</a>" + repeated("<p><b><i>", 300'000) + "<a href=y>");
  ASSERT_TRUE(page);
  ASSERT_TRUE(page->cut_short);
  EXPECT_EQ(page->cut_short->kind, ErrorKind::parse_limit);
  EXPECT_EQ(page->cut_short->message, "the page's tree takes more than 32MiB");
  EXPECT_EQ(page->title, "t");
  EXPECT_EQ(page->links.size(), 1u);
  EXPECT_TRUE(parse(parser, "<p>"));
}

/// `count` distinct links, which a base of `base_bytes` makes long.
std::string links_against_a_base(size_t base_bytes, size_t count, std::string_view before = "") {
  std::string out = "<base href='/" + std::string(base_bytes, 'b') + "/'>";
  for (size_t i = 0; i < count; ++i) out += "<a href=" + std::string(before) + std::to_string(i) + ">x</a>";
  return out;
}

TEST(HostilePages, AreLookedAtAlsoByTheBytesOfTheirLinks) {
  ParseLimits limits;
  limits.link_bytes_max = 1u << 30;
  PageTree tree;
  // Fewer elements than lie between two looks; also where each link is too long to be resolved at all.
  for (const std::string& before : {std::string(), std::string(2'000, 'y')}) {
    const std::string body = links_against_a_base(65'000, 300, before);
    const auto output = tree.parse(body, limits, steady_now() + limits.timeout);
    ASSERT_TRUE(output);
    const auto url = Url::parse("http://a.test/");
    const auto page = PageWalk(*url, *url, false, limits, steady_now() - Duration(1)).run((*output)->document);
    ASSERT_TRUE(page);
    ASSERT_TRUE(page->cut_short);
    EXPECT_EQ(page->cut_short->kind, ErrorKind::parse_timeout);
    EXPECT_LT(page->links.size(), 300u);
  }
}

/// Runs `work` on a thread whose stack a recursion over a deep page would overflow at once.
void run_on_small_stack(void* (*work)(void*), void* argument) {
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, 256u << 10), 0);
  pthread_t thread;
  ASSERT_EQ(pthread_create(&thread, &attributes, work, argument), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

TEST(HostilePages, NeedNoStackForTheirDepth) {
  run_on_small_stack(
      [](void*) -> void* {
        ParseLimits limits;
        limits.timeout = Duration(60'000);
        PageTree tree;
        // Formatting inside <svg> nests without the scans that make deep <div>s slow.
        const std::string body = "<svg>" + repeated("<g>", 100'000) + "<a href=x id=last>deep</a>";
        const auto output = tree.parse(body, limits, steady_now() + limits.timeout);
        EXPECT_TRUE(output);
        if (!output) return nullptr;
        const auto selector = Selector::compile("svg g g #last, g > a");
        EXPECT_EQ(selector->select_all((*output)->document).size(), 1u);
        tree.drop();
        TreeParser parser(limits);
        EXPECT_TRUE(parse(parser, body));
        EXPECT_TRUE(parse(parser, repeated("<div>", 3000) + "x"));
        return nullptr;
      },
      nullptr);
}

TEST(HtmlSuite, FuzzedPagesAndTreeTestsDoNotCrash) {
  const auto cases = read_cases("html-tree");
  if (cases.empty()) GTEST_SKIP() << "no public suites at " << corpora();
  TreeParser parser(short_limits());
  for (const auto& test : cases) {
    const auto page = parse(parser, test["data"].get<std::string>());
    EXPECT_TRUE(!page || is_valid_utf8(page->text));
  }
  for (const auto& entry : std::filesystem::directory_iterator(corpora() / "suites/html-fuzz")) {
    // Some are kept compressed; gzip bytes are hostile HTML as well as any.
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string body{std::istreambuf_iterator<char>(file), {}};
    const auto page = parse(parser, body);
    EXPECT_TRUE(!page || is_valid_utf8(page->text)) << entry.path();
  }
}

}  // namespace
}  // namespace scraper
