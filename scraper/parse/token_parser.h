// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

#include "scraper/parse/parser.h"
#include "scraper/parse/tree_parser.h"

namespace scraper {

/// The parser that scans a page's tokens once and builds no tree: for all that needs none, many times as fast as
/// TreeParser, and made to find the same. It has no rules and no main content: the wishes may not ask for these.
/// A page that is too much for its limits is read as far as it came. One thread's, reused for page after page.
class TokenParser : public Parser {
 public:
  /// What becomes of a page whose microdata or RDFa takes a tree, where metadata is wanted.
  enum class Metadata {
    by_tree,   ///< the TreeParser reads it
    of_tokens  ///< these are left out
  };

  explicit TokenParser(const ParseLimits& limits, ParseWishes wishes = {}, Metadata metadata = Metadata::by_tree);

  tl::expected<ParsedPage, Error> parse(const ParseRequest& request) override;

 private:
  /// nullopt: it takes a tree.
  tl::expected<std::optional<ParsedPage>, Error> read(std::string_view utf8, const ParseRequest& request,
                                                      const Url& base, SteadyTime deadline,
                                                      std::optional<Url>& late_base) const;

  ParseLimits limits_;
  ParseWishes wishes_;
  Metadata metadata_;
  TreeParser by_tree_;
};

}  // namespace scraper
