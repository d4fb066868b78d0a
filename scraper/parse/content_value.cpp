// SPDX-License-Identifier: MIT
#include "scraper/parse/content_value.h"

#include <algorithm>

namespace scraper {
namespace {

/// Shorter blocks are labels more often than sentences.
constexpr uint32_t kSentence = 25;

}  // namespace

bool is_heading(GumboTag tag) { return tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H6; }

int64_t own_value(const ContentNode& node) {
  if (!(node.marks & kIsBlock) || node.own == 0 || is_heading(node.tag)) return 0;
  const int64_t plain = node.own - node.own_links;
  if (2 * node.own_links > node.own) return -static_cast<int64_t>(node.own_links);
  if (node.own < kSentence) return node.own_links > 0 ? -3 : 0;
  if (node.own_stops == 0 && node.own < 80) return plain / 4;
  return plain;
}

std::vector<int64_t> subtree_values(const ContentTree& tree) {
  std::vector<int64_t> values(tree.size());
  for (size_t i = tree.size(); i-- > 1;) {
    if (tree[i].marks & kDropped) {
      values[i] = 0;
      continue;
    }
    values[i] += own_value(tree[i]);
    values[tree[i].parent] += values[i];
  }
  return values;
}

std::vector<int64_t> subtree_sentences(const ContentTree& tree) {
  std::vector<int64_t> sentences(tree.size());
  for (size_t i = tree.size(); i-- > 1;) {
    if (tree[i].marks & kDropped) {
      sentences[i] = 0;
      continue;
    }
    sentences[i] += std::max<int64_t>(own_value(tree[i]), 0);
    sentences[tree[i].parent] += sentences[i];
  }
  return sentences;
}

}  // namespace scraper
