// SPDX-License-Identifier: MIT
#include <cstdio>

#include <algorithm>
#include <string_view>

#include "scraper/base/utf8.h"
#include "scraper/cli/commands.h"

namespace scraper {

void complain(const std::string& message) {
  for (size_t begin = 0; begin <= message.size();) {
    const size_t end = std::min(message.find('\n', begin), message.size());
    const std::string line =
        (begin == 0 ? "scraper: " : "  ") + printable(std::string_view(message).substr(begin, end - begin)) + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr);
    begin = end + 1;
  }
}

}  // namespace scraper
