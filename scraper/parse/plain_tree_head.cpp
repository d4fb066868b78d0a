// SPDX-License-Identifier: MIT
// PlainTree: what stands before the body (WHATWG HTML 13.2.6.4.1 to 13.2.6.4.6).
#include "scraper/parse/plain_tree.h"

namespace scraper {

/// What the mode does with a token that it does not know: it implies the tag that it waited for.
void PlainTree::leave_mode_before_body() {
  switch (mode_) {
    case Mode::initial:
      stack_.document()->v.document.doc_type_quirks_mode = GUMBO_DOCTYPE_QUIRKS;
      mode_ = Mode::before_html;
      return;
    case Mode::before_html:
      html_ = open_implied(GUMBO_TAG_HTML);
      mode_ = Mode::before_head;
      return;
    case Mode::before_head:
      head_ = open_implied(GUMBO_TAG_HEAD);
      mode_ = Mode::in_head;
      return;
    case Mode::in_head_noscript:
      stack_.pop();
      mode_ = Mode::in_head;
      return;
    case Mode::in_head:
      stack_.pop();
      mode_ = Mode::after_head;
      return;
    default:
      open_implied(GUMBO_TAG_BODY);
      mode_ = Mode::in_body;
      return;
  }
}

void PlainTree::start_before_head() {
  if (mode_ == Mode::before_html && tag_ == GUMBO_TAG_HTML) {
    html_ = open(tag_);
    mode_ = Mode::before_head;
  } else if (mode_ == Mode::before_head && tag_ == GUMBO_TAG_HEAD) {
    head_ = open(tag_);
    mode_ = Mode::in_head;
  } else {
    leave_mode_before_body();
    again_ = true;
  }
}

void PlainTree::start_in_head() {
  switch (tag_) {
    case GUMBO_TAG_BASE:
    case GUMBO_TAG_BASEFONT:
    case GUMBO_TAG_BGSOUND:
    case GUMBO_TAG_MENUITEM:
    case GUMBO_TAG_LINK:
    case GUMBO_TAG_META:
      return insert_void(tag_);
    case GUMBO_TAG_TITLE:
      return open_text(HtmlTokenizer::Content::rcdata);
    case GUMBO_TAG_NOFRAMES:
    case GUMBO_TAG_STYLE:
      return open_text(HtmlTokenizer::Content::rawtext);
    case GUMBO_TAG_SCRIPT:
      return open_text(HtmlTokenizer::Content::script);
    case GUMBO_TAG_NOSCRIPT:
      open(tag_);
      mode_ = Mode::in_head_noscript;
      return;
    case GUMBO_TAG_TEMPLATE:
      open(tag_);
      if (!formatting_.add_marker()) give_up("formatting");
      mode_ = Mode::in_template;
      template_modes_.push_back(mode_);
      return;
    case GUMBO_TAG_HTML:
      return start_again(html_);
    case GUMBO_TAG_HEAD:
      return;
    default:
      leave_mode_before_body();
      again_ = true;
  }
}

void PlainTree::start_in_head_noscript() {
  switch (tag_) {
    case GUMBO_TAG_HTML:
      return start_again(html_);
    case GUMBO_TAG_BASEFONT:
    case GUMBO_TAG_BGSOUND:
    case GUMBO_TAG_LINK:
    case GUMBO_TAG_META:
    case GUMBO_TAG_NOFRAMES:
    case GUMBO_TAG_STYLE:
      return start_in_head();
    case GUMBO_TAG_HEAD:
    case GUMBO_TAG_NOSCRIPT:
      return;
    default:
      leave_mode_before_body();
      again_ = true;
  }
}

void PlainTree::start_after_head() {
  switch (tag_) {
    case GUMBO_TAG_HTML:
      return start_again(html_);
    case GUMBO_TAG_BODY:
      open(tag_);
      mode_ = Mode::in_body;
      return;
    case GUMBO_TAG_BASE:
    case GUMBO_TAG_BASEFONT:
    case GUMBO_TAG_BGSOUND:
    case GUMBO_TAG_LINK:
    case GUMBO_TAG_META:
    case GUMBO_TAG_NOFRAMES:
    case GUMBO_TAG_SCRIPT:
    case GUMBO_TAG_STYLE:
    case GUMBO_TAG_TEMPLATE:
    case GUMBO_TAG_TITLE:
      stack_.flush_text();
      into_head_ = true;
      start_in_head();
      into_head_ = false;
      return;
    case GUMBO_TAG_HEAD:
      return;
    default:
      leave_mode_before_body();
      again_ = true;
  }
}

/// True for the end tags that imply what is missing, as a start tag does.
bool PlainTree::ends_head(GumboTag tag) const {
  return tag == GUMBO_TAG_BODY || tag == GUMBO_TAG_HTML || tag == GUMBO_TAG_BR;
}

void PlainTree::end_before_body() {
  switch (mode_) {
    case Mode::initial:
      leave_mode_before_body();
      again_ = true;
      return;
    case Mode::before_html:
    case Mode::before_head:
      if (tag_ != GUMBO_TAG_HEAD && !ends_head(tag_)) return;
      break;
    case Mode::in_head:
      if (tag_ == GUMBO_TAG_HEAD) {
        stack_.pop();
        mode_ = Mode::after_head;
        return;
      }
      if (tag_ == GUMBO_TAG_TEMPLATE) return end_template();
      if (!ends_head(tag_)) return;
      break;
    case Mode::in_head_noscript:
      if (tag_ == GUMBO_TAG_NOSCRIPT) {
        stack_.pop();
        mode_ = Mode::in_head;
        return;
      }
      if (tag_ != GUMBO_TAG_BR) return;
      break;
    default:
      if (tag_ == GUMBO_TAG_TEMPLATE) return end_template();
      if (!ends_head(tag_)) return;
      break;
  }
  leave_mode_before_body();
  again_ = true;
}

/// A second <html> or <body> brings the attributes that the first does not have.
void PlainTree::start_again(GumboNode* first) {
  if (!template_modes_.empty()) return;
  if (!stack_.make().add_attributes(*first, tokenizer_->attributes())) give_up("attributes");
}

}  // namespace scraper
