// SPDX-License-Identifier: MIT
#include "scraper/fetch/address_guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <span>

namespace scraper {
namespace {

using Bytes4 = std::array<uint8_t, 4>;
using Bytes16 = std::array<uint8_t, 16>;

template <typename Bytes>
struct Range {
  Bytes prefix;
  int bits;
  std::string_view name;
};

constexpr std::array<Range<Bytes4>, 16> kRanges4{{
    {{0, 0, 0, 0}, 8, "unspecified"},
    {{10, 0, 0, 0}, 8, "private"},
    {{100, 64, 0, 0}, 10, "shared (carrier-grade NAT)"},
    {{127, 0, 0, 0}, 8, "loopback"},
    {{169, 254, 0, 0}, 16, "link-local"},
    {{172, 16, 0, 0}, 12, "private"},
    {{192, 0, 0, 0}, 24, "reserved"},
    {{192, 0, 2, 0}, 24, "documentation"},
    {{192, 88, 99, 0}, 24, "reserved"},
    {{192, 168, 0, 0}, 16, "private"},
    {{198, 18, 0, 0}, 15, "benchmarking"},
    {{198, 51, 100, 0}, 24, "documentation"},
    {{203, 0, 113, 0}, 24, "documentation"},
    {{224, 0, 0, 0}, 4, "multicast"},
    {{255, 255, 255, 255}, 32, "broadcast"},
    {{240, 0, 0, 0}, 4, "reserved"},
}};

constexpr std::array<Range<Bytes16>, 10> kRanges6{{
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 128, "unspecified"},
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, "loopback"},
    {{0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}, 48, "private (local NAT64)"},
    {{0x01, 0x00}, 64, "discard-only"},
    {{0x20, 0x01, 0x00, 0x00}, 23, "reserved"},  // Teredo and the protocol assignments
    {{0x20, 0x01, 0x0d, 0xb8}, 32, "documentation"},
    {{0xfc}, 7, "private (unique local)"},
    {{0xfe, 0x80}, 10, "link-local"},
    {{0xfe, 0xc0}, 10, "private (site-local)"},
    {{0xff}, 8, "multicast"},
}};

/// IPv6 prefixes after which an IPv4 address stands.
struct Embedding {
  Bytes16 prefix;
  int bits;
  size_t at;
};

constexpr std::array<Embedding, 5> kEmbeddings{{
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96, 12},        // mapped, RFC 4291 2.5.5.2
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 96, 12},              // compatible, RFC 4291 2.5.5.1
    {{0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0}, 96, 12},        // translated, RFC 2765
    {{0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0}, 96, 12},  // NAT64, RFC 6052
    {{0x20, 0x02}, 16, 2},                                       // 6to4, RFC 3056
}};

bool has_prefix(std::span<const uint8_t> address, std::span<const uint8_t> prefix, int bits) {
  const auto whole = static_cast<size_t>(bits / 8);
  if (std::memcmp(address.data(), prefix.data(), whole) != 0) return false;
  const int rest = bits % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<uint8_t>(0xff << (8 - rest));
  return (address[whole] & mask) == (prefix[whole] & mask);
}

template <typename Bytes, size_t count>
std::optional<std::string_view> find_range(const Bytes& address, const std::array<Range<Bytes>, count>& ranges) {
  for (const auto& range : ranges) {
    if (has_prefix(address, range.prefix, range.bits)) return range.name;
  }
  return std::nullopt;
}

std::optional<std::string_view> range_of(const Bytes4& address) { return find_range(address, kRanges4); }

std::optional<std::string_view> range_of(const Bytes16& address) {
  if (const auto name = find_range(address, kRanges6)) return name;
  for (const Embedding& embedding : kEmbeddings) {
    if (!has_prefix(address, embedding.prefix, embedding.bits)) continue;
    Bytes4 inner{};
    std::memcpy(inner.data(), address.data() + embedding.at, inner.size());
    return range_of(inner);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string_view> special_range(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    Bytes4 bytes{};
    std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in&>(address).sin_addr, bytes.size());
    return range_of(bytes);
  }
  if (address.sa_family == AF_INET6) {
    Bytes16 bytes{};
    std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, bytes.size());
    return range_of(bytes);
  }
  return "not an internet address";
}

std::optional<std::string_view> special_range(std::string_view text) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  const std::string terminated(text.substr(0, text.find('%')));  // a zone (`fe80::1%eth0`) does not change the range
  Bytes4 four{};
  if (inet_pton(AF_INET, terminated.c_str(), four.data()) == 1) return range_of(four);
  Bytes16 six{};
  if (inet_pton(AF_INET6, terminated.c_str(), six.data()) == 1) return range_of(six);
  return std::nullopt;
}

std::string address_text(const sockaddr& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes = nullptr;
  if (address.sa_family == AF_INET) bytes = &reinterpret_cast<const sockaddr_in&>(address).sin_addr;
  if (address.sa_family == AF_INET6) bytes = &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
  if (bytes == nullptr || inet_ntop(address.sa_family, bytes, text.data(), text.size()) == nullptr) return {};
  return text.data();
}

bool is_localhost(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return name == "localhost" || name.ends_with(".localhost");
}

std::optional<std::string_view> special_host(std::string_view host) {
  if (is_localhost(host)) return "loopback";
  return special_range(host);
}

std::string not_public(std::string_view address, std::string_view range) {
  return std::string(address) + " is not a public address (" + std::string(range) + ")";
}

}  // namespace scraper
