// SPDX-License-Identifier: MIT
// A page's tree by PlainTree: it is gumbo's, or there is none.
#include <string>

#include "scraper/parse/charset.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/support/two_trees.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace scraper;
  const std::string_view body = fuzz_text(data, size);
  const std::string utf8 = decode_to_utf8(body, sniff_charset(body, ""));
  static TwoTrees trees;
  const auto difference = trees.difference(utf8);
  SCRAPER_CHECK(!difference || difference->empty());
  return 0;
}
