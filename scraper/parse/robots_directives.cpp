// SPDX-License-Identifier: MIT
#include "scraper/parse/robots_directives.h"

#include <algorithm>
#include <string>

#include "scraper/base/ascii.h"

namespace scraper {
namespace {

std::string trimmed_lower(std::string_view text) { return to_lower(trim(text)); }

/// `nofollow, scraper: noindex, otherbot: none`: a name holds for what follows it, up to the next one.
void read(std::string_view text, const std::string& token, RobotsDirectives& directives) {
  bool for_us = true;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    std::string word = trimmed_lower(text.substr(at, end - at));
    at = end + 1;
    if (const size_t colon = word.find(':'); colon != std::string::npos) {
      const std::string name = trimmed_lower(std::string_view(word).substr(0, colon));
      if (name == "unavailable_after" || name.starts_with("max-")) continue;  // directives with a value
      for_us = name == token;
      word = trimmed_lower(std::string_view(word).substr(colon + 1));
    }
    if (!for_us) continue;
    directives.nofollow |= word == "nofollow" || word == "none";
    directives.noindex |= word == "noindex" || word == "none";
  }
}

}  // namespace

RobotsDirectives robots_directives(const Headers& headers, std::string_view meta, std::string_view product_token) {
  RobotsDirectives directives;
  const std::string token = trimmed_lower(product_token);
  for (const auto& [name, value] : headers) {
    if (trimmed_lower(name) == "x-robots-tag") read(value, token, directives);
  }
  read(meta, token, directives);
  return directives;
}

bool says_nofollow(std::string_view rel) {
  for (size_t at = 0; at <= rel.size();) {
    const size_t end = std::min(rel.find(' ', at), rel.size());
    if (rel.substr(at, end - at) == "nofollow") return true;
    at = end + 1;
  }
  return false;
}

}  // namespace scraper
