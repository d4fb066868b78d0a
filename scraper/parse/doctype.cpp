// SPDX-License-Identifier: MIT
#include "scraper/parse/doctype.h"

#include "scraper/base/ascii.h"

namespace scraper {
namespace {

constexpr std::string_view kSpace = " \t\n\f";

/// Skips white space; false when there is none.
bool skip_space(std::string_view& text) {
  const size_t size = std::min(text.find_first_not_of(kSpace), text.size());
  text.remove_prefix(size);
  return size > 0;
}

/// Takes what stands in quotes.
std::optional<std::string_view> take_quoted(std::string_view& text) {
  if (!text.starts_with('"') && !text.starts_with('\'')) return std::nullopt;
  const size_t end = text.find(text[0], 1);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view inside = text.substr(1, end - 1);
  text.remove_prefix(end + 1);
  return inside;
}

}  // namespace

std::optional<Doctype> read_doctype(std::string_view text) {
  Doctype read;
  if (!skip_space(text) || text.empty()) return std::nullopt;
  read.name = text.substr(0, text.find_first_of(kSpace));
  text.remove_prefix(read.name.size());
  if (!skip_space(text) || text.empty()) return read;
  const bool is_public = starts_with_ignoring_case(text, "public");
  if (!is_public && !starts_with_ignoring_case(text, "system")) return std::nullopt;
  text.remove_prefix(6);
  if (!skip_space(text)) return std::nullopt;
  const auto first = take_quoted(text);
  if (!first) return std::nullopt;
  if (!is_public) {
    read.system_id = *first;
  } else {
    read.public_id = *first;
    if (skip_space(text) && !text.empty()) {
      const auto second = take_quoted(text);
      if (!second) return std::nullopt;
      read.system_id = *second;
      skip_space(text);
    }
  }
  if (!text.empty() && (skip_space(text), !text.empty())) return std::nullopt;
  return read;
}

}  // namespace scraper
