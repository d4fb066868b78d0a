// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <array>
#include <cstdint>

namespace scraper {

enum : uint8_t {
  kDisplayBlock = 1,   ///< stands on lines of its own
  kDisplayUnseen = 2,  ///< no part of what a reader sees
  kDisplaySpaced = 4,  ///< keeps its white space
  kDisplayCell = 8,    ///< is set apart from its neighbours
};

/// How the HTML standard's default style sheet (15.3) shows an element, as far as text is concerned: some of the above,
/// by its tag in the HTML namespace.
inline constexpr auto kDisplay = [] {
  std::array<uint8_t, GUMBO_TAG_LAST + 1> table{};
  for (const GumboTag tag :
       {GUMBO_TAG_ADDRESS,    GUMBO_TAG_ARTICLE, GUMBO_TAG_ASIDE,    GUMBO_TAG_BLOCKQUOTE, GUMBO_TAG_BODY,
        GUMBO_TAG_BR,         GUMBO_TAG_CAPTION, GUMBO_TAG_CENTER,   GUMBO_TAG_DD,         GUMBO_TAG_DETAILS,
        GUMBO_TAG_DIR,        GUMBO_TAG_DIV,     GUMBO_TAG_DL,       GUMBO_TAG_DT,         GUMBO_TAG_FIELDSET,
        GUMBO_TAG_FIGCAPTION, GUMBO_TAG_FIGURE,  GUMBO_TAG_FOOTER,   GUMBO_TAG_FORM,       GUMBO_TAG_FRAMESET,
        GUMBO_TAG_H1,         GUMBO_TAG_H2,      GUMBO_TAG_H3,       GUMBO_TAG_H4,         GUMBO_TAG_H5,
        GUMBO_TAG_H6,         GUMBO_TAG_HEADER,  GUMBO_TAG_HGROUP,   GUMBO_TAG_HR,         GUMBO_TAG_HTML,
        GUMBO_TAG_LEGEND,     GUMBO_TAG_LI,      GUMBO_TAG_LISTING,  GUMBO_TAG_MAIN,       GUMBO_TAG_MENU,
        GUMBO_TAG_NAV,        GUMBO_TAG_OL,      GUMBO_TAG_OPTGROUP, GUMBO_TAG_OPTION,     GUMBO_TAG_P,
        GUMBO_TAG_PLAINTEXT,  GUMBO_TAG_PRE,     GUMBO_TAG_SECTION,  GUMBO_TAG_SELECT,     GUMBO_TAG_SUMMARY,
        GUMBO_TAG_TABLE,      GUMBO_TAG_TBODY,   GUMBO_TAG_TEXTAREA, GUMBO_TAG_TFOOT,      GUMBO_TAG_THEAD,
        GUMBO_TAG_TR,         GUMBO_TAG_UL,      GUMBO_TAG_XMP}) {
    table[tag] |= kDisplayBlock;
  }
  for (const GumboTag tag : {GUMBO_TAG_APPLET, GUMBO_TAG_AUDIO, GUMBO_TAG_CANVAS, GUMBO_TAG_DATALIST, GUMBO_TAG_HEAD,
                             GUMBO_TAG_IFRAME, GUMBO_TAG_NOEMBED, GUMBO_TAG_NOFRAMES, GUMBO_TAG_SCRIPT, GUMBO_TAG_STYLE,
                             GUMBO_TAG_TEMPLATE, GUMBO_TAG_TITLE, GUMBO_TAG_VIDEO}) {
    table[tag] |= kDisplayUnseen;
  }
  for (const GumboTag tag :
       {GUMBO_TAG_LISTING, GUMBO_TAG_PLAINTEXT, GUMBO_TAG_PRE, GUMBO_TAG_TEXTAREA, GUMBO_TAG_XMP}) {
    table[tag] |= kDisplaySpaced;
  }
  for (const GumboTag tag : {GUMBO_TAG_TD, GUMBO_TAG_TH}) table[tag] |= kDisplayCell;
  return table;
}();

}  // namespace scraper
