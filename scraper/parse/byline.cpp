// SPDX-License-Identifier: MIT
#include "scraper/parse/byline.h"

#include <algorithm>
#include <array>
#include <vector>

#include "scraper/base/utf8.h"
#include "scraper/parse/date_names.h"
#include "scraper/parse/gumbo_node.h"

namespace scraper {
namespace {

constexpr size_t kAuthorBytesMax = 100;
constexpr size_t kBylineBytesMax = 600;
constexpr size_t kBylineNamesMax = 30;

/// What stands before the names, in lower case. "di" begins surnames too, and only counts in lower case.
constexpr std::array<std::string_view, 32> kBefore{"written by",   "posted by",
                                                   "published by", "reported by",
                                                   "reviewed by",  "story by",
                                                   "words by",     "by",
                                                   "von",          "par",
                                                   "por",          "door",
                                                   "av",           "af",
                                                   "text",         "texte",
                                                   "texto",        "author",
                                                   "authors",      "autor",
                                                   "autoren",      "auteur",
                                                   "autore",       "autora",
                                                   "escrito por",  "geschrieben von",
                                                   "publié par",   "di",
                                                   "verfasst von", "erstellt von",
                                                   "recipe by",    "recipe from"};

/// What separates names.
constexpr std::array<std::string_view, 10> kBetween{" and ", " und ", " et ", " y ", " e ",
                                                    " en ",  " & ",   ";",    "|",   "•"};

/// What may follow the names.
constexpr std::array<std::string_view, 15> kAfter{" | ",  " • ",      " · ",        " – ",          " — ",
                                                  " - ",  " posted ", " published", " updated",     " last updated",
                                                  " on ", " am ",     " for ",      " contributor", " at "};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kEnds = " \t\r\n,;:.|-/";
  const size_t begin = text.find_first_not_of(" \t\r\n,;:|-/");
  if (begin == std::string_view::npos) return {};
  const size_t end = text.find_last_not_of(kEnds);
  if (end == std::string_view::npos || end < begin) return {};
  // "Robert Downey Jr." keeps its full stop.
  const bool stop = end + 1 < text.size() && text[end + 1] == '.' && end >= 1;
  return text.substr(begin, end - begin + (stop ? 2 : 1));
}

/// Without "By", "Written by:" and the like.
std::string_view without_before(std::string_view text) {
  for (bool again = true; again;) {
    again = false;
    const std::string lower = lower_name(text);
    for (const std::string_view word : kBefore) {
      if (!lower.starts_with(word) || lower.size() == word.size()) continue;
      const char next = lower[word.size()];
      if (next != ' ' && next != ':') continue;
      if (word == "di" && text[0] != 'd') continue;
      text = trimmed(text.substr(word.size()));
      again = true;
      break;
    }
  }
  return text;
}

/// Up to the first thing that is no part of names: a digit, an address, a dash.
std::string_view without_after(std::string_view text) {
  const std::string lower = lower_name(text);
  size_t end = text.size();
  for (const std::string_view after : kAfter) {
    const size_t at = lower.find(after);
    if (at != std::string::npos && at > 0) end = std::min(end, at);
  }
  for (size_t i = 0; i < end; ++i)
    if (text[i] == '@' || text[i] == '(' || text[i] == '\n' || (text[i] >= '0' && text[i] <= '9')) end = i;
  text = text.substr(0, end);
  // The month of a date whose day was cut off.
  for (;;) {
    text = trimmed(text);
    const size_t space = text.find_last_of(" ,");
    if (space == std::string_view::npos) return text;
    std::string last = lower_name(trimmed(text.substr(space + 1)));
    while (!last.empty() && last.back() == '.') last.pop_back();
    const bool weekday = last.size() > 5 && (last.ends_with("day") || last.ends_with("tag"));
    const bool date = end < lower.size() && lower[end] >= '0' && lower[end] <= '9';
    if (!date || (month_of_name(last) == 0 && !weekday)) return text;
    text = text.substr(0, space);
  }
}

/// "Last Updated", "By", "January" and the like, and what has no letter that begins a name.
bool is_name(std::string_view text) {
  if (text.size() < 2 || text.size() > kAuthorBytesMax) return false;
  if (text.find("://") != std::string_view::npos || text.find("www.") != std::string_view::npos) return false;
  if (text.find('@') != std::string_view::npos || text.find('{') != std::string_view::npos) return false;
  if (std::count(text.begin(), text.end(), ' ') > 7) return false;  // a sentence
  constexpr std::array<std::string_view, 19> kNoNames{
      "admin",   "administrator", "editor",    "staff",        "author",    "authors", "guest",
      "null",    "unknown",       "anonymous", "redaktion",    "undefined", "by",      "last",
      "updated", "last updated",  "published", "organization", "person"};
  const std::string lower = lower_name(text);
  if (lower.ends_with("admin")) return false;
  for (const std::string_view part :
       {"follow", "author", "rss feed", "e-mail", "email", "subscribe", "all posts", "all articles"})
    if (lower.find(part) != std::string::npos) return false;
  return std::find(kNoNames.begin(), kNoNames.end(), lower) == kNoNames.end() && month_of_name(lower) == 0;
}

bool begins_like_name(std::string_view name) {
  return (name[0] >= 'A' && name[0] <= 'Z') || static_cast<unsigned char>(name[0]) >= 0x80;
}

/// Two to five words, the first and the last of which begin with a capital.
bool is_full_name(std::string_view name) {
  const auto spaces = std::count(name.begin(), name.end(), ' ');
  return spaces >= 1 && spaces <= 4 && begins_like_name(name) && begins_like_name(name.substr(name.rfind(' ') + 1));
}

/// What stands behind people's names: an agency, a paper or its address, an office. CNN, Cleveland.com, AP Science
/// Writer.
bool is_outlet(std::string_view name) {
  for (const std::string_view word : {"Writer", "Editor", "Reporter", "Correspondent", "Staff"})
    if (name.ends_with(word)) return true;
  const size_t stop = name.rfind('.');
  if (stop != std::string_view::npos && stop + 2 < name.size() && name.find(' ') == std::string_view::npos) return true;
  return name.size() <= 5 && std::all_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// Adds the names in a byline that are not there yet.
void add_names(std::vector<std::string>& names, std::string_view byline) {
  std::string text = collapse_white_space(byline.substr(0, kBylineBytesMax));
  text = without_after(without_before(trimmed(text)));
  std::string split = text;
  for (const std::string_view between : kBetween) {
    size_t from = 0;
    for (size_t at = 0; (at = split.find(between, at)) != std::string::npos;) {
      // "Smith and Jones" is one name, "Ann Smith and Jo Jones" are two.
      const bool two = between.front() != ' ' || split.substr(from, at - from).find(' ') != std::string::npos;
      if (two) split.replace(at, between.size(), ",");
      from = at += two ? 1 : between.size();
    }
  }
  for (size_t at = 0; at <= split.size() && names.size() < kBylineNamesMax;) {
    const size_t end = std::min(split.find(',', at), split.size());
    const std::string_view name = without_before(trimmed(std::string_view(split).substr(at, end - at)));
    const std::string lower = lower_name(name);
    const bool known =
        std::any_of(names.begin(), names.end(), [&](const std::string& other) { return lower_name(other) == lower; });
    if (is_name(name) && !known) names.emplace_back(name);
    at = end + 1;
  }
}

std::string joined(std::vector<std::string> names) {
  while (names.size() > 1 && is_outlet(names.back())) names.pop_back();
  std::string out;
  for (const std::string& name : names) {
    if (!out.empty()) out += ", ";
    out += name;
  }
  return to_valid_utf8(std::move(out));
}

std::string from_metas(const PageFacts& facts) {
  constexpr std::array<std::string_view, 12> kMetas{
      "author",          "article:author", "parsely-author",  "sailthru.author",     "byl",    "dc.creator",
      "dcterms.creator", "dc.contributor", "citation_author", "article:author_name", "byline", "og:author"};
  for (const std::string_view wanted : kMetas) {
    std::vector<std::string> names;
    for (const PageFacts::Meta& meta : facts.metas)
      if (meta.name == wanted && meta.content.find("://") == std::string::npos) add_names(names, meta.content);
    if (!names.empty()) return joined(names);
  }
  return {};
}

std::string from_elements(const PageFacts& facts) {
  for (const auto kind : {PageFacts::Element::Kind::itemprop, PageFacts::Element::Kind::rel,
                          PageFacts::Element::Kind::name, PageFacts::Element::Kind::text}) {
    for (const PageFacts::Element& element : facts.authors) {
      if (element.kind != kind) continue;
      std::vector<std::string> names;
      add_names(names, element.names);
      if (names.empty()) add_names(names, element.text);
      // A class may be called author for other reasons; then at least a name is written like one.
      // Text that begins with "By" is a byline only if all of it is names of two words or more.
      const bool named = kind == PageFacts::Element::Kind::itemprop || kind == PageFacts::Element::Kind::rel;
      const bool fits = std::all_of(names.begin(), names.end(), [&](const std::string& name) {
        return kind != PageFacts::Element::Kind::text || is_full_name(name);
      });
      if (!names.empty() && (named || (begins_like_name(names.front()) && fits))) return joined(names);
    }
  }
  return {};
}

}  // namespace

std::string clean_byline(std::string_view text) {
  std::vector<std::string> names;
  add_names(names, text);
  return joined(names);
}

std::string page_author(const PageFacts& facts, const ArticleData& article) {
  std::vector<std::string> names;
  for (const std::string& author : article.authors) add_names(names, author);
  if (!names.empty()) return joined(names);
  std::string found = from_metas(facts);
  return found.empty() ? from_elements(facts) : found;
}

}  // namespace scraper
