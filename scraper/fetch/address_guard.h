// SPDX-License-Identifier: MIT
#pragma once

#include <sys/socket.h>

#include <optional>
#include <string>
#include <string_view>

namespace scraper {

/// The name of the range an address lies in when it is not a public one: `loopback`, `private`, `link-local` ...;
/// nullopt for an address that anyone on the internet can reach. Follows the IANA special-purpose address registries
/// (RFC 6890); IPv6 addresses that carry an IPv4 one (mapped, 6to4, NAT64) are judged by that too, since the packets
/// end up there. Pure; any thread.
std::optional<std::string_view> special_range(const sockaddr& address);

/// The same for an address in text, IPv6 with or without brackets. nullopt for a name, too.
std::optional<std::string_view> special_range(std::string_view text);

/// True for the names that are loopback wherever they are looked up (RFC 6761 6.3), in lower case.
bool is_localhost(std::string_view name);

/// As special_range, and loopback for is_localhost.
std::optional<std::string_view> special_host(std::string_view host);

/// The words for an address that is refused because of its range.
std::string not_public(std::string_view address, std::string_view range);

/// `192.0.2.1`, `2001:db8::1`; empty for other families.
std::string address_text(const sockaddr& address);

}  // namespace scraper
