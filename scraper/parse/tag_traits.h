// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <array>
#include <cstdint>
#include <initializer_list>

namespace scraper {

/// What the tree construction stage (WHATWG HTML 13.2.4.2, 13.2.6) knows of a tag; several together.
enum Trait : uint32_t {
  kVoid = 1u << 0,             ///< has no content
  kSpecial = 1u << 1,          ///< ends the search of an end tag for its element
  kClosesParagraph = 1u << 2,  ///< its start tag ends an open <p>
  kFormatting = 1u << 3,       ///< its end tag may stand across blocks
  kBlockEnd = 1u << 4,         ///< its end tag ends all that is in it
  kScope = 1u << 5,            ///< bounds "in scope"
  kListScope = 1u << 6,        ///< likewise "in list item scope", besides
  kButtonScope = 1u << 7,      ///< likewise "in button scope", besides
  kMarker = 1u << 8,           ///< formatting does not reach in
  kHeading = 1u << 9,
  kOfHead = 1u << 10,          ///< may stand in <head>
  kOfHeadNoscript = 1u << 11,  ///< likewise in a <noscript> there
  kTablePart = 1u << 12,       ///< caption to tr: stands in tables alone
  kRowGroup = 1u << 13,
  kCell = 1u << 14,       ///< likewise a caption: what is in it is as in a body
  kBreaksOut = 1u << 15,  ///< ends <svg> and <math>
  kOwnStart = 1u << 16,   ///< in a body, its start tag may do more than to end a paragraph and begin an element
  kOwnEnd = 1u << 17,     ///< its end tag may do more, or less, than to end the element where that is the innermost one
  kOwnMode = 1u << 18,    ///< other rules hold in it than around it
};

// What bounds "in button scope" and "in list item scope".
inline constexpr uint32_t kButtonBounds = kScope | kButtonScope;
inline constexpr uint32_t kListBounds = kScope | kListScope;

inline constexpr auto kTraits = [] {
  std::array<uint32_t, GUMBO_TAG_LAST + 1> table{};
  const auto set = [&table](uint32_t trait, std::initializer_list<GumboTag> tags) {
    for (const GumboTag tag : tags) table[tag] |= trait;
  };
#define TAG(name) GUMBO_TAG_##name
  set(kVoid | kSpecial,
      {TAG(AREA), TAG(BASE), TAG(BASEFONT), TAG(BGSOUND), TAG(BR), TAG(COL), TAG(EMBED), TAG(FRAME), TAG(HR), TAG(IMG),
       TAG(INPUT), TAG(KEYGEN), TAG(LINK), TAG(META), TAG(PARAM), TAG(SOURCE), TAG(TRACK), TAG(WBR), TAG(MENUITEM)});
  set(kSpecial | kClosesParagraph | kBlockEnd,
      {TAG(ADDRESS), TAG(ARTICLE), TAG(ASIDE),   TAG(BLOCKQUOTE), TAG(CENTER),     TAG(DETAILS),
       TAG(DIR),     TAG(DIV),     TAG(DL),      TAG(FIELDSET),   TAG(FIGCAPTION), TAG(FIGURE),
       TAG(FOOTER),  TAG(HEADER),  TAG(HGROUP),  TAG(MAIN),       TAG(MENU),       TAG(NAV),
       TAG(OL),      TAG(SECTION), TAG(SUMMARY), TAG(UL),         TAG(PRE),        TAG(LISTING)});
  set(kSpecial | kClosesParagraph | kHeading, {TAG(H1), TAG(H2), TAG(H3), TAG(H4), TAG(H5), TAG(H6)});
  set(kSpecial | kClosesParagraph,
      {TAG(P), TAG(FORM), TAG(LI), TAG(DD), TAG(DT), TAG(PLAINTEXT), TAG(XMP), TAG(TABLE)});
  set(kClosesParagraph, {TAG(HR)});
  set(kSpecial, {TAG(APPLET), TAG(BODY),   TAG(BUTTON),  TAG(CAPTION), TAG(COLGROUP), TAG(FRAMESET), TAG(HEAD),
                 TAG(HTML),   TAG(IFRAME), TAG(MARQUEE), TAG(NOEMBED), TAG(NOFRAMES), TAG(NOSCRIPT), TAG(OBJECT),
                 TAG(SCRIPT), TAG(SELECT), TAG(STYLE),   TAG(TBODY),   TAG(TD),       TAG(TEMPLATE), TAG(TEXTAREA),
                 TAG(TFOOT),  TAG(TH),     TAG(THEAD),   TAG(TITLE),   TAG(TR)});
  set(kFormatting, {TAG(A), TAG(B), TAG(BIG), TAG(CODE), TAG(EM), TAG(FONT), TAG(I), TAG(NOBR), TAG(S), TAG(SMALL),
                    TAG(STRIKE), TAG(STRONG), TAG(TT), TAG(U)});
  set(kBlockEnd, {TAG(BUTTON), TAG(APPLET), TAG(MARQUEE), TAG(OBJECT)});
  set(kScope,
      {TAG(APPLET), TAG(CAPTION), TAG(HTML), TAG(TABLE), TAG(TD), TAG(TH), TAG(MARQUEE), TAG(OBJECT), TAG(TEMPLATE)});
  set(kListScope, {TAG(OL), TAG(UL)});
  set(kButtonScope, {TAG(BUTTON)});
  set(kMarker, {TAG(APPLET), TAG(CAPTION), TAG(TD), TAG(TH), TAG(MARQUEE), TAG(OBJECT), TAG(TEMPLATE)});
  set(kOfHead, {TAG(BASE), TAG(BASEFONT), TAG(BGSOUND), TAG(LINK), TAG(META), TAG(TITLE), TAG(NOFRAMES), TAG(STYLE),
                TAG(SCRIPT), TAG(TEMPLATE)});
  set(kOfHeadNoscript, {TAG(BASEFONT), TAG(BGSOUND), TAG(LINK), TAG(META), TAG(NOFRAMES), TAG(STYLE)});
  set(kTablePart,
      {TAG(CAPTION), TAG(COL), TAG(COLGROUP), TAG(TBODY), TAG(TD), TAG(TFOOT), TAG(TH), TAG(THEAD), TAG(TR)});
  set(kRowGroup, {TAG(TBODY), TAG(TFOOT), TAG(THEAD)});
  set(kCell, {TAG(TD), TAG(TH), TAG(CAPTION)});
  set(kBreaksOut,
      {TAG(B),       TAG(BIG),   TAG(BLOCKQUOTE), TAG(BODY),   TAG(BR),     TAG(CENTER), TAG(CODE), TAG(DD),
       TAG(DIV),     TAG(DL),    TAG(DT),         TAG(EM),     TAG(EMBED),  TAG(H1),     TAG(H2),   TAG(H3),
       TAG(H4),      TAG(H5),    TAG(H6),         TAG(HEAD),   TAG(HR),     TAG(I),      TAG(IMG),  TAG(LI),
       TAG(LISTING), TAG(MENU),  TAG(META),       TAG(NOBR),   TAG(OL),     TAG(P),      TAG(PRE),  TAG(RUBY),
       TAG(S),       TAG(SMALL), TAG(SPAN),       TAG(STRONG), TAG(STRIKE), TAG(SUB),    TAG(SUP),  TAG(TABLE),
       TAG(TT),      TAG(U),     TAG(UL),         TAG(VAR)});
  set(kOwnStart,
      {TAG(HTML),     TAG(BODY),   TAG(HEAD),    TAG(FRAME),    TAG(FRAMESET), TAG(TABLE),     TAG(FORM),
       TAG(IMAGE),    TAG(LI),     TAG(DD),      TAG(DT),       TAG(H1),       TAG(H2),        TAG(H3),
       TAG(H4),       TAG(H5),     TAG(H6),      TAG(A),        TAG(NOBR),     TAG(BUTTON),    TAG(OPTION),
       TAG(OPTGROUP), TAG(SVG),    TAG(MATH),    TAG(TITLE),    TAG(TEXTAREA), TAG(SCRIPT),    TAG(STYLE),
       TAG(XMP),      TAG(IFRAME), TAG(NOEMBED), TAG(NOFRAMES), TAG(PRE),      TAG(PLAINTEXT), TAG(LISTING)});
  set(kOwnStart | kOwnMode,
      {TAG(CAPTION), TAG(COL), TAG(COLGROUP), TAG(TBODY), TAG(TD), TAG(TFOOT), TAG(TH), TAG(THEAD), TAG(TR)});
  set(kOwnMode, {TAG(TABLE), TAG(SELECT), TAG(TEMPLATE)});
  // An unknown tag is told by its name.
  set(kOwnEnd, {TAG(UNKNOWN), TAG(HTML), TAG(HEAD), TAG(BODY), TAG(FORM)});
#undef TAG
  return table;
}();

inline bool has_trait(GumboTag tag, uint32_t trait) { return (kTraits[tag] & trait) != 0; }

}  // namespace scraper
