// SPDX-License-Identifier: MIT
// PlainTree: tables (WHATWG HTML 13.2.6.4.9 to 13.2.6.4.15). What has to be moved before a table is given
// up.
#include "scraper/parse/plain_tree.h"

#include "scraper/base/ascii.h"

namespace scraper {

void PlainTree::clear_back_to(uint32_t sets) {
  while (!stack_.top_in(sets)) stack_.pop();
}

void PlainTree::start_in_table() {
  switch (tag_) {
    case GUMBO_TAG_CAPTION:
      clear_back_to(kSetTableScope);
      if (!formatting_.add_marker()) give_up("formatting");
      open(tag_);
      mode_ = Mode::in_caption;
      return;
    case GUMBO_TAG_COLGROUP:
      clear_back_to(kSetTableScope);
      open(tag_);
      mode_ = Mode::in_column_group;
      return;
    case GUMBO_TAG_COL:
      clear_back_to(kSetTableScope);
      open_implied(GUMBO_TAG_COLGROUP);
      mode_ = Mode::in_column_group;
      again_ = true;
      return;
    case GUMBO_TAG_TBODY:
    case GUMBO_TAG_TFOOT:
    case GUMBO_TAG_THEAD:
      clear_back_to(kSetTableScope);
      open(tag_);
      mode_ = Mode::in_table_body;
      return;
    case GUMBO_TAG_TD:
    case GUMBO_TAG_TH:
    case GUMBO_TAG_TR:
      clear_back_to(kSetTableScope);
      open_implied(GUMBO_TAG_TBODY);
      mode_ = Mode::in_table_body;
      again_ = true;
      return;
    case GUMBO_TAG_TABLE:
      again_ = close_table();
      return;
    case GUMBO_TAG_STYLE:
    case GUMBO_TAG_SCRIPT:
    case GUMBO_TAG_TEMPLATE:
      return start_in_head();
    case GUMBO_TAG_INPUT:
      if (!is_hidden_input()) return give_up("tag in a table");
      return insert_void(tag_);
    case GUMBO_TAG_FORM:
      if (form_ == nullptr && template_modes_.empty()) form_ = make_element(tag_);
      return;
    default:
      return give_up("tag in a table");
  }
}

/// As its `type` says.
bool PlainTree::is_hidden_input() const {
  for (const RawAttribute& attribute : tokenizer_->attributes()) {
    if (equals_ignoring_case(attribute.name, "type")) return equals_ignoring_case(attribute.value, "hidden");
  }
  return false;
}

void PlainTree::start_in_caption() {
  if (!(kGumboSets[tag_] & kSetTablePart)) return start_in_body();
  if (!stack_.has_in_scope(GUMBO_TAG_CAPTION, kSetTableScope)) return;
  close_caption();
  again_ = true;
}

void PlainTree::close_caption() {
  if (const auto found = stack_.in_scope(GUMBO_TAG_CAPTION, kSetTableScope)) stack_.pop_to(*found);
  formatting_.clear_to_marker();
  mode_ = Mode::in_table;
}

void PlainTree::start_in_column_group() {
  if (tag_ == GUMBO_TAG_HTML) return start_again(html_);
  if (tag_ == GUMBO_TAG_COL) return insert_void(tag_);
  if (tag_ == GUMBO_TAG_TEMPLATE) return start_in_head();
  leave_column_group();
}

/// For what may not stand in one.
void PlainTree::leave_column_group() {
  if (!stack_.top_is(GUMBO_TAG_COLGROUP)) return;
  stack_.pop();
  mode_ = Mode::in_table;
  again_ = true;
}

void PlainTree::start_in_table_body() {
  switch (tag_) {
    case GUMBO_TAG_TR:
      clear_back_to(kSetBodyContext);
      open(tag_);
      mode_ = Mode::in_row;
      return;
    case GUMBO_TAG_TD:
    case GUMBO_TAG_TH:
      clear_back_to(kSetBodyContext);
      open_implied(GUMBO_TAG_TR);
      mode_ = Mode::in_row;
      again_ = true;
      return;
    case GUMBO_TAG_CAPTION:
    case GUMBO_TAG_COL:
    case GUMBO_TAG_COLGROUP:
    case GUMBO_TAG_TBODY:
    case GUMBO_TAG_TFOOT:
    case GUMBO_TAG_THEAD:
      return leave_table_body();
    default:
      return start_in_table();
  }
}

void PlainTree::leave_table_body() {
  if (!stack_.any_in_scope(kSetRowGroup, kSetTableScope)) return;
  clear_back_to(kSetBodyContext);
  stack_.pop();
  mode_ = Mode::in_table;
  again_ = true;
}

void PlainTree::start_in_row() {
  if (tag_ == GUMBO_TAG_TH || tag_ == GUMBO_TAG_TD) {
    clear_back_to(kSetRowContext);
    open(tag_);
    mode_ = Mode::in_cell;
    if (!formatting_.add_marker()) give_up("formatting");
  } else if (kGumboSets[tag_] & kSetTablePart) {
    leave_row();
  } else {
    start_in_table();
  }
}

void PlainTree::leave_row() {
  if (!stack_.has_in_scope(GUMBO_TAG_TR, kSetTableScope)) return;
  clear_back_to(kSetRowContext);
  stack_.pop();
  mode_ = Mode::in_table_body;
  again_ = true;
}

void PlainTree::start_in_cell() {
  if (!(kGumboSets[tag_] & kSetTablePart)) return start_in_body();
  close_current_cell();
}

void PlainTree::end_in_table() {
  if (tag_ == GUMBO_TAG_TABLE) {
    close_table();
  } else if (!(kGumboSets[tag_] & kSetTablePart) && tag_ != GUMBO_TAG_BODY && tag_ != GUMBO_TAG_HTML) {
    // Most are ignored, but not all.
    if (tag_ == GUMBO_TAG_P || tag_ == GUMBO_TAG_BR) return give_up("tag in a table");
    end_in_body();
  }
}

void PlainTree::end_in_caption() {
  if (tag_ == GUMBO_TAG_CAPTION || tag_ == GUMBO_TAG_TABLE) {
    if (!stack_.has_in_scope(GUMBO_TAG_CAPTION, kSetTableScope)) return;
    close_caption();
    again_ = tag_ == GUMBO_TAG_TABLE;
  } else if (!(kGumboSets[tag_] & kSetTablePart) && tag_ != GUMBO_TAG_BODY && tag_ != GUMBO_TAG_HTML) {
    end_in_body();
  }
}

void PlainTree::end_in_column_group() {
  if (tag_ == GUMBO_TAG_COL) return;
  if (tag_ == GUMBO_TAG_TEMPLATE) return end_template();
  leave_column_group();
  if (tag_ == GUMBO_TAG_COLGROUP) again_ = false;
}

void PlainTree::end_in_table_body() {
  if (kGumboSets[tag_] & kSetRowGroup) {
    if (!stack_.has_in_scope(tag_, kSetTableScope)) return;
    clear_back_to(kSetBodyContext);
    stack_.pop();
    mode_ = Mode::in_table;
  } else if (tag_ == GUMBO_TAG_TABLE) {
    leave_table_body();
  } else {
    end_in_table();
  }
}

void PlainTree::end_in_row() {
  if (tag_ == GUMBO_TAG_TR || tag_ == GUMBO_TAG_TABLE) {
    leave_row();
    if (tag_ == GUMBO_TAG_TR) again_ = false;
  } else if (kGumboSets[tag_] & kSetRowGroup) {
    if (stack_.has_in_scope(tag_, kSetTableScope)) leave_row();
  } else {
    end_in_table();
  }
}

void PlainTree::end_in_cell() {
  if (tag_ == GUMBO_TAG_TD || tag_ == GUMBO_TAG_TH) {
    if (stack_.has_in_scope(tag_, kSetTableScope)) close_cell(tag_);
  } else if ((kGumboSets[tag_] & kSetFostering) != 0) {  // <table>, its groups of rows and rows
    if (stack_.has_in_scope(tag_, kSetTableScope)) close_current_cell();
  } else if (!(kGumboSets[tag_] & kSetTablePart) && tag_ != GUMBO_TAG_BODY && tag_ != GUMBO_TAG_HTML) {
    end_in_body();
  }
}

/// False when there is none to be closed.
bool PlainTree::close_table() {
  const auto found = stack_.in_scope(GUMBO_TAG_TABLE, kSetTableScope);
  if (!found) return false;
  stack_.pop_to(*found);
  reset_mode();
  return true;
}

void PlainTree::close_cell(GumboTag tag) {
  close_implied(GUMBO_TAG_LAST);
  if (const auto found = stack_.in_scope(tag, kSetTableScope)) stack_.pop_to(*found);
  formatting_.clear_to_marker();
  mode_ = Mode::in_row;
}

/// "Close the cell", for a tag that stands outside of it.
void PlainTree::close_current_cell() {
  const bool is_td = stack_.has_in_scope(GUMBO_TAG_TD, kSetTableScope);
  if (!is_td && !stack_.has_in_scope(GUMBO_TAG_TH, kSetTableScope)) return;
  close_cell(is_td ? GUMBO_TAG_TD : GUMBO_TAG_TH);
  again_ = true;
}

}  // namespace scraper
