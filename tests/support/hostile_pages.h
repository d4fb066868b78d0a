// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "scraper/parse/parser.h"
#include "tests/support/repeated.h"

namespace scraper {

// What tests of pages that nobody would write share.

inline tl::expected<ParsedPage, Error> parse(Parser& parser, std::string_view body) {
  const auto url = Url::parse("http://a.test/");
  return parser.parse({*url, body, "text/html; charset=utf-8"});
}

inline constexpr Duration kTimeout{200};

inline ParseLimits short_limits() {
  ParseLimits limits;
  limits.timeout = kTimeout;
  return limits;
}

}  // namespace scraper
