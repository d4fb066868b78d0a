// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "scraper/parse/charset.h"
#include "scraper/parse/page_tree.h"
#include "scraper/parse/structured_data.h"

namespace scraper {

/// What structured_data makes of a page, from its bytes.
inline tl::expected<nlohmann::json, Error> read_structured(std::string_view html,
                                                           std::string_view base = "http://base.test/",
                                                           const ParseLimits& limits = {}) {
  const SteadyTime deadline = steady_now() + limits.timeout;
  const std::string utf8 = decode_to_utf8(html, sniff_charset(html, ""));
  PageTree tree;
  const auto output = tree.parse(utf8, limits, deadline);
  if (!output) return tl::make_unexpected(output.error());
  return structured_data((*output)->document, *Url::parse(base), limits, Watchdog(limits, deadline));
}

inline std::string script(std::string_view text) {
  return "<script type='application/ld+json'>" + std::string(text) + "</script>";
}

}  // namespace scraper
