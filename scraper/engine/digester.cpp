// SPDX-License-Identifier: MIT
#include "scraper/engine/digester.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "scraper/base/check.h"
#include "scraper/base/utf8.h"
#include "scraper/engine/body_codec.h"
#include "scraper/engine/items.h"
#include "scraper/engine/url_record.h"
#include "scraper/parse/charset.h"
#include "scraper/parse/content_type.h"
#include "scraper/parse/extractor.h"
#include "scraper/parse/feed_text.h"
#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/lenient_json.h"
#include "scraper/parse/link_header.h"
#include "scraper/parse/robots_directives.h"
#include "scraper/parse/text_links.h"

namespace scraper {
namespace {

constexpr int kSitemapIndexDepthMax = 3;  // an index of indexes of indexes

/// Distinct targets of what a reader can click on.
int64_t hyperlinks(const std::vector<Link>& links) {
  return std::count_if(links.begin(), links.end(),
                       [](const Link& link) { return link.kind == "a" || link.kind == "area"; });
}

/// Those that the page does not have itself.
void add_header_links(std::vector<Link> found, std::vector<Link>& links) {
  if (found.empty()) return;
  std::unordered_set<std::string> known;
  for (const Link& link : links) known.insert(link.url.href());
  for (Link& link : found) {
    if (known.contains(link.url.href())) continue;
    link.position = static_cast<int>(links.size());
    links.push_back(std::move(link));
  }
}

std::string header_text(const Headers& headers, std::string_view name) {
  return to_valid_utf8(std::string(find_header(headers, name).value_or("")));
}

void add_header_facts(const Headers& headers, storage::PageRecord& page) {
  page.content_type = media_type(find_header(headers, "content-type").value_or(""));
  page.etag = header_text(headers, "etag");
  page.last_modified = header_text(headers, "last-modified");
}

int year_of(const Digest& digest) {
  return static_cast<int>(
      std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(digest.task.started.wall)).year());
}

}  // namespace

bool is_success(const FetchResult& result) { return !result.error && result.status >= 200 && result.status < 300; }

Digester::Digester(const Scope& scope, DigestSettings settings, const ParserFactory& make_parser)
    : scope_(scope), settings_(std::move(settings)), parser_(make_parser()) {}

Digester::~Digester() = default;

Digest Digester::digest(DigestJob job) {
  Digest digest;
  digest.task = std::move(job.task);
  digest.result = std::move(job.result);
  if (job.cached_robots) {
    digest.cached_for = job.cached_for;
    const bool fits = job.cached_robots->size <= kRobotsBytesMax;
    if (const auto text = fits ? unpack_body(*job.cached_robots) : std::nullopt) {
      digest.robots = std::make_shared<const Robots>(Robots::parse(*text, settings_.product_token));
    }
    return digest;
  }
  const std::string body = std::exchange(digest.result.body, {});
  digest.body_bytes = body.size();
  const bool found_robots = digest.task.is_robots() && digest.result.status >= 200 && digest.result.status < 300;
  // An attempt that was cut off has no whole body to keep, but for a robots.txt whose beginning counts.
  if (!digest.result.error || found_robots) {
    if (!body.empty()) digest.body = packer_.pack(body, settings_.keep.bodies || found_robots);
  }
  if (digest.task.is_robots()) {
    if (found_robots) {
      digest.robots = std::make_shared<const Robots>(Robots::parse(body, settings_.product_token));
    }
    return digest;
  }
  if (!is_success(digest.result)) return digest;
  if (digest.task.page) read_page(digest, body);
  if (digest.task.sitemap) read_sitemap(digest, body);
  return digest;
}

Digest Digester::count(DigestJob job) {
  Digest digest;
  digest.task = std::move(job.task);
  digest.result = std::move(job.result);
  digest.body_bytes = digest.result.body_bytes;
  if (is_success(digest.result)) add_header_facts(digest.result.headers, digest.page.emplace());
  return digest;
}

