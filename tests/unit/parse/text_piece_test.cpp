// SPDX-License-Identifier: MIT
#include "scraper/parse/text_piece.h"

#include <gtest/gtest.h>

#include <random>

#include "scraper/parse/charset.h"
#include "scraper/parse/gumbo_node.h"

namespace scraper {
namespace {

/// Word for word.
std::string collapsed(std::string_view text) {
  std::string out;
  bool space = false;
  for (const char c : text) {
    if (is_white_space(c)) {
      space = true;
      continue;
    }
    if (space && !out.empty()) out += ' ';
    space = false;
    out += c;
  }
  return out;
}

TEST(TextPiece, HasItsWordsWithOneSpaceBetweenTwo) {
  std::mt19937 random(1);
  std::uniform_int_distribution<size_t> pick(0, 1u << 20);
  for (int i = 0; i < 200'000; ++i) {
    // Some have white space nearly everywhere, some hardly any.
    const size_t words = 1 + pick(random) % 30;
    std::string text(pick(random) % 40, 'x');
    for (char& c : text) {
      constexpr std::string_view kOthers = " \n \t\r\f\v\x01\x7F\xC3";
      if (pick(random) % words == 0) c = kOthers[pick(random) % kOthers.size()];
    }
    const TextPiece piece(text);
    std::string out = "<";
    piece.append_words(out);
    ASSERT_EQ(out, "<" + collapsed(text)) << text;
    ASSERT_EQ(piece.words.empty(), out.size() == 1);
    ASSERT_EQ(piece.space_before, !text.empty() && is_white_space(text.front())) << text;
    if (!piece.words.empty()) {
      ASSERT_EQ(piece.space_after, is_white_space(text.back())) << text;
    }
  }
}

TEST(DecodeToLines, CopiesOnlyWhatIsNotSoAlready) {
  std::string room;
  const std::string plain = "caf\xC3\xA9\n", marked = "\xEF\xBB\xBF" + plain;
  EXPECT_EQ(decode_to_lines(plain, "UTF-8", room).data(), plain.data());
  EXPECT_EQ(decode_to_lines(marked, "UTF-8", room).data(), marked.data() + 3);
  EXPECT_EQ(decode_to_lines("a\r\nb\rc", "UTF-8", room), "a\nb\nc");
  EXPECT_EQ(decode_to_lines(std::string_view("a\0", 2), "UTF-8", room), "a\xEF\xBF\xBD");
  EXPECT_EQ(decode_to_lines("\xE9\r", "windows-1252", room), "\xC3\xA9\n");
}

}  // namespace
}  // namespace scraper
