// SPDX-License-Identifier: MIT
#include "scraper/model/url.h"

#include <algorithm>
#include <array>
#include <utility>

#include "scraper/base/ascii.h"
#include "scraper/base/utf8.h"
#include "scraper/model/url_host.h"

namespace scraper {
namespace {

/// What a URL's memory may exceed its text by. A short reference to a long base would else hold room for both.
constexpr size_t kSlackBytesMax = 256;

/// What a byte means in a path or a query. A byte is copied as it is when it has none of the bits asked about.
enum : uint8_t {
  kEncodeInPath = 1,   ///< path percent-encode set (WHATWG URL 1.3)
  kEncodeInQuery = 2,  ///< special-query percent-encode set
  kSlash = 4,          ///< ends a path segment
  kPathEnd = 8,        ///< ? and #
  kHash = 16,
  kTrim = 32,     ///< C0 control or space: dropped at both ends
  kNewline = 64,  ///< tab, line feed, carriage return: dropped everywhere
};

constexpr auto kClass = [] {
  std::array<uint8_t, 256> table{};
  const auto add = [&](std::string_view chars, int bits) {
    for (const unsigned char c : chars) table[c] = static_cast<uint8_t>(table[c] | bits);
  };
  for (size_t c = 0; c < 256; ++c) {
    if (c <= 0x20 || c >= 0x7F) table[c] = kEncodeInPath | kEncodeInQuery;
    if (c <= 0x20) table[c] |= kTrim;
  }
  add("\"<>", kEncodeInPath | kEncodeInQuery);
  add("^`{}", kEncodeInPath);
  add("'", kEncodeInQuery);
  add("/\\", kSlash);
  add("?#", kPathEnd);
  add("#", kHash);
  add("\t\n\r", kNewline);
  return table;
}();

uint8_t class_of(char c) { return kClass[static_cast<uint8_t>(c)]; }

bool is_slash(char c) { return c == '/' || c == '\\'; }

tl::unexpected<Error> bad_url(std::string message) {
  return tl::make_unexpected(Error{ErrorKind::bad_url, Stage::list, 0, std::move(message)});
}

std::string_view without_ends(std::string_view text) {
  while (!text.empty() && (class_of(text.front()) & kTrim)) text.remove_prefix(1);
  while (!text.empty() && (class_of(text.back()) & kTrim)) text.remove_suffix(1);
  return text;
}

/// The length of the scheme in front of a colon, or npos when the text has none ("scheme start state", "scheme state").
size_t scheme_length(std::string_view text) {
  if (text.empty() || !is_letter(text[0])) return std::string_view::npos;
  for (size_t i = 1; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ':') return i;
    if (!is_letter(c) && !is_digit(c) && c != '+' && c != '-' && c != '.') break;
  }
  return std::string_view::npos;
}

/// 0: not a dot segment; 1: "." ; 2: "..": each dot may be written %2e.
int dot_segment(std::string_view segment) {
  int dots = 0;
  size_t i = 0;
  while (i < segment.size()) {
    if (segment[i] == '.') {
      ++i;
    } else if (segment.size() - i >= 3 && segment[i] == '%' && segment[i + 1] == '2' &&
               (segment[i + 2] | 0x20) == 'e') {
      i += 3;
    } else {
      return 0;
    }
    if (++dots > 2) return 0;
  }
  return dots;
}

void append_percent_encoded(std::string& out, std::string_view bytes) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (const unsigned char c : bytes) {
    out += '%';
    out += kHex[c >> 4];
    out += kHex[c & 15];
  }
}

/// Appends `text`, percent-encoding what has one of the bits of `encode`.
void append_encoded(std::string& out, std::string_view text, uint8_t encode) {
  size_t i = 0;
  while (i < text.size()) {
    size_t end = i;
    while (end < text.size() && !(class_of(text[end]) & encode)) ++end;
    out.append(text, i, end - i);
    i = end;
    while (end < text.size() && static_cast<uint8_t>(text[end]) >= 0x80) ++end;
    if (end > i) {
      append_percent_encoded(out, to_valid_utf8(std::string(text.substr(i, end - i))));
      i = end;
    } else if (i < text.size()) {
      append_percent_encoded(out, text.substr(i++, 1));
    }
  }
}

}  // namespace

