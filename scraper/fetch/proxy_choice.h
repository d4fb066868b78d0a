// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace scraper {

/// Which proxy a request goes through. libcurl could decide this by itself, but does not tell, and the address guard
/// has to know: the user's own proxy may well be on a private address, while a direct connection may not.
///
/// Immutable once built; any thread may read it. Reads the environment at construction only.
class ProxyChoice {
 public:
  /// `configured` as curl -x; empty: the environment's `http_proxy`, `https_proxy`, `HTTPS_PROXY`, `all_proxy`,
  /// `ALL_PROXY`. `no_proxy` and `NO_PROXY` hold for both, as in curl (CURLOPT_PROXY, CURLOPT_NOPROXY).
  explicit ProxyChoice(std::string configured);

  /// The proxy for a canonical URL; empty: a direct connection.
  std::string_view proxy_for(std::string_view url) const;

 private:
  std::string http_;
  std::string https_;
  std::string exempt_;
};

/// The host of a canonical URL, IPv6 addresses without their brackets.
std::string_view host_of(std::string_view url);

/// `host:port` of a canonical URL with a name as its host; the port of its scheme when it has none.
std::string host_and_port(std::string_view url);

/// True for an IPv4 or IPv6 address, as host_of has it.
bool is_address(std::string_view host);

/// Scheme, host and port of a URL, as they stand there: what connections and TLS sessions are kept by.
std::string_view origin_of(std::string_view url);

/// True when `host` is named by a no_proxy list: `*`, or a comma or space separated list of domains (with all below
/// them), addresses and CIDR blocks (curl's manual, "NO_PROXY").
bool is_exempt(std::string_view host, std::string_view list);

}  // namespace scraper
