// SPDX-License-Identifier: MIT
#include "scraper/model/fetch.h"

#include <strings.h>

namespace scraper {

std::optional<std::string_view> find_header(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (key.size() == name.size() && strncasecmp(key.data(), name.data(), name.size()) == 0) return value;
  }
  return std::nullopt;
}

}  // namespace scraper