Digest Digester::cancel(DigestJob job) {
  Digest digest;
  digest.task = std::move(job.task);
  digest.result = std::move(job.result);
  if (job.cached_robots) digest.cached_for = job.cached_for;
  digest.body_bytes = std::exchange(digest.result.body, {}).size();
  if (!digest.result.error) {
    digest.result.error = Error{ErrorKind::cancelled, Stage::parse, 0, "the run ended before the page was parsed"};
  }
  return digest;
}

void Digester::read_page(Digest& digest, const std::string& body) {
  const auto url = Url::parse(digest.task.url);
  SCRAPER_CHECK(url.has_value());
  const std::string_view content_type = find_header(digest.result.headers, "content-type").value_or("");
  storage::PageRecord page;
  switch (content_kind(content_type, body)) {
    case ContentKind::html:
      if (!read_html(digest, *url, body, page)) return;
      break;
    case ContentKind::text:
      read_text(digest, *url, body, page);
      break;
    case ContentKind::other:
      if (settings_.rules != nullptr) digest.items = no_items(*settings_.rules);
      break;
  }
  add_header_facts(digest.result.headers, page);
  if (!settings_.keep.pages) {
    // The row itself stays: links hang on it, and `results` takes the type and the counts from it.
    page.title = page.description = page.canonical_url = page.metadata = {};
  }
  digest.page = std::move(page);
}

bool Digester::read_html(Digest& digest, const Url& url, const std::string& body, storage::PageRecord& page) {
  auto parsed = parser_->parse({url, body, find_header(digest.result.headers, "content-type").value_or("")});
  if (!parsed) {
    digest.parse_error = std::move(parsed.error());
    return false;
  }
  const RobotsDirectives wishes = robots_directives(digest.result.headers, parsed->robots, settings_.product_token);
  digest.parse_error = std::move(parsed->cut_short);
  page.charset = std::move(parsed->charset);
  page.base_url = parsed->base_url == digest.task.url ? std::string() : std::move(parsed->base_url);
  page.link_count = hyperlinks(parsed->links);
  add_header_links(header_links(digest.result.headers, url), parsed->links);
  keep_links(digest, std::move(parsed->links), settings_.nofollow && wishes.nofollow);
  if (settings_.noindex && wishes.noindex) {
    if (digest.body) digest.body->data.clear();
    if (settings_.rules != nullptr) digest.items = no_items(*settings_.rules);
    return true;
  }
  page.title = std::move(parsed->title);
  page.description = std::move(parsed->description);
  page.canonical_url = std::move(parsed->canonical_url);
  page.lang = std::move(parsed->lang);
  page.metadata = std::move(parsed->metadata);
  if (settings_.keep.text) page.text = std::move(parsed->text);
  page.content = std::move(parsed->content);
  page.markdown = std::move(parsed->markdown);
  page.author = std::move(parsed->author);
  page.published_at = std::move(parsed->published_at);
  digest.items = page_items(std::move(parsed->items));
  return true;
}

