// SPDX-License-Identifier: MIT
// PlainTree: <svg> and <math> (WHATWG HTML 13.2.6.5).
#include "scraper/base/ascii.h"
#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/plain_tree.h"

namespace scraper {
namespace {

/// "HTML integration point"; <annotation-xml> is given up.
bool holds_html(const NodeStack::Open& element) {
  return element.space == GUMBO_NAMESPACE_SVG &&
         (element.tag == GUMBO_TAG_FOREIGNOBJECT || element.tag == GUMBO_TAG_DESC || element.tag == GUMBO_TAG_TITLE);
}

/// "MathML text integration point".
bool holds_html_text(const NodeStack::Open& element) {
  return element.space == GUMBO_NAMESPACE_MATHML && (element.sets & kSetScope) != 0;
}

}  // namespace

bool PlainTree::is_foreign_start() const {
  if (!in_foreign()) return false;
  const NodeStack::Open& top = stack_.top();
  if (holds_html_text(top)) return tag_ == GUMBO_TAG_MGLYPH || tag_ == GUMBO_TAG_MALIGNMARK;
  return !holds_html(top);
}

bool PlainTree::is_foreign_text() const {
  return in_foreign() && !holds_html_text(stack_.top()) && !holds_html(stack_.top());
}

void PlainTree::start_foreign() {
  bool breaks_out = (kGumboSets[tag_] & kSetBreaksOut) != 0;
  if (tag_ == GUMBO_TAG_FONT) {
    for (const RawAttribute& attribute : tokenizer_->attributes()) {
      breaks_out |= equals_ignoring_case(attribute.name, "color") || equals_ignoring_case(attribute.name, "face") ||
                    equals_ignoring_case(attribute.name, "size");
    }
  }
  if (breaks_out) {
    do {
      stack_.pop();
    } while (in_foreign() && !holds_html(stack_.top()) && !holds_html_text(stack_.top()));
    again_ = true;
    return;
  }
  if (tag_ == GUMBO_TAG_ANNOTATION_XML) return give_up("annotation-xml");
  open(tag_, stack_.top().space);
  if (tokenizer_->self_closing()) stack_.pop();
}

/// Ends what it names, as it is written, unless something of HTML's is above; else it is for HTML's rules.
void PlainTree::end_foreign() {
  const char* begin = tokenizer_->name().data();
  // Quirk: white space and attributes of an end tag belong to its name.
  const std::string_view name(begin, static_cast<size_t>(utf8_.data() + tokenizer_->position() - begin - 1));
  for (size_t i = stack_.size() - 1; i > 0 && stack_[i].space != GUMBO_NAMESPACE_HTML; --i) {
    if (equals_ignoring_case(original_tag_name(stack_[i].node), name)) return stack_.pop_to(i);
  }
  end_in_html();
}

}  // namespace scraper
