// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace scraper {

/// A domain name in ASCII, lower case: WHATWG URL 3.3, "domain to ASCII" with beStrict false, which is UTS #46
/// nontransitional processing without length and hyphen checks. `domain` is valid UTF-8. nullopt when a label is not
/// allowed. The result may still be empty or hold code points that no host may have; the host parser looks for those.
///
/// The mapping is libidn2's, which is stricter than the standard with names that are not all ASCII: it refuses symbols
/// that IDNA 2008 disallows (emoji) unless they come as an `xn--` label, labels that begin or end with a hyphen or have
/// two as their third and fourth letters, and labels over 63 bytes.
///
/// Any thread.
std::optional<std::string> domain_to_ascii(std::string_view domain);

}  // namespace scraper
