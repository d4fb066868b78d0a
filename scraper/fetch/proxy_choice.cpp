// SPDX-License-Identifier: MIT
#include "scraper/fetch/proxy_choice.h"

#include <arpa/inet.h>
#include <strings.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <utility>

#include "scraper/base/ascii.h"

namespace scraper {
namespace {

std::string first_set(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return {};
}

struct Address {
  std::array<uint8_t, 16> bytes{};
  int bits = 0;  ///< 32 or 128
};

std::optional<Address> parse_address(std::string_view text) {
  const std::string terminated(text);
  Address address;
  if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data()) == 1) {
    address.bits = 32;
    return address;
  }
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) {
    address.bits = 128;
    return address;
  }
  return std::nullopt;
}

bool same_bits(const Address& a, const Address& b, int bits) {
  for (int i = 0; i < bits; ++i) {
    const int mask = 0x80 >> (i % 8);
    if (((a.bytes[static_cast<size_t>(i / 8)] ^ b.bytes[static_cast<size_t>(i / 8)]) & mask) != 0) return false;
  }
  return true;
}

bool names_address(std::string_view token, const Address& host) {
  int bits = host.bits;
  if (const size_t slash = token.find('/'); slash != std::string_view::npos) {
    const char* end = token.data() + token.size();
    const auto [stop, error] = std::from_chars(token.data() + slash + 1, end, bits);
    if (error != std::errc{} || stop != end || bits < 0 || bits > host.bits) return false;
    token = token.substr(0, slash);
  }
  const auto block = parse_address(token);
  return block && block->bits == host.bits && same_bits(*block, host, bits);
}

bool names_domain(std::string_view token, std::string_view host) {
  if (token.starts_with('.')) token.remove_prefix(1);
  if (token.ends_with('.')) token.remove_suffix(1);
  if (token.empty() || token.size() > host.size()) return false;
  const size_t at = host.size() - token.size();
  if (strncasecmp(host.data() + at, token.data(), token.size()) != 0) return false;
  return at == 0 || host[at - 1] == '.';
}

}  // namespace

std::string_view origin_of(std::string_view url) {
  const size_t host = url.find("://");
  if (host == std::string_view::npos) return url;
  return url.substr(0, url.find_first_of("/?#", host + 3));
}

std::string_view host_of(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  std::string_view host = url.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  if (const size_t at = host.rfind('@'); at != std::string_view::npos) host = host.substr(at + 1);
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

std::string host_and_port(std::string_view url) {
  std::string_view authority = origin_of(url);
  authority.remove_prefix(std::min(authority.size(), authority.find("://") + 3));
  authority.remove_prefix(authority.rfind('@') + 1);  // npos + 1 is 0
  std::string both(authority);
  if (authority.find(':') == std::string_view::npos) both += url.starts_with("https:") ? ":443" : ":80";
  return both;
}

bool is_address(std::string_view host) {
  // Most names tell by their last letter.
  if (host.empty() || (host.find(':') == std::string_view::npos && !is_digit(host.back()))) return false;
  return parse_address(host).has_value();
}

bool is_exempt(std::string_view host, std::string_view list) {
  if (host.empty()) return false;
  if (host.ends_with('.')) host.remove_suffix(1);
  const auto address = parse_address(host);
  while (!list.empty()) {
    const size_t end = list.find_first_of(", \t");
    std::string_view token = list.substr(0, end);
    list = end == std::string_view::npos ? std::string_view{} : list.substr(end + 1);
    if (token.starts_with('[') && token.ends_with(']')) token = token.substr(1, token.size() - 2);
    if (token.empty()) continue;
    if (token == "*" || (address ? names_address(token, *address) : names_domain(token, host))) return true;
  }
  return false;
}

ProxyChoice::ProxyChoice(std::string configured) : exempt_(first_set({"no_proxy", "NO_PROXY"})) {
  if (!configured.empty()) {
    http_ = configured;
    https_ = std::move(configured);
    return;
  }
  // HTTP_PROXY in capitals is left out as in curl: CGI programs get it from a request's Proxy header.
  http_ = first_set({"http_proxy", "all_proxy", "ALL_PROXY"});
  https_ = first_set({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
}

std::string_view ProxyChoice::proxy_for(std::string_view url) const {
  const std::string& proxy = url.starts_with("https:") ? https_ : http_;
  if (proxy.empty() || is_exempt(host_of(url), exempt_)) return {};
  return proxy;
}

}  // namespace scraper
