// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace scraper {

/// An index of the WHATWG Encoding standard (section 5): pointer -> code point, 0 where the index has nothing.
///
/// The mappings are those of the C library's iconv, read out once at first use (some milliseconds), with the few put
/// right in which the standard differs. The decoders over them are ours, because what counts on the web is what becomes
/// of ill-formed input, and there iconv goes its own way.
class CharsetIndex {
 public:
  explicit CharsetIndex(std::vector<char32_t> code_points) : code_points_(std::move(code_points)) {}

  char32_t operator[](size_t pointer) const { return pointer < code_points_.size() ? code_points_[pointer] : 0; }

 private:
  std::vector<char32_t> code_points_;
};

/// Each is made when it is first asked for and lives for ever. Any thread.
const CharsetIndex& big5_index();
const CharsetIndex& euc_kr_index();
const CharsetIndex& gb18030_index();         ///< the two-byte part
const CharsetIndex& gb18030_ranges_index();  ///< the four-byte part, up to U+FFFF: "index gb18030 ranges" laid out
const CharsetIndex& jis0208_index();
const CharsetIndex& jis0212_index();

}  // namespace scraper
