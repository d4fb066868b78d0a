// SPDX-License-Identifier: MIT
#include "scraper/parse/token_walk.h"

#include <utility>

#include "scraper/base/ascii.h"
#include "scraper/parse/character_reference.h"

namespace scraper {
namespace {

bool is_white(std::string_view text) { return text.find_first_not_of(" \t\n\f\r") == std::string_view::npos; }

}  // namespace

tl::expected<void, Error> TokenWalk::run() {
  constexpr size_t kTokensBetweenSteps = 8, kManyAttributes = 64;
  for (size_t tokens = 1;; ++tokens) {
    const HtmlTokenizer::Kind kind = tokenizer_.next();
    if (kind == HtmlTokenizer::Kind::end) break;
    const size_t attributes = kind == HtmlTokenizer::Kind::text ? 0 : tokenizer_.attributes().size();
    if (tokens >= kTokensBetweenSteps || attributes >= kManyAttributes) {
      const auto goes_on = builder_.goes_on(std::exchange(tokens, 0) + open_.take_steps() / 8 + attributes / 8);
      if (!goes_on) return tl::make_unexpected(goes_on.error());
      if (!*goes_on) break;
    }
    if (kind == HtmlTokenizer::Kind::text) {
      text();
      continue;
    }
    if (kind == HtmlTokenizer::Kind::start_tag)
      start_tag();
    else if (kind == HtmlTokenizer::Kind::end_tag)
      end_tag();
    else if (kind == HtmlTokenizer::Kind::doctype && metadata_ != nullptr)
      metadata_->add_doctype(tokenizer_.text());
    if (metadata_ != nullptr && metadata_->needs_tree()) break;
    tokenizer_.set_foreign(in_foreign());
  }
  lost_ = 0;
  pop_to(0);
  return {};
}

/// True when a start tag is for the rules of foreign content (13.2.6, "tree construction dispatcher").
bool TokenWalk::reads_as_foreign(GumboTag tag) const {
  if (!in_foreign()) return false;
  const Element& top = open_.top();
  if (top.holds_html) return false;
  if (top.holds_html_text) return tag == GUMBO_TAG_MGLYPH || tag == GUMBO_TAG_MALIGNMARK;
  return !(tag == GUMBO_TAG_SVG && top.space == Space::math && equals_ignoring_case(top.name, "annotation-xml"));
}

void TokenWalk::start_tag() {
  skip_newline_ = false;
  has_.reset();
  const GumboTag tag = tokenizer_.tag();
  if (lost_ > 0) {
    if (!has_trait(tag, kVoid) && !tokenizer_.self_closing()) ++lost_;
    return;
  }
  if (phase_ == Phase::body && !has_trait(tag, kOwnStart) && !in_foreign() && open_.mode() != Mode::select) {
    // Most tags are of these.
    if (has_trait(tag, kClosesParagraph)) close_paragraph();
    insert(tag);
    return;
  }
  if (reads_as_foreign(tag) && start_foreign(tag)) return;
  start_in_html(tag);
}

void TokenWalk::end_tag() {
  skip_newline_ = false;
  has_.reset();
  if (lost_ > 0) {
    --lost_;
    return;
  }
  const GumboTag tag = tokenizer_.tag();
  if (open_.top_is(tag) && !has_trait(tag, kOwnEnd) && phase_ != Phase::frameset && open_.mode() != Mode::select)
    return pop_top();  // as most end tags do
  if (in_foreign() && end_foreign()) return;
  end_in_html(tag);
}

void TokenWalk::text() {
  const bool plain = phase_ == Phase::body && !skip_newline_ && !tokenizer_.has_references() && !reads_script_;
  if (!plain || lost_ > 0 || unseen_ > 0 || open_.top_is(GUMBO_TAG_TITLE)) return other_text();
  builder_.text(tokenizer_.text());
}

void TokenWalk::other_text() {
  std::string_view text = tokenizer_.text();
  if (std::exchange(skip_newline_, false) && text.starts_with('\n')) text.remove_prefix(1);
  if (lost_ > 0 || phase_ == Phase::frameset) return;
  if (phase_ != Phase::body && (open_.empty() || open_.top_is(GUMBO_TAG_NOSCRIPT))) {
    if (is_white(text)) return;
    pop_to(0);
    phase_ = Phase::body;
  }
  if (tokenizer_.has_references()) {
    decoded_.clear();
    append_without_references(decoded_, text, false);
    text = decoded_;
  }
  if (unseen_ > 0) return;
  if (open_.top_is(GUMBO_TAG_TITLE) || reads_script_) collected_ += text;
  builder_.text(text);
}

/// Opens an element of this tag; false when it is over a limit.
bool TokenWalk::insert(GumboTag tag, Space space) {
  if (open_.size() + 2 >= limits_.depth_max) {
    builder_.admits(0, limits_.depth_max + 1);
    const bool has_content = space == Space::html ? !has_trait(tag, kVoid) : !tokenizer_.self_closing();
    if (has_content) ++lost_;
    return false;
  }
  const bool is_html = space == Space::html;
  const GumboTag shown_as = is_html ? tag : GUMBO_TAG_UNKNOWN;
  const CollapsedText::Mark link_mark = builder_.link_mark();
  // <html> and <body> are around it.
  const bool seen = unseen_ == 0 && !(is_html && tag == GUMBO_TAG_NOSCRIPT) &&
                    builder_.admits(tokenizer_.attributes().size(), open_.size() + 3);
  PageBuilder::Opened opened;
  if (seen) {
    if (metadata_ != nullptr && open_.count(GUMBO_TAG_TEMPLATE) == 0)
      metadata_->add(shown_as, has_, phase_ != Phase::body);
    opened = builder_.open(shown_as, space == Space::svg, has_);
  }
  if (is_html && has_trait(tag, kVoid)) {
    if (seen) builder_.close(shown_as, opened);
    return true;
  }
  if (!seen) ++unseen_;
  open_.push(
      {tag, shown_as, space, mode_in(shown_as), seen, false, false, false, opened, tokenizer_.name(), link_mark});
  return true;
}

OpenElements::Mode TokenWalk::mode_in(GumboTag tag) const {
  if (!has_trait(tag, kOwnMode)) return open_.mode();
  if (has_trait(tag, kCell)) return Mode::cell;
  if (has_trait(tag, kTablePart) || tag == GUMBO_TAG_TABLE) return Mode::table;
  if (tag == GUMBO_TAG_SELECT) return Mode::select;
  return tag == GUMBO_TAG_TEMPLATE ? Mode::in_template : open_.mode();
}

void TokenWalk::pop() {
  const bool seen = open_.top().seen;
  const GumboTag tag = open_.top().shown_as;
  const PageBuilder::Opened opened = open_.top().opened;
  open_.pop();
  if (!seen) {
    --unseen_;
    return;
  }
  if (tag == GUMBO_TAG_TITLE || tag == GUMBO_TAG_SCRIPT) use_collected(tag);
  builder_.close(tag, opened);
}

void TokenWalk::use_collected(GumboTag tag) {
  if (tag == GUMBO_TAG_TITLE) builder_.title(collected_);
  if (reads_script_ && tag == GUMBO_TAG_SCRIPT) {
    metadata_->add_json_ld(std::move(collected_));
    reads_script_ = false;
  }
}

void TokenWalk::pop_top() {
  do {
    pop();
  } while (!open_.empty() && open_.top().dead);
}

void TokenWalk::pop_to(size_t size) {
  while (open_.size() > size) pop();
  while (!open_.empty() && open_.top().dead) pop();
}

void TokenWalk::close_open_paragraph() {
  if (const auto found = open_.in_scope(GUMBO_TAG_P, kButtonBounds)) pop_to(*found);
}

/// What stands before the body or begins it (13.2.6.4.1 to 13.2.6.4.6). True when that is all.
bool TokenWalk::start_before_body(GumboTag tag) {
  if (open_.top_is(GUMBO_TAG_NOSCRIPT)) {
    if (has_trait(tag, kOfHeadNoscript)) return false;
    if (tag == GUMBO_TAG_HEAD || tag == GUMBO_TAG_NOSCRIPT) return true;
    pop_to(0);
  }
  if (tag == GUMBO_TAG_HEAD) {
    if (metadata_ != nullptr) metadata_->add(tag, has_, true);
    return true;
  }
  if (has_trait(tag, kOfHead) || (tag == GUMBO_TAG_NOSCRIPT && phase_ == Phase::head)) return false;
  phase_ = tag == GUMBO_TAG_FRAMESET ? Phase::frameset : Phase::body;
  if (tag != GUMBO_TAG_BODY && tag != GUMBO_TAG_FRAMESET) return false;
  insert(tag);
  return true;
}

void TokenWalk::start_in_html(GumboTag tag) {
  if (tag == GUMBO_TAG_HTML) {
    if (open_.count(GUMBO_TAG_TEMPLATE) > 0) return;
    // A later <html> brings what the first did not have.
    if (!language_seen_ && has_.get(AttributeName::lang)) builder_.root(has_);
    language_seen_ |= has_.get(AttributeName::lang).has_value();
    if (metadata_ != nullptr) metadata_->add(tag, has_, true);
    return;
  }
  if (phase_ == Phase::frameset) {
    if (tag == GUMBO_TAG_FRAME || tag == GUMBO_TAG_FRAMESET || tag == GUMBO_TAG_NOFRAMES) insert(tag);
    if (tag == GUMBO_TAG_NOFRAMES) read_content(tag);
    return;
  }
  if (phase_ != Phase::body && (open_.empty() || open_.top_is(GUMBO_TAG_NOSCRIPT)) && start_before_body(tag)) return;
  // Likewise a later <body>.
  if (tag == GUMBO_TAG_BODY && metadata_ != nullptr) metadata_->add(tag, has_, false);
  if (tag == GUMBO_TAG_BODY || tag == GUMBO_TAG_HEAD || tag == GUMBO_TAG_FRAME || tag == GUMBO_TAG_FRAMESET) return;
  if (open_.mode() == Mode::select && start_in_select(tag)) return;
  if (has_trait(tag, kTablePart) || tag == GUMBO_TAG_TABLE || (tag == GUMBO_TAG_FORM && open_.mode() == Mode::table)) {
    if (start_in_table(tag)) return;
  }
  start_in_body(tag);
}

/// True when that is all that the tag does; else it ended the <select>, or is for anywhere.
bool TokenWalk::start_in_select(GumboTag tag) {
  if (tag == GUMBO_TAG_OPTION || tag == GUMBO_TAG_OPTGROUP) {
    if (open_.top_is(GUMBO_TAG_OPTION)) pop();
    if (tag == GUMBO_TAG_OPTGROUP && open_.top_is(GUMBO_TAG_OPTGROUP)) pop();
    insert(tag);
    return true;
  }
  if (tag == GUMBO_TAG_SCRIPT || tag == GUMBO_TAG_TEMPLATE) return false;
  const bool of_table = has_trait(tag, kTablePart) || tag == GUMBO_TAG_TABLE;
  const bool ends = tag == GUMBO_TAG_SELECT || tag == GUMBO_TAG_INPUT || tag == GUMBO_TAG_KEYGEN ||
                    tag == GUMBO_TAG_TEXTAREA || (of_table && open_.count(GUMBO_TAG_TABLE) > 0);
  if (!ends) return true;
  if (const auto found = open_.in_table_scope(GUMBO_TAG_SELECT)) pop_to(*found);
  return tag == GUMBO_TAG_SELECT;
}

/// Pops up to an element with one of the traits or of one of the tags, or a table's or template's edge.
void TokenWalk::clear_back_to(uint32_t traits, GumboTag one, GumboTag other) {
  while (!open_.empty()) {
    const Element& top = open_.top();
    if (top.space == Space::html && (has_trait(top.tag, traits) || top.tag == one || top.tag == other ||
                                     top.tag == GUMBO_TAG_TABLE || top.tag == GUMBO_TAG_TEMPLATE)) {
      return;
    }
    pop();
  }
}

/// True when that is all that the tag does.
bool TokenWalk::start_in_table(GumboTag tag) {
  if (tag == GUMBO_TAG_FORM) {  // in a table it has no content
    if (!form_open_ && insert(tag)) pop();
    form_open_ = true;
    return true;
  }
  if (tag == GUMBO_TAG_TABLE) {
    if (open_.mode() != Mode::table) return false;
    if (const auto found = open_.in_table_scope(GUMBO_TAG_TABLE)) pop_to(*found);
    return false;
  }
  if (open_.count(GUMBO_TAG_TABLE) == 0 && open_.count(GUMBO_TAG_TEMPLATE) == 0) return true;
  if (open_.mode() == Mode::body) return true;
  if (tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH)
    clear_back_to(kRowGroup, GUMBO_TAG_TR, GUMBO_TAG_TR);
  else if (tag == GUMBO_TAG_TR)
    clear_back_to(kRowGroup, GUMBO_TAG_TABLE, GUMBO_TAG_TABLE);
  else if (tag == GUMBO_TAG_COL)
    clear_back_to(0, GUMBO_TAG_COLGROUP, GUMBO_TAG_COLGROUP);
  else
    clear_back_to(0, GUMBO_TAG_TABLE, GUMBO_TAG_TABLE);
  insert(tag);
  return true;
}

/// <li>, <dd>, <dt>: ends the one before it.
bool TokenWalk::start_item(GumboTag tag) {
  const bool is_li = tag == GUMBO_TAG_LI;
  if (!is_li && tag != GUMBO_TAG_DD && tag != GUMBO_TAG_DT) return false;
  if (const auto found = open_.item(is_li)) pop_to(*found);
  close_paragraph();
  insert(tag);
  return true;
}

void TokenWalk::start_in_body(GumboTag tag) {
  if (tag == GUMBO_TAG_IMAGE) tag = GUMBO_TAG_IMG;
  if (start_item(tag)) return;
  if (has_trait(tag, kClosesParagraph)) close_paragraph();
  if (has_trait(tag, kHeading) && !open_.empty() && open_.top().space == Space::html &&
      has_trait(open_.top().tag, kHeading)) {
    pop_to(open_.size() - 1);
  }
  switch (tag) {
    case GUMBO_TAG_FORM:
      if (form_open_ && open_.count(GUMBO_TAG_TEMPLATE) == 0) return;
      form_open_ = true;
      break;
    case GUMBO_TAG_A:
      end_formatting(tag);
      if (const auto left = open_.formatting(tag)) open_.forget(*left);
      break;
    case GUMBO_TAG_NOBR:
      if (open_.in_scope(tag, kScope)) end_formatting(tag);
      break;
    case GUMBO_TAG_BUTTON:
      if (const auto found = open_.in_scope(tag, kScope)) pop_to(*found);
      break;
    case GUMBO_TAG_OPTION:
    case GUMBO_TAG_OPTGROUP:
      if (open_.top_is(GUMBO_TAG_OPTION)) pop_to(open_.size() - 1);
      break;
    case GUMBO_TAG_SVG:
    case GUMBO_TAG_MATH:
      if (insert(tag, tag == GUMBO_TAG_SVG ? Space::svg : Space::math) && tokenizer_.self_closing()) pop();
      return;
    default:
      break;
  }
  if (insert(tag)) read_content(tag);
}

/// Tells the tokenizer what the content of an element that was just opened is made of.
void TokenWalk::read_content(GumboTag tag) {
  using Content = HtmlTokenizer::Content;
  switch (tag) {
    case GUMBO_TAG_TITLE:
      collected_.clear();
      return tokenizer_.set_content(Content::rcdata);
    case GUMBO_TAG_TEXTAREA:
      skip_newline_ = true;
      return tokenizer_.set_content(Content::rcdata);
    case GUMBO_TAG_SCRIPT:
      reads_script_ =
          metadata_ != nullptr && open_.top().seen && JsonLd::is_type(has_.get(AttributeName::type).value_or(""));
      collected_.clear();
      return tokenizer_.set_content(Content::script);
    case GUMBO_TAG_STYLE:
    case GUMBO_TAG_XMP:
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_NOEMBED:
    case GUMBO_TAG_NOFRAMES:
      return tokenizer_.set_content(Content::rawtext);
    case GUMBO_TAG_PLAINTEXT:
      return tokenizer_.set_content(Content::plaintext);
    case GUMBO_TAG_PRE:
    case GUMBO_TAG_LISTING:
      skip_newline_ = true;
      return;
    default:
      return;
  }
}

}  // namespace scraper
