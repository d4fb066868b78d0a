// SPDX-License-Identifier: MIT
// PlainTree: start tags and end tags "in body" (WHATWG HTML 13.2.6.4.7).
#include <utility>

#include "scraper/parse/plain_tree.h"

namespace scraper {
namespace {

using Content = HtmlTokenizer::Content;

constexpr uint32_t kButtonBounds = kSetScope | kSetButton;

}  // namespace

void PlainTree::start_in_body() {
  switch (tag_) {
    case GUMBO_TAG_HTML:
      return start_again(html_);
    case GUMBO_TAG_BASE:
    case GUMBO_TAG_BASEFONT:
    case GUMBO_TAG_BGSOUND:
    case GUMBO_TAG_MENUITEM:
    case GUMBO_TAG_LINK:
    case GUMBO_TAG_META:
    case GUMBO_TAG_NOFRAMES:
    case GUMBO_TAG_SCRIPT:
    case GUMBO_TAG_STYLE:
    case GUMBO_TAG_TITLE:
      return start_in_head();
    case GUMBO_TAG_BODY:
      if (stack_.size() > 1 && stack_.is_html(1, tag_)) start_again(stack_[1].node);
      return;
    case GUMBO_TAG_ADDRESS:
    case GUMBO_TAG_ARTICLE:
    case GUMBO_TAG_ASIDE:
    case GUMBO_TAG_BLOCKQUOTE:
    case GUMBO_TAG_CENTER:
    case GUMBO_TAG_DETAILS:
    case GUMBO_TAG_DIR:
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_DL:
    case GUMBO_TAG_FIELDSET:
    case GUMBO_TAG_FIGCAPTION:
    case GUMBO_TAG_FIGURE:
    case GUMBO_TAG_FOOTER:
    case GUMBO_TAG_HEADER:
    case GUMBO_TAG_HGROUP:
    case GUMBO_TAG_MENU:
    case GUMBO_TAG_MAIN:
    case GUMBO_TAG_NAV:
    case GUMBO_TAG_OL:
    case GUMBO_TAG_P:
    case GUMBO_TAG_SECTION:
    case GUMBO_TAG_SUMMARY:
    case GUMBO_TAG_UL:
      close_paragraph();
      open(tag_);
      return;
    case GUMBO_TAG_H1:
    case GUMBO_TAG_H2:
    case GUMBO_TAG_H3:
    case GUMBO_TAG_H4:
    case GUMBO_TAG_H5:
    case GUMBO_TAG_H6:
      close_paragraph();
      if (stack_.top_in(kSetHeading)) stack_.pop();
      open(tag_);
      return;
    case GUMBO_TAG_PRE:
    case GUMBO_TAG_LISTING:
      close_paragraph();
      open(tag_);
      skip_newline_ = true;
      return;
    case GUMBO_TAG_LI:
      return start_item(true);
    case GUMBO_TAG_DD:
    case GUMBO_TAG_DT:
      return start_item(false);
    default:
      return start_inline();
  }
}

/// What is no block.
void PlainTree::start_inline() {
  switch (tag_) {
    case GUMBO_TAG_FORM:
      if (form_ != nullptr) return;
      close_paragraph();
      form_ = open(tag_);
      return;
    case GUMBO_TAG_BUTTON:
      if (const auto found = stack_.in_scope(tag_, kSetScope)) {
        stack_.pop_to(*found);
        again_ = true;
        return;
      }
      reconstruct();
      open(tag_);
      return;
    case GUMBO_TAG_A:
      if (formatting_.last(tag_)) end_formatting(tag_);
      // Quirks of the standard's own, where it could not be ended.
      if (formatting_.last(tag_)) return give_up("<a> in <a>");
      return start_formatting();
    case GUMBO_TAG_NOBR:
      reconstruct();
      if (stack_.has_in_scope(tag_, kSetScope)) end_formatting(tag_);
      return start_formatting();
    case GUMBO_TAG_B:
    case GUMBO_TAG_BIG:
    case GUMBO_TAG_CODE:
    case GUMBO_TAG_EM:
    case GUMBO_TAG_FONT:
    case GUMBO_TAG_I:
    case GUMBO_TAG_S:
    case GUMBO_TAG_SMALL:
    case GUMBO_TAG_STRIKE:
    case GUMBO_TAG_STRONG:
    case GUMBO_TAG_TT:
    case GUMBO_TAG_U:
      return start_formatting();
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
    case GUMBO_TAG_AREA:
    case GUMBO_TAG_BR:
    case GUMBO_TAG_EMBED:
    case GUMBO_TAG_IMG:
    case GUMBO_TAG_KEYGEN:
    case GUMBO_TAG_WBR:
    case GUMBO_TAG_INPUT:
      reconstruct();
      return insert_void(tag_);
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
  reconstruct();
  open(tag_);
  if (!formatting_.add(stack_)) give_up("formatting");
}

void PlainTree::end_in_body() {
  switch (tag_) {
    case GUMBO_TAG_TEMPLATE:
      return;  // none is open
    case GUMBO_TAG_BODY:
    case GUMBO_TAG_HTML:
      if (!stack_.has_in_scope(GUMBO_TAG_BODY, kSetScope)) return;
      mode_ = Mode::after_body;
      again_ = tag_ == GUMBO_TAG_HTML;
      return;
    case GUMBO_TAG_ADDRESS:
    case GUMBO_TAG_ARTICLE:
    case GUMBO_TAG_ASIDE:
    case GUMBO_TAG_BLOCKQUOTE:
    case GUMBO_TAG_BUTTON:
    case GUMBO_TAG_CENTER:
    case GUMBO_TAG_DETAILS:
    case GUMBO_TAG_DIR:
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_DL:
    case GUMBO_TAG_FIELDSET:
    case GUMBO_TAG_FIGCAPTION:
    case GUMBO_TAG_FIGURE:
    case GUMBO_TAG_FOOTER:
    case GUMBO_TAG_HEADER:
    case GUMBO_TAG_HGROUP:
    case GUMBO_TAG_LISTING:
    case GUMBO_TAG_MAIN:
    case GUMBO_TAG_MENU:
    case GUMBO_TAG_NAV:
    case GUMBO_TAG_OL:
    case GUMBO_TAG_PRE:
    case GUMBO_TAG_SECTION:
    case GUMBO_TAG_SUMMARY:
    case GUMBO_TAG_UL:
    case GUMBO_TAG_DD:
    case GUMBO_TAG_DT:
      return end_block(kSetScope);
    case GUMBO_TAG_LI:
      return end_block(kSetScope | kSetListScope);
    case GUMBO_TAG_P:
      if (!stack_.has_in_scope(tag_, kButtonBounds)) open_implied(tag_);
      return end_block(kButtonBounds);
    case GUMBO_TAG_APPLET:
    case GUMBO_TAG_MARQUEE:
    case GUMBO_TAG_OBJECT:
      if (!stack_.has_in_scope(tag_, kSetTableScope)) return;
      end_block(kSetTableScope);
      return formatting_.clear_to_marker();
    case GUMBO_TAG_FORM:
      return end_form();
    case GUMBO_TAG_H1:
    case GUMBO_TAG_H2:
    case GUMBO_TAG_H3:
    case GUMBO_TAG_H4:
    case GUMBO_TAG_H5:
    case GUMBO_TAG_H6:
      return end_heading();
    case GUMBO_TAG_A:
    case GUMBO_TAG_B:
    case GUMBO_TAG_BIG:
    case GUMBO_TAG_CODE:
    case GUMBO_TAG_EM:
    case GUMBO_TAG_FONT:
    case GUMBO_TAG_I:
    case GUMBO_TAG_NOBR:
    case GUMBO_TAG_S:
    case GUMBO_TAG_SMALL:
    case GUMBO_TAG_STRIKE:
    case GUMBO_TAG_STRONG:
    case GUMBO_TAG_TT:
    case GUMBO_TAG_U:
      return end_formatting(tag_);
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

/// The form ends, while what is open in it goes on.
void PlainTree::end_form() {
  const GumboNode* form = std::exchange(form_, nullptr);
  if (form == nullptr) return;
  size_t i = stack_.size();
  while (i > 0 && stack_[i - 1].node != form) {
    if (stack_[--i].sets & kSetScope) return;
  }
  if (i == 0) return;
  close_implied(GUMBO_TAG_LAST);
  stack_.remove(i - 1);
  formatting_.removed_from_stack(i - 1);
}

/// "Adoption agency algorithm", where it moves nothing.
void PlainTree::end_formatting(GumboTag tag) {
  if (stack_.top_is(tag) && !formatting_.contains(stack_.top().node)) return stack_.pop();
  const auto entry = formatting_.last(tag);
  if (!entry) return;
  const auto place = formatting_.place(stack_, *entry);
  if (!place) return formatting_.erase(*entry);
  if (!stack_.has_in_scope(tag, kSetScope)) return;
  for (size_t i = *place; i < stack_.size(); ++i) {
    if (stack_[i].sets & kSetSpecial) return give_up("formatting across blocks");
  }
  stack_.pop_to(*place);
  formatting_.erase(*entry);
}

/// Quirk: elements that gumbo has no number for all end each other.
void PlainTree::end_other() {
  for (size_t i = stack_.size(); i > 0; --i) {
    if (stack_.is_html(i - 1, tag_)) return stack_.pop_to(i - 1);
    if (stack_[i - 1].sets & kSetSpecial) return;
  }
}

void PlainTree::close_paragraph() {
  if (const auto found = stack_.in_scope(GUMBO_TAG_P, kButtonBounds)) stack_.pop_to(*found);
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
