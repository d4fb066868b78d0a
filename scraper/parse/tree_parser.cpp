// SPDX-License-Identifier: MIT
#include "scraper/parse/tree_parser.h"

#include <string>

#include "scraper/parse/charset.h"
#include "scraper/parse/page_walk.h"

namespace scraper {

tl::expected<ParsedPage, Error> TreeParser::parse(const ParseRequest& request) {
  const SteadyTime deadline = steady_now() + limits_.timeout;
  const std::string_view charset = sniff_charset(request.body, request.content_type);
  const std::string utf8 = decode_to_utf8(request.body, charset);
  const auto output = tree_.parse(utf8, limits_, deadline);
  if (!output) return tl::make_unexpected(output.error());
  const GumboNode* document = (*output)->document;

  PageWalk walk(request.url, request.url, limits_, deadline);
  auto page = walk.run(document);
  if (page && walk.late_base()) page = PageWalk(request.url, *walk.late_base(), limits_, deadline).run(document);
  tree_.drop();
  if (page) page->charset = charset;
  return page;
}

}  // namespace scraper
