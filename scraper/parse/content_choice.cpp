// SPDX-License-Identifier: MIT
#include "scraper/parse/content_choice.h"

#include <algorithm>
#include <array>
#include <vector>

#include "scraper/parse/content_cleaning.h"
#include "scraper/parse/content_value.h"

namespace scraper {
namespace {

constexpr int64_t kNearlyAll = 90;  ///< per cent
constexpr int64_t kMostText = 65;

/// What makes a run of teasers.
constexpr uint32_t kTeaserMax = 500;
constexpr uint32_t kTeasersMin = 3;

/// When less is left the names may have misled.
constexpr uint32_t kArticle = 250;

/// What speaks against an element: its tag alone, or its class, id, role and style too.
enum class Strictness { tags, names };

/// How much of a page's text an element may hold, in tenths, to be dropped for its name alone. What holds more is not
/// meant by its name, as with a <form> around all of a page.
int share_max(const ContentNode& node, Strictness strictness) {
  if (node.tag == GUMBO_TAG_LAST || node.marks & kBodySure) return 0;
  if (!(node.marks & kIsBlock) && node.text >= kInlineTextMax) return 0;
  if (node.marks & kComments) return 9;
  if (node.tag == GUMBO_TAG_FORM || node.tag == GUMBO_TAG_NAV) return 8;
  if (node.tag == GUMBO_TAG_FOOTER || node.tag == GUMBO_TAG_ASIDE) return 5;
  return strictness == Strictness::names && node.marks & (kUnlikely | kInvisible) ? 5 : 0;
}

void drop_unlikely(ContentTree& tree, Strictness strictness) {
  const std::vector<int64_t> values = subtree_sentences(tree);
  const int64_t all = std::max<int64_t>(values[tree.body()], 1);
  for (uint32_t i = tree.body() + 1; i < tree.size();) {
    if (values[i] * 10 < all * share_max(tree[i], strictness)) {
      tree.drop(i);
      i = tree[i].end;
    } else {
      ++i;
    }
  }
  tree.measure();
}

/// True where the first text below a node stands in a link.
std::vector<bool> begin_with_link(const ContentTree& tree) {
  std::vector<bool> linked(tree.size());
  for (size_t i = tree.size(); i-- > 1;) {
    const ContentNode& node = tree[i];
    if (node.marks & kDropped || node.text == 0) continue;
    if (node.tag == GUMBO_TAG_LAST) linked[i] = node.marks & kInLink;
    linked[node.parent] = linked[i];
  }
  return linked;
}

/// An item of a list that leads to other pages: a link first, then some words on what is there.
bool is_teaser(const ContentNode& node, bool begins_with_link) {
  if (!begins_with_link || node.text > kTeaserMax || node.links * 10 < node.text) return false;
  switch (node.tag) {
    case GUMBO_TAG_ARTICLE:
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_LI:
    case GUMBO_TAG_SECTION:
    case GUMBO_TAG_A:
      return true;
    default:
      return false;
  }
}

/// Drops runs of teasers, unless the page is hardly more than that.
void drop_teasers(ContentTree& tree) {
  const std::vector<bool> linked = begin_with_link(tree);
  std::vector<uint32_t> count(tree.size());
  std::vector<uint32_t> length(tree.size());
  for (uint32_t i = tree.body() + 1; i < tree.size(); ++i) {
    const ContentNode& node = tree[i];
    if (node.marks & kDropped || node.text == 0 || !is_teaser(node, linked[i])) continue;
    ++count[node.parent];
    length[node.parent] += node.text;
  }
  const std::vector<int64_t> values = subtree_sentences(tree);
  for (uint32_t i = tree.body() + 1; i < tree.size(); ++i) {
    const ContentNode& node = tree[i];
    if (node.marks & kDropped || count[i] < kTeasersMin || length[i] * 10 < node.text * 7) continue;
    if (values[i] * 10 < values[tree.body()] * 7) tree.drop(i);
  }
  tree.measure();
}

/// The subtree of the greatest value; the innermost of equals.
uint32_t most_valuable(const ContentTree& tree, const std::vector<int64_t>& values) {
  uint32_t best = tree.body();
  for (uint32_t i = tree.body(); i < tree.size();) {
    if (tree[i].marks & kDropped) {
      i = tree[i].end;
      continue;
    }
    const bool below_best = i < tree[best].end;
    if ((tree[i].marks & kIsBlock) && (values[i] > values[best] || (below_best && values[i] == values[best]))) best = i;
    ++i;
  }
  return best;
}

/// How surely an element's name says that it is the article: 0 to 4.
int rank(const ContentNode& node) {
  if (node.tag == GUMBO_TAG_P || !(node.marks & kIsBlock)) return 0;
  if (node.marks & kBodySure) return 4;
  if (node.marks & kBodyName) return 3;
  if (node.tag == GUMBO_TAG_ARTICLE) return 2;
  return node.tag == GUMBO_TAG_MAIN ? 1 : 0;
}

/// An element below `best` whose name says that it is the article, if it has most of the value, or enough of it and
/// is the only one so named.
uint32_t named_part(const ContentTree& tree, const std::vector<int64_t>& values, uint32_t best) {
  struct Found {
    uint32_t place = 0;
    uint32_t count = 0;
  };
  std::array<Found, 5> found;
  for (uint32_t i = best; i < tree[best].end;) {
    const ContentNode& node = tree[i];
    if (node.marks & kDropped) {
      i = node.end;
      continue;
    }
    Found& of_rank = found[rank(node)];
    if (of_rank.count == 0 || values[i] > values[of_rank.place]) of_rank.place = i;
    of_rank.count += values[i] * 10 >= values[best];
    ++i;
  }
  for (int r = 4; r > 0; --r) {
    if (found[r].count == 0) continue;
    if (values[found[r].place] * 10 >= values[best] * (found[r].count == 1 ? 4 : 6)) return found[r].place;
  }
  return best;
}

bool holds_text_of(const ContentNode& inner, const ContentNode& outer) {
  return int64_t{inner.text - inner.links} * 100 >= int64_t{outer.text - outer.links} * kMostText;
}

/// Goes down as long as one part has nearly all, and what stands beside it is no paragraph.
uint32_t innermost(const ContentTree& tree, const std::vector<int64_t>& values, uint32_t root) {
  for (;;) {
    uint32_t next = root;
    if (own_value(tree[root]) > 0) return root;
    for (uint32_t i = root + 1; i < tree[root].end; i = tree[i].end) {
      const ContentNode& node = tree[i];
      if (node.marks & kDropped) continue;
      if (node.tag == GUMBO_TAG_P && values[i] > 0) return root;
      if (node.marks & kIsBlock && values[i] * 100 >= values[root] * kNearlyAll && holds_text_of(node, tree[root]))
        next = i;
    }
    if (next == root || values[root] <= 0) return root;
    root = next;
  }
}

/// For pages of short lines: the part whose name says most surely that it is the article, if it has more text than
/// `root`; or else all of the page, where there is far more than in `root`.
uint32_t by_name_alone(const ContentTree& tree, uint32_t root) {
  uint32_t best = root;
  int best_rank = 0;
  for (uint32_t i = tree.body(); i < tree.size();) {
    const ContentNode& node = tree[i];
    i = node.marks & kDropped ? node.end : i + 1;
    if (node.marks & kDropped) continue;
    if (rank(node) > best_rank && node.text * 2 > tree[root].text * 3 && node.links * 2 < node.text) {
      best = i - 1;
      best_rank = rank(node);
    }
  }
  const ContentNode& body = tree[tree.body()];
  return best == root && body.text - body.links > 10 * tree[root].text ? tree.body() : best;
}

uint32_t choose(ContentTree& tree, std::string_view title, Strictness strictness, const Watchdog& watchdog) {
  const auto late = [&] { return watchdog.look() != Overrun::none; };
  tree.restore();
  drop_unlikely(tree, strictness);
  if (late()) return tree.body();
  drop_teasers(tree);
  if (late()) return tree.body();
  const std::vector<int64_t> values = subtree_values(tree);
  uint32_t root = most_valuable(tree, values);
  if (values[root] < kArticle) root = by_name_alone(tree, root);
  root = innermost(tree, values, named_part(tree, values, root));
  if (!late()) clean_content(tree, root, title);
  return root;
}

}  // namespace

uint32_t choose_content(ContentTree& tree, std::string_view title, const Watchdog& watchdog) {
  const uint32_t root = choose(tree, title, Strictness::names, watchdog);
  const uint32_t length = tree[root].text;
  if (length >= kArticle) return root;
  const uint32_t other = choose(tree, title, Strictness::tags, watchdog);
  if (tree[other].text > 2 * length) return other;
  return choose(tree, title, Strictness::names, watchdog);
}

}  // namespace scraper
