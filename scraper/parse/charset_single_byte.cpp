// SPDX-License-Identifier: MIT
#include "scraper/parse/charset_single_byte.h"

#include "scraper/base/utf8.h"

namespace scraper {

const SingleByteTable* find_single_byte_table(std::string_view name) {
  for (size_t i = 0; i < kSingleByteTableCount; ++i) {
    if (kSingleByteTables[i].name == name) return &kSingleByteTables[i];
  }
  return nullptr;
}

std::string decode_single_byte(std::string_view body, const SingleByteTable& table) {
  std::string out;
  out.reserve(body.size() + body.size() / 8);
  for (const char c : body) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte >= 0x80)
      append_utf8(out, table.code_points[byte - 0x80]);
    else if (byte != 0)
      out += c;
    else
      append_utf8(out, 0xFFFD);
  }
  return out;
}

}  // namespace scraper
