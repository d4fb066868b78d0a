// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace scraper {

// The decoders of the WHATWG Encoding standard's multi-byte encodings, sections 10 to 14.1. The results are valid UTF-8
// without NUL; what is ill-formed became U+FFFD, and an ASCII byte that a broken character swallowed stands after it.
// Any thread.

std::string decode_gb18030(std::string_view body);  ///< 10.2; GBK decodes the same (10.1)
std::string decode_big5(std::string_view body);
std::string decode_euc_jp(std::string_view body);
std::string decode_iso_2022_jp(std::string_view body);
std::string decode_shift_jis(std::string_view body);
std::string decode_euc_kr(std::string_view body);
std::string decode_utf16(std::string_view body, bool big_endian);
std::string decode_utf32(std::string_view body, bool big_endian);  ///< in the manner of the others

}  // namespace scraper
