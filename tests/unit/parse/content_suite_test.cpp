// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "content_page.h"
#include "corpora.h"
#include "scraper/parse/charset.h"
#include "scraper/parse/gunzip.h"

namespace scraper {
namespace {

bool is_word_character(char32_t c) {
  if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  return c >= 0xC0 && c != 0xD7 && c != 0xF7 && !(c >= 0x2000 && c < 0x2C00) && !(c >= 0x3000 && c < 0x3041) &&
         !(c >= 0xFE00 && c < 0xFF10) && !(c >= 0xFF5B && c < 0xFF66) && c < 0x1F000;
}

/// Words as Python's \w+ finds them, nearly.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t c = lead < 0x80 ? lead : lead & (0x7Fu >> length);
    for (size_t k = 1; k < length && i + k < text.size(); ++k)
      c = c << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3F);
    if (is_word_character(c))
      words.back().append(text, i, length);
    else if (!words.back().empty())
      words.emplace_back();
    i += length;
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

std::map<std::string, int> shingles(std::string_view text) {
  const std::vector<std::string> words = words_of(text);
  std::map<std::string, int> found;
  if (words.empty()) return found;
  for (size_t i = 0; i == 0 || i + 4 <= words.size(); ++i) {
    std::string shingle;
    for (size_t k = i; k < std::min(i + 4, words.size()); ++k) shingle += words[k] + ' ';
    ++found[shingle];
  }
  return found;
}

/// True positives, false ones and misses of one page or of many.
struct Score {
  double tp = 0;
  double fp = 0;
  double fn = 0;
  double f1() const { return tp == 0 ? 0 : 2 * tp / (2 * tp + fp + fn); }
};

Score compare(std::string_view truth, std::string_view found) {
  Score score;
  auto wanted = shingles(truth);
  for (const auto& [shingle, count] : shingles(found)) {
    const auto in_truth = wanted.find(shingle);
    const int common = in_truth == wanted.end() ? 0 : std::min(count, in_truth->second);
    score.tp += common;
    score.fp += count - common;
    if (common > 0) in_truth->second -= common;
  }
  for (const auto& [shingle, count] : wanted) score.fn += count;
  const double all = score.tp + score.fp + score.fn;
  if (all == 0) return {1, 0, 0};
  return {score.tp / all, score.fp / all, score.fn / all};
}

// The measure of scrapinghub/article-extraction-benchmark; tests/bench/measure_content.py has it in full.
TEST(ContentSuite, ScoresAtLeast95PercentOnTheArticleBenchmark) {
  const auto cases = read_cases("pages/article-benchmark");
  if (cases.empty()) GTEST_SKIP() << "no corpora here";
  Score sum;
  double mean = 0;
  for (const nlohmann::json& one : cases) {
    std::ifstream file(corpora() / "suites/pages/article-benchmark" / one["file"].get<std::string>(), std::ios::binary);
    const std::string packed{std::istreambuf_iterator<char>(file), {}};
    const auto page = gunzip(packed, 64u << 20);
    ASSERT_TRUE(page) << one["file"];
    const std::string utf8 = decode_to_utf8(page->bytes, sniff_charset(page->bytes, "text/html"));
    const Score score = compare(one["gold"]["articleBody"].get<std::string>(), content_of(utf8).content);
    sum.tp += score.tp;
    sum.fp += score.fp;
    sum.fn += score.fn;
    mean += score.f1() / static_cast<double>(cases.size());
  }
  EXPECT_GE(sum.f1(), 0.95);
  EXPECT_GE(mean, 0.95);
}

}  // namespace
}  // namespace scraper
