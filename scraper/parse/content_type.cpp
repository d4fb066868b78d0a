// SPDX-License-Identifier: MIT
#include "scraper/parse/content_type.h"

#include <algorithm>
#include <array>

#include "scraper/base/ascii.h"

namespace scraper {
namespace {

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

bool starts_with_tag(std::string_view body, std::string_view tag) {
  if (body.size() < tag.size()) return false;
  const bool same = std::equal(tag.begin(), tag.end(), body.begin(), [](char a, char b) {
    return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b);
  });
  if (!same || tag == "<!--") return same;
  return body.size() > tag.size() && (body[tag.size()] == ' ' || body[tag.size()] == '>');
}

/// MIME Sniffing 7.1: the patterns that mean HTML, then the absence of binary bytes.
ContentKind sniff(std::string_view body) {
  if (body.starts_with("\xFE\xFF") || body.starts_with("\xFF\xFE")) return ContentKind::text;
  if (body.starts_with("%PDF-") || body.starts_with("%!PS-Adobe-")) return ContentKind::other;
  if (body.size() >= 3 && body.substr(0, 3) == "\xEF\xBB\xBF") body.remove_prefix(3);
  std::string_view start = body;
  start.remove_prefix(std::min(start.find_first_not_of(kWhiteSpace), start.size()));
  constexpr std::array<std::string_view, 17> kTags{
      "<!doctype html", "<html",  "<head", "<script", "<iframe", "<h1", "<div", "<font", "<table", "<a",
      "<style",         "<title", "<b",    "<body",   "<br",     "<p",  "<!--"};
  for (const std::string_view tag : kTags) {
    if (starts_with_tag(start, tag)) return ContentKind::html;
  }
  const std::string_view head = body.substr(0, 1445);
  const bool binary = std::any_of(head.begin(), head.end(), [](unsigned char c) {
    return c <= 0x08 || c == 0x0B || (c >= 0x0E && c <= 0x1A) || (c >= 0x1C && c <= 0x1F);
  });
  return binary || body.empty() ? ContentKind::other : ContentKind::text;
}

bool ends_with(std::string_view text, std::string_view tail) {
  return text.size() >= tail.size() && text.substr(text.size() - tail.size()) == tail;
}

}  // namespace

std::string media_type(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find_first_of(";,"));
  const size_t begin = content_type.find_first_not_of(kWhiteSpace);
  if (begin == std::string_view::npos) return {};
  content_type = content_type.substr(begin, content_type.find_last_not_of(kWhiteSpace) - begin + 1);
  std::string type(content_type);
  std::transform(type.begin(), type.end(), type.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const size_t slash = type.find('/');
  if (slash == std::string::npos || !is_token(std::string_view(type).substr(0, slash)) ||
      !is_token(std::string_view(type).substr(slash + 1))) {
    return {};
  }
  return type;
}

ContentKind content_kind(std::string_view content_type, std::string_view body) {
  const std::string type = media_type(content_type);
  if (type.empty() || type == "*/*" || type == "unknown/unknown" || type == "application/unknown") return sniff(body);
  if (type == "text/html" || type == "application/xhtml+xml") return ContentKind::html;
  if (type.starts_with("text/") || ends_with(type, "+json") || ends_with(type, "+xml")) return ContentKind::text;
  constexpr std::array<std::string_view, 7> kText{
      "application/json",    "application/xml",      "application/javascript", "application/x-javascript",
      "application/ld+json", "application/x-ndjson", "application/ecmascript"};
  return std::find(kText.begin(), kText.end(), type) != kText.end() ? ContentKind::text : ContentKind::other;
}

}  // namespace scraper
