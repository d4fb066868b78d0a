// SPDX-License-Identifier: MIT
#include "scraper/parse/token_parser.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "scraper/base/check.h"
#include "scraper/parse/charset.h"
#include "scraper/parse/html_tokenizer.h"
#include "scraper/parse/json_text.h"
#include "scraper/parse/parser_choice.h"
#include "scraper/parse/token_metadata.h"
#include "scraper/parse/token_walk.h"

namespace scraper {

TokenParser::TokenParser(const ParseLimits& limits, ParseWishes wishes, Metadata metadata)
    : limits_(limits), wishes_(std::move(wishes)), metadata_(metadata), by_tree_(limits, wishes_) {
  SCRAPER_CHECK(!takes_tree(wishes_));
}

tl::expected<ParsedPage, Error> TokenParser::parse(const ParseRequest& request) {
  const SteadyTime deadline = steady_now() + limits_.timeout;
  const std::string_view charset = sniff_charset(request.body, request.content_type);
  std::string room;
  const std::string_view utf8 = decode_to_lines(request.body, charset, room);
  std::optional<Url> late_base;
  auto page = read(utf8, request, request.url, deadline, late_base);
  if (page && *page && late_base) {
    std::optional<Url> none;
    page = read(utf8, request, Url(*late_base), deadline, none);
  }
  if (!page) return tl::make_unexpected(std::move(page.error()));
  if (!*page) return by_tree_.parse(request);
  (*page)->charset = charset;
  return std::move(**page);
}

tl::expected<std::optional<ParsedPage>, Error> TokenParser::read(std::string_view utf8, const ParseRequest& request,
                                                                 const Url& base, SteadyTime deadline,
                                                                 std::optional<Url>& late_base) const {
  PageBuilder builder(request.url, base, wishes_.images, limits_, deadline);
  TokenMetadata metadata(metadata_ == Metadata::by_tree);
  TokenWalk walk(utf8, builder, wishes_.metadata ? &metadata : nullptr, limits_);
  if (auto done = walk.run(); !done) return tl::make_unexpected(std::move(done.error()));
  if (metadata.needs_tree()) return std::nullopt;
  late_base = builder.late_base();
  ParsedPage page = builder.finish();
  if (!wishes_.metadata) return page;
  const auto own_base = Url::parse(page.base_url);
  const nlohmann::json found = std::move(metadata).take(own_base ? *own_base : request.url);
  if (!found.empty()) page.metadata = json_text(found);
  return page;
}

}  // namespace scraper
