// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

namespace scraper {

/// What a well-formed doctype says (WHATWG HTML 13.2.5.53 on). Views into what was read.
struct Doctype {
  std::string_view name;  ///< as written
  std::string_view public_id;
  std::string_view system_id;
};

/// `text` stands between `<!doctype` and `>`. nullopt: something is missing or too much in it.
std::optional<Doctype> read_doctype(std::string_view text);

}  // namespace scraper
