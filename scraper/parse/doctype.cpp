// SPDX-License-Identifier: MIT
#include "scraper/parse/doctype.h"

#include <algorithm>

#include "scraper/base/ascii.h"

namespace scraper {
namespace {

constexpr std::string_view kDoctypeSpace = " \t\n\f";

void skip_doctype_space(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(kDoctypeSpace), text.size()));
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
  skip_doctype_space(text);
  read.name = text.substr(0, text.find_first_of(kDoctypeSpace));
  text.remove_prefix(read.name.size());
  skip_doctype_space(text);
  if (read.name.empty()) return std::nullopt;
  if (text.empty()) return read;
  const bool is_public = starts_with_ignoring_case(text, "public");
  if (!is_public && !starts_with_ignoring_case(text, "system")) {
    read.bogus = true;
    return read;
  }
  text.remove_prefix(6);
  skip_doctype_space(text);
  const auto first = take_quoted(text);
  if (!first) return std::nullopt;
  (is_public ? read.public_id : read.system_id) = *first;
  skip_doctype_space(text);
  if (is_public && !text.empty()) {
    const auto second = take_quoted(text);
    if (!second) return std::nullopt;
    read.system_id = *second;
    skip_doctype_space(text);
  }
  if (!text.empty()) return std::nullopt;
  return read;
}

}  // namespace scraper
