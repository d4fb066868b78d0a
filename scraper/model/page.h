// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "scraper/model/url.h"

namespace scraper {

/// A link of a page. A page has one for each distinct target; text and rel are those of the first occurrence.
struct Link {
  Url url;
  std::string text;       ///< of the element, white space collapsed; the alt text of an image in it, or of an area
  std::string rel;        ///< the attribute, lower case, white space collapsed
  int position = 0;       ///< order of first appearance on the page, from 0
  bool nofollow = false;  ///< every link to this target on the page says so
};

/// What a parser found in one page. Owns all it carries; every string is valid UTF-8 without U+0000. An empty string
/// means that the page does not say.
struct ParsedPage {
  std::string title;          ///< of <title>, white space collapsed and trimmed
  std::string description;    ///< <meta name=description>, else og:description
  std::string canonical_url;  ///< <link rel=canonical>, resolved
  std::string lang;           ///< the lang attribute of <html>
  std::string robots;         ///< <meta name=robots>, as written
  std::string charset;        ///< WHATWG name of the encoding that was used, as document.characterSet has it ("UTF-8")
  std::string base_url;       ///< what links were resolved against: <base href>, else the page's own URL
  std::string text;           ///< what a reader sees: blocks on lines of their own, white space collapsed
  std::string metadata;       ///< JSON object: {"og": {...}, "meta": {...}}; empty when the page has none
  std::vector<Link> links;    ///< from <a href> and <area href>, in document order, http and https only
};

}  // namespace scraper
