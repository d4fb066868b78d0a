// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "scraper/model/page.h"
#include "scraper/parse/attribute_name.h"
#include "scraper/parse/display.h"
#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/link_set.h"
#include "scraper/parse/parser.h"
#include "scraper/parse/text_builder.h"
#include "scraper/parse/watchdog.h"

namespace scraper {

// How much is kept of what a page may write at any length; longer text is cut between code points.
inline constexpr size_t kLinkTextBytesMax = 4u << 10;
inline constexpr size_t kValueBytesMax = 16u << 10;      ///< the title, the content of a <meta>
inline constexpr size_t kShortValueBytesMax = 1u << 10;  ///< lang, rel, the name of a <meta>

/// The attributes of one element, from a tree's node or from a tag.
class ElementAttributes {
 public:
  /// The value of an attribute (not of xmlns_prefix and other), its character references replaced. nullopt: the element
  /// has none. Holds as long as the element is looked at.
  std::optional<std::string_view> get(AttributeName name) const {
    return (names_ & mask_of(name)) != 0 ? find(name) : std::nullopt;
  }

 protected:
  /// `names`: those that are worth a call.
  explicit ElementAttributes(AttributeNames names) : names_(names) {}
  ~ElementAttributes() = default;

  virtual std::optional<std::string_view> find(AttributeName name) const = 0;

  AttributeNames names_;
};

/// Puts together what a ParsedPage holds from elements and texts in document order, wherever these come from: of a
/// gumbo tree (PageWalk) or of tokens (TokenWalk). <noscript> is not shown to it, nor what is in one: a browser that
/// runs scripts reads no markup in it, so that no link and no <meta> in there counts.
///
/// Links are resolved as they are met. A <base href> that comes after a link counts for that link too, and then all
/// has to be read again with it (late_base). An object builds one page, on one thread.
class PageBuilder {
 public:
  /// What an element changed, for close.
  struct Opened {
    uint8_t state_before = 0;
    bool link = false;  ///< the text inside is that of a link
  };

  /// `base` is what references are resolved against: the URL of the page, or of its <base> where that is known already.
  PageBuilder(const Url& page, const Url& base, bool images, const ParseLimits& limits, SteadyTime deadline);

  /// To be asked before each node: false once the time is over, cancelled on limits.stop. `steps`: what was done
  /// besides.
  tl::expected<bool, Error> goes_on(size_t steps = 1) {
    steps_unlooked_ += steps;
    return steps_unlooked_ < kStepsBetweenLooks && !links_.time_to_look() ? true : look();
  }

  /// Counts an element; false when it is over a limit, and then it is left out, with what is in it.
  bool admits(size_t attributes, size_t depth) {
    ++nodes_;
    attributes_ += attributes;
    // What comes after it at a lesser depth is read.
    const bool fits =
        nodes_ <= limits_.nodes_max && attributes_ <= limits_.attributes_max && depth <= limits_.depth_max;
    if (!fits) is_over(depth);
    return fits;
  }

  /// Begins an element of this tag in the HTML namespace; GUMBO_TAG_UNKNOWN: of another namespace, or unknown.
  Opened open(GumboTag tag, bool is_svg, const ElementAttributes& has) {
    const Opened opened{state_, element(tag, has)};
    const uint8_t display = kDisplay[tag];
    if (is_svg || (display & kDisplayUnseen)) state_ |= kNoText;
    if (has.get(AttributeName::hidden)) state_ |= kHidden;
    if (display & kDisplaySpaced) state_ |= kPre;
    if (tag == GUMBO_TAG_IMG) add_alt(has);
    edge(display);
    return opened;
  }

  /// Ends it; what was opened in it is closed.
  void close(GumboTag tag, const Opened& opened) {
    edge(kDisplay[tag]);
    if (opened.link) set_link_text();
    state_ = opened.state_before;
  }

  /// Ends the innermost link's text, while what is in the element goes on.
  void end_link() { set_link_text(); }

  /// Text, its character references replaced. Valid UTF-8 but for what gumbo makes of numbers beyond Unicode.
  void text(std::string_view text);

  void root(const ElementAttributes& has);  ///< of <html>
  void title(std::string_view text);        ///< of a <title>; the first counts

  /// Marks a place in the innermost link's text, and takes back what was added since.
  CollapsedText::Mark link_mark() const {
    return open_links_.empty() ? CollapsedText::Mark{} : open_links_.back().text.mark();
  }
  void rewind_link(CollapsedText::Mark mark) { open_links_.back().text.rewind(mark); }

  bool title_seen() const { return title_seen_; }
  const std::optional<Error>& cut_short() const { return page_.cut_short; }

  /// The base that links before it should have been resolved against.
  const std::optional<Url>& late_base() const { return late_base_; }

  /// charset, metadata, content and items are left for others to fill in. With what was read so far, and cut_short, at
  /// the deadline and at the limits of nodes, attributes and depth.
  ParsedPage finish();

 private:
  /// What holds for text here, inherited from element to element.
  enum : uint8_t {
    kHidden = 1,  ///< is not shown, though the author wrote it as text: the hidden attribute
    kNoText = 2,  ///< is not text at all: scripts, styles, pictures
    kPre = 4,     ///< keeps its white space
  };

  struct OpenLink {
    size_t index;  ///< in links_
    CollapsedText text;
  };

  static constexpr size_t kStepsBetweenLooks = 1024;

  tl::expected<bool, Error> look();
  void is_over(size_t depth);
  bool element(GumboTag tag, const ElementAttributes& has);
  void edge(uint8_t display) {
    if (state_ & (kHidden | kNoText)) return;
    if (display & kDisplayBlock) text_.end_line();
    if (display & kDisplayCell) text_.add_space();
  }
  void add_alt(const ElementAttributes& has);
  void set_link_text();
  void meta(const ElementAttributes& has);
  void base_element(const ElementAttributes& has);
  void link_element(const ElementAttributes& has);
  void frame(GumboTag tag, const ElementAttributes& has);
  bool hyperlink(const ElementAttributes& has, bool area);
  void image(const ElementAttributes& has);

  const ParseLimits& limits_;
  Watchdog watchdog_;
  Url page_url_;
  std::optional<Url> late_base_;
  const bool images_;
  bool base_seen_ = false;
  bool title_seen_ = false;
  uint8_t state_ = 0;
  std::string og_description_;
  size_t nodes_ = 0;
  size_t attributes_ = 0;
  size_t steps_unlooked_ = 0;
  ParsedPage page_;
  LinkSet links_;
  std::vector<OpenLink> open_links_;
  TextBuilder text_;
};

}  // namespace scraper
