// SPDX-License-Identifier: MIT
// PlainTree: start tags and end tags "in body" (WHATWG HTML 13.2.6.4.7).
#include <utility>

#include "scraper/parse/plain_tree.h"

namespace scraper {
namespace {

constexpr uint32_t kSetButtonBounds = kSetScope | kSetButton;

constexpr int kAdoptionRounds = 8;

}  // namespace

void PlainTree::start_in_body() {
  const uint32_t sets = kGumboSets[tag_];
  if (sets & (kSetBlock | kSetHeading)) {
    close_paragraph();
    if ((sets & kSetHeading) && stack_.top_in(kSetHeading)) stack_.pop();
    open(tag_);
  } else if (sets & kSetFormatting) {
    start_formatting();
  } else if (sets & kSetOfHead) {
    start_in_head();
  } else if (sets & kSetVoid) {
    reconstruct();
    insert_void(tag_);
  } else {
    start_another();
  }
}

/// What is more than one of its kind.
void PlainTree::start_another() {
  switch (tag_) {
    case GUMBO_TAG_HTML:
      return start_again(html_);
    case GUMBO_TAG_BODY:
      if (stack_.size() > 1 && stack_.is_html(1, tag_)) start_again(stack_[1].node);
      return;
    case GUMBO_TAG_P:
      close_paragraph();
      open(tag_);
      return;
    case GUMBO_TAG_PRE:
    case GUMBO_TAG_LISTING:
      close_paragraph();
      open(tag_);
      skip_newline_ = true;
      return;
    case GUMBO_TAG_LI:
    case GUMBO_TAG_DD:
    case GUMBO_TAG_DT:
      return start_item(tag_ == GUMBO_TAG_LI);
    case GUMBO_TAG_FORM:
      return start_form();
    case GUMBO_TAG_BUTTON:
      if (const auto found = stack_.in_scope(tag_, kSetScope)) {
        stack_.pop_to(*found);
        again_ = true;
        return;
      }
      reconstruct();
      open(tag_);
      return;
    case GUMBO_TAG_APPLET:
    case GUMBO_TAG_MARQUEE:
    case GUMBO_TAG_OBJECT:
      reconstruct();
      open(tag_);
      if (!formatting_.add_marker()) give_up("formatting");
      return;
    case GUMBO_TAG_TABLE:
      if (stack_.document()->v.document.doc_type_quirks_mode != GUMBO_DOCTYPE_QUIRKS) close_paragraph();
      open(tag_);
      mode_ = Mode::in_table;
      return;
    case GUMBO_TAG_IMAGE:
      reconstruct();
      return insert_void(GUMBO_TAG_IMG);
    case GUMBO_TAG_PARAM:
    case GUMBO_TAG_SOURCE:
    case GUMBO_TAG_TRACK:
      return insert_void(tag_);
    case GUMBO_TAG_HR:
      close_paragraph();
      return insert_void(tag_);
    default:
      return start_other();
  }
}

void PlainTree::start_other() {
  using Content = HtmlTokenizer::Content;
  switch (tag_) {
    case GUMBO_TAG_TEXTAREA:
      open_text(Content::rcdata);
      skip_newline_ = true;
      return;
    case GUMBO_TAG_XMP:
      close_paragraph();
      reconstruct();
      return open_text(Content::rawtext);
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_NOEMBED:
      return open_text(Content::rawtext);
    case GUMBO_TAG_SELECT: {
      reconstruct();
      open(tag_);
      const bool in_table = mode_ == Mode::in_table || mode_ == Mode::in_caption || mode_ == Mode::in_table_body ||
                            mode_ == Mode::in_row || mode_ == Mode::in_cell;
      mode_ = in_table ? Mode::in_select_in_table : Mode::in_select;
      return;
    }
    case GUMBO_TAG_OPTION:
    case GUMBO_TAG_OPTGROUP:
      if (stack_.top_is(GUMBO_TAG_OPTION)) stack_.pop();
      break;
    case GUMBO_TAG_RB:
    case GUMBO_TAG_RP:
    case GUMBO_TAG_RT:
    case GUMBO_TAG_RTC:
      if (stack_.has_in_scope(GUMBO_TAG_RUBY, kSetScope))
        close_implied(tag_ == GUMBO_TAG_RT || tag_ == GUMBO_TAG_RP ? GUMBO_TAG_RTC : GUMBO_TAG_LAST);
      open(tag_);
      return;
    case GUMBO_TAG_MATH:
    case GUMBO_TAG_SVG:
      reconstruct();
      open(tag_, tag_ == GUMBO_TAG_SVG ? GUMBO_NAMESPACE_SVG : GUMBO_NAMESPACE_MATHML);
      if (tokenizer_->self_closing()) stack_.pop();
      return;
    case GUMBO_TAG_CAPTION:
    case GUMBO_TAG_COL:
    case GUMBO_TAG_COLGROUP:
    case GUMBO_TAG_FRAME:
    case GUMBO_TAG_HEAD:
    case GUMBO_TAG_TBODY:
    case GUMBO_TAG_TD:
    case GUMBO_TAG_TFOOT:
    case GUMBO_TAG_TH:
    case GUMBO_TAG_THEAD:
    case GUMBO_TAG_TR:
      return;
    default:
      break;
  }
  reconstruct();
  open(tag_);
}

/// <li>, <dd>, <dt>: ends the one before it.
void PlainTree::start_item(bool is_li) {
  for (size_t i = stack_.size(); i > 0; --i) {
    const NodeStack::Open& element = stack_[i - 1];
    const bool html = element.space == GUMBO_NAMESPACE_HTML;
    if (html && (is_li ? element.tag == GUMBO_TAG_LI : element.tag == GUMBO_TAG_DD || element.tag == GUMBO_TAG_DT)) {
      stack_.pop_to(i - 1);
      break;
    }
    const bool passed =
        html && (element.tag == GUMBO_TAG_ADDRESS || element.tag == GUMBO_TAG_DIV || element.tag == GUMBO_TAG_P);
    if ((element.sets & kSetSpecial) && !passed) break;
  }
  close_paragraph();
  open(tag_);
}

void PlainTree::start_formatting() {
  if (tag_ == GUMBO_TAG_A && formatting_.last(tag_)) {
    end_formatting(tag_);
    // What that could not end is no more, all the same.
    if (const auto left = formatting_.last(tag_)) {
      const auto place = formatting_.place(stack_, *left);
      formatting_.erase(*left);
      if (place) remove(*place);
    }
  }
  reconstruct();
  if (tag_ == GUMBO_TAG_NOBR && stack_.has_in_scope(tag_, kSetScope)) {
    end_formatting(tag_);
    reconstruct();
  }
  open(tag_);
  if (!formatting_.add(stack_)) give_up("formatting");
}

void PlainTree::end_in_body() {
  const uint32_t sets = kGumboSets[tag_];
  if (sets & kSetBlock) return end_block(kSetScope);
  if (sets & kSetFormatting) return end_formatting(tag_);
  if (sets & kSetHeading) return end_heading();
  switch (tag_) {
    case GUMBO_TAG_TEMPLATE:
      return end_template();
    case GUMBO_TAG_BODY:
    case GUMBO_TAG_HTML:
      if (!stack_.has_in_scope(GUMBO_TAG_BODY, kSetScope)) return;
      mode_ = Mode::after_body;
      again_ = tag_ == GUMBO_TAG_HTML;
      return;
    case GUMBO_TAG_BUTTON:
    case GUMBO_TAG_LISTING:
    case GUMBO_TAG_PRE:
    case GUMBO_TAG_DD:
    case GUMBO_TAG_DT:
      return end_block(kSetScope);
    case GUMBO_TAG_LI:
      return end_block(kSetScope | kSetListScope);
    case GUMBO_TAG_P:
      if (!stack_.has_in_scope(tag_, kSetButtonBounds)) open_implied(tag_);
      return end_block(kSetButtonBounds);
    case GUMBO_TAG_APPLET:
    case GUMBO_TAG_MARQUEE:
    case GUMBO_TAG_OBJECT:
      if (!stack_.has_in_scope(tag_, kSetTableScope)) return;
      end_block(kSetTableScope);
      return formatting_.clear_to_marker();
    case GUMBO_TAG_FORM:
      return end_form();
    case GUMBO_TAG_BR:
      reconstruct();
      open_implied(tag_);
      stack_.pop();
      return;
    default:
      return end_other();
  }
}

/// Ends the element of the tag and all in it, when it is in scope.
void PlainTree::end_block(uint32_t bounds) {
  if (const auto found = stack_.in_scope(tag_, bounds)) stack_.pop_to(*found);
}

void PlainTree::end_heading() {
  if (!stack_.any_in_scope(kSetHeading, kSetScope)) return;
  close_implied(GUMBO_TAG_LAST);
  while (!stack_.top_in(kSetHeading)) stack_.pop();
  stack_.pop();
}

/// One in another is none.
void PlainTree::start_form() {
  const bool in_template = !template_modes_.empty();
  if (form_ != nullptr && !in_template) return;
  close_paragraph();
  GumboNode* form = open(tag_);
  if (!in_template) form_ = form;
}

/// The form ends, while what is open in it goes on.
void PlainTree::end_form() {
  if (!template_modes_.empty()) {
    if (!stack_.has_in_scope(tag_, kSetScope)) return;
    close_implied(GUMBO_TAG_LAST);
    if (stack_.top_is(tag_)) stack_.pop();
    return;
  }
  const GumboNode* form = std::exchange(form_, nullptr);
  if (form == nullptr) return;
  size_t i = stack_.size();
  while (i > 0 && stack_[i - 1].node != form) {
    if (stack_[--i].sets & kSetScope) return;
  }
  if (i == 0) return;
  close_implied(GUMBO_TAG_LAST);
  remove(i - 1);
}

/// Takes an open element off the stack that need not be its top.
void PlainTree::remove(size_t place) {
  if (stack_.held_above(place) > NodeStack::kMovedMax) return give_up("much in an element");
  stack_.remove(place);
  formatting_.removed_from_stack(place);
}

/// "Adoption agency algorithm".
void PlainTree::end_formatting(GumboTag tag) {
  if (stack_.top_is(tag) && !formatting_.find(stack_.top().node)) return stack_.pop();
  for (int round = 0; round < kAdoptionRounds; ++round) {
    const auto entry = formatting_.last(tag);
    if (!entry) return;
    const auto place = formatting_.place(stack_, *entry);
    if (!place) return formatting_.erase(*entry);
    if (!stack_.has_in_scope(tag, kSetScope)) return;
    size_t block = *place;
    while (block < stack_.size() && !(stack_[block].sets & kSetSpecial)) ++block;
    if (block == stack_.size()) {
      stack_.pop_to(*place);
      return formatting_.erase(*entry);
    }
    if (in_table_text() || !formatting_.adopt(stack_, *entry, block)) return give_up("formatting across blocks");
  }
}

/// Quirk: elements that gumbo has no number for all end each other.
void PlainTree::end_other() {
  for (size_t i = stack_.size(); i > 0; --i) {
    if (stack_.is_html(i - 1, tag_)) return stack_.pop_to(i - 1);
    if (stack_[i - 1].sets & kSetSpecial) return;
  }
}

void PlainTree::close_paragraph() {
  if (const auto found = stack_.in_scope(GUMBO_TAG_P, kSetButtonBounds)) stack_.pop_to(*found);
}

/// "Generate implied end tags".
void PlainTree::close_implied(GumboTag except) {
  while (stack_.top_in(kSetImplied) && !stack_.top_is(except)) stack_.pop();
}

/// Formatting that was closed by something else goes on here.
void PlainTree::reconstruct() {
  if (!formatting_.wants_reconstruction(stack_)) return;
  // gumbo would put text that waits into what is opened here.
  if (stack_.text_waits()) return give_up("text before formatting");
  formatting_.reconstruct(stack_);
}

}  // namespace scraper
