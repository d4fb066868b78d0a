// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace scraper {

// Character references of HTML (13.2.5.72 and the states after it): `&amp;`, `&copy`, `&#8212;`, `&#x2014;`. Any
// thread.

/// Every name with what it stands for: `name value ` and so on, names in the order of their bytes, with their
/// semicolon where they have one.
extern const std::string_view kCharacterReferenceNames;

/// Appends `text` with its character references replaced. In an attribute's value, a name without semicolon is none
/// where `=` or a letter or digit follows. A number that is no character becomes U+FFFD, and one of 0x80 to 0x9F what
/// windows-1252 has there.
void append_without_references(std::string& out, std::string_view text, bool in_attribute);

}  // namespace scraper
