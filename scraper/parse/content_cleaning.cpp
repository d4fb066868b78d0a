// SPDX-License-Identifier: MIT
#include "scraper/parse/content_cleaning.h"

#include <algorithm>
#include <string>
#include <vector>

#include "scraper/parse/content_value.h"
#include "scraper/parse/gumbo_node.h"

namespace scraper {
namespace {

/// A heading with more text is none.
constexpr uint32_t kHeadingMax = 300;

/// How long a line with a date may be.
constexpr uint32_t kDateLineMax = 60;

bool is_box(GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_SECTION:
    case GUMBO_TAG_UL:
    case GUMBO_TAG_OL:
    case GUMBO_TAG_DL:
    case GUMBO_TAG_TABLE:
    case GUMBO_TAG_P:
    case GUMBO_TAG_HEADER:
    case GUMBO_TAG_ARTICLE:
    case GUMBO_TAG_LI:
    case GUMBO_TAG_FIGURE:
      return true;
    default:
      return false;
  }
}

/// A box whose text is mostly links, and in which no sentences stand.
bool is_links(const ContentNode& node, int64_t sentences) {
  if (!is_box(node.tag) || node.text == 0) return false;
  return node.links * 10 >= node.text * 6 && sentences * 4 < node.text;
}

bool is_title(const ContentNode& node, std::string_view title) {
  const std::string text = node_text(node.node);
  return text.size() > 3 && title.find(text) != std::string_view::npos;
}

/// A short block that says when something was published.
bool is_date_line(const ContentNode& node) {
  return node.marks & kIsBlock && node.times > 0 && node.text > 0 && node.text <= kDateLineMax;
}

bool is_out(const ContentTree& tree, uint32_t i, uint32_t root, int64_t sentences) {
  const ContentNode& node = tree[i];
  if (node.tag == GUMBO_TAG_LAST) return false;
  if (!(node.marks & kIsBlock) && node.text >= kInlineTextMax) return false;
  if (node.marks & (kUnlikely | kComments | kAside | kInvisible)) return node.text * 2 < tree[root].text;
  return is_links(node, sentences) || is_date_line(node);
}

/// Drops headings under which nothing is left: those before a heading of the same rank or a higher one, and at the end.
void drop_empty_headings(ContentTree& tree, uint32_t root) {
  std::vector<uint32_t> open;  // headings that nothing follows yet; ranks rise
  bool emptied = false;        // something was dropped since the last of them
  const auto drop_from = [&](GumboTag rank) {
    while (!open.empty() && tree[open.back()].tag >= rank) {
      if (emptied) tree.drop(open.back());
      open.pop_back();
    }
  };
  for (uint32_t i = root + 1; i < tree[root].end;) {
    const ContentNode& node = tree[i];
    if (node.marks & kDropped) {
      emptied = emptied || (node.tag != GUMBO_TAG_P && node.end > i + 1);
      i = node.end;
    } else if (is_heading(node.tag) && node.text <= kHeadingMax) {
      drop_from(node.tag);
      if (open.empty()) emptied = false;
      open.push_back(i);
      i = node.end;
    } else {
      if (node.tag == GUMBO_TAG_LAST && node.text > 0) open.clear();
      ++i;
    }
  }
  emptied = true;
  drop_from(GUMBO_TAG_H1);
}

}  // namespace

void clean_content(ContentTree& tree, uint32_t root, std::string_view title) {
  const std::vector<int64_t> sentences = subtree_sentences(tree);
  bool headline_seen = false;
  uint32_t heading_end = 0;  // of the heading that is looked at: those within it are not looked at again
  for (uint32_t i = root + 1; i < tree[root].end;) {
    const ContentNode& node = tree[i];
    bool out = node.marks & kDropped || is_out(tree, i, root, sentences[i]);
    if (!out && is_heading(node.tag) && node.text <= kHeadingMax && i >= heading_end) {
      heading_end = node.end;
      out = (node.tag == GUMBO_TAG_H1 && !headline_seen) || is_title(node, title);
      headline_seen = headline_seen || node.tag == GUMBO_TAG_H1;
    }
    if (out) tree.drop(i);
    i = out ? node.end : i + 1;
  }
  tree.measure();
  drop_empty_headings(tree, root);
  tree.measure();
}

}  // namespace scraper
