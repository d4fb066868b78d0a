// SPDX-License-Identifier: MIT
#pragma once

#include "scraper/parse/gumbo_tree.h"
#include "scraper/parse/parser.h"

namespace scraper {

/// The parser that builds gumbo's tree. One thread's, reused for page after page.
class TreeParser : public Parser {
 public:
  explicit TreeParser(const ParseLimits& limits) : limits_(limits) {}

  tl::expected<ParsedPage, Error> parse(const ParseRequest& request) override;

 private:
  ParseLimits limits_;
  GumboTree tree_;
};

}  // namespace scraper
