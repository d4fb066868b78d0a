// SPDX-License-Identifier: MIT
#include "scraper/model/url_host.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "scraper/base/ascii.h"
#include "scraper/base/utf8.h"
#include "scraper/model/idna.h"

namespace scraper {
namespace {

constexpr const char* kBadIpv4 = "the host is not a valid IPv4 address, though it ends in a number";
constexpr const char* kBadIpv6 = "the host is not a valid IPv6 address";

enum : uint8_t { kPlain = 1, kForbidden = 2 };

/// kPlain: stands in a canonical domain as it is. kForbidden: the forbidden domain code points (WHATWG URL 3.2).
constexpr auto kHostClass = [] {
  std::array<uint8_t, 256> table{};
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<size_t>(c)] = kPlain;
  for (int c = '0'; c <= '9'; ++c) table[static_cast<size_t>(c)] = kPlain;
  for (const unsigned char c : std::string_view("-._")) table[c] = kPlain;
  for (size_t c = 0; c <= 0x20; ++c) table[c] = kForbidden;
  for (const unsigned char c : std::string_view("#/:<>?@[\\]^|%\x7F")) table[c] = kForbidden;
  return table;
}();

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

/// The "IPv4 number parser". Values too large for any address stop at 2^32, which is all the caller has to know.
std::optional<uint64_t> parse_ipv4_number(std::string_view text) {
  if (text.empty()) return std::nullopt;
  int radix = 10;
  if (text.size() >= 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    radix = 16;
    text.remove_prefix(2);
  } else if (text.size() >= 2 && text[0] == '0') {
    radix = 8;
    text.remove_prefix(1);
  }
  uint64_t value = 0;
  for (const char c : text) {
    const int digit = hex_digit(c);
    if (digit < 0 || digit >= radix) return std::nullopt;
    value = std::min<uint64_t>(value * static_cast<uint64_t>(radix) + static_cast<uint64_t>(digit), 1ull << 32);
  }
  return value;
}

std::optional<uint32_t> parse_ipv4(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  std::array<uint64_t, 4> numbers{};
  size_t count = 0;
  for (size_t begin = 0; begin <= host.size(); ++count) {
    const size_t end = std::min(host.find('.', begin), host.size());
    const auto number = parse_ipv4_number(host.substr(begin, end - begin));
    if (count == numbers.size() || !number) return std::nullopt;
    numbers[count] = *number;
    begin = end + 1;
  }
  const uint64_t last = numbers[count - 1];
  if (last >= 1ull << (8 * (5 - count))) return std::nullopt;
  uint64_t address = last;
  for (size_t i = 0; i + 1 < count; ++i) {
    if (numbers[i] > 255) return std::nullopt;
    address += numbers[i] << (8 * (3 - i));
  }
  return static_cast<uint32_t>(address);
}

void append_number(std::string& out, uint32_t value, int base) {
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, base).ptr;
  out.append(digits.data(), end);
}

using Ipv6 = std::array<uint16_t, 8>;

/// The IPv4 address that may stand for the last two pieces, "::ffff:1.2.3.4": decimal only, no leading zeros.
bool parse_embedded_ipv4(std::string_view text, Ipv6& pieces, size_t& piece) {
  int seen = 0;
  size_t i = 0;
  for (; i < text.size(); ++seen) {
    if (seen > 0 && (seen == 4 || text[i++] != '.')) return false;
    const size_t begin = i;
    uint32_t value = 0;
    while (i < text.size() && is_digit(text[i]) && i - begin < 3)
      value = value * 10 + static_cast<uint32_t>(text[i++] - '0');
    if (i == begin || value > 255 || (i - begin > 1 && text[begin] == '0')) return false;
    pieces[piece] = static_cast<uint16_t>(pieces[piece] * 0x100 + value);
    if (seen == 1 || seen == 3) ++piece;
  }
  return seen == 4;
}

