// SPDX-License-Identifier: MIT
// A selector on the first line, a page in the rest; without one a fixed page. The line is read as an XPath too.
#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/page_tree.h"
#include "scraper/parse/selector.h"
#include "scraper/parse/xpath.h"
#include "tests/fuzz/fuzz_input.h"

namespace scraper {
namespace {

constexpr std::string_view kPage =
    "<!doctype html><html lang=en><title>T</title><meta name=d content=e><body><h1 id=top class='a b'>Head "
    "<b>bold</b></h1>"
    "<ul><li class=a>one<li class='a b' data-x=1>two<li><a href=/x rel=next>three</a> four</ul><p "
    "lang=de-AT>Text<!--c--> more</p>"
    "<p class=b></p><table><tr><td>1<td colspan=2>2<tr><td>3</table><form><input type=checkbox "
    "checked><select><option>o<option "
    "selected>p</select><button disabled>go</button></form><svg viewBox='0 0 1 1'><a "
    "xlink:href=#y><text>s</text></a></svg>"
    "<template><p>inside</p></template><p>last</p></body></html>";
// An XPath cannot be interrupted while it looks at nodes, and each level of predicates multiplies what it looks at.
constexpr size_t kPredicateDepthMax = 2;
constexpr size_t kXPathPageBytesMax = 1500;
constexpr Duration kQuick{20};

/// Places of nodes in document order.
using Order = std::unordered_map<const GumboNode*, size_t>;

Order order_of(const GumboNode* document) {
  Order order;
  std::vector<const GumboNode*> pending{document};
  while (!pending.empty()) {
    const GumboNode* node = pending.back();
    pending.pop_back();
    order.emplace(node, order.size());
    const GumboVector* below = children(node);
    for (unsigned i = below == nullptr ? 0 : below->length; i > 0; --i) pending.push_back(child(below, i - 1));
  }
  return order;
}

size_t code_points(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

void check_error(const SelectorError& error, std::string_view text) {
  SCRAPER_CHECK(error.column >= 1 && error.column <= code_points(text) + 1);
  SCRAPER_CHECK(!error.message.empty());
}

auto identity(const Match& match) {
  return std::tuple(match.node, match.attribute.has_value(), match.attribute ? match.attribute->data() : nullptr);
}

void check_matches(const std::vector<Match>& found, const Order& order) {
  std::set<decltype(identity(found[0]))> seen;
  size_t last = 0;
  for (const Match& match : found) {
    const auto place = order.find(match.node);
    SCRAPER_CHECK(place != order.end());
    SCRAPER_CHECK(place->second >= last);
    last = place->second;
    SCRAPER_CHECK(seen.insert(identity(match)).second);
    SCRAPER_CHECK(!match.attribute || is_element(match.node));
  }
}

bool same(const std::vector<Match>& a, const std::vector<Match>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Match& x, const Match& y) { return identity(x) == identity(y); });
}

class Page {
 public:
  explicit Page(std::string_view html) {
    limits_.timeout = Duration(1000);
    limits_.memory_bytes_max = 64u << 20;
    html_ = to_valid_utf8(std::string(html));
    if (const auto output = tree_.parse(html_, limits_, steady_now() + limits_.timeout)) {
      document_ = (*output)->document;
      root_ = (*output)->root;
      order_ = order_of(document_);
    }
  }

  bool is_there() const { return document_ != nullptr; }

  void check(const Selector& selector, const Selector& twin, std::string_view text) const {
    const SteadyTime begin = steady_now();
    const auto all = selector.select_all(document_, watchdog());
    if (!all) return;
    check_matches(*all, order_);
    const auto again = twin.select_all(document_, watchdog());
    if (again) SCRAPER_CHECK(same(*all, *again));
    check_first(selector, document_, *all);
    // What has no bound on time is asked only when there is no need of one.
    if (steady_now() - begin > kQuick) return;
    const std::vector<const GumboNode*> nodes = selector.select_all(document_);
    SCRAPER_CHECK(nodes.size() <= all->size());
    if (text.find("::") == std::string_view::npos) {
      SCRAPER_CHECK(nodes.size() == all->size());
      for (size_t i = 0; i < nodes.size(); ++i) SCRAPER_CHECK((*all)[i].node == nodes[i]);
      for (const auto& [node, place] : order_) {
        const bool found = std::find(nodes.begin(), nodes.end(), node) != nodes.end();
        SCRAPER_CHECK(selector.matches(node) == found);
      }
    }
    check_below(selector);
  }

