// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include "scraper/parse/page_tree.h"
#include "scraper/parse/parser.h"

namespace scraper {

/// The parser that builds gumbo's tree. A page that is too much for its limits is read in part: as far as the walk over
/// its tree came, or its beginning alone where not even the tree could be built. One thread's, reused for page after
/// page.
class TreeParser : public Parser {
 public:
  explicit TreeParser(const ParseLimits& limits, ParseWishes wishes = {})
      : limits_(limits), wishes_(std::move(wishes)) {}

  tl::expected<ParsedPage, Error> parse(const ParseRequest& request) override;

 private:
  tl::expected<ParsedPage, Error> read(const GumboNode* document, const ParseRequest& request,
                                       SteadyTime deadline) const;
  tl::expected<void, Error> read_more(const GumboNode* document, const ParseRequest& request, SteadyTime deadline,
                                      ParsedPage& page) const;

  ParseLimits limits_;
  ParseWishes wishes_;
  PageTree tree_;
};

}  // namespace scraper
