// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scraper/parse/selector_parts.h"

namespace scraper {

/// What may stand between a pseudo-class's parentheses.
enum class PseudoArgument { none, selectors, relative_selectors, nth, nth_of, texts, languages, anything };

/// One name of a pseudo-class.
struct PseudoClass {
  std::string_view name;  ///< lower case
  PseudoTest::Kind kind;
  PseudoArgument argument = PseudoArgument::none;
  std::string_view means{};  ///< the selector list that it stands for, when it is only a name for one
};

/// nullptr when nobody knows the name; `name` in lower case.
const PseudoClass* find_pseudo_class(std::string_view name);

/// The known name that somebody who wrote this may have meant; nullopt when none is near.
std::optional<std::string_view> nearest_pseudo_class(std::string_view name);

}  // namespace scraper
