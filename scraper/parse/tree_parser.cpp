// SPDX-License-Identifier: MIT
#include "scraper/parse/tree_parser.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "scraper/parse/charset.h"
#include "scraper/parse/extractor.h"
#include "scraper/parse/json_text.h"
#include "scraper/parse/main_content.h"
#include "scraper/parse/page_walk.h"
#include "scraper/parse/structured_data.h"

namespace scraper {
namespace {

// Of a page whose tree is too much, an eighth is tried, then an eighth of that, each with an eighth of the time.
constexpr int kPartsTried = 3;
constexpr int kPart = 8;

bool is_limit(const Error& error) {
  return error.kind == ErrorKind::parse_limit || error.kind == ErrorKind::parse_timeout;
}

/// Its beginning, cut between code points.
std::string_view beginning(std::string_view utf8, size_t bytes) {
  while (bytes > 0 && bytes < utf8.size() && (static_cast<unsigned char>(utf8[bytes]) & 0xC0) == 0x80) --bytes;
  return utf8.substr(0, bytes);
}

}  // namespace

tl::expected<ParsedPage, Error> TreeParser::parse(const ParseRequest& request) {
  SteadyTime deadline = steady_now() + limits_.timeout;
  const std::string_view charset = sniff_charset(request.body, request.content_type);
  const std::string utf8 = decode_to_utf8(request.body, charset);
  auto output = tree_.parse(utf8, limits_, deadline);
  std::optional<Error> cut_short;
  std::string_view part = utf8;
  for (int i = 0; i < kPartsTried && !output && is_limit(output.error()); ++i) {
    if (!cut_short) cut_short = output.error();
    part = beginning(part, part.size() / kPart);
    deadline = steady_now() + limits_.timeout / kPart;
    output = tree_.parse(part, limits_, deadline);
  }
  if (!output) return tl::make_unexpected(cut_short && is_limit(output.error()) ? *cut_short : output.error());
  auto page = read((*output)->document, request, deadline);
  tree_.drop();
  if (!page) return page;
  if (cut_short) page->cut_short = std::move(cut_short);
  page->charset = charset;
  return page;
}

tl::expected<ParsedPage, Error> TreeParser::read(const GumboNode* document, const ParseRequest& request,
                                                 SteadyTime deadline) const {
  PageWalk walk(request.url, request.url, wishes_.images, limits_, deadline);
  auto page = walk.run(document);
  if (page && walk.late_base()) {
    page = PageWalk(request.url, *walk.late_base(), wishes_.images, limits_, deadline).run(document);
  }
  if (!page) return page;
  if (auto done = read_more(document, request, deadline, *page); !done) {
    if (done.error().kind == ErrorKind::cancelled) return tl::make_unexpected(std::move(done.error()));
    if (!page->cut_short) page->cut_short = std::move(done.error());
  }
  return page;
}

/// What takes walks of its own: structured data, rules, the main content. What was read before an error is kept.
tl::expected<void, Error> TreeParser::read_more(const GumboNode* document, const ParseRequest& request,
                                                SteadyTime deadline, ParsedPage& page) const {
  const Watchdog watchdog(limits_, deadline);
  const auto own_base = Url::parse(page.base_url);
  const Url& base = own_base ? *own_base : request.url;
  tl::expected<nlohmann::json, Error> metadata = nlohmann::json::object();
  const bool linked_data = wishes_.rules != nullptr && wishes_.rules->reads_linked_data();
  if (wishes_.metadata || linked_data) metadata = structured_data(document, base, limits_, watchdog);
  if (!metadata) return tl::make_unexpected(metadata.error());
  if (wishes_.metadata && !metadata->empty()) page.metadata = json_text(*metadata);
  if (wishes_.rules != nullptr) {
    Extraction found = extract_from_page(*wishes_.rules, {document, request.url, base, *metadata}, limits_, watchdog);
    page.items = std::move(found.tables);
    if (found.error) return tl::make_unexpected(std::move(*found.error));
  }
  if (!wishes_.content) return {};
  auto content = extract_content(document, request.url, limits_, deadline);
  if (!content) return tl::make_unexpected(std::move(content.error()));
  page.content = std::move(content->content);
  page.markdown = std::move(content->markdown);
  page.author = std::move(content->author);
  page.published_at = std::move(content->published_at);
  return {};
}

}  // namespace scraper
