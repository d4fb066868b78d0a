// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace scraper {

/// `text/html; charset=x` -> `text/html`, lower case; empty when the header is missing or no media type (RFC
/// 9110 8.3.1).
std::string media_type(std::string_view content_type);

enum class ContentKind {
  html,   ///< goes through a Parser
  text,   ///< stored as text as it is: plain text, JSON, XML, feeds, scripts, style sheets
  other,  ///< a row without text
};

/// By the media type; where the server names none, by the first bytes, as the WHATWG MIME Sniffing standard does (7.1).
ContentKind content_kind(std::string_view content_type, std::string_view body);

}  // namespace scraper
