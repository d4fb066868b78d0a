// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "scraper/parse/html_tokenizer.h"
#include "scraper/parse/open_elements.h"
#include "scraper/parse/page_builder.h"
#include "scraper/parse/tag_attributes.h"
#include "scraper/parse/token_metadata.h"

namespace scraper {

/// One pass over a page's tokens that shows a PageBuilder what a walk over its tree would: a tree construction stage
/// (WHATWG HTML 13.2.6) that remembers the open elements alone. What it makes otherwise than the standard, for lack of
/// a tree: nothing is moved, so that what stands in a table outside of its cells comes where it is written, and not
/// before the table; and a <body> that a <frameset> throws away stays.
///
/// An object makes one walk; the page must outlive it.
class TokenWalk {
 public:
  /// `utf8` is as HtmlTokenizer wants it. `metadata` is shown the page's metadata; nullptr: nobody wants it.
  TokenWalk(std::string_view utf8, PageBuilder& builder, TokenMetadata* metadata, const ParseLimits& limits)
      : tokenizer_(utf8), has_(tokenizer_), builder_(builder), metadata_(metadata), limits_(limits) {}

  /// Shows all of it. Fails with cancelled on limits.stop; ends early at the deadline, and when `metadata` says that
  /// it takes a tree.
  tl::expected<void, Error> run();

 private:
  using Element = OpenElements::Element;
  using Mode = OpenElements::Mode;
  using Space = OpenElements::Space;
  enum class Phase { head, after_head, body, frameset };

  void start_tag();
  void end_tag();
  void text();
  void other_text();
  bool start_before_body(GumboTag tag);
  void start_in_html(GumboTag tag);
  void start_in_body(GumboTag tag);
  bool start_in_select(GumboTag tag);
  bool start_in_table(GumboTag tag);
  bool start_item(GumboTag tag);
  bool start_foreign(GumboTag tag);
  void end_in_html(GumboTag tag);
  void end_before_body(GumboTag tag);
  bool end_in_table(GumboTag tag);
  bool end_foreign();
  void end_formatting(GumboTag tag);
  void end_form();
  void end_paragraph();

  bool in_foreign() const { return open_.in_foreign(); }
  bool reads_as_foreign(GumboTag tag) const;
  bool insert(GumboTag tag, Space space = Space::html);
  void read_content(GumboTag tag);
  Mode mode_in(GumboTag tag) const;
  void close_paragraph() {
    if (open_.count(GUMBO_TAG_P) > 0) close_open_paragraph();
  }
  void close_open_paragraph();
  void pop();
  void pop_top();
  void pop_to(size_t size);
  void use_collected(GumboTag tag);
  void pop_dead();
  void clear_back_to(uint32_t traits, GumboTag one, GumboTag other);
  void collect(std::string_view text);

  HtmlTokenizer tokenizer_;
  TagAttributes has_;
  PageBuilder& builder_;
  TokenMetadata* const metadata_;
  const ParseLimits& limits_;
  OpenElements open_;
  Phase phase_ = Phase::head;
  bool language_seen_ = false;  ///< of <html>
  bool form_open_ = false;
  bool skip_newline_ = false;  ///< the one that follows <pre>
  size_t unseen_ = 0;          ///< open elements that the builder shall not know of, nor of what is in them
  size_t lost_ = 0;            ///< elements beyond depth_max, which are not remembered
  bool reads_script_ = false;  ///< JSON-LD
  std::string collected_;      ///< of the <title> or the script
  std::string decoded_;
};

}  // namespace scraper
