// SPDX-License-Identifier: MIT
#include "scraper/parse/element_walk.h"

#include <utility>

#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/text_builder.h"

namespace scraper {
namespace {

bool holds_no_markup(GumboTag tag) { return tag == GUMBO_TAG_NOSCRIPT || tag == GUMBO_TAG_TEMPLATE; }

bool holds_no_text(GumboTag tag) { return holds_no_markup(tag) || tag == GUMBO_TAG_SCRIPT || tag == GUMBO_TAG_STYLE; }

/// What ends a line in the text of a property: the blocks that occur in one.
bool is_block(GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_ADDRESS:
    case GUMBO_TAG_ARTICLE:
    case GUMBO_TAG_ASIDE:
    case GUMBO_TAG_BLOCKQUOTE:
    case GUMBO_TAG_BR:
    case GUMBO_TAG_CAPTION:
    case GUMBO_TAG_CENTER:
    case GUMBO_TAG_DD:
    case GUMBO_TAG_DETAILS:
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_DL:
    case GUMBO_TAG_DT:
    case GUMBO_TAG_FIELDSET:
    case GUMBO_TAG_FIGCAPTION:
    case GUMBO_TAG_FIGURE:
    case GUMBO_TAG_FOOTER:
    case GUMBO_TAG_FORM:
    case GUMBO_TAG_H1:
    case GUMBO_TAG_H2:
    case GUMBO_TAG_H3:
    case GUMBO_TAG_H4:
    case GUMBO_TAG_H5:
    case GUMBO_TAG_H6:
    case GUMBO_TAG_HEADER:
    case GUMBO_TAG_HR:
    case GUMBO_TAG_LI:
    case GUMBO_TAG_MAIN:
    case GUMBO_TAG_NAV:
    case GUMBO_TAG_OL:
    case GUMBO_TAG_OPTION:
    case GUMBO_TAG_P:
    case GUMBO_TAG_PRE:
    case GUMBO_TAG_SECTION:
    case GUMBO_TAG_SUMMARY:
    case GUMBO_TAG_TABLE:
    case GUMBO_TAG_TR:
    case GUMBO_TAG_UL:
      return true;
    default:
      return false;
  }
}

bool is_cell(GumboTag tag) { return tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH; }

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
    if (is_block(tag)) text.end_line();
    if (is_cell(tag)) text.add_space();
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