  void check(const XPath& xpath, const XPath& twin) const {
    const auto tree = XmlTree::build(document_, limits_, watchdog());
    if (!tree) return;
    for (const GumboNode* context : {document_, root_}) {
      const auto all = xpath.evaluate(*tree, context, watchdog());
      if (!all) return;
      size_t last = 0;
      std::set<const GumboNode*> seen;
      for (const XPathItem& item : *all) {
        check_text(string_value(item));
        SCRAPER_CHECK((item.kind == XPathItem::Kind::value) <= (all->size() == 1 && item.element == nullptr));
        if (item.element == nullptr) continue;
        const auto place = order_.find(item.element);
        SCRAPER_CHECK(place != order_.end());
        if (item.kind != XPathItem::Kind::element) continue;
        SCRAPER_CHECK(place->second >= last);
        last = place->second;
        SCRAPER_CHECK(seen.insert(item.element).second);
      }
      const auto again = twin.evaluate(*tree, context, watchdog());
      if (!again) return;
      SCRAPER_CHECK(again->size() == all->size());
      for (size_t i = 0; i < all->size(); ++i) {
        SCRAPER_CHECK((*all)[i].element == (*again)[i].element && (*all)[i].string == (*again)[i].string);
      }
    }
  }

 private:
  Watchdog watchdog() const { return {limits_, steady_now() + limits_.timeout}; }

  void check_first(const Selector& selector, const GumboNode* root, const std::vector<Match>& all) const {
    const auto first = selector.select_first(root, watchdog());
    if (!first) return;
    SCRAPER_CHECK((first->node == nullptr) == all.empty());
    if (!all.empty()) SCRAPER_CHECK(identity(*first) == identity(all[0]));
  }

  /// Seen from an element, what is found is that element or lies below it.
  void check_below(const Selector& selector) const {
    for (const GumboNode* root = root_; root != nullptr;) {
      const auto all = selector.select_all(root, watchdog());
      if (!all) return;
      check_matches(*all, order_);
      check_first(selector, root, *all);
      for (const Match& match : *all) {
        const GumboNode* around = match.node;
        while (around != nullptr && around != root) around = around->parent;
        SCRAPER_CHECK(around == root);
      }
      const GumboVector* below = children(root);
      root = nullptr;
      for (unsigned i = below == nullptr ? 0 : below->length; i > 0 && root == nullptr; --i) {
        if (is_element(child(below, i - 1))) root = child(below, i - 1);
      }
    }
  }

  ParseLimits limits_;
  std::string html_;
  PageTree tree_;
  const GumboNode* document_ = nullptr;
  const GumboNode* root_ = nullptr;
  Order order_;
};

size_t predicate_depth(std::string_view text) {
  size_t depth = 0, deepest = 0;
  for (const char c : text) {
    if (c == '[') deepest = std::max(deepest, ++depth);
    if (c == ']' && depth > 0) --depth;
  }
  return deepest;
}

}  // namespace
}  // namespace scraper

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace scraper;
  const auto [text, rest] = first_line(fuzz_text(data, size));
  static const Page fixed(kPage);
  SCRAPER_CHECK(fixed.is_there());

  const auto selector = Selector::compile(text);
  const auto twin = Selector::compile(text);
  SCRAPER_CHECK(selector.has_value() == twin.has_value());
  const auto xpath = XPath::compile(text);
  const auto xpath_twin = XPath::compile(text);
  SCRAPER_CHECK(xpath.has_value() == xpath_twin.has_value());
  if (!selector) {
    check_error(selector.error(), text);
    SCRAPER_CHECK(selector.error().column == twin.error().column && selector.error().message == twin.error().message);
  }
  if (!xpath) check_error(xpath.error(), text);
  if (!selector && !xpath) return 0;

  const Page own(rest);
  const Page& page = rest.empty() ? fixed : own;
  if (!page.is_there()) return 0;
  if (selector) page.check(*selector, *twin, text);
  if (xpath && predicate_depth(text) <= kPredicateDepthMax && rest.size() <= kXPathPageBytesMax) {
    page.check(*xpath, *xpath_twin);
  }
  return 0;
}
