// SPDX-License-Identifier: MIT
#include "scraper/parse/element_walk.h"

#include <utility>

#include "scraper/parse/display.h"
#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/text_builder.h"

namespace scraper {
namespace {

bool holds_no_markup(GumboTag tag) { return tag == GUMBO_TAG_NOSCRIPT || tag == GUMBO_TAG_TEMPLATE; }

bool holds_no_text(GumboTag tag) { return holds_no_markup(tag) || tag == GUMBO_TAG_SCRIPT || tag == GUMBO_TAG_STYLE; }

}  // namespace

const GumboNode* ElementWalk::next() {
  while (!stack_.empty()) {
    Frame& top = stack_.back();
    const GumboVector* below = children(top.node);
    if (below == nullptr || top.next_child == below->length || holds_no_markup(html_tag(top.node))) {
      stack_.pop_back();
      continue;
    }
    const GumboNode* node = child(below, top.next_child++);
    if (!is_element(node)) continue;
    stack_.push_back({node, 0});
    return node;
  }
  return nullptr;
}

std::string element_text(const GumboNode* element, size_t bytes_max, size_t& nodes_left) {
  struct Frame {
    const GumboNode* element;
    unsigned next_child;
  };
  TextBuilder text(bytes_max);
  const auto edge = [&text](const GumboNode* node) {
    const GumboTag tag = html_tag(node);
    if (kDisplay[tag] & kDisplayBlock) text.end_line();
    if (kDisplay[tag] & kDisplayCell) text.add_space();
  };
  std::vector<Frame> stack{{element, 0}};
  while (!stack.empty() && nodes_left > 0) {
    Frame& top = stack.back();
    const GumboVector* below = children(top.element);
    if (below == nullptr || top.next_child == below->length) {
      edge(top.element);
      stack.pop_back();
      continue;
    }
    --nodes_left;
    const GumboNode* node = child(below, top.next_child++);
    if (!is_element(node)) {
      text.add(text_of(node));
    } else if (!holds_no_text(html_tag(node))) {
      edge(node);
      stack.push_back({node, 0});
    }
  }
  return std::move(text).take();
}

}  // namespace scraper
