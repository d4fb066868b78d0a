// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

#include "scraper/model/error.h"

namespace scraper {

/// Longer URLs are refused: a bound on what one link can make the store hold.
inline constexpr size_t kUrlBytesMax = 64u << 10;

/// An http or https URL in canonical form: parsed and serialised as the WHATWG URL standard does (section 4), without
/// fragment and without user info, which is how URLs are stored and compared.
///
/// A value type; immutable once parsed; pure ASCII.
class Url {
 public:
  /// Parses `input` against `base` (WHATWG URL 4.4, "basic URL parser"). `input` is UTF-8; what is ill-formed in it
  /// counts as U+FFFD. Fails with bad_url, or with unsupported_scheme when the input names another scheme (mailto:,
  /// ftp:, javascript: ...), with a base or without. Longer than kUrlBytesMax, as given or in canonical form, is
  /// bad_url. The message says what is wrong in words for people, without repeating the input. Any thread.
  static tl::expected<Url, Error> parse(std::string_view input, const Url* base = nullptr);

  /// The canonical form: `http://example.com/a?b`.
  const std::string& href() const { return href_; }
  /// Likewise, without a copy: nothing else may be asked of this object afterwards.
  std::string take_href() && { return std::move(href_); }

  std::string_view scheme() const;       ///< `http` or `https`
  std::string_view host() const;         ///< ASCII domain, IPv4, or IPv6 in brackets
  std::optional<uint16_t> port() const;  ///< nullopt: the scheme's default
  uint16_t effective_port() const;
  std::string_view path() const;    ///< begins with a slash
  std::string_view query() const;   ///< without the question mark
  std::string_view origin() const;  ///< `https://example.com:8443`, a prefix of href

  friend bool operator==(const Url& a, const Url& b) { return a.href_ == b.href_; }

 private:
  class Builder;  // in url.cpp: appends the parts of an URL to href_ as it reads them

  Url() = default;

  /// Reads what needs nothing but copying, which is nearly every link (url_plain.cpp). False: it is not of this kind,
  /// the general algorithm has to read it, and this object is of no use.
  bool read_plain(std::string_view input, const Url* base);
  bool read_plain_absolute(std::string_view input, const Url* base);
  bool read_plain_relative(std::string_view input, const Url& base);
  bool append_plain(const Url& base, size_t base_bytes, std::string_view text);

  std::string href_;
  // Offsets into href_: "http" "://" host [":" port] path ["?" query].
  uint32_t host_begin_ = 0;
  uint32_t host_end_ = 0;
  uint32_t path_begin_ = 0;
  uint32_t path_end_ = 0;
  std::optional<uint16_t> port_;
};

/// The text with the user info of every URL in it taken out: what is stored or shown must not carry passwords.
std::string without_user_info(std::string_view text);

}  // namespace scraper