/// Plain text, JSON, XML. Feeds and sitemaps give links as such, and feeds what a reader sees of them; in other text
/// the URLs that are written out are links.
void Digester::read_text(Digest& digest, const Url& url, const std::string& body, storage::PageRecord& page) {
  const std::string_view content_type = find_header(digest.result.headers, "content-type").value_or("");
  const auto charset = sniff_charset(body, content_type);
  page.charset = charset;
  page.text = decode_to_utf8(body, charset);
  const SteadyTime deadline = steady_now() + settings_.limits.timeout;
  std::vector<Link> links;
  const bool is_json = media_type(content_type).find("json") != std::string::npos;
  std::optional<nlohmann::json> document;
  std::string readable;
  if (looks_like_sitemap_or_feed(body)) {
    if (auto list = parse_sitemap(body, content_type, url, settings_.sitemaps)) {
      page.title = std::move(list->title);
      for (SitemapEntry& entry : list->entries) {
        links.push_back({std::move(entry.url), {}, {}, static_cast<int>(links.size()), false, "feed"});
      }
      if (list->kind == Sitemap::Kind::feed && settings_.keep.text) {
        readable = feed_text(page.text, url, settings_.limits, deadline);
      }
    }
  } else {
    if (is_json || settings_.rules != nullptr) document = read_json(page.text);
    links = document ? links_in_json(*document, settings_.limits.links_max)
                     : links_in_text(page.text, settings_.limits.links_max);
  }
  page.link_count = static_cast<int64_t>(links.size());
  add_header_links(header_links(digest.result.headers, url), links);
  const RobotsDirectives wishes = robots_directives(digest.result.headers, {}, settings_.product_token);
  keep_links(digest, std::move(links), settings_.nofollow && wishes.nofollow);
  // What cannot be read says nothing about the items that were in it: they stay.
  if (settings_.rules != nullptr && (document || !is_json)) {
    Extraction found = extract_from_json(*settings_.rules, document ? &*document : nullptr, url, settings_.limits,
                                         Watchdog(settings_.limits, deadline));
    digest.items = page_items(std::move(found.tables));
    digest.parse_error = std::move(found.error);
  }
  if (!readable.empty()) page.text = std::move(readable);
  if (!settings_.keep.text) page.text.clear();
  cut_utf8(page.text, settings_.text_bytes_max);
}

void Digester::read_sitemap(Digest& digest, const std::string& body) const {
  const auto url = Url::parse(digest.task.url);
  const std::string_view content_type = find_header(digest.result.headers, "content-type").value_or("");
  auto list = parse_sitemap(body, content_type, *url, settings_.sitemaps);
  if (!list) {
    if (!digest.task.page) digest.parse_error = std::move(list.error());
    return;
  }
  if (list->kind == Sitemap::Kind::index) {
    if (digest.task.depth >= kSitemapIndexDepthMax) return;
    // An index may name sitemaps of its own site alone (sitemaps.org); only robots.txt can name others.
    for (SitemapEntry& entry : list->entries) {
      if (entry.url.host() != url->host() && !scope_.admits(entry.url)) continue;
      digest.sitemaps.push_back(url_record(std::move(entry.url)));
    }
    return;
  }
  const int year = year_of(digest);
  for (SitemapEntry& entry : list->entries) {
    if (!scope_.admits(entry.url)) continue;
    digest.entries.push_back(judged(std::move(entry.url), year));
  }
}

storage::LinkRecord Digester::judged(Url url, int year) const {
  storage::LinkRecord record;
  record.follow = true;
  const TrapVerdict verdict = judge_trap(url, settings_.traps, year);
  if (verdict.trapped) record.skip_reason = "trap";
  record.family = verdict.family;
  record.family_max = verdict.family_max;
  record.target = url_record(std::move(url));
  return record;
}

void Digester::keep_links(Digest& digest, std::vector<Link> links, bool nofollow) const {
  if (settings_.keep.links) digest.links.reserve(links.size());
  const int year = year_of(digest);
  for (Link& link : links) {
    const bool follow = scope_.admits(link.url);
    // A crawl needs the links it follows, kept or not: a shorter path to a page offers them again.
    if (!settings_.keep.links && !follow) continue;
    storage::LinkRecord& record =
        digest.links.emplace_back(follow ? judged(std::move(link.url), year) : storage::LinkRecord());
    if (!follow) record.target = url_record(std::move(link.url));
    if (follow && record.skip_reason.empty() && (nofollow || (settings_.nofollow && link.nofollow))) {
      record.skip_reason = "nofollow";
    }
    record.text = std::move(link.text);
    record.rel = std::move(link.rel);
    record.kind = link.kind;
    record.position = link.position;
  }
}

}  // namespace scraper
