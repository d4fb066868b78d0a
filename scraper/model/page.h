// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "scraper/model/error.h"
#include "scraper/model/url.h"

namespace scraper {

/// A link of a page. A page has one for each distinct target; text and rel are those of the first occurrence.
struct Link {
  Url url;
  std::string text;       ///< of the element, white space collapsed; the alt text of an image in it, or of an area
  std::string rel;        ///< the attribute, lower case, white space collapsed
  int position = 0;       ///< order of first appearance on the page, from 0
  bool nofollow = false;  ///< every link to this target on the page says so
  std::string_view kind = "a";  ///< where it stood first: a, area, iframe, ...; lives for ever
};

/// The value of a rule's field; null: nothing was found, or nothing of the field's type.
using FieldValue = std::variant<std::nullptr_t, int64_t, double, std::string>;

/// What the rules for one table found on a page.
struct TableItems {
  size_t table = 0;    ///< of RuleSet::tables
  bool asked = false;  ///< a rule holds for the page
  std::vector<std::vector<FieldValue>> rows;
  std::vector<uint32_t> failed;  ///< for each column: how many values were there, but not of its type
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
  std::string content;        ///< the main content, where that was asked for: as text ...
  std::string markdown;       ///< ... and with its headings, lists, links, tables and code
  std::string author;         ///< of it, where the page tells
  std::string published_at;   ///< ISO-8601, as exact as the page is
  std::string text;           ///< what a reader sees: blocks on lines of their own, white space collapsed
  std::string metadata;       ///< JSON object of what is there of og, twitter, meta, jsonld, microdata, rdfa; or empty
  std::vector<Link> links;    ///< in document order, http and https only
  std::vector<TableItems> items;  ///< of each table of the rules
  std::optional<Error>
      cut_short{};  ///< a limit was passed: this is what could be read before (parse_limit, parse_timeout)
};

}  // namespace scraper
