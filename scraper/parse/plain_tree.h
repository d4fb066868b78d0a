// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scraper/parse/arena.h"
#include "scraper/parse/formatting_list.h"
#include "scraper/parse/html_tokenizer.h"
#include "scraper/parse/node_stack.h"

namespace scraper {

/// Builds the very tree that gumbo 0.10.1 builds, of gumbo's structs, at an eighth of its cost. It is gumbo's tree
/// construction stage (WHATWG HTML 13.2.6 with the liberties that gumbo takes, which the comments call quirks) over
/// HtmlTokenizer's tokens. It gives up what is rare on real pages and would have to be repaired at length: what must
/// not stand in a table, formatting across much else, framesets, <isindex>, <plaintext>, CDATA, <annotation-xml>, a
/// comment that the end of the page cuts off. About one real page in a hundred is given up.
///
/// What it fills in of a node is listed at NodeMaker. One thread's, reused for page after page.
class PlainTree {
 public:
  /// Deeper pages are given up, so that no search through the open elements is long.
  static constexpr size_t kDepthMax = 1000;

  /// nullptr: the page is not plain, or the arena was overrun (Arena::overrun tells). `utf8` is valid and
  /// without NUL; the tree lies in the arena and points into `utf8`.
  const GumboOutput* build(std::string_view utf8, Arena& arena);

  /// Why the last page was given up; a name for the tests and for measurements.
  const char* reason() const { return reason_; }

 private:
  enum class Mode : uint8_t {
    initial,
    before_html,
    before_head,
    in_head,
    in_head_noscript,
    after_head,
    in_body,
    text,
    in_table,
    in_caption,
    in_column_group,
    in_table_body,
    in_row,
    in_cell,
    in_select,
    in_select_in_table,
    in_template,
    after_body,
    after_after_body,
  };

  void token(HtmlTokenizer::Kind kind);
  void end_of_file();
  void doctype();
  void comment();
  void text();
  void body_text(std::string_view text, bool lasts);
  bool read_tag(std::string_view written);
  void start_tag();
  void end_tag();
  void start_in_html();
  void end_in_html();

  void start_before_head();
  void start_in_head();
  void start_in_head_noscript();
  void start_after_head();
  void end_before_body();
  bool ends_head(GumboTag tag) const;
  void leave_mode_before_body();

  void start_in_body();
  void start_another();
  void start_other();
  void start_item(bool is_li);
  void start_formatting();
  void start_again(GumboNode* first);
  void end_in_body();
  void end_block(uint32_t bounds);
  void end_heading();
  void start_form();
  void end_form();
  void remove(size_t place);
  void end_formatting(GumboTag tag);
  void end_other();

  bool in_table_text() const {
    return mode_ == Mode::in_table || mode_ == Mode::in_table_body || mode_ == Mode::in_row;
  }
  void start_in_table();
  void start_in_caption();
  void start_in_column_group();
  void start_in_table_body();
  void start_in_row();
  void start_in_cell();
  void end_in_table();
  void end_in_caption();
  void end_in_column_group();
  void end_in_table_body();
  void end_in_row();
  void end_in_cell();
  bool close_table();
  void close_cell(GumboTag tag);
  void close_current_cell();
  void clear_back_to(uint32_t sets);
  void start_in_template();
  void end_template();
  void close_template();
  void start_in_select();
  void end_in_select();
  void close_select();
  void reset_mode();
  std::optional<Mode> mode_in(size_t i) const;
  bool is_hidden_input() const;
  void close_caption();
  void leave_column_group();
  void leave_table_body();
  void leave_row();

  bool in_foreign() const { return !stack_.empty() && stack_.top().space != GUMBO_NAMESPACE_HTML; }
  bool is_foreign_start() const;
  bool is_foreign_text() const;
  void start_foreign();
  void end_foreign();

  GumboNode* open(GumboTag tag, GumboNamespaceEnum space = GUMBO_NAMESPACE_HTML);
  GumboNode* open_implied(GumboTag tag);
  GumboNode* make_element(GumboTag tag, GumboNamespaceEnum space = GUMBO_NAMESPACE_HTML);
  void insert_void(GumboTag tag);
  void open_text(HtmlTokenizer::Content content);
  void close_paragraph();
  void close_implied(GumboTag except);
  void reconstruct();
  std::string_view original_tag() const;
  void give_up(const char* reason);
  bool goes_on();

  std::optional<HtmlTokenizer> tokenizer_;
  Arena* arena_ = nullptr;
  std::string_view utf8_;
  NodeStack stack_;
  FormattingList formatting_;
  std::vector<Mode> template_modes_;  ///< of the open templates
  Mode mode_ = Mode::initial;
  Mode original_mode_ = Mode::initial;  ///< after Mode::text
  GumboTag tag_ = GUMBO_TAG_UNKNOWN;    ///< of the token
  GumboNode* html_ = nullptr;
  GumboNode* head_ = nullptr;
  GumboNode* form_ = nullptr;  ///< "form element pointer"
  bool into_head_ = false;     ///< what is inserted goes to the <head> that was closed
  bool again_ = false;         ///< the token is for another mode's rules
  bool skip_newline_ = false;
  bool stopped_ = false;   ///< overrun
  bool replaced_ = false;  ///< characters of the page
  size_t tokens_ = 0;
  const char* reason_ = nullptr;
  std::string decoded_;
};

}  // namespace scraper
