// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace scraper {

/// Puts Markdown together (CommonMark 0.31, with tables and ~~ as GitHub has them): what separates blocks, what stands
/// before each line in quotes and lists, and what must be escaped. White space, marks of emphasis and brackets of links
/// are written when the next word comes, so that none of them stands alone or against a space. A value type.
class MarkdownWriter {
 public:
  enum class Mark : uint8_t { strong, emphasis, deleted, link };

  /// Text beyond `bytes_max` is left out; the cut falls between code points.
  explicit MarkdownWriter(size_t bytes_max) : bytes_max_(bytes_max) {}

  /// Text of the page: white space collapsed, escaped.
  void text(std::string_view text);

  /// Markdown that belongs into a line, such as a picture.
  void inline_markdown(std::string_view markdown);

  /// A code span.
  void code(std::string_view text);

  /// What follows is a new paragraph, or whatever is opened next.
  void end_block();

  /// <br>; two in a row end the block.
  void line_break();

  /// Emphasis or a link begins; false when one of that kind is open already, and then it must not be closed.
  bool open(Mark mark);
  /// `url` is where a link leads, without which it is plain text; it must be given when it opens, for a link that goes
  /// over several blocks is written once in each.
  bool open_link(std::string url);
  void close(Mark mark);

  void open_heading(int level);
  void close_heading();

  void open_quote() { open_container("> ", "> "); }
  void close_quote() { close_container(); }

  void open_list();
  void close_list();
  /// `marker` is "-" or "1.".
  void open_item(std::string_view marker);
  void close_item() { close_container(); }

  /// A fenced block; `text` as it is, `language` may be empty.
  void code_block(std::string_view text, std::string_view language);
  void rule();

  // A table: rows of cells, the first of which is its head. In a cell there are no blocks.
  void open_row();
  void open_cell();
  void close_cell();
  /// After the first row (`columns` > 0) what divides it from the others is written.
  void close_row(unsigned cells, unsigned columns);

  std::string take() &&;

 private:
  enum class Gap : uint8_t { none, space, line_break, line, block };

  struct Container {
    std::string first;  ///< before its first line
    std::string rest;   ///< before all others
    bool begun;
  };

  struct OpenMark {
    Mark mark;
    bool written;
  };

  bool full() const { return out_.size() >= bytes_max_; }
  void widen(Gap gap) { gap_ = gap > gap_ ? gap : gap_; }
  void begin_line();
  void begin_piece();
  void begin_word();
  void end_marks();
  void write_close(Mark mark);
  void open_container(std::string_view first, std::string_view rest);
  void close_container();
  void escaped(std::string_view text, size_t from, size_t to);

  size_t bytes_max_;
  std::string out_;
  std::string link_url_;
  std::vector<Container> containers_;
  size_t containers_left_out_ = 0;  ///< those that were nested too deep to be shown
  std::vector<OpenMark> marks_;     ///< at most one of each kind
  Gap gap_ = Gap::none;
  bool line_start_ = true;
  bool in_cell_ = false;
  bool new_list_ = false;
  int heading_ = 0;
  size_t lists_ = 0;
};

/// Text with what Markdown would read as markup escaped, as it may stand anywhere in a line.
std::string escape_markdown(std::string_view text);

}  // namespace scraper
