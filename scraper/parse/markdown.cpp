// SPDX-License-Identifier: MIT
#include "scraper/parse/markdown.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "scraper/parse/content_value.h"
#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/markdown_writer.h"
#include "scraper/parse/page_walk.h"
#include "scraper/parse/text_builder.h"

namespace scraper {
namespace {

using Mark = MarkdownWriter::Mark;

/// Wider tables are shown as paragraphs.
constexpr unsigned kColumnsMax = 50;
constexpr size_t kCodeLanguageBytesMax = 30;
constexpr int64_t kItemNumberMax = 999'999'999;

bool keeps_space(GumboTag tag) { return tag == GUMBO_TAG_PRE || tag == GUMBO_TAG_LISTING || tag == GUMBO_TAG_XMP; }

bool is_code(GumboTag tag) {
  return tag == GUMBO_TAG_CODE || tag == GUMBO_TAG_KBD || tag == GUMBO_TAG_SAMP || tag == GUMBO_TAG_TT ||
         tag == GUMBO_TAG_VAR;
}

bool is_cell(GumboTag tag) { return tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH; }

/// A number as attributes have it; `otherwise` when it is none.
int64_t number(const GumboNode* element, const char* name, int64_t otherwise) {
  const auto value = attribute(element, name);
  if (!value || value->empty() || value->size() > 9) return otherwise;
  int64_t found = 0;
  for (const char c : *value) {
    if (c < '0' || c > '9') return otherwise;
    found = found * 10 + (c - '0');
  }
  return found;
}

/// The language that the class of a <pre> or of the <code> in it names: language-cpp, lang-cpp.
std::string language_of(const GumboNode* element) {
  const std::string_view names = attribute(element, "class").value_or("");
  for (const std::string_view before : {"language-", "lang-"}) {
    const size_t at = names.find(before);
    if (at == std::string_view::npos || (at > 0 && !is_white_space(names[at - 1]))) continue;
    std::string language;
    for (const char c : names.substr(at + before.size(), kCodeLanguageBytesMax)) {
      const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
                        c == '#' || c == '-' || c == '_' || c == '.';
      if (!fits) break;
      language += c;
    }
    return language;
  }
  return {};
}

/// Writes one part of a page; an object is used once.
class MarkdownWalk {
 public:
  MarkdownWalk(const ContentTree& tree, const Url& base, const ParseLimits& limits, const Watchdog& watchdog)
      : tree_(tree),
        base_(base),
        watchdog_(watchdog),
        link_bytes_left_(limits.link_bytes_max),
        writer_(limits.text_bytes_max) {}

  std::string run(uint32_t root) && {
    size_t steps = 0;
    for (uint32_t i = root; i < tree_[root].end; ++steps) {
      if (steps % kNodesBetweenLooks == 0 && watchdog_.look() != Overrun::none) break;
      leave_before(i);
      const ContentNode& node = tree_[i];
      if (node.marks & kDropped) {
        i = node.end;
      } else if (node.tag == GUMBO_TAG_LAST) {
        writer_.text(text_of(node.node));
        ++i;
      } else {
        i = enter(i);
      }
    }
    leave_before(tree_[root].end);
    return std::move(writer_).take();
  }

 private:
  enum class Ends : uint8_t { block, heading, quote, list, item, strong, emphasis, deleted, link, table, row, cell };

  struct Frame {
    uint32_t end;
    Ends ends;
  };

  struct List {
    bool numbered;
    int64_t next;
  };

  struct Table {
    unsigned columns;
    unsigned cells_in_row = 0;
    bool head_done = false;
  };

  void push(uint32_t i, Ends ends) { frames_.push_back({tree_[i].end, ends}); }

  void leave_before(uint32_t place) {
    while (!frames_.empty() && frames_.back().end <= place) {
      const Ends ends = frames_.back().ends;
      frames_.pop_back();
      leave(ends);
    }
  }

  void leave(Ends ends);
  /// Opens the element; where to go on.
  uint32_t enter(uint32_t i);
  void enter_block(uint32_t i);
  void enter_item(uint32_t i);
  void enter_table(uint32_t i);
  void enter_cell(uint32_t i);
  void enter_mark(uint32_t i, Mark mark, Ends ends) {
    if (writer_.open(mark)) push(i, ends);
  }
  void picture(const GumboNode* image);
  unsigned table_columns(uint32_t i) const;
  std::string text_below(uint32_t i) const;
  std::string resolve(std::string_view reference);

