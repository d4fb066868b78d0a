// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <unordered_set>
#include <vector>

#include "scraper/model/page.h"
#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/parser.h"
#include "scraper/parse/text_builder.h"
#include "scraper/parse/watchdog.h"

namespace scraper {

// How much is kept of what a page may write at any length; longer text is cut between code points.
inline constexpr size_t kLinkTextBytesMax = 4u << 10;
inline constexpr size_t kValueBytesMax = 16u << 10;      ///< the title, the content of a <meta>
inline constexpr size_t kShortValueBytesMax = 1u << 10;  ///< lang, rel, the name of a <meta>
/// Longer links are left out: a long <base> makes every reference on a page that long, and few servers take such a URL.
inline constexpr size_t kFoundUrlBytesMax = 8u << 10;

/// One pass over a page's tree, in document order and with an explicit stack, that gathers what a ParsedPage holds.
///
/// Links are resolved as they are met. A <base href> that comes after a link counts for that link too, and then the
/// walk has to be made again with it (late_base). An object makes one walk; the tree must outlive it.
class PageWalk {
 public:
  /// `base` is what references are resolved against: the URL of the page, or of its <base> where that is known already.
  PageWalk(const Url& page, const Url& base, bool images, const ParseLimits& limits, SteadyTime deadline);

  /// Fails with cancelled on limits.stop. At the deadline, and at the limits of nodes, attributes and depth, what was
  /// read so far is returned, with cut_short. charset, metadata, content and items are left for others to fill in.
  tl::expected<ParsedPage, Error> run(const GumboNode* document);

  /// After run: the base that links before it should have been resolved against.
  const std::optional<Url>& late_base() const { return late_base_; }

 private:
  /// What holds for text here, inherited from element to element.
  enum : uint8_t {
    kHidden = 1,  ///< is not shown, though the author wrote it as text: the hidden attribute
    kNoText = 2,  ///< is not text at all: scripts, styles, pictures
    kPre = 4,     ///< keeps its white space
  };

  struct Frame {
    const GumboNode* element;
    unsigned next_child;
    uint8_t state_before;  ///< of what surrounds the element
    bool opened_link;
  };

  struct OpenLink {
    size_t index;  ///< in page_.links
    CollapsedText text;
  };

  // Finds links by their targets without keeping these twice.
  struct TargetHash {
    using is_transparent = void;
    const std::vector<Link>* links;
    size_t operator()(std::string_view href) const { return std::hash<std::string_view>()(href); }
    size_t operator()(uint32_t index) const { return (*this)((*links)[index].url.href()); }
  };
  struct TargetEqual {
    using is_transparent = void;
    const std::vector<Link>* links;
    std::string_view href(std::string_view text) const { return text; }
    std::string_view href(uint32_t index) const { return (*links)[index].url.href(); }
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return href(a) == href(b);
    }
  };

  void enter(const GumboNode* element);
  void leave();
  void text(const GumboNode* node);
  void head_element(const GumboNode* element, GumboTag tag);
  void meta(const GumboNode* element);
  void base_element(const GumboNode* element);
  void link_element(const GumboNode* element);
  bool other_link(const GumboNode* element, GumboTag tag);
  bool hyperlink(const GumboNode* element, GumboTag tag);
  void image(const GumboNode* element);
  std::optional<uint32_t> add_link(std::string_view href, std::string_view kind, std::string_view rel,
                                   std::string text);
  bool within_limits(const GumboNode* element);
  tl::expected<Url, Error> resolve(std::string_view href);
  std::optional<Url> found_url(std::string_view href);
  bool spend_link_bytes(size_t bytes);
  bool time_to_look();
  ParsedPage finish();

  const ParseLimits& limits_;
  Watchdog watchdog_;
  Url page_url_;
  Url base_;
  std::optional<Url> late_base_;
  const bool images_;
  bool base_seen_ = false;
  bool resolved_anything_ = false;
  bool title_seen_ = false;
  uint8_t state_ = 0;
  std::string og_description_;
  size_t link_bytes_left_;  ///< of link_bytes_max; once it is 0, links are not even resolved
  size_t nodes_ = 0;
  size_t attributes_ = 0;
  size_t nodes_unlooked_ = 0;
  size_t bytes_unlooked_ = 0;  ///< of resolved references
  ParsedPage page_;
  std::unordered_set<uint32_t, TargetHash, TargetEqual> targets_;
  std::vector<OpenLink> open_links_;
  std::vector<Frame> stack_;
  TextBuilder text_;
};

}  // namespace scraper
