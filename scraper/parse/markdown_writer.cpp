// SPDX-License-Identifier: MIT
#include "scraper/parse/markdown_writer.h"

#include <algorithm>

#include "scraper/base/ascii.h"
#include "scraper/base/utf8.h"
#include "scraper/parse/gumbo_node.h"

namespace scraper {
namespace {

/// Quotes and lists within each other beyond this are not shown: their prefixes would stand before every line.
constexpr size_t kContainersMax = 12;

/// Bytes of letters beyond ASCII count as letters.
bool is_word(char c) { return is_letter_or_beyond(c) || is_digit(c); }

/// True where Markdown would read the byte at `i` as markup, wherever it stands in a line.
bool is_markup(std::string_view text, size_t i) {
  // What comes after the end is not known: another element's text may.
  const char before = i > 0 ? text[i - 1] : ' ';
  const char after = i + 1 < text.size() ? text[i + 1] : '/';
  switch (text[i]) {
    case '\\':
    case '`':
    case '*':
    case '[':
    case ']':
      return true;
    case '_':
      return !(is_word(before) && is_word(after));
    case '<':
      return is_letter(after) || after == '/' || after == '!' || after == '?';
    case '&':
      return is_letter(after) || after == '#';
    case '~':
      return before == '~' || after == '~';
    default:
      return false;
  }
}

/// Appends [from, to) of `text`.
void append_escaped(std::string& out, std::string_view text, size_t from, size_t to, bool in_cell) {
  for (size_t i = from; i < to; ++i) {
    if (is_markup(text, i) || (in_cell && text[i] == '|')) out += '\\';
    out += text[i];
  }
}

/// Where a word that begins a line needs an escape not to be read as a heading, an item, a quote, a rule or a fence;
/// npos when it needs none.
size_t line_start_escape(std::string_view word) {
  if (word[0] == '>') return 0;
  if (std::string_view("#+-=~").find(word[0]) != std::string_view::npos &&
      word.find_first_not_of(word[0]) == std::string_view::npos)
    return 0;
  size_t digits = 0;
  while (digits < word.size() && is_digit(word[digits])) ++digits;
  const bool ends = digits > 0 && digits + 1 == word.size() && (word[digits] == '.' || word[digits] == ')');
  return ends ? digits : std::string_view::npos;
}

std::string_view trim_right(std::string_view text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// The longest run of backticks.
size_t longest_ticks(std::string_view text) {
  size_t longest = 0;
  size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

}  // namespace

std::string escape_markdown(std::string_view text) {
  std::string out;
  append_escaped(out, text, 0, text.size(), true);
  return out;
}

void MarkdownWriter::begin_line() {
  for (Container& container : containers_) {
    out_ += container.begun ? container.rest : container.first;
    container.begun = true;
  }
  line_start_ = true;
}

void MarkdownWriter::begin_piece() {
  if (out_.empty() && gap_ != Gap::none) gap_ = Gap::none;
  switch (gap_) {
    case Gap::none:
      if (out_.empty()) begin_line();
      break;
    case Gap::space:
      if (!line_start_) out_ += ' ';
      break;
    case Gap::block: {
      std::string between;
      for (const Container& container : containers_)
        if (container.begun) between += container.rest;
      out_ += '\n';
      out_ += trim_right(between);
      out_ += '\n';
      begin_line();
      break;
    }
    case Gap::line_break:
      out_ += "  ";
      [[fallthrough]];
    case Gap::line:
      out_ += '\n';
      begin_line();
      break;
  }
  gap_ = Gap::none;
}

void MarkdownWriter::begin_word() {
  begin_piece();
  if (heading_ > 0 && line_start_) out_.append(static_cast<size_t>(heading_), '#') += ' ';
  for (OpenMark& open : marks_) {
    if (open.written) continue;
    open.written = true;
    line_start_ = false;
    out_ += open.mark == Mark::strong     ? "**"
            : open.mark == Mark::emphasis ? "*"
            : open.mark == Mark::deleted  ? "~~"
                                          : "[";
  }
}

void MarkdownWriter::text(std::string_view text) {
  size_t at = 0;
  while (at < text.size() && !full()) {
    size_t end = at;
    while (end < text.size() && !is_white_space(text[end])) ++end;
    if (end > at) {
      begin_word();
      escaped(text, at, end);
    }
    at = end;
    while (at < text.size() && is_white_space(text[at])) ++at;
    if (at > end) widen(Gap::space);
  }
}

/// Writes the word [from, to) of `text`.
void MarkdownWriter::escaped(std::string_view text, size_t from, size_t to) {
  const bool may_begin_block = line_start_ && heading_ == 0 && !in_cell_;
  const size_t escape = may_begin_block ? line_start_escape(text.substr(from, to - from)) : std::string_view::npos;
  if (escape != std::string_view::npos) {
    out_.append(text, from, escape) += '\\';
    out_ += text[from + escape];
    from += escape + 1;
  }
  append_escaped(out_, text, from, to, in_cell_);
  line_start_ = false;
}

void MarkdownWriter::inline_markdown(std::string_view markdown) {
  if (full()) return;
  begin_word();
  out_ += markdown;
  line_start_ = false;
}

void MarkdownWriter::code(std::string_view text) {
  const std::string flat = collapse_white_space(text);
  if (flat.empty() || full()) return;
  if (is_white_space(text.front())) widen(Gap::space);
  begin_word();
  const std::string fence(longest_ticks(flat) + 1, '`');
  const bool padded = flat.front() == '`' || flat.back() == '`';
  out_ += fence;
  if (padded) out_ += ' ';
  for (const char c : flat) {
    if (c == '|' && in_cell_) out_ += '\\';
    out_ += c;
  }
  if (padded) out_ += ' ';
  out_ += fence;
  line_start_ = false;
  if (is_white_space(text.back())) widen(Gap::space);
}

void MarkdownWriter::end_block() {
  if (in_cell_) return widen(Gap::space);
  end_marks();
  // The first block of an item stands behind its marker, as near to the item before as the item does.
  if (containers_.empty() || containers_.back().begun) widen(Gap::block);
}

void MarkdownWriter::line_break() {
  if (in_cell_ || heading_ > 0) return widen(Gap::space);
  if (gap_ >= Gap::line_break) return end_block();
  if (!line_start_) gap_ = Gap::line_break;
}

/// Emphasis does not go beyond its block: what is open is closed, to be opened again in the next one.
void MarkdownWriter::end_marks() {
  for (size_t i = marks_.size(); i > 0; --i) {
    if (marks_[i - 1].written) write_close(marks_[i - 1].mark);
    marks_[i - 1].written = false;
  }
}

void MarkdownWriter::write_close(Mark mark) {
  switch (mark) {
    case Mark::strong:
      out_ += "**";
      return;
    case Mark::emphasis:
      out_ += '*';
      return;
    case Mark::deleted:
      out_ += "~~";
      return;
    case Mark::link:
      out_ += "](" + link_url_ + ")";
      return;
  }
}

bool MarkdownWriter::open(Mark mark) {
  if (mark == Mark::strong && heading_ > 0) return false;
  for (const OpenMark& open : marks_)
    if (open.mark == mark) return false;
  marks_.push_back({mark, false});
  return true;
}

bool MarkdownWriter::open_link(std::string url) {
  if (url.empty() || !open(Mark::link)) return false;
  // A bracket in the URL would end the link, and a bar its cell.
  const bool bracket = url.find_first_of("()") != std::string::npos;
  for (size_t at = 0; (at = url.find('|', at)) != std::string::npos;) url.replace(at, 1, "%7C");
  link_url_ = bracket ? "<" + url + ">" : std::move(url);
  return true;
}

void MarkdownWriter::close(Mark mark) {
  // Emphasis is nested as elements are, but a mark that was closed inside another one that is written ends that too.
  for (size_t i = marks_.size(); i > 0; --i) {
    const OpenMark open = marks_[i - 1];
    if (open.written) write_close(open.mark);
    if (open.mark == mark) {
      marks_.erase(marks_.begin() + static_cast<std::ptrdiff_t>(i - 1));
      return;
    }
    marks_[i - 1].written = false;
  }
}

void MarkdownWriter::open_heading(int level) {
  end_block();
  if (!in_cell_) heading_ = level;
}

void MarkdownWriter::close_heading() {
  end_block();
  heading_ = 0;
}

void MarkdownWriter::open_container(std::string_view first, std::string_view rest) {
  if (in_cell_ || containers_.size() == kContainersMax) {
    ++containers_left_out_;
    return end_block();
  }
  end_marks();
  containers_.push_back({std::string(first), std::string(rest), false});
  widen(Gap::block);
}

void MarkdownWriter::close_container() {
  end_block();
  if (containers_left_out_ > 0)
    --containers_left_out_;
  else
    containers_.pop_back();
  if (!in_cell_) widen(Gap::block);
}

void MarkdownWriter::open_list() {
  end_block();
  ++lists_;
  new_list_ = true;
}

void MarkdownWriter::close_list() {
  end_block();
  --lists_;
  new_list_ = false;
}

void MarkdownWriter::open_item(std::string_view marker) {
  end_block();
  const bool tight = !in_cell_ && (!new_list_ || lists_ > 1);
  open_container(std::string(marker) + ' ', std::string(marker.size() + 1, ' '));
  if (tight && gap_ == Gap::block) gap_ = Gap::line;
  new_list_ = false;
}

void MarkdownWriter::code_block(std::string_view text, std::string_view language) {
  while (!text.empty() && (text.front() == '\n' || text.front() == '\r')) text.remove_prefix(1);
  while (!text.empty() && is_white_space(text.back())) text.remove_suffix(1);
  if (text.empty() || full()) return;
  if (in_cell_) return code(text);
  end_block();
  begin_piece();
  const std::string fence(std::max<size_t>(3, longest_ticks(text) + 1), '`');
  out_ += fence;
  out_ += language;
  for (size_t at = 0; at <= text.size() && !full();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    out_ += '\n';
    begin_line();
    out_ += line;
    at = end + 1;
  }
  out_ += '\n';
  begin_line();
  out_ += fence;
  line_start_ = false;
  end_block();
}

void MarkdownWriter::rule() {
  if (in_cell_ || out_.empty() || full()) return;
  end_block();
  begin_piece();
  out_ += "---";
  line_start_ = false;
  end_block();
}

void MarkdownWriter::open_row() {
  if (full()) return;
  begin_piece();
  out_ += '|';
  line_start_ = false;
}

void MarkdownWriter::open_cell() {
  in_cell_ = true;
  gap_ = Gap::space;
}

void MarkdownWriter::close_cell() {
  end_marks();
  gap_ = Gap::none;
  if (!full()) out_ += " |";
}

void MarkdownWriter::close_row(unsigned cells, unsigned columns) {
  in_cell_ = false;
  if (!full() && columns > 0) {
    for (; cells < columns; ++cells) out_ += " |";
    out_ += '\n';
    begin_line();
    out_ += '|';
    for (unsigned i = 0; i < columns; ++i) out_ += " --- |";
  }
  line_start_ = false;
  gap_ = Gap::line;
}

std::string MarkdownWriter::take() && {
  end_marks();
  out_ = to_valid_utf8(std::move(out_));
  cut_utf8(out_, bytes_max_);
  while (!out_.empty() && is_white_space(out_.back())) out_.pop_back();
  return std::move(out_);
}

}  // namespace scraper
