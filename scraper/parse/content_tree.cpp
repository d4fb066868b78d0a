// SPDX-License-Identifier: MIT
#include "scraper/parse/content_tree.h"

#include <algorithm>
#include <array>

#include "scraper/parse/content_names.h"
#include "scraper/parse/display.h"
#include "scraper/parse/gumbo_node.h"

namespace scraper {
namespace {

constexpr std::array kLeftOutTags{GUMBO_TAG_APPLET,   GUMBO_TAG_BUTTON, GUMBO_TAG_CANVAS,   GUMBO_TAG_DATALIST,
                                  GUMBO_TAG_HEAD,     GUMBO_TAG_INPUT,  GUMBO_TAG_NOEMBED,  GUMBO_TAG_NOFRAMES,
                                  GUMBO_TAG_NOSCRIPT, GUMBO_TAG_OPTION, GUMBO_TAG_PROGRESS, GUMBO_TAG_METER,
                                  GUMBO_TAG_SCRIPT,   GUMBO_TAG_SELECT, GUMBO_TAG_STYLE,    GUMBO_TAG_TEMPLATE,
                                  GUMBO_TAG_TEXTAREA, GUMBO_TAG_TITLE,  GUMBO_TAG_LINK,     GUMBO_TAG_META};

constexpr std::array kMediaTags{GUMBO_TAG_IMG,   GUMBO_TAG_IFRAME, GUMBO_TAG_VIDEO,
                                GUMBO_TAG_AUDIO, GUMBO_TAG_OBJECT, GUMBO_TAG_EMBED};

enum : uint8_t { kTagBlock = 1, kTagLeftOut = 2, kTagMedia = 4 };

constexpr auto kTagKind = [] {
  std::array<uint8_t, GUMBO_TAG_LAST + 1> table{};
  for (size_t tag = 0; tag < table.size(); ++tag) {
    if (kDisplay[tag] & (kDisplayBlock | kDisplayCell)) table[tag] |= kTagBlock;
  }
  table[GUMBO_TAG_BR] = 0;  // breaks a line and parts no text
  for (const GumboTag tag : kLeftOutTags) table[tag] |= kTagLeftOut;
  for (const GumboTag tag : kMediaTags) table[tag] |= kTagMedia;
  return table;
}();

/// `,` `.` `!` `?` `:` `;` and their CJK, Arabic and Devanagari kin.
uint32_t count_stops(std::string_view text) {
  uint32_t stops = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ',' || c == ';' || c == '!' || c == '?') {
      ++stops;
    } else if (c == '.' || c == ':') {  // 3.5, a.test and 12:30 are no ends of sentences
      if (i + 1 == text.size() || is_white_space(text[i + 1]) || text[i + 1] == '"') ++stops;
    } else if (c == '\xE3' || c == '\xEF' || c == '\xD8' || c == '\xE0') {
      const std::string_view three = text.substr(i, 3);
      stops += three == "、" || three == "。" || three == "，" || three == "！" || three == "？" || three == "।" ||
               text.substr(i, 2) == "،" || text.substr(i, 2) == "؟";
    }
  }
  return stops;
}

uint32_t sum(uint32_t a, uint32_t b) { return a > UINT32_MAX - b ? UINT32_MAX : a + b; }

struct OpenElement {
  const GumboNode* element;
  unsigned next_child;
  uint32_t place;
};

}  // namespace

uint32_t content_length(std::string_view text) {
  uint32_t length = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_white_space(c) || (byte & 0xC0) == 0x80) continue;
    length += byte >= 0xE3 && byte < 0xEE ? 2 : 1;
  }
  return length;
}

tl::expected<ContentTree, Error> ContentTree::make(const GumboNode* document, const ParseLimits& limits,
                                                   const Watchdog& watchdog) {
  ContentTree tree;
  std::vector<OpenElement> stack;
  const auto enter = [&](const GumboNode* node) {
    const auto place = static_cast<uint32_t>(tree.nodes_.size());
    const uint32_t parent = stack.empty() ? place : stack.back().place;
    const uint16_t inherited = stack.empty() ? uint16_t{0} : tree.nodes_[parent].marks & kInLink;
    ContentNode entry{node, parent, place + 1, GUMBO_TAG_LAST};
    entry.marks = inherited;
    if (node->type == GUMBO_NODE_DOCUMENT) {
      entry.tag = GUMBO_TAG_HTML;
      entry.marks |= kIsBlock;
    } else if (is_element(node)) {
      entry.tag = html_tag(node);
      const uint8_t kind = kTagKind[entry.tag];
      if ((kind & kTagLeftOut) || node->v.element.tag_namespace == GUMBO_NAMESPACE_SVG) return;
      if (kind & kTagBlock) entry.marks |= kIsBlock;
      if (entry.tag == GUMBO_TAG_A && attribute(node, "href")) entry.marks |= kInLink;
      entry.marks |= content_marks(node, entry.tag);
      if (entry.tag == GUMBO_TAG_BODY && tree.body_ == 0) tree.body_ = place;
    }
    tree.nodes_.push_back(entry);
    if (entry.tag != GUMBO_TAG_LAST && !(kTagKind[entry.tag] & kTagMedia)) stack.push_back({node, 0, place});
  };
  enter(document);
  for (size_t steps = 0; !stack.empty(); ++steps) {
    if (steps % kNodesBetweenLooks == 0) {
      const Overrun seen = watchdog.look();
      if (seen != Overrun::none) return tl::make_unexpected(overrun_error(seen, limits));
    }
    OpenElement& top = stack.back();
    const GumboVector* below = children(top.element);
    if (below != nullptr && top.next_child < below->length) {
      const GumboNode* next = child(below, top.next_child++);
      if (is_element(next) || !text_of(next).empty()) enter(next);
      continue;
    }
    tree.nodes_[top.place].end = static_cast<uint32_t>(tree.nodes_.size());
    stack.pop_back();
  }
  tree.measure();
  return tree;
}

void ContentTree::restore() {
  for (ContentNode& node : nodes_) node.marks &= static_cast<uint16_t>(~kDropped);
  measure();
}

void ContentTree::measure() {
  for (ContentNode& node : nodes_) node.text = node.links = node.own = node.own_links = node.own_stops = node.times = 0;
  for (size_t i = nodes_.size(); i-- > 1;) {
    ContentNode& node = nodes_[i];
    if (node.marks & kDropped) continue;
    ContentNode& parent = nodes_[node.parent];
    if (node.tag == GUMBO_TAG_LAST) {
      const std::string_view text = text_of(node.node);
      node.text = node.own = content_length(text);
      node.own_stops = count_stops(text);
      if (node.marks & kInLink) node.links = node.own_links = node.own;
    } else if (node.tag == GUMBO_TAG_TIME) {
      ++node.times;
    }
    parent.text = sum(parent.text, node.text);
    parent.links = sum(parent.links, node.links);
    parent.times = sum(parent.times, node.times);
    if (node.marks & kIsBlock) continue;
    parent.own = sum(parent.own, node.own);
    parent.own_links = sum(parent.own_links, node.own_links);
    parent.own_stops = sum(parent.own_stops, node.own_stops);
  }
}

}  // namespace scraper
