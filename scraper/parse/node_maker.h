// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "scraper/parse/arena.h"
#include "scraper/parse/html_tokenizer.h"

namespace scraper {

/// Makes nodes of gumbo's structs in an arena, as gumbo 0.10.1 makes them of tags and text.
///
/// Of a node it fills in what somebody reads: type, tag, tag_namespace, original_tag, attributes (attr_namespace, name,
/// value) and text; parent, index_within_parent and children are its user's. All else is zero: parse_flags, all
/// positions, original_end_tag, original_text, and of attributes original_name and original_value.
///
/// One thread's. The arena may be overrun when a call returns (Arena::overrun), by no more than one tag or text takes.
class NodeMaker {
 public:
  static constexpr size_t kAttributesMax = 128;

  void start(Arena& arena) { arena_ = &arena; }

  GumboNode* node(GumboNodeType type);
  /// nullptr: more than kAttributesMax attributes, or some that gumbo trips over.
  GumboNode* element(GumboTag tag, GumboNamespaceEnum space, std::string_view original_tag,
                     std::span<const RawAttribute> attributes);
  /// Gives the element those that it has none of the name of. False as above.
  bool add_attributes(GumboNode& element, std::span<const RawAttribute> attributes);
  /// A further element with its tag and attributes, which they share.
  GumboNode* copy(const GumboNode* element);
  GumboNode* text(GumboNodeType type, std::string_view text);
  GumboVector children(std::span<GumboNode* const> nodes);
  /// With a NUL behind it.
  const char* string(std::string_view text);

 private:
  bool read_attributes(GumboElement& element, std::span<const RawAttribute> attributes);

  Arena* arena_ = nullptr;
  std::string decoded_;
};

/// False where gumbo reads another number than is written, for want of bits.
bool references_are_sound(std::string_view text);

}  // namespace scraper
