// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace scraper {

/// Parses the host of an http or https URL, as written between the slashes and the port, and appends it in canonical
/// form to `out`: an ASCII domain, an IPv4 address in four decimal parts, or an IPv6 address in brackets (WHATWG URL
/// 3.5, "host parser", and 3.6, "host serializer"). `input` may be any bytes.
///
/// nullptr on success; else what is wrong, for people, as a string that lives for ever, and `out` is as it was.
/// Any thread.
const char* append_host(std::string& out, std::string_view input);

/// True for a domain, no address, that append_host would append as it is, without having to look much closer. Any
/// thread.
bool is_canonical_domain(std::string_view host);

/// True when the host's last label is a number, and the host therefore an IPv4 address or nothing (WHATWG URL 3.5,
/// "ends in a number checker"). `host` is ASCII.
bool ends_in_number(std::string_view host);

}  // namespace scraper
