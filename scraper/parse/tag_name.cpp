// SPDX-License-Identifier: MIT
#include "scraper/parse/tag_name.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "scraper/base/ascii.h"

namespace scraper {
namespace {

// In the order of their numbers.
constexpr std::string_view kNames[] = {
    "html",       "head",
    "title",      "base",
    "link",       "meta",
    "style",      "script",
    "noscript",   "template",
    "body",       "article",
    "section",    "nav",
    "aside",      "h1",
    "h2",         "h3",
    "h4",         "h5",
    "h6",         "hgroup",
    "header",     "footer",
    "address",    "p",
    "hr",         "pre",
    "blockquote", "ol",
    "ul",         "li",
    "dl",         "dt",
    "dd",         "figure",
    "figcaption", "main",
    "div",        "a",
    "em",         "strong",
    "small",      "s",
    "cite",       "q",
    "dfn",        "abbr",
    "data",       "time",
    "code",       "var",
    "samp",       "kbd",
    "sub",        "sup",
    "i",          "b",
    "u",          "mark",
    "ruby",       "rt",
    "rp",         "bdi",
    "bdo",        "span",
    "br",         "wbr",
    "ins",        "del",
    "image",      "img",
    "iframe",     "embed",
    "object",     "param",
    "video",      "audio",
    "source",     "track",
    "canvas",     "map",
    "area",       "math",
    "mi",         "mo",
    "mn",         "ms",
    "mtext",      "mglyph",
    "malignmark", "annotation-xml",
    "svg",        "foreignobject",
    "desc",       "table",
    "caption",    "colgroup",
    "col",        "tbody",
    "thead",      "tfoot",
    "tr",         "td",
    "th",         "form",
    "fieldset",   "legend",
    "label",      "input",
    "button",     "select",
    "datalist",   "optgroup",
    "option",     "textarea",
    "keygen",     "output",
    "progress",   "meter",
    "details",    "summary",
    "menu",       "menuitem",
    "applet",     "acronym",
    "bgsound",    "dir",
    "frame",      "frameset",
    "noframes",   "isindex",
    "listing",    "xmp",
    "nextid",     "noembed",
    "plaintext",  "rb",
    "strike",     "basefont",
    "big",        "blink",
    "center",     "font",
    "marquee",    "multicol",
    "nobr",       "spacer",
    "tt",         "rtc",
};
static_assert(std::size(kNames) == GUMBO_TAG_UNKNOWN);

constexpr size_t kKeyBytesMax = 8;
constexpr size_t kNameBytesMax = 14;

/// The beginning of a name in lower case, its first byte highest.
constexpr uint64_t key_of(std::string_view name) {
  uint64_t key = 0;
  for (const char c : name.substr(0, kKeyBytesMax)) key = key << 8 | static_cast<uint8_t>(to_lower(c));
  return key;
}

/// Where the search for a key begins; of the keys of all tags hardly two have the same place.
constexpr size_t kSlots = 1024;
constexpr size_t slot_of(uint64_t key) { return key * 0x9E3779B97F4A7C15 >> 54; }

struct Table {
  std::array<uint64_t, GUMBO_TAG_UNKNOWN> keys{};
  std::array<uint8_t, kSlots> tags{};  ///< GUMBO_TAG_UNKNOWN: a free place, which ends the search
};

constexpr Table kTable = [] {
  Table table;
  table.tags.fill(GUMBO_TAG_UNKNOWN);
  for (size_t tag = 0; tag < std::size(kNames); ++tag) {
    table.keys[tag] = key_of(kNames[tag]);
    size_t slot = slot_of(table.keys[tag]);
    while (table.tags[slot] != GUMBO_TAG_UNKNOWN) slot = (slot + 1) % kSlots;
    table.tags[slot] = static_cast<uint8_t>(tag);
  }
  return table;
}();

}  // namespace

GumboTag tag_of(std::string_view name) {
  if (name.size() > kNameBytesMax) return GUMBO_TAG_UNKNOWN;
  const uint64_t key = key_of(name);
  for (size_t slot = slot_of(key); kTable.tags[slot] != GUMBO_TAG_UNKNOWN; slot = (slot + 1) % kSlots) {
    const size_t tag = kTable.tags[slot];
    if (kTable.keys[tag] != key) continue;
    // A key says all of a name that is no longer than it.
    if (name.size() == kNames[tag].size() && (name.size() <= kKeyBytesMax || equals_ignoring_case(name, kNames[tag])))
      return static_cast<GumboTag>(tag);
  }
  return GUMBO_TAG_UNKNOWN;
}

}  // namespace scraper
