// SPDX-License-Identifier: MIT
#include "scraper/parse/json_text.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace scraper {

using nlohmann::json;

namespace {

/// Whether brackets stand in each other no deeper than kJsonDepthMax, and not too many values are written; what is in
/// strings does not count.
bool is_within_limits(std::string_view text) {
  int depth = 0;
  size_t values = 0;
  bool in_string = false;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (in_string) {
      if (c == '\\') ++at;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kJsonDepthMax || ++values > kJsonValuesMax) return false;
    } else if (c == ']' || c == '}') {
      --depth;
    } else if (c == ',') {
      if (++values > kJsonValuesMax) return false;
    }
  }
  return true;
}

}  // namespace

std::optional<json> parse_json(std::string_view text) {
  // Not by a callback that looks at the depth: with one, nlohmann's parser looks at all elements of a list again after
  // each object in it, which makes minutes of a few megabytes.
  if (!is_within_limits(text)) return std::nullopt;
  json value = json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  return value.is_discarded() ? std::nullopt : std::optional(std::move(value));
}

std::string json_text(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace scraper
