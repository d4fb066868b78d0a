// SPDX-License-Identifier: MIT
// What nearly all links are needs no state machine: the head of the base's text, or none of it, and behind it the
// reference as it is written, because every byte of it stands in the canonical form as it is.
#include <array>
#include <cstring>
#include <optional>

#include "scraper/model/url.h"
#include "scraper/model/url_host.h"

namespace scraper {
namespace {

/// What a byte may be in a reference that is copied.
enum : uint8_t {
  kInPath = 1,         ///< stands in a canonical path as it is, and does not end it
  kInQuery = 2,        ///< likewise in a query
  kBeforeSegment = 4,  ///< the next byte begins a segment
  kDot = 8,            ///< at the beginning of a segment: it may be a dot segment
};

constexpr auto kPlainClass = [] {
  std::array<uint8_t, 256> table{};
  for (size_t c = 0x21; c < 0x7F; ++c) table[c] = kInPath | kInQuery;
  const auto set = [&](std::string_view chars, int bits) {
    for (const unsigned char c : chars) table[c] = static_cast<uint8_t>(bits);
  };
  set("\"<>#", 0);
  set("^`{}\\?", kInQuery);
  set("'", kInPath);
  set("/", kInPath | kInQuery | kBeforeSegment);
  set(".%", kInPath | kInQuery | kDot);
  return table;
}();

uint8_t plain_class_of(char c) { return kPlainClass[static_cast<uint8_t>(c)]; }

struct Parts {
  size_t path_bytes = 0;
  size_t bytes = 0;  ///< path and query
};

/// Of a text that begins with a segment, a slash or a question mark. nullopt: it is not canonical up to its fragment,
/// or a segment of it may be a dot segment.
std::optional<Parts> plain_parts(std::string_view text) {
  uint8_t before = kBeforeSegment;
  size_t i = 0;
  for (; i < text.size(); ++i) {
    const uint8_t c = plain_class_of(text[i]);
    if (!(c & kInPath)) break;
    if ((before & kBeforeSegment) && (c & kDot)) return std::nullopt;
    before = c;
  }
  const size_t path_bytes = i;
  if (i < text.size() && text[i] == '?') {
    while (i < text.size() && (plain_class_of(text[i]) & kInQuery)) ++i;
  }
  if (i < text.size() && text[i] != '#') return std::nullopt;
  return Parts{path_bytes, i};
}

/// Of the first `bytes` of a URL, which has slashes in front of its host. Not rfind, which looks at one byte after
/// another.
size_t behind_last_slash(const std::string& href, size_t bytes) {
  const auto* slash = static_cast<const char*>(memrchr(href.data(), '/', bytes));
  return static_cast<size_t>(slash - href.data()) + 1;
}

}  // namespace

bool Url::read_plain(std::string_view input, const Url* base) {
  if (input.size() > kUrlBytesMax) return false;
  if (input.starts_with("http")) return read_plain_absolute(input, base);
  if (base == nullptr) return false;
  if (input.empty() || input[0] == '#') {
    *this = *base;
    return true;
  }
  if (input[0] == '?') return append_plain(*base, base->path_end_, input);
  if (input[0] == '/') return !input.starts_with("//") && append_plain(*base, base->path_begin_, input);
  return read_plain_relative(input, *base);
}

/// It begins with "http", be that a scheme or not.
bool Url::read_plain_absolute(std::string_view input, const Url* base) {
  if (base != nullptr && input.starts_with(base->origin())) {
    const std::string_view rest = input.substr(base->path_begin_);
    if (rest.starts_with('/')) return append_plain(*base, base->path_begin_, rest);
  }
  const bool secure = input.starts_with("https://");
  if (!secure && !input.starts_with("http://")) return base != nullptr && read_plain_relative(input, *base);
  const size_t host_begin = secure ? 8 : 7;
  const size_t host_end = input.find('/', host_begin);
  if (host_end == std::string_view::npos) return false;
  if (!is_canonical_domain(input.substr(host_begin, host_end - host_begin))) return false;
  const auto parts = plain_parts(input.substr(host_end));
  if (!parts) return false;
  href_ = input.substr(0, host_end + parts->bytes);
  host_begin_ = static_cast<uint32_t>(host_begin);
  host_end_ = path_begin_ = static_cast<uint32_t>(host_end);
  path_end_ = static_cast<uint32_t>(host_end + parts->path_bytes);
  return true;
}

/// Beginning with neither slash nor question mark: it stands in the base's folder, or in one above that.
bool Url::read_plain_relative(std::string_view input, const Url& base) {
  size_t folder_end = behind_last_slash(base.href_, base.path_end_);
  while (true) {
    if (input.starts_with("../")) {
      input.remove_prefix(3);
      if (folder_end > base.path_begin_ + 1) folder_end = behind_last_slash(base.href_, folder_end - 1);
    } else if (input.starts_with("./")) {
      input.remove_prefix(2);
    } else {
      break;
    }
  }
  // A colon in the path may be a scheme's.
  return append_plain(base, folder_end, input) && href_.find(':', folder_end) >= path_end_;
}

/// The first bytes of the base and then `text`: a path, a query, or both.
bool Url::append_plain(const Url& base, size_t base_bytes, std::string_view text) {
  const auto parts = plain_parts(text);
  if (!parts || base_bytes + parts->bytes > kUrlBytesMax) return false;
  href_.reserve(base_bytes + parts->bytes);
  href_.assign(base.href_, 0, base_bytes).append(text, 0, parts->bytes);
  host_begin_ = base.host_begin_;
  host_end_ = base.host_end_;
  path_begin_ = base.path_begin_;
  path_end_ = static_cast<uint32_t>(base_bytes + parts->path_bytes);
  port_ = base.port_;
  return true;
}

}  // namespace scraper