  const ContentTree& tree_;
  const Url& base_;
  const Watchdog& watchdog_;
  size_t link_bytes_left_;
  MarkdownWriter writer_;
  std::vector<Frame> frames_;
  std::vector<List> lists_;
  std::vector<Table> tables_;  ///< the one that is open, if any: tables in cells are no tables
};

void MarkdownWalk::leave(Ends ends) {
  switch (ends) {
    case Ends::block:
      return writer_.end_block();
    case Ends::heading:
      return writer_.close_heading();
    case Ends::quote:
      return writer_.close_quote();
    case Ends::list:
      lists_.pop_back();
      return writer_.close_list();
    case Ends::item:
      return writer_.close_item();
    case Ends::strong:
      return writer_.close(Mark::strong);
    case Ends::emphasis:
      return writer_.close(Mark::emphasis);
    case Ends::deleted:
      return writer_.close(Mark::deleted);
    case Ends::link:
      return writer_.close(Mark::link);
    case Ends::table:
      tables_.pop_back();
      return writer_.end_block();
    case Ends::row:
      writer_.close_row(tables_.back().cells_in_row, tables_.back().head_done ? 0 : tables_.back().columns);
      tables_.back().head_done = true;
      return;
    case Ends::cell:
      return writer_.close_cell();
  }
}

uint32_t MarkdownWalk::enter(uint32_t i) {
  const ContentNode& node = tree_[i];
  if (keeps_space(node.tag)) {
    std::string language = language_of(node.node);
    if (language.empty() && i + 1 < node.end && tree_[i + 1].tag == GUMBO_TAG_CODE)
      language = language_of(tree_[i + 1].node);
    writer_.code_block(text_below(i), language);
    return node.end;
  }
  if (is_code(node.tag)) {
    writer_.code(text_below(i));
    return node.end;
  }
  switch (node.tag) {
    case GUMBO_TAG_BR:
      writer_.line_break();
      break;
    case GUMBO_TAG_HR:
      writer_.rule();
      break;
    case GUMBO_TAG_IMG:
      picture(node.node);
      break;
    case GUMBO_TAG_B:
    case GUMBO_TAG_STRONG:
      enter_mark(i, Mark::strong, Ends::strong);
      break;
    case GUMBO_TAG_EM:
    case GUMBO_TAG_I:
    case GUMBO_TAG_CITE:
      enter_mark(i, Mark::emphasis, Ends::emphasis);
      break;
    case GUMBO_TAG_DEL:
    case GUMBO_TAG_S:
    case GUMBO_TAG_STRIKE:
      enter_mark(i, Mark::deleted, Ends::deleted);
      break;
    case GUMBO_TAG_A:
      if (writer_.open_link(resolve(attribute(node.node, "href").value_or("")))) push(i, Ends::link);
      break;
    default:
      if (node.marks & kIsBlock) enter_block(i);
      break;
  }
  return i + 1;
}

void MarkdownWalk::enter_block(uint32_t i) {
  const GumboTag tag = tree_[i].tag;
  if (is_heading(tag)) {
    writer_.open_heading(tag - GUMBO_TAG_H1 + 1);
    push(i, Ends::heading);
  } else if (tag == GUMBO_TAG_BLOCKQUOTE) {
    writer_.open_quote();
    push(i, Ends::quote);
  } else if (tag == GUMBO_TAG_UL || tag == GUMBO_TAG_OL) {
    writer_.open_list();
    lists_.push_back({tag == GUMBO_TAG_OL, number(tree_[i].node, "start", 1)});
    push(i, Ends::list);
  } else if (tag == GUMBO_TAG_LI && !lists_.empty()) {
    enter_item(i);
  } else if (tag == GUMBO_TAG_TABLE) {
    enter_table(i);
  } else if (!tables_.empty() && tag == GUMBO_TAG_TR) {
    tables_.back().cells_in_row = 0;
    writer_.open_row();
    push(i, Ends::row);
  } else if (!tables_.empty() && is_cell(tag)) {
    enter_cell(i);
  } else if (!tables_.empty() && (tag == GUMBO_TAG_THEAD || tag == GUMBO_TAG_TBODY || tag == GUMBO_TAG_TFOOT)) {
    return;
  } else {
    writer_.end_block();
    push(i, Ends::block);
    if (tag == GUMBO_TAG_DT) enter_mark(i, Mark::strong, Ends::strong);
  }
}

void MarkdownWalk::enter_item(uint32_t i) {
  List& list = lists_.back();
  writer_.open_item(list.numbered ? std::to_string(list.next) + '.' : "-");
  list.next = std::min(list.next + 1, kItemNumberMax);
  push(i, Ends::item);
}

void MarkdownWalk::enter_table(uint32_t i) {
  writer_.end_block();
  const unsigned columns = tables_.empty() ? table_columns(i) : 0;
  if (columns == 0) return push(i, Ends::block);
  tables_.push_back({columns});
  push(i, Ends::table);
}

void MarkdownWalk::enter_cell(uint32_t i) {
  Table& table = tables_.back();
  const auto span = static_cast<unsigned>(std::clamp<int64_t>(number(tree_[i].node, "colspan", 1), 1, kColumnsMax));
  // The cells that a wide one takes up stand empty before it, for it is written when its text has come.
  for (unsigned k = 1; k < span; ++k) {
    writer_.open_cell();
    writer_.close_cell();
  }
  table.cells_in_row += span;
  writer_.open_cell();
  push(i, Ends::cell);
}

/// How many columns a table of data has: two at least, in two rows at least, with nothing but text in its cells. 0 for
/// those that only lay out the page.
unsigned MarkdownWalk::table_columns(uint32_t place) const {
  unsigned rows = 0;
  unsigned columns = 0;
  unsigned cells = 0;
  for (uint32_t i = place + 1; i < tree_[place].end;) {
    const ContentNode& node = tree_[i];
    if (node.marks & kDropped) {
      i = node.end;
      continue;
    }
    const GumboTag tag = node.tag;
    if (tag == GUMBO_TAG_TABLE || tag == GUMBO_TAG_UL || tag == GUMBO_TAG_OL || tag == GUMBO_TAG_BLOCKQUOTE ||
        keeps_space(tag) || is_heading(tag))
      return 0;
    if (tag == GUMBO_TAG_TR) {
      ++rows;
      cells = 0;
    } else if (is_cell(tag)) {
      cells += static_cast<unsigned>(std::clamp<int64_t>(number(node.node, "colspan", 1), 1, kColumnsMax));
      columns = std::max(columns, cells);
    }
    if (columns > kColumnsMax) return 0;
    ++i;
  }
  return rows >= 2 && columns >= 2 ? columns : 0;
}

/// An image that has a place to be had from; alt may be empty. Pages that load pictures late keep their place in
/// data-src.
void MarkdownWalk::picture(const GumboNode* image) {
  if (number(image, "width", 100) <= 1 || number(image, "height", 100) <= 1) return;  // counts readers
  std::string url;
  for (const char* name : {"data-src", "data-original", "data-lazy-src", "src"}) {
    const auto source = attribute(image, name);
    if (source && !source->empty() && url.empty()) url = resolve(*source);
  }
  if (url.empty()) return;
  if (url.find_first_of("()") != std::string::npos) url = '<' + url + '>';
  const std::string alt = collapse_white_space(attribute(image, "alt").value_or("").substr(0, kShortValueBytesMax));
  writer_.inline_markdown("![" + escape_markdown(alt) + "](" + url + ")");
}

std::string MarkdownWalk::text_below(uint32_t place) const {
  std::string text;
  for (uint32_t i = place; i < tree_[place].end;) {
    const ContentNode& node = tree_[i];
    if (node.marks & kDropped) {
      i = node.end;
      continue;
    }
    if (node.tag == GUMBO_TAG_LAST)
      text += text_of(node.node);
    else if (node.tag == GUMBO_TAG_BR)
      text += '\n';
    ++i;
  }
  return text;
}

std::string MarkdownWalk::resolve(std::string_view reference) {
  if (reference.empty() || link_bytes_left_ == 0) return {};
  auto url = Url::parse(reference, &base_);
  const size_t bytes = url ? url->href().size() : base_.href().size() + reference.size();
  if (bytes > link_bytes_left_) {
    link_bytes_left_ = 0;
    return {};
  }
  link_bytes_left_ -= bytes;
  return url && bytes <= kFoundUrlBytesMax ? url->href() : std::string();
}

}  // namespace

std::string content_markdown(const ContentTree& tree, uint32_t root, const Url& base, const ParseLimits& limits,
                             const Watchdog& watchdog) {
  return MarkdownWalk(tree, base, limits, watchdog).run(root);
}

std::string content_text(const ContentTree& tree, uint32_t root, size_t bytes_max) {
  TextBuilder text(bytes_max);
  std::vector<uint32_t> open;  // where the blocks end that are open
  uint32_t spaced_end = 0;
  for (uint32_t i = root; i < tree[root].end;) {
    const ContentNode& node = tree[i];
    for (; !open.empty() && open.back() <= i; open.pop_back()) text.end_line();
    if (node.marks & kDropped) {
      i = node.end;
      continue;
    }
    if (node.tag == GUMBO_TAG_LAST && i < spaced_end) {
      text.add_preformatted(text_of(node.node));
    } else if (node.tag == GUMBO_TAG_LAST) {
      text.add(text_of(node.node));
    } else if (node.tag == GUMBO_TAG_BR) {
      text.end_line();
    } else if (is_cell(node.tag)) {
      text.add_space();
    } else if (node.marks & kIsBlock) {
      text.end_line();
      open.push_back(node.end);
      if (keeps_space(node.tag)) spaced_end = std::max(spaced_end, node.end);
    }
    ++i;
  }
  return std::move(text).take();
}

}  // namespace scraper
