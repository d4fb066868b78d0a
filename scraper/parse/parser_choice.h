// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "scraper/parse/parser.h"

namespace scraper {

/// Which parser a run is to have ([parse] parser).
enum class ParserChoice {
  automatic,  ///< tokens, unless the wishes take a tree; and a tree for the pages that take one
  tokens,
  tree,
};

/// True when no parser of tokens can do it: rules, the main content.
bool takes_tree(const ParseWishes& wishes);

/// A parser for these wishes. ParserChoice::tokens and takes_tree do not go together.
std::unique_ptr<Parser> make_parser(ParserChoice choice, const ParseLimits& limits, const ParseWishes& wishes);

}  // namespace scraper
