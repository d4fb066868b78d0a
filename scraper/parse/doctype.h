// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

namespace scraper {

/// What a doctype says (WHATWG HTML 13.2.5.53 on). Views into what was read.
struct Doctype {
  std::string_view name;  ///< as written
  std::string_view public_id;
  std::string_view system_id;
  bool bogus = false;  ///< something else follows the name: "force quirks"
};

/// `text` stands between `<!doctype` and `>`. nullopt: the name is missing, or something in the identifiers.
std::optional<Doctype> read_doctype(std::string_view text);

}  // namespace scraper
