// SPDX-License-Identifier: MIT
#include "scraper/model/url.h"

namespace scraper {

std::string without_user_info(std::string_view text) {
  std::string out;
  size_t at = 0;
  for (;;) {
    const size_t mark = text.find("://", at);
    if (mark == std::string_view::npos) break;
    const size_t begin = mark + 3;
    // User info may hold anything but what ends the authority; of several @ the last one ends it.
    const size_t end = std::min(text.find_first_of("/\\?# \t\r\n`\"", begin), text.size());
    const size_t sign = text.substr(begin, end - begin).rfind('@');
    out += text.substr(at, begin - at);
    at = sign == std::string_view::npos ? begin : begin + sign + 1;
  }
  out += text.substr(at);
  return out;
}

}  // namespace scraper
