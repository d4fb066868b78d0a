// SPDX-License-Identifier: MIT
// PlainTree: <select> and <template> (WHATWG HTML 13.2.6.4.16 to 13.2.6.4.18).
#include "scraper/parse/plain_tree.h"

namespace scraper {

void PlainTree::start_in_select() {
  const bool of_table = tag_ == GUMBO_TAG_TABLE ||
                        ((kGumboSets[tag_] & kSetTablePart) && tag_ != GUMBO_TAG_COL && tag_ != GUMBO_TAG_COLGROUP);
  if (mode_ == Mode::in_select_in_table && of_table) {
    close_select();
    again_ = true;
    return;
  }
  switch (tag_) {
    case GUMBO_TAG_HTML:
      return start_again(html_);
    case GUMBO_TAG_OPTION:
    case GUMBO_TAG_OPTGROUP:
      if (stack_.top_is(GUMBO_TAG_OPTION)) stack_.pop();
      if (tag_ == GUMBO_TAG_OPTGROUP && stack_.top_is(GUMBO_TAG_OPTGROUP)) stack_.pop();
      open(tag_);
      return;
    case GUMBO_TAG_SELECT:
      if (stack_.select_in_scope()) close_select();
      return;
    case GUMBO_TAG_INPUT:
    case GUMBO_TAG_KEYGEN:
    case GUMBO_TAG_TEXTAREA:
      if (!stack_.select_in_scope()) return;
      close_select();
      again_ = true;
      return;
    case GUMBO_TAG_SCRIPT:
    case GUMBO_TAG_TEMPLATE:
      return start_in_head();
    default:
      return;
  }
}

void PlainTree::end_in_select() {
  const bool of_table = tag_ == GUMBO_TAG_TABLE ||
                        ((kGumboSets[tag_] & kSetTablePart) && tag_ != GUMBO_TAG_COL && tag_ != GUMBO_TAG_COLGROUP);
  if (mode_ == Mode::in_select_in_table && of_table) {
    if (!stack_.has_in_scope(tag_, kSetTableScope)) return;
    close_select();
    again_ = true;
    return;
  }
  switch (tag_) {
    case GUMBO_TAG_OPTGROUP:
      if (stack_.top_is(GUMBO_TAG_OPTION) && stack_.is_html(stack_.size() - 2, GUMBO_TAG_OPTGROUP)) stack_.pop();
      if (stack_.top_is(GUMBO_TAG_OPTGROUP)) stack_.pop();
      return;
    case GUMBO_TAG_OPTION:
      if (stack_.top_is(GUMBO_TAG_OPTION)) stack_.pop();
      return;
    case GUMBO_TAG_SELECT:
      if (stack_.select_in_scope()) close_select();
      return;
    case GUMBO_TAG_TEMPLATE:
      return end_template();
    default:
      return;
  }
}

void PlainTree::close_select() {
  while (!stack_.top_is(GUMBO_TAG_SELECT)) stack_.pop();
  stack_.pop();
  reset_mode();
}

void PlainTree::start_in_template() {
  const uint32_t sets = kGumboSets[tag_];
  if ((sets & kSetOfHead) && tag_ != GUMBO_TAG_MENUITEM) return start_in_head();
  Mode mode = Mode::in_body;
  if (tag_ == GUMBO_TAG_CAPTION || tag_ == GUMBO_TAG_COLGROUP || (sets & kSetRowGroup))
    mode = Mode::in_table;
  else if (tag_ == GUMBO_TAG_COL)
    mode = Mode::in_column_group;
  else if (tag_ == GUMBO_TAG_TR)
    mode = Mode::in_table_body;
  else if (tag_ == GUMBO_TAG_TD || tag_ == GUMBO_TAG_TH)
    mode = Mode::in_row;
  template_modes_.back() = mode_ = mode;
  again_ = true;
}

void PlainTree::end_template() {
  if (stack_.count(GUMBO_TAG_TEMPLATE) > 0) close_template();
}

void PlainTree::close_template() {
  while (!stack_.top_is(GUMBO_TAG_TEMPLATE)) stack_.pop();
  stack_.pop();
  formatting_.clear_to_marker();
  template_modes_.pop_back();
  reset_mode();
}

/// "Reset the insertion mode appropriately".
void PlainTree::reset_mode() {
  for (size_t i = stack_.size(); i > 1; --i) {
    if (const auto mode = mode_in(i - 1)) {
      mode_ = *mode;
      return;
    }
  }
  mode_ = head_ != nullptr ? Mode::after_head : Mode::before_head;
}

/// Quirk: what is in <svg> and <math> counts too.
std::optional<PlainTree::Mode> PlainTree::mode_in(size_t i) const {
  switch (stack_[i].tag) {
    case GUMBO_TAG_SELECT:
      for (; i > 0; --i) {
        if (stack_.is_html(i, GUMBO_TAG_TEMPLATE)) break;
        if (stack_.is_html(i, GUMBO_TAG_TABLE)) return Mode::in_select_in_table;
      }
      return Mode::in_select;
    case GUMBO_TAG_TD:
    case GUMBO_TAG_TH:
      return Mode::in_cell;
    case GUMBO_TAG_TR:
      return Mode::in_row;
    case GUMBO_TAG_TBODY:
    case GUMBO_TAG_THEAD:
    case GUMBO_TAG_TFOOT:
      return Mode::in_table_body;
    case GUMBO_TAG_CAPTION:
      return Mode::in_caption;
    case GUMBO_TAG_COLGROUP:
      return Mode::in_column_group;
    case GUMBO_TAG_TABLE:
      return Mode::in_table;
    case GUMBO_TAG_TEMPLATE:
      return template_modes_.empty() ? std::nullopt : std::optional(template_modes_.back());
    case GUMBO_TAG_HEAD:
      return Mode::in_head;
    case GUMBO_TAG_BODY:
      return Mode::in_body;
    case GUMBO_TAG_HTML:
      return head_ != nullptr ? Mode::after_head : Mode::before_head;
    default:
      return std::nullopt;
  }
}

}  // namespace scraper
