// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <cstdint>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "scraper/model/error.h"
#include "scraper/parse/parser.h"
#include "scraper/parse/watchdog.h"

namespace scraper {

/// One element or text node of a page, and what is known of its text.
///
/// Lengths count characters without white space; one of a script that writes without spaces counts as two.
struct ContentNode {
  const GumboNode* node;
  uint32_t parent;  ///< its place in the tree; the root is its own parent
  uint32_t end;     ///< behind its last descendant: [i, end) is the subtree of i
  GumboTag tag;     ///< GUMBO_TAG_LAST for text
  uint16_t marks = 0;
  uint32_t text = 0;   ///< length of the text below
  uint32_t links = 0;  ///< how much of it stands in links
  uint32_t own = 0;    ///< length of what belongs to no block further down; of blocks only
  uint32_t own_links = 0;
  uint32_t own_stops = 0;  ///< marks of punctuation in it
  uint32_t times = 0;      ///< <time> elements below, itself included
};

/// What holds for one node; a set of bits.
enum ContentMark : uint16_t {
  kInLink = 1,
  kIsBlock = 2,     ///< stands on lines of its own
  kDropped = 4,     ///< no content, and nothing below it is
  kInvisible = 8,   ///< by attribute or style; a script may show it yet
  kUnlikely = 16,   ///< what its tag, role, class or id says is no content
  kComments = 32,   ///< what visitors wrote, or where they can
  kBodyName = 64,   ///< its name or role says: the text of an article
  kBodySure = 128,  ///< itemprop=articleBody
  kAside = 256,     ///< its name says that it belongs to the content but is not its text: caption, byline, share...
};

/// Inline elements with more text are parts of sentences, whatever their names.
inline constexpr uint32_t kInlineTextMax = 100;

/// The part of a page that may be content, as an array in document order: passes over it are loops, whatever the depth.
/// What never is text of the page (scripts, styles, buttons, pictures' insides) is left out.
///
/// Points into gumbo's tree, which must outlive it. One thread's.
class ContentTree {
 public:
  /// Fails with parse_timeout at the deadline of the watchdog and with cancelled on limits.stop.
  static tl::expected<ContentTree, Error> make(const GumboNode* document, const ParseLimits& limits,
                                               const Watchdog& watchdog);

  size_t size() const { return nodes_.size(); }
  ContentNode& operator[](size_t i) { return nodes_[i]; }
  const ContentNode& operator[](size_t i) const { return nodes_[i]; }

  /// The place of <body>; 0 when there is none.
  uint32_t body() const { return body_; }

  /// Adds up the lengths anew, without what is dropped.
  void measure();

  /// Takes back every drop.
  void restore();

  /// Marks a subtree as no content.
  void drop(uint32_t i) { nodes_[i].marks |= kDropped; }

 private:
  std::vector<ContentNode> nodes_;
  uint32_t body_ = 0;
};

/// The length of a text as ContentNode counts it.
uint32_t content_length(std::string_view text);

}  // namespace scraper
