// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace scraper {

/// One single-byte encoding (WHATWG Encoding 9): bytes below 0x80 are ASCII.
struct SingleByteTable {
  std::string_view name;
  uint16_t code_points[128];  ///< of the bytes from 0x80 on; U+FFFD: the byte stands for nothing
};

extern const SingleByteTable kSingleByteTables[];
extern const size_t kSingleByteTableCount;

/// nullptr when no single-byte encoding has that name.
const SingleByteTable* find_single_byte_table(std::string_view name);

std::string decode_single_byte(std::string_view body, const SingleByteTable& table);

}  // namespace scraper
