// SPDX-License-Identifier: MIT
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "tests/support/http_reply.h"

namespace scraper::test {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::pair<std::string_view, std::string_view>, 17> kTypes{{
    {".html", "text/html; charset=utf-8"},
    {".htm", "text/html"},
    {".css", "text/css"},
    {".js", "text/javascript"},
    {".json", "application/json"},
    {".xml", "application/xml"},
    {".rss", "application/rss+xml"},
    {".atom", "application/atom+xml"},
    {".txt", "text/plain; charset=utf-8"},
    {".csv", "text/csv"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".gif", "image/gif"},
    {".ico", "image/x-icon"},
    {".pdf", "application/pdf"},
    {".gz", "application/gzip"},
}};

std::string_view type_of(const fs::path& file) {
  for (const auto& [extension, type] : kTypes) {
    if (file.extension() == extension) return type;
  }
  return "application/octet-stream";
}

Content not_found() {
  return {404,
          "text/html; charset=utf-8",
          "<!DOCTYPE html><title>Not found</title><p>There is no such page here.</p>\n",
          {}};
}

bool climbs(const std::string& path) {
  return (path + '/').find("/../") != std::string::npos || path.find('\0') != path.npos;
}

}  // namespace

Content site_content(const std::string& directory, const std::string& path) {
  if (climbs(path)) return not_found();
  std::error_code error;
  fs::path file = fs::path(directory) / fs::path(path).relative_path();
  if (fs::is_directory(file, error)) {
    if (!path.ends_with('/')) return {301, "text/html; charset=utf-8", "", {{"Location", path + '/'}}};
    file /= "index.html";
  }
  if (!fs::is_regular_file(file, error)) return not_found();
  std::ifstream stream(file, std::ios::binary);
  std::string body{std::istreambuf_iterator<char>(stream), {}};
  return {200, std::string(type_of(file)), std::move(body), {}};
}

}  // namespace scraper::test