/// The "IPv6 parser" (WHATWG URL 3.5); `text` is what stands between the brackets.
std::optional<Ipv6> parse_ipv6(std::string_view text) {
  Ipv6 pieces{};
  size_t piece = 0;
  std::optional<size_t> compress;
  size_t i = 0;
  if (text.starts_with(':')) {
    if (!text.starts_with("::")) return std::nullopt;
    i = 2;
    compress = ++piece;
  }
  while (i < text.size()) {
    if (piece == 8) return std::nullopt;
    if (text[i] == ':') {
      if (compress) return std::nullopt;
      ++i;
      compress = ++piece;
      continue;
    }
    const size_t begin = i;
    uint32_t value = 0;
    while (i < text.size() && i - begin < 4 && hex_digit(text[i]) >= 0)
      value = value * 16 + static_cast<uint32_t>(hex_digit(text[i++]));
    if (i < text.size() && text[i] == '.') {
      if (i == begin || piece > 6 || !parse_embedded_ipv4(text.substr(begin), pieces, piece)) return std::nullopt;
      break;
    }
    if (i < text.size() && text[i] == ':') {
      if (++i == text.size()) return std::nullopt;
    } else if (i < text.size()) {
      return std::nullopt;
    }
    pieces[piece++] = static_cast<uint16_t>(value);
  }
  if (!compress) return piece == 8 ? std::optional(pieces) : std::nullopt;
  std::rotate(pieces.begin() + static_cast<std::ptrdiff_t>(*compress),
              pieces.begin() + static_cast<std::ptrdiff_t>(piece), pieces.end());
  return pieces;
}

/// The "IPv6 serializer" (WHATWG URL 3.6): the first longest run of two or more zero pieces becomes "::".
void append_ipv6(std::string& out, const Ipv6& pieces) {
  size_t run_begin = 8, run_length = 1;
  for (size_t i = 0; i < 8; ++i) {
    size_t end = i;
    while (end < 8 && pieces[end] == 0) ++end;
    if (end - i > run_length) {
      run_begin = i;
      run_length = end - i;
    }
    i = std::max(i, end);
  }
  out += '[';
  for (size_t i = 0; i < 8; ++i) {
    if (i == run_begin) {
      out += i == 0 ? "::" : ":";
      i += run_length - 1;
      continue;
    }
    append_number(out, pieces[i], 16);
    if (i < 7) out += ':';
  }
  out += ']';
}

const char* append_domain(std::string& out, std::string_view domain) {
  if (ends_in_number(domain)) {
    const auto address = parse_ipv4(domain);
    if (!address) return kBadIpv4;
    for (int shift = 24; shift >= 0; shift -= 8) {
      append_number(out, (*address >> shift) & 0xFF, 10);
      if (shift > 0) out += '.';
    }
    return nullptr;
  }
  out += domain;
  return nullptr;
}

/// Lower-case letters, digits, dots and hyphens, without an `xn--` label: nothing to map.
bool is_plain(std::string_view host) {
  for (const unsigned char c : host) {
    if (kHostClass[c] != kPlain) return false;
  }
  return host.find("xn--") == std::string_view::npos;
}

}  // namespace

bool ends_in_number(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const size_t dot = host.rfind('.');
  const std::string_view last = dot == std::string_view::npos ? host : host.substr(dot + 1);
  if (last.empty() || !is_digit(last[0])) return false;
  return std::all_of(last.begin(), last.end(), is_digit) || parse_ipv4_number(last).has_value();
}

bool is_canonical_domain(std::string_view host) { return !host.empty() && is_plain(host) && !ends_in_number(host); }

const char* append_host(std::string& out, std::string_view input) {
  if (input.empty()) return "there is no host name";
  if (is_plain(input)) return append_domain(out, input);
  if (input.starts_with('[')) {
    if (!input.ends_with(']')) return "the bracket of an IPv6 address is not closed";
    const auto pieces = parse_ipv6(input.substr(1, input.size() - 2));
    if (!pieces) return kBadIpv6;
    append_ipv6(out, *pieces);
    return nullptr;
  }
  std::string decoded = percent_decode(input);
  // U+0000 is forbidden, which must be seen before to_valid_utf8 makes it U+FFFD.
  if (decoded.find('\0') != std::string::npos) return "the host name holds a character that no host name may hold";
  const auto domain = domain_to_ascii(to_valid_utf8(std::move(decoded)));
  if (!domain) return "the host name is not a valid internationalised domain name";
  if (domain->empty()) return "there is no host name";
  for (const unsigned char c : *domain) {
    if (kHostClass[c] == kForbidden) return "the host name holds a character that no host name may hold";
  }
  return append_domain(out, *domain);
}

}  // namespace scraper
