// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scraper/parse/attribute_name.h"

namespace scraper {

/// A start tag's attribute, as written: its name in any case, its value with its character references. Of several with
/// one name the first counts.
struct RawAttribute {
  std::string_view name;
  std::string_view value;
  AttributeName known_as = AttributeName::other;
};

/// A tokenizer for HTML (WHATWG HTML 13.2.5) that hands out pieces of its input and copies nothing. What the tree
/// construction stage tells a tokenizer is told by its user: set_content after a start tag, and set_foreign.
///
/// The input is valid UTF-8 without U+0000 and CR (decode_to_lines sees to that), so that the
/// states' rules for these are none of its business. It must outlive the tokenizer. One thread's.
class HtmlTokenizer {
 public:
  enum class Kind : uint8_t { text, start_tag, end_tag, comment, doctype, end };

  /// What an element's content is made of.
  enum class Content : uint8_t { data, rcdata, rawtext, script, plaintext };

  explicit HtmlTokenizer(std::string_view input) : input_(input), last_close_(last_close_of(input)) {}

  /// Reads the next token. What it says of it holds until the next call.
  Kind next();

  /// What follows is of this kind, up to the end tag of the start tag that was read last.
  void set_content(Content content);

  /// The adjusted current node is no HTML: <![CDATA[ begins a section, where it is else a bogus comment.
  void set_foreign(bool foreign) { foreign_ = foreign; }

  /// Of a text: as written. Of a comment and a doctype: what stands between its marks.
  std::string_view text() const { return text_; }
  /// Of a text: `&` may begin a character reference in it.
  bool has_references() const { return has_references_; }
  /// Of a tag: as written, and which it is.
  std::string_view name() const { return name_; }
  GumboTag tag() const { return tag_; }
  bool self_closing() const { return self_closing_; }
  const std::vector<RawAttribute>& attributes() const { return attributes_; }
  /// What attributes() are known as.
  AttributeNames attribute_names() const { return attribute_names_; }
  /// How much of the input was read.
  size_t position() const { return at_; }

 private:
  static size_t last_close_of(std::string_view input) {
    const size_t found = input.rfind('>');
    return found == std::string_view::npos ? 0 : found;
  }

  Kind next_other();
  Kind read_tag(const char* begin, Kind kind);
  Kind markup_declaration();
  Kind comment(size_t begin);
  Kind bogus_comment(size_t begin);
  Kind text_until(size_t end, bool references);
  size_t content_end() const;
  size_t script_end() const;
  bool is_end_tag(size_t at, std::string_view name) const;
  const char* attribute(const char* at, const char* last);
  size_t find(char c, size_t from) const;
  char byte(size_t at) const { return at < input_.size() ? input_[at] : '\0'; }

  std::string_view input_;
  size_t at_ = 0;
  size_t last_close_;  ///< of the last `>`: no tag ends behind it; 0: there is none
  Content content_ = Content::data;
  bool foreign_ = false;
  std::string_view content_name_;  ///< of the end tag that ends the content
  std::string_view text_;
  bool has_references_ = false;
  std::string_view name_;
  GumboTag tag_ = GUMBO_TAG_UNKNOWN;
  bool self_closing_ = false;
  std::vector<RawAttribute> attributes_;
  AttributeNames attribute_names_ = 0;
};

}  // namespace scraper
