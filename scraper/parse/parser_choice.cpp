// SPDX-License-Identifier: MIT
#include "scraper/parse/parser_choice.h"

#include "scraper/parse/token_parser.h"
#include "scraper/parse/tree_parser.h"

namespace scraper {

bool takes_tree(const ParseWishes& wishes) { return wishes.rules != nullptr || wishes.content; }

std::unique_ptr<Parser> make_parser(ParserChoice choice, const ParseLimits& limits, const ParseWishes& wishes) {
  if (choice == ParserChoice::tree || (choice == ParserChoice::automatic && takes_tree(wishes)))
    return std::make_unique<TreeParser>(limits, wishes);
  return std::make_unique<TokenParser>(
      limits, wishes,
      choice == ParserChoice::tokens ? TokenParser::Metadata::of_tokens : TokenParser::Metadata::by_tree);
}

}  // namespace scraper
