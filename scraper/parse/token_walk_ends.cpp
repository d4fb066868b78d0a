// SPDX-License-Identifier: MIT
// TokenWalk: end tags, and what is in <svg> and <math>.
#include "scraper/base/ascii.h"
#include "scraper/parse/token_walk.h"

namespace scraper {

/// False when the tag ended foreign content, and is for HTML's rules.
bool TokenWalk::start_foreign(GumboTag tag) {
  const bool breaks_out = has_trait(tag, kBreaksOut) ||
                          (tag == GUMBO_TAG_FONT && (has_.get(AttributeName::color) || has_.get(AttributeName::face) ||
                                                     has_.get(AttributeName::size)));
  if (breaks_out) {
    do {
      pop();
    } while (in_foreign() && !open_.top().holds_html && !open_.top().holds_html_text);
    return false;
  }
  const Space space = open_.top().space;
  if (!insert(tag, space)) return true;
  Element& top = open_.top();
  const std::string_view name = top.name;
  if (space == Space::svg) {
    top.holds_html = tag == GUMBO_TAG_FOREIGNOBJECT || tag == GUMBO_TAG_DESC || tag == GUMBO_TAG_TITLE;
  } else if (equals_ignoring_case(name, "annotation-xml")) {
    const std::string_view encoding = has_.get(AttributeName::encoding).value_or("");
    top.holds_html =
        equals_ignoring_case(encoding, "text/html") || equals_ignoring_case(encoding, "application/xhtml+xml");
  } else {
    top.holds_html_text = tag == GUMBO_TAG_MI || tag == GUMBO_TAG_MO || tag == GUMBO_TAG_MN || tag == GUMBO_TAG_MS ||
                          tag == GUMBO_TAG_MTEXT;
  }
  if (tokenizer_.self_closing()) pop();
  return true;
}

/// True when it ended something foreign; else the tag is for HTML's rules.
bool TokenWalk::end_foreign() {
  const auto found = open_.foreign(tokenizer_.name());
  if (found) pop_to(*found);
  return found.has_value();
}

void TokenWalk::end_before_body(GumboTag tag) {
  if (tag == GUMBO_TAG_HEAD) phase_ = Phase::after_head;
  if (tag == GUMBO_TAG_BR) {
    phase_ = Phase::body;
    insert(tag);
  }
}

void TokenWalk::end_in_html(GumboTag tag) {
  if (phase_ == Phase::frameset) {
    if (tag == GUMBO_TAG_NOFRAMES || (tag == GUMBO_TAG_FRAMESET && open_.size() > 1)) {
      if (open_.top_is(tag)) pop();
    }
    return;
  }
  if (open_.empty()) {
    if (phase_ != Phase::body) return end_before_body(tag);
  } else if (phase_ != Phase::body && open_.top_is(GUMBO_TAG_NOSCRIPT) && tag != GUMBO_TAG_NOSCRIPT) {
    if (tag == GUMBO_TAG_BR) pop_to(0), end_before_body(tag);
    return;
  }
  if (tag == GUMBO_TAG_BODY || tag == GUMBO_TAG_HTML || tag == GUMBO_TAG_HEAD) return;
  if (tag == GUMBO_TAG_TEMPLATE) {
    if (const auto found = open_.in_scope(tag, 0)) pop_to(*found);
    return;
  }
  const bool of_table = has_trait(tag, kTablePart) || tag == GUMBO_TAG_TABLE;
  if (open_.mode() == Mode::select) {
    const bool ends = of_table && open_.in_table_scope(tag);
    if (!ends && tag != GUMBO_TAG_SELECT && tag != GUMBO_TAG_OPTION && tag != GUMBO_TAG_OPTGROUP &&
        !open_.top_is(tag)) {
      return;
    }
    if (tag == GUMBO_TAG_OPTGROUP && open_.top_is(GUMBO_TAG_OPTION)) pop();
    if (tag == GUMBO_TAG_OPTION || tag == GUMBO_TAG_OPTGROUP) {
      if (open_.top_is(tag)) pop();
      return;
    }
    if (const auto found = open_.in_table_scope(of_table ? GUMBO_TAG_SELECT : tag)) pop_to(*found);
    if (!ends) return;
  }
  if (of_table) {
    end_in_table(tag);
  } else if (tag == GUMBO_TAG_P) {
    end_paragraph();
  } else if (tag == GUMBO_TAG_BR) {
    insert(tag);
  } else if (tag == GUMBO_TAG_FORM) {
    end_form();
  } else if (tag == GUMBO_TAG_LI || tag == GUMBO_TAG_DD || tag == GUMBO_TAG_DT) {
    if (const auto found = open_.in_scope(tag, tag == GUMBO_TAG_LI ? kListBounds : kScope)) pop_to(*found);
  } else if (has_trait(tag, kHeading)) {
    if (const auto found = open_.trait_in_scope(kHeading, kScope)) pop_to(*found);
  } else if (has_trait(tag, kFormatting)) {
    end_formatting(tag);
  } else if (has_trait(tag, kBlockEnd)) {
    if (const auto found = open_.in_scope(tag, kScope)) pop_to(*found);
  } else if (const auto found = open_.to_be_ended(tag, tokenizer_.name())) {
    pop_to(*found);
  }
}

bool TokenWalk::end_in_table(GumboTag tag) {
  if (tag == GUMBO_TAG_COL) return false;
  if (has_trait(tag, kCell) && open_.mode() != Mode::cell) return false;
  const auto found = open_.in_table_scope(tag);
  if (found) pop_to(*found);
  return found.has_value();
}

/// One without a start tag is an empty paragraph.
void TokenWalk::end_paragraph() {
  if (const auto found = open_.in_scope(GUMBO_TAG_P, kButtonBounds)) {
    pop_to(*found);
  } else if (unseen_ == 0) {
    class None final : public ElementAttributes {
     public:
      None() : ElementAttributes(0) {}

     private:
      std::optional<std::string_view> find(AttributeName) const override { return std::nullopt; }
    } none;
    builder_.close(GUMBO_TAG_P, builder_.open(GUMBO_TAG_P, false, none));
  }
}

/// The form ends, while what is open in it goes on.
void TokenWalk::end_form() {
  if (!form_open_ && open_.count(GUMBO_TAG_TEMPLATE) == 0) return;
  form_open_ = false;
  const auto found = open_.in_scope(GUMBO_TAG_FORM, kScope);
  if (!found) return;
  open_.forget(*found);
  // What needs no end tag ends with it.
  while (!open_.empty() && !open_.top().dead) {
    const GumboTag top = open_.top().tag;
    const bool implied = top == GUMBO_TAG_P || top == GUMBO_TAG_LI || top == GUMBO_TAG_DD || top == GUMBO_TAG_DT ||
                         top == GUMBO_TAG_OPTION || top == GUMBO_TAG_OPTGROUP;
    if (!implied || open_.top().space != Space::html) break;
    pop();
  }
  pop_to(open_.size());
}

/// "Adoption agency algorithm": where blocks are open in the element it ends before the first of them. Those that the
/// standard would then make in the blocks say nothing new.
void TokenWalk::end_formatting(GumboTag tag) {
  const auto found = open_.formatting(tag);
  if (!found) return;
  if (open_.in_scope(tag, kScope) != found) return;
  const auto block = open_.furthest_block(*found);
  if (!block) return pop_to(*found);
  Element& element = open_[*found];
  if (element.opened.link) {
    builder_.rewind_link(open_[*block].link_mark);
    builder_.end_link();
    element.opened.link = false;
  }
  open_.forget(*found);
}

}  // namespace scraper