class Url::Builder {
 public:
  /// `input` is trimmed and without tabs and newlines.
  tl::expected<Url, Error> build(std::string_view input, const Url* base) {
    const size_t length = scheme_length(input);
    if (length == std::string_view::npos) {
      if (base == nullptr) return bad_url("there is no scheme: a URL begins with http:// or https://");
      return relative(input, *base);
    }
    const std::string_view scheme = input.substr(0, length);
    const std::string_view rest = input.substr(length + 1);
    const bool secure = equals_ignoring_case(scheme, "https");
    if (!secure && !equals_ignoring_case(scheme, "http")) return other_scheme(scheme);
    // "http:a" is relative to a base of the same scheme, and http://a with any other ("special relative or authority").
    const bool two_slashes = rest.size() >= 2 && is_slash(rest[0]) && is_slash(rest[1]);
    if (!two_slashes && base != nullptr && (base->scheme() == "https") == secure) return relative(rest, *base);
    return absolute(secure, rest);
  }

 private:
  static tl::unexpected<Error> other_scheme(std::string_view scheme) {
    std::string message = "the scheme ";
    message += scheme.substr(0, 32);
    message += " is neither http nor https";
    return tl::make_unexpected(Error{ErrorKind::unsupported_scheme, Stage::list, 0, std::move(message)});
  }

  tl::expected<Url, Error> absolute(bool secure, std::string_view rest) {
    url_.href_.reserve(rest.size() + 16);
    url_.href_ = secure ? "https://" : "http://";
    secure_ = secure;
    size_t begin = 0;
    while (begin < rest.size() && is_slash(rest[begin])) ++begin;
    size_t end = begin;
    while (end < rest.size() && !(class_of(rest[end]) & (kSlash | kPathEnd))) ++end;
    if (auto error = authority(rest.substr(begin, end - begin))) return tl::make_unexpected(std::move(*error));
    return path(rest.substr(end));
  }

  tl::expected<Url, Error> relative(std::string_view input, const Url& base) {
    secure_ = base.scheme() == "https";
    if (input.size() >= 2 && is_slash(input[0]) && is_slash(input[1])) return absolute(secure_, input);
    url_.href_.reserve(base.href_.size() + input.size() + 16);
    url_.host_begin_ = base.host_begin_;
    url_.host_end_ = base.host_end_;
    url_.path_begin_ = base.path_begin_;
    url_.port_ = base.port_;
    const char first = input.empty() ? '#' : input[0];
    if (first == '#' || first == '?') {
      url_.path_end_ = base.path_end_;
      url_.href_.assign(base.href_, 0, first == '#' ? std::string::npos : base.path_end_);
      if (first == '?') query(input);
      return finish();
    }
    if (is_slash(first)) {
      url_.href_.assign(base.href_, 0, base.path_begin_);
      return path(input);
    }
    const size_t last_slash = base.href_.rfind('/', base.path_end_ - 1);
    url_.href_.assign(base.href_, 0, last_slash);
    return segments(input);
  }

  /// [user info "@"] host [":" port]; the user info is dropped.
  std::optional<Error> authority(std::string_view text) {
    if (const size_t at = text.rfind('@'); at != std::string_view::npos) text.remove_prefix(at + 1);
    const size_t colon = port_colon(text);
    url_.host_begin_ = static_cast<uint32_t>(url_.href_.size());
    if (const char* problem = append_host(url_.href_, text.substr(0, colon))) {
      return Error{ErrorKind::bad_url, Stage::list, 0, problem};
    }
    url_.host_end_ = static_cast<uint32_t>(url_.href_.size());
    if (colon < text.size()) {
      if (auto error = port(text.substr(colon + 1))) return error;
    }
    url_.path_begin_ = static_cast<uint32_t>(url_.href_.size());
    return std::nullopt;
  }

