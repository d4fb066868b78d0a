// SPDX-License-Identifier: MIT
#include "scraper/parse/xml_prolog.h"

#include "scraper/base/ascii.h"

namespace scraper {
namespace {

constexpr size_t kNone = std::string_view::npos;

/// After the next `end` at or behind `from`.
size_t behind(std::string_view text, std::string_view end, size_t from) {
  const size_t at = text.find(end, from);
  return at == kNone ? kNone : at + end.size();
}

/// After <!DOCTYPE ... [ ... ]>, whose quotes, comments and brackets may hold the sign that would end it.
size_t behind_doctype(std::string_view text, size_t at) {
  bool in_subset = false;
  at += 2;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"' || c == '\'') {
      at = text.find(c, at + 1);
      if (at == kNone) return kNone;
    } else if (text.substr(at, 4) == "<!--") {
      at = behind(text, "-->", at);
      if (at == kNone) return kNone;
      continue;
    } else if (c == '[' || c == ']') {
      in_subset = c == '[';
    } else if (c == '>' && !in_subset) {
      return at + 1;
    }
    ++at;
  }
  return kNone;
}

bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' || (c & 0x80) != 0;
}

}  // namespace

size_t root_offset(std::string_view text) {
  size_t at = 0;
  if (text.starts_with("\xEF\xBB\xBF")) at = 3;
  while (true) {
    at = text.find_first_not_of(kWhiteSpace, at);
    if (at == kNone || text[at] != '<' || at + 1 == text.size()) return kNone;
    const char next = text[at + 1];
    if (begins_name(next)) return at;
    if (next == '?') {
      at = behind(text, "?>", at);
    } else if (text.substr(at, 4) == "<!--") {
      at = behind(text, "-->", at);
    } else if (next == '!') {
      at = behind_doctype(text, at);
    } else {
      return kNone;
    }
    if (at == kNone) return kNone;
  }
}

std::string_view root_name(std::string_view text) {
  const size_t at = root_offset(text);
  if (at == kNone) return {};
  return text.substr(at + 1, text.find_first_of(" \t\r\n\f/>", at) - at - 1);
}

}  // namespace scraper
