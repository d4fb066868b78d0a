// SPDX-License-Identifier: MIT
#include "scraper/parse/page_walk.h"

#include "scraper/parse/gumbo_node.h"

namespace scraper {
namespace {

class NodeAttributes final : public ElementAttributes {
 public:
  explicit NodeAttributes(const GumboNode* element) : ElementAttributes(kAllAttributes), element_(element) {}

 private:
  std::optional<std::string_view> find(AttributeName name) const override { return attribute(element_, text_of(name)); }

  const GumboNode* element_;
};

}  // namespace

tl::expected<ParsedPage, Error> PageWalk::run(const GumboNode* document) {
  stack_.push_back({document, 0, {}});
  while (!stack_.empty()) {
    Frame& top = stack_.back();
    const GumboVector* below = children(top.element);
    if (top.next_child == below->length) {
      if (stack_.size() > 1) builder_.close(html_tag(top.element), top.opened);
      stack_.pop_back();
      continue;
    }
    const auto goes_on = builder_.goes_on();
    if (!goes_on) return tl::make_unexpected(goes_on.error());
    if (!*goes_on) break;
    const GumboNode* next = child(below, top.next_child++);
    if (!is_element(next))
      builder_.text(text_of(next));
    else if (builder_.admits(next->v.element.attributes.length, stack_.size()))
      enter(next);
  }
  return builder_.finish();
}

void PageWalk::enter(const GumboNode* element) {
  const GumboTag tag = html_tag(element);
  if (tag == GUMBO_TAG_NOSCRIPT) return;
  const NodeAttributes has(element);
  if (tag == GUMBO_TAG_HTML && stack_.size() == 1) builder_.root(has);
  if (tag == GUMBO_TAG_TITLE && !builder_.title_seen()) builder_.title(node_text(element));
  const bool is_svg = element->v.element.tag_namespace == GUMBO_NAMESPACE_SVG;
  stack_.push_back({element, 0, builder_.open(tag, is_svg, has)});
}

}  // namespace scraper