  /// Where the first colon outside brackets stands; the size of the text when there is none ("host state").
  static size_t port_colon(std::string_view text) {
    bool in_brackets = false;
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '[') in_brackets = true;
      if (text[i] == ']') in_brackets = false;
      if (text[i] == ':' && !in_brackets) return i;
    }
    return text.size();
  }

  std::optional<Error> port(std::string_view digits) {
    uint32_t value = 0;
    for (const char c : digits) {
      if (!is_digit(c)) return Error{ErrorKind::bad_url, Stage::list, 0, "the port is not a number"};
      value = std::min<uint32_t>(value * 10 + static_cast<uint32_t>(c - '0'), 1'000'000);
    }
    if (value > 65535) {
      const size_t zeros = std::min(digits.find_first_not_of('0'), digits.size());
      const std::string_view shown = digits.substr(zeros);
      std::string message = shown.size() <= 20 ? "the port " + std::string(shown) : "the port";
      return Error{ErrorKind::bad_url, Stage::list, 0, message + " is over 65535"};
    }
    if (digits.empty() || value == (secure_ ? 443u : 80u)) return std::nullopt;
    url_.port_ = static_cast<uint16_t>(value);
    url_.href_ += ':';
    url_.href_ += std::to_string(value);
    return std::nullopt;
  }

  /// "Path start state": the slash in front of the first segment may be missing.
  tl::expected<Url, Error> path(std::string_view text) {
    if (!text.empty() && is_slash(text[0])) text.remove_prefix(1);
    return segments(text);
  }

  /// "Path state": each segment is appended after a slash; dot segments take back what stands there.
  tl::expected<Url, Error> segments(std::string_view text) {
    std::string& out = url_.href_;
    size_t begin = 0;
    while (true) {
      size_t end = begin;
      uint8_t seen = 0;
      while (end < text.size() && !(class_of(text[end]) & (kSlash | kPathEnd))) seen |= class_of(text[end++]);
      const bool more = end < text.size() && is_slash(text[end]);
      const std::string_view segment = text.substr(begin, end - begin);
      const bool may_be_dots = !segment.empty() && (segment[0] == '.' || segment[0] == '%');
      const int dots = may_be_dots ? dot_segment(segment) : 0;
      if (dots == 0) {
        out += '/';
        if (seen & kEncodeInPath)
          append_encoded(out, segment, kEncodeInPath);
        else
          out += segment;
      } else {
        if (dots == 2 && out.size() > url_.path_begin_) out.resize(out.rfind('/'));
        if (!more) out += '/';
      }
      begin = end;
      if (!more) break;
      ++begin;
    }
    url_.path_end_ = static_cast<uint32_t>(out.size());
    query(text.substr(begin));
    return finish();
  }

  /// `text` is empty, or begins with ? or #.
  void query(std::string_view text) {
    if (!text.starts_with('?')) return;
    size_t end = 1;
    uint8_t seen = 0;
    while (end < text.size() && text[end] != '#') seen |= class_of(text[end++]);
    if (seen & kEncodeInQuery)
      append_encoded(url_.href_, text.substr(0, end), kEncodeInQuery);
    else
      url_.href_ += text.substr(0, end);
  }

  tl::expected<Url, Error> finish() {
    if (url_.href_.size() > kUrlBytesMax) return bad_url("the URL is longer than 64 KiB");
    if (url_.href_.capacity() - url_.href_.size() > kSlackBytesMax) url_.href_.shrink_to_fit();
    return std::move(url_);
  }

  Url url_;
  bool secure_ = false;
};

tl::expected<Url, Error> Url::parse(std::string_view input, const Url* base) {
  if (Url url; url.read_plain(input, base)) return url;
  input = without_ends(input);
  uint8_t seen = 0;
  for (const char c : input) seen |= class_of(c);
  std::string cleaned;
  if (seen & kNewline) {
    cleaned = input;
    std::erase_if(cleaned, [](char c) { return (class_of(c) & kNewline) != 0; });
    input = cleaned;
  }
  // The fragment is dropped, so it may not make a URL too long either.
  if (seen & kHash) input = input.substr(0, std::min(input.find('#') + 1, input.size()));
  if (input.size() > kUrlBytesMax) {
    const size_t length = scheme_length(input);
    const std::string_view scheme = input.substr(0, length == std::string_view::npos ? 0 : length);
    // A data: URL is long by nature: its scheme is what is wrong with it.
    if (scheme.empty() || equals_ignoring_case(scheme, "http") || equals_ignoring_case(scheme, "https")) {
      return bad_url("the URL is longer than 64 KiB");
    }
  }
  return Builder().build(input, base);
}

std::string_view Url::scheme() const { return std::string_view(href_).substr(0, host_begin_ - 3); }

std::string_view Url::host() const { return std::string_view(href_).substr(host_begin_, host_end_ - host_begin_); }

std::optional<uint16_t> Url::port() const { return port_; }

uint16_t Url::effective_port() const {
  if (port_) return *port_;
  return scheme() == "https" ? 443 : 80;
}

std::string_view Url::path() const { return std::string_view(href_).substr(path_begin_, path_end_ - path_begin_); }

std::string_view Url::query() const {
  return path_end_ < href_.size() ? std::string_view(href_).substr(path_end_ + 1) : std::string_view();
}

std::string_view Url::origin() const { return std::string_view(href_).substr(0, path_begin_); }

}  // namespace scraper
