// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace scraper {

/// What pugixml may be asked to make a tree of. A node takes 64 bytes and an attribute 40, which three bytes of text
/// can ask for.
inline constexpr size_t kXmlTagsMax = 2'000'000;
inline constexpr size_t kXmlAttributesMax = 4'000'000;

/// Where the root element of XML text in UTF-8 begins: after white space, declaration, processing instructions,
/// comments and document type (XML 1.0, 2.8). npos when there is none, or when it is no XML. Nothing is expanded.
size_t root_offset(std::string_view text);

/// The root element's name with its prefix; empty when there is no root.
std::string_view root_name(std::string_view text);

}  // namespace scraper
