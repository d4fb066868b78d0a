// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <utility>

#include "scraper/parse/tag_traits.h"

namespace scraper {

/// The sets of elements that gumbo 0.10.1 decides by, exactly as it has them: what it calls special, for one, lacks
/// <main>, and tag_traits.h, which follows the standard, has it. Where the two agree, that is where they come from. A
/// tag may be in several.
enum GumboSet : uint32_t {
  kSetSpecial = 1u << 0,
  kSetScope = 1u << 1,       ///< bounds "in scope"
  kSetListScope = 1u << 2,   ///< likewise "in list item scope", besides
  kSetButton = 1u << 3,      ///< likewise "in button scope", besides
  kSetTableScope = 1u << 4,  ///< bounds "in table scope", and what is cleared back to a table
  kSetRowGroup = 1u << 5,
  kSetBodyContext = 1u << 6,  ///< what is cleared back to a row group
  kSetRowContext = 1u << 7,   ///< what is cleared back to a row
  kSetImplied = 1u << 8,      ///< its end tag is implied
  kSetHeading = 1u << 9,
  kSetOption = 1u << 10,     ///< may stand between an option and its <select>
  kSetTablePart = 1u << 11,  ///< <caption>, <col>, <colgroup>, <tbody>, <td>, <tfoot>, <th>, <thead>, <tr>
  kSetBreaksOut = 1u << 12,  ///< its start tag ends <svg> and <math>
  kSetFostering = 1u << 13,  ///< what is put in here, and must not stand here, is put before the table
  kSetBlock = 1u << 14,      ///< its start tag ends a <p>, its end tag all in it, and that is all
  kSetFormatting = 1u << 15,
  kSetVoid = 1u << 16,    ///< has no content; stands in formatting
  kSetOfHead = 1u << 17,  ///< is read as in <head> wherever it stands
};

inline constexpr auto kGumboSets = [] {
  std::array<uint32_t, GUMBO_TAG_LAST + 1> table{};
  const auto set = [&table](uint32_t sets, std::initializer_list<GumboTag> tags) {
    for (const GumboTag tag : tags) table[tag] |= sets;
  };
#define TAG(name) GUMBO_TAG_##name
  set(kSetSpecial,
      {TAG(ADDRESS),  TAG(APPLET),     TAG(AREA),     TAG(ARTICLE),  TAG(ASIDE),      TAG(BASE),     TAG(BASEFONT),
       TAG(BGSOUND),  TAG(BLOCKQUOTE), TAG(BODY),     TAG(BR),       TAG(BUTTON),     TAG(CAPTION),  TAG(CENTER),
       TAG(COL),      TAG(COLGROUP),   TAG(MENUITEM), TAG(DD),       TAG(DETAILS),    TAG(DIR),      TAG(DIV),
       TAG(DL),       TAG(DT),         TAG(EMBED),    TAG(FIELDSET), TAG(FIGCAPTION), TAG(FIGURE),   TAG(FOOTER),
       TAG(FORM),     TAG(FRAME),      TAG(FRAMESET), TAG(H1),       TAG(H2),         TAG(H3),       TAG(H4),
       TAG(H5),       TAG(H6),         TAG(HEAD),     TAG(HEADER),   TAG(HGROUP),     TAG(HR),       TAG(HTML),
       TAG(IFRAME),   TAG(IMG),        TAG(INPUT),    TAG(ISINDEX),  TAG(LI),         TAG(LINK),     TAG(LISTING),
       TAG(MARQUEE),  TAG(MENU),       TAG(META),     TAG(NAV),      TAG(NOEMBED),    TAG(NOFRAMES), TAG(NOSCRIPT),
       TAG(OBJECT),   TAG(OL),         TAG(P),        TAG(PARAM),    TAG(PLAINTEXT),  TAG(PRE),      TAG(SCRIPT),
       TAG(SECTION),  TAG(SELECT),     TAG(STYLE),    TAG(SUMMARY),  TAG(TABLE),      TAG(TBODY),    TAG(TD),
       TAG(TEMPLATE), TAG(TEXTAREA),   TAG(TFOOT),    TAG(TH),       TAG(THEAD),      TAG(TITLE),    TAG(TR),
       TAG(UL),       TAG(WBR),        TAG(XMP)});
  set(kSetTableScope | kSetBodyContext | kSetRowContext, {TAG(HTML), TAG(TEMPLATE)});
  set(kSetTableScope, {TAG(TABLE)});
  set(kSetRowContext, {TAG(TR)});
  set(kSetImplied,
      {TAG(DD), TAG(DT), TAG(LI), TAG(OPTION), TAG(OPTGROUP), TAG(P), TAG(RP), TAG(RB), TAG(RT), TAG(RTC)});
  set(kSetOption, {TAG(OPTGROUP), TAG(OPTION)});
  set(kSetFostering, {TAG(TABLE), TAG(TBODY), TAG(TFOOT), TAG(THEAD), TAG(TR)});
  set(kSetBlock, {TAG(ADDRESS), TAG(ARTICLE), TAG(ASIDE),   TAG(BLOCKQUOTE), TAG(CENTER),     TAG(DETAILS),
                  TAG(DIR),     TAG(DIV),     TAG(DL),      TAG(FIELDSET),   TAG(FIGCAPTION), TAG(FIGURE),
                  TAG(FOOTER),  TAG(HEADER),  TAG(HGROUP),  TAG(MENU),       TAG(MAIN),       TAG(NAV),
                  TAG(OL),      TAG(SECTION), TAG(SUMMARY), TAG(UL)});
  set(kSetVoid, {TAG(AREA), TAG(BR), TAG(EMBED), TAG(IMG), TAG(KEYGEN), TAG(WBR), TAG(INPUT)});
  set(kSetOfHead, {TAG(BASE), TAG(BASEFONT), TAG(BGSOUND), TAG(MENUITEM), TAG(LINK), TAG(META), TAG(NOFRAMES),
                   TAG(SCRIPT), TAG(STYLE), TAG(TITLE), TAG(TEMPLATE)});
#undef TAG
  // Where gumbo and the standard agree.
  constexpr std::pair<uint32_t, uint32_t> kAgreed[] = {
      {kScope, kSetScope},           {kListScope, kSetListScope}, {kButtonScope, kSetButton},
      {kHeading, kSetHeading},       {kTablePart, kSetTablePart}, {kRowGroup, kSetRowGroup | kSetBodyContext},
      {kFormatting, kSetFormatting}, {kBreaksOut, kSetBreaksOut}};
  for (size_t tag = 0; tag < table.size(); ++tag) {
    for (const auto& [trait, sets] : kAgreed) {
      if (kTraits[tag] & trait) table[tag] |= sets;
    }
  }
  return table;
}();

/// What an element is of, by its tag and namespace.
constexpr uint32_t gumbo_sets(GumboTag tag, GumboNamespaceEnum space) {
  if (space == GUMBO_NAMESPACE_HTML) return kGumboSets[tag];
  if (space == GUMBO_NAMESPACE_SVG) {
    if (tag == GUMBO_TAG_FOREIGNOBJECT || tag == GUMBO_TAG_DESC) return kSetScope | kSetSpecial;
    return tag == GUMBO_TAG_TITLE ? kSetScope : 0u;
  }
  const bool holds_text = tag == GUMBO_TAG_MI || tag == GUMBO_TAG_MO || tag == GUMBO_TAG_MN || tag == GUMBO_TAG_MS ||
                          tag == GUMBO_TAG_MTEXT || tag == GUMBO_TAG_ANNOTATION_XML;
  return holds_text ? kSetScope | kSetSpecial : 0u;
}

}  // namespace scraper
