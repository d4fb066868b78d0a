// SPDX-License-Identifier: MIT
// PlainTree: tokens, and what stands before the body and behind it.
#include "scraper/parse/plain_tree.h"

#include <algorithm>
#include <new>
#include <utility>

#include "scraper/base/ascii.h"
#include "scraper/base/utf8.h"
#include "scraper/parse/character_reference.h"
#include "scraper/parse/charset.h"
#include "scraper/parse/doctype.h"
#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/plain_text.h"

namespace scraper {
namespace {

// The watchdog looks once for this many tokens, each of which may search through kDepthMax elements a few times.
constexpr size_t kTokensBetweenLooks = 256;

std::string_view leading_space(std::string_view text) {
  size_t size = 0;
  while (size < text.size() && is_white_space(text[size])) ++size;
  return text.substr(0, size);
}

/// False for the few identifiers that put gumbo into quirks mode, and others like them. All that it knows of end with
/// a slash (it compares whole identifiers, where the standard has prefixes), but for these.
bool is_usual(const Doctype& doctype) {
  return !doctype.public_id.ends_with('/') && !equals_ignoring_case(doctype.public_id, "html") &&
         !doctype.public_id.starts_with("-/W3C") && doctype.system_id.find("www.ibm.com") == std::string_view::npos;
}

std::string_view copy_to(Arena& arena, std::string_view text) {
  auto* memory = static_cast<char*>(arena.allocate(text.size()));
  std::copy(text.begin(), text.end(), memory);
  return {memory, text.size()};
}

}  // namespace

const GumboOutput* PlainTree::build(std::string_view utf8, Arena& arena) {
  replaced_ = false;
  if (utf8.find('\r') != std::string_view::npos || !is_plain_text(utf8)) {
    std::string read(utf8);
    normalize_newlines(read);
    replaced_ = make_plain(read);
    utf8 = copy_to(arena, read);
  }
  utf8_ = utf8;
  tokenizer_.emplace(utf8);
  arena_ = &arena;
  stack_.start(arena);
  formatting_.start();
  template_modes_.clear();
  mode_ = Mode::initial;
  html_ = head_ = form_ = nullptr;
  into_head_ = again_ = skip_newline_ = stopped_ = false;
  reason_ = nullptr;
  GumboDocument& document = stack_.document()->v.document;
  document.name = document.public_identifier = document.system_identifier = "";
  for (auto kind = HtmlTokenizer::Kind::text; kind != HtmlTokenizer::Kind::end && goes_on();) {
    tokenizer_->set_foreign(in_foreign());
    kind = tokenizer_->next();
    token(kind);
  }
  if (reason_ != nullptr || stopped_) return nullptr;
  auto* output = new (arena.allocate(sizeof(GumboOutput))) GumboOutput{};
  output->document = stack_.finish();
  output->root = html_;
  return arena.overrun() == Overrun::none ? output : nullptr;
}

void PlainTree::give_up(const char* reason) {
  if (reason_ == nullptr) reason_ = reason;
}

bool PlainTree::goes_on() {
  if (stack_.size() > kDepthMax) give_up("depth");
  if (++tokens_ % kTokensBetweenLooks == 0 && arena_->overrun() == Overrun::none) arena_->look();
  stopped_ = arena_->overrun() != Overrun::none;
  return reason_ == nullptr && !stopped_;
}

void PlainTree::token(HtmlTokenizer::Kind kind) {
  using Kind = HtmlTokenizer::Kind;
  switch (kind) {
    case Kind::text:
      return text();
    case Kind::comment:
      skip_newline_ = false;
      return comment();
    case Kind::doctype:
      skip_newline_ = false;
      return doctype();
    case Kind::start_tag:
      skip_newline_ = false;
      return start_tag();
    case Kind::end_tag:
      skip_newline_ = false;
      return end_tag();
    case Kind::end:
      return end_of_file();
  }
}

void PlainTree::end_of_file() {
  if (mode_ == Mode::text) {
    stack_.pop();
    mode_ = original_mode_;
  }
  while (!template_modes_.empty()) close_template();
  while (mode_ < Mode::in_body) leave_mode_before_body();
}

void PlainTree::doctype() {
  if (in_table_text()) stack_.flush_text();
  if (mode_ != Mode::initial) return;
  const auto read = read_doctype(tokenizer_->text());
  if (!read || !is_usual(*read) || tokenizer_->text().end() == utf8_.end()) return give_up("doctype");
  GumboDocument& document = stack_.document()->v.document;
  document.has_doctype = true;
  const std::string name = to_lower(read->name);
  document.name = stack_.make().string(name);
  document.public_identifier = stack_.make().string(read->public_id);
  document.system_identifier = stack_.make().string(read->system_id);
  document.doc_type_quirks_mode = read->bogus || name != "html" ? GUMBO_DOCTYPE_QUIRKS : GUMBO_DOCTYPE_NO_QUIRKS;
  mode_ = Mode::before_html;
}

void PlainTree::comment() {
  const std::string_view text = tokenizer_->text();
  // One that the end of the page ends is read in another way.
  const std::string_view input = utf8_;
  if (tokenizer_->position() == input.size()) {
    const std::string_view behind =
        text.data() == nullptr ? "" : input.substr(text.data() + text.size() - input.data());
    if (behind != "-->" && behind != ">") return give_up("comment at the end");
  }
  stack_.flush_text();
  GumboNode* node = stack_.make().text(GUMBO_NODE_COMMENT, text);
  if (mode_ == Mode::after_body && !in_foreign())
    stack_.append_late(html_, node);
  else if (mode_ == Mode::after_after_body && !in_foreign())
    stack_.append_late(nullptr, node);
  else
    stack_.append(node);
}

void PlainTree::text() {
  std::string_view text = tokenizer_->text();
  bool lasts = true;
  if (tokenizer_->has_references()) {
    if (!references_are_sound(text)) return give_up("reference");
    decoded_.clear();
    append_without_references(decoded_, text, false);
    text = decoded_;
    lasts = false;
  }
  if (std::exchange(skip_newline_, false) && text.starts_with('\n')) text.remove_prefix(1);
  if (text.empty()) return;
  if (in_foreign()) {
    const std::string_view before = utf8_.substr(0, static_cast<size_t>(tokenizer_->text().data() - utf8_.data()));
    if (before.ends_with("<![CDATA[")) return give_up("CDATA");
    if (!is_foreign_text()) return body_text(text, lasts);
    return stack_.add_text(text, lasts);
  }
  body_text(text, lasts);
}

/// Text for the rules of HTML.
void PlainTree::body_text(std::string_view text, bool lasts) {
  if (mode_ < Mode::in_body) {
    const std::string_view space = leading_space(text);
    if (mode_ >= Mode::in_head && !space.empty()) stack_.add_text(space, lasts);
    text.remove_prefix(space.size());
    if (text.empty()) return;
    while (mode_ < Mode::in_body) leave_mode_before_body();
  }
  switch (mode_) {
    case Mode::text:
    case Mode::in_select:
    case Mode::in_select_in_table:
      return stack_.add_text(text, lasts);
    case Mode::in_column_group: {
      const std::string_view space = leading_space(text);
      if (!space.empty()) stack_.add_text(space, lasts);
      if (space.size() < text.size()) give_up("text in a table");
      return;
    }
    case Mode::in_table:
    case Mode::in_table_body:
    case Mode::in_row:
      if (!is_white_space(text)) return give_up("text in a table");
      return stack_.add_text(text, lasts);
    case Mode::after_body:
    case Mode::after_after_body:
      if (!is_white_space(text)) mode_ = Mode::in_body;
      break;
    default:
      break;
  }
  reconstruct();
  stack_.add_text(text, lasts);
}

/// Takes the tag's number; false when it is given up.
bool PlainTree::read_tag(std::string_view written) {
  const std::string_view name = tokenizer_->name();
  tag_ = tokenizer_->tag();
  // Quirk: gumbo takes an empty end tag for the beginning of the tag behind it.
  const std::string_view before = utf8_.substr(0, static_cast<size_t>(name.data() - utf8_.data()));
  if (before.ends_with("</><") || before.ends_with("</></")) give_up("empty end tag");
  // What was replaced in the page stands in gumbo's names as it was.
  if (replaced_ && written.find(kReplacement) != std::string_view::npos) give_up("control character in a name");
  return reason_ == nullptr;
}

void PlainTree::start_tag() {
  if (!read_tag(tokenizer_->name())) return;
  if (tag_ == GUMBO_TAG_FRAMESET || tag_ == GUMBO_TAG_ISINDEX || tag_ == GUMBO_TAG_PLAINTEXT) {
    return give_up(gumbo_normalized_tagname(tag_));
  }
  do {
    again_ = false;
    if (is_foreign_start())
      start_foreign();
    else
      start_in_html();
  } while (again_ && reason_ == nullptr);
}

void PlainTree::end_tag() {
  if (!read_tag(original_tag())) return;
  do {
    again_ = false;
    if (in_foreign())
      end_foreign();
    else
      end_in_html();
  } while (again_ && reason_ == nullptr);
}

void PlainTree::start_in_html() {
  if (in_table_text()) stack_.flush_text();
  switch (mode_) {
    case Mode::initial:
    case Mode::before_html:
    case Mode::before_head:
      return start_before_head();
    case Mode::in_head:
      return start_in_head();
    case Mode::in_head_noscript:
      return start_in_head_noscript();
    case Mode::after_head:
      return start_after_head();
    case Mode::in_body:
    case Mode::text:  // has no tags but the end of it
      return start_in_body();
    case Mode::in_table:
      return start_in_table();
    case Mode::in_caption:
      return start_in_caption();
    case Mode::in_column_group:
      return start_in_column_group();
    case Mode::in_table_body:
      return start_in_table_body();
    case Mode::in_row:
      return start_in_row();
    case Mode::in_cell:
      return start_in_cell();
    case Mode::in_select:
    case Mode::in_select_in_table:
      return start_in_select();
    case Mode::in_template:
      return start_in_template();
    case Mode::after_body:
    case Mode::after_after_body:
      if (tag_ == GUMBO_TAG_HTML) return start_again(html_);
      mode_ = Mode::in_body;
      again_ = true;
      return;
  }
}

void PlainTree::end_in_html() {
  if (in_table_text()) stack_.flush_text();
  switch (mode_) {
    case Mode::initial:
    case Mode::before_html:
    case Mode::before_head:
    case Mode::in_head:
    case Mode::in_head_noscript:
    case Mode::after_head:
      return end_before_body();
    case Mode::in_body:
      return end_in_body();
    case Mode::text:
      stack_.pop();
      mode_ = original_mode_;
      return;
    case Mode::in_table:
      return end_in_table();
    case Mode::in_caption:
      return end_in_caption();
    case Mode::in_column_group:
      return end_in_column_group();
    case Mode::in_table_body:
      return end_in_table_body();
    case Mode::in_row:
      return end_in_row();
    case Mode::in_cell:
      return end_in_cell();
    case Mode::in_select:
    case Mode::in_select_in_table:
      return end_in_select();
    case Mode::in_template:
      if (tag_ == GUMBO_TAG_TEMPLATE) end_template();
      return;
    case Mode::after_body:
      if (tag_ == GUMBO_TAG_HTML) {
        mode_ = Mode::after_after_body;
        return;
      }
      [[fallthrough]];
    case Mode::after_after_body:
      mode_ = Mode::in_body;
      again_ = true;
      return;
  }
}

std::string_view PlainTree::original_tag() const {
  const char* begin = tokenizer_->name().data() - 1;
  return {begin, static_cast<size_t>(utf8_.data() + tokenizer_->position() - begin)};
}

/// An element of the token that stands nowhere yet.
GumboNode* PlainTree::make_element(GumboTag tag, GumboNamespaceEnum space) {
  stack_.flush_text();
  GumboNode* element = stack_.make().element(tag, space, original_tag(), tokenizer_->attributes());
  if (element == nullptr) {
    give_up("attributes");
    element = stack_.make().element(tag, space, {}, {});
  }
  if (into_head_)
    stack_.append_late(head_, element);
  else
    stack_.append(element);
  return element;
}

GumboNode* PlainTree::open(GumboTag tag, GumboNamespaceEnum space) {
  GumboNode* element = make_element(tag, space);
  stack_.push(element);
  return element;
}

GumboNode* PlainTree::open_implied(GumboTag tag) {
  stack_.flush_text();
  GumboNode* element = stack_.make().element(tag, GUMBO_NAMESPACE_HTML, {}, {});
  stack_.append(element);
  stack_.push(element);
  return element;
}

void PlainTree::insert_void(GumboTag tag) { make_element(tag); }

void PlainTree::open_text(HtmlTokenizer::Content content) {
  open(tag_);
  tokenizer_->set_content(content);
  original_mode_ = mode_;
  mode_ = Mode::text;
}

}  // namespace scraper
