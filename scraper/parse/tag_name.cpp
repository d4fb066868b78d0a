// SPDX-License-Identifier: MIT
#include "scraper/parse/tag_name.h"

#include <iterator>

#include "scraper/parse/name_table.h"

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

constexpr NameTable kTags(kNames);

}  // namespace

GumboTag tag_of(std::string_view name) { return static_cast<GumboTag>(kTags.find(name)); }

GumboTag tag_of(std::string_view name, uint64_t key) { return static_cast<GumboTag>(kTags.find(name, key)); }

}  // namespace scraper
