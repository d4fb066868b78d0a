// SPDX-License-Identifier: MIT
#include "scraper/parse/selector.h"

#include <algorithm>
#include <utility>

#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/selector_match.h"
#include "scraper/parse/selector_parser.h"
#include "scraper/parse/selector_tree.h"

namespace scraper {
namespace {

/// The element that selecting from `root` has as its :scope.
const GumboNode* scope_of(const GumboNode* root) {
  if (root->type != GUMBO_NODE_DOCUMENT) return root;
  const GumboVector* below = children(root);
  for (unsigned i = 0; i < below->length; ++i) {
    if (is_element(child(below, i))) return child(below, i);
  }
  return root;
}

/// A node whose children are being visited.
struct Visited {
  const GumboVector* below;
  unsigned next;
  bool takes_text;  ///< its text nodes are found
};

}  // namespace

tl::expected<Selector, SelectorError> Selector::compile(std::string_view text) {
  auto parsed = parse_selector(text);
  if (!parsed) return tl::make_unexpected(std::move(parsed.error()));
  Selector selector;
  for (ComplexSelector& alternative : *parsed) {
    auto group = std::find_if(selector.groups_.begin(), selector.groups_.end(),
                              [&](const Group& known) { return known.output == alternative.output; });
    if (group == selector.groups_.end()) group = selector.groups_.insert(group, Group{alternative.output, {}});
    group->alternatives.push_back(std::move(alternative));
  }
  return selector;
}

tl::expected<std::vector<Match>, Overrun> Selector::select(const GumboNode* root, const Watchdog* watchdog,
                                                           size_t matches_max) const {
  SelectorMatch match(scope_of(root), watchdog);
  std::vector<Match> found;
  std::vector<Visited> frames;
  const auto visit = [&](const GumboNode* element, bool is_row) {
    bool takes_text = false;
    for (const Group& group : groups_) {
      const bool matched = std::any_of(group.alternatives.begin(), group.alternatives.end(), [&](const auto& selector) {
        return (!is_row || selector.takes_root) && match.matches(selector, element);
      });
      if (!matched) continue;
      if (group.output.kind == SelectorOutput::Kind::element) found.push_back({element, std::nullopt});
      if (group.output.kind == SelectorOutput::Kind::text) takes_text = true;
      if (group.output.kind != SelectorOutput::Kind::attribute) continue;
      if (const auto value = find_attribute(element, group.output.attribute)) found.push_back({element, value});
    }
    frames.push_back({children(element), 0, takes_text});
  };
  if (is_element(root))
    visit(root, parent_element(root) != nullptr);
  else if (const GumboVector* below = children(root))
    frames.push_back({below, 0, false});
  while (!frames.empty() && found.size() < matches_max && match.spend()) {
    Visited& top = frames.back();
    if (top.next == top.below->length) {
      frames.pop_back();
      continue;
    }
    const GumboNode* node = child(top.below, top.next++);
    if (is_element(node))
      visit(node, false);
    else if (top.takes_text && node->type != GUMBO_NODE_COMMENT)
      found.push_back({node, std::nullopt});
  }
  if (match.overrun() != Overrun::none) return tl::make_unexpected(match.overrun());
  return found;
}

tl::expected<std::vector<Match>, Overrun> Selector::select_all(const GumboNode* root, const Watchdog& watchdog) const {
  return select(root, &watchdog, ComplexSelector::kUnlimited);
}

tl::expected<Match, Overrun> Selector::select_first(const GumboNode* root, const Watchdog& watchdog) const {
  const auto found = select(root, &watchdog, 1);
  if (!found) return tl::make_unexpected(found.error());
  return found->empty() ? Match{} : found->front();
}

std::vector<const GumboNode*> Selector::select_all(const GumboNode* root) const {
  std::vector<const GumboNode*> nodes;
  const auto found = select(root, nullptr, ComplexSelector::kUnlimited);
  for (const Match& match : *found) nodes.push_back(match.node);
  return nodes;
}

bool Selector::finds_elements() const {
  return std::all_of(groups_.begin(), groups_.end(),
                     [](const Group& group) { return group.output.kind == SelectorOutput::Kind::element; });
}

bool Selector::matches(const GumboNode* node) const {
  if (!is_element(node)) return false;
  SelectorMatch match(scope_of(topmost(node)), nullptr);
  return std::any_of(groups_.begin(), groups_.end(),
                     [&](const Group& group) { return match.matches_any(group.alternatives, node); });
}

}  // namespace scraper
