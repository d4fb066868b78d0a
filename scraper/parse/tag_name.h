// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <cstdint>
#include <iterator>
#include <string_view>

#include "scraper/parse/name_table.h"

namespace scraper {

/// The names of all tags, in the order of their numbers.
inline constexpr std::string_view kTagTexts[] = {
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
static_assert(std::size(kTagTexts) == GUMBO_TAG_UNKNOWN);
inline constexpr NameTable kTagNames(kTagTexts);

/// The tag of this name, in any case; GUMBO_TAG_UNKNOWN for all others. It is what gumbo_tagn_enum says, many times as
/// fast, which counts where it is asked for each tag of a page. Any thread.
inline GumboTag tag_of(std::string_view name) { return static_cast<GumboTag>(kTagNames.find(name)); }

/// Likewise, where the name_key of the name is known already.
inline GumboTag tag_of(std::string_view name, uint64_t key) { return static_cast<GumboTag>(kTagNames.find(name, key)); }

}  // namespace scraper
