// SPDX-License-Identifier: MIT
#include "scraper/engine/reextraction.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "scraper/base/bounded_queue.h"
#include "scraper/base/check.h"
#include "scraper/base/worker_pool.h"
#include "scraper/engine/body_codec.h"
#include "scraper/engine/items.h"
#include "scraper/model/fetch.h"
#include "scraper/parse/charset.h"
#include "scraper/parse/content_type.h"
#include "scraper/parse/extractor.h"
#include "scraper/parse/lenient_json.h"
#include "scraper/parse/tree_parser.h"

namespace scraper {
namespace {

constexpr size_t kBatchPages = 32;
constexpr size_t kBatchBytes = 4u << 20;  // packed

struct Batch {
  int64_t number = 0;
  std::vector<storage::StoredPage> pages;
};

struct Rebuilt {
  int64_t number = 0;
  std::vector<storage::RebuiltPage> pages;
  int64_t unreadable = 0, cut_short = 0;
  bool dropped = false;  ///< it was not read to its end: nothing of it counts
};

/// The Content-Type of stored header lines.
std::string content_type_of(const std::string& lines) {
  Headers headers;
  for (size_t at = 0; at < lines.size();) {
    const size_t end = std::min(lines.find('\n', at), lines.size());
    const std::string_view line = std::string_view(lines).substr(at, end - at);
    const size_t colon = line.find(": ");
    if (colon != std::string_view::npos) headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    at = end + 1;
  }
  return std::string(find_header(headers, "content-type").value_or(""));
}

/// One worker's: reads page after page with a parser of its own.
class PageReader {
 public:
  explicit PageReader(const ReextractionSettings& settings)
      : settings_(settings), parser_(settings.limits, settings.wishes) {}

  Rebuilt read(Batch batch) {
    Rebuilt rebuilt;
    rebuilt.number = batch.number;
    for (storage::StoredPage& page : batch.pages) {
      rebuilt.pages.push_back(read(page, rebuilt));
      rebuilt.dropped = settings_.limits.stop->load();
      if (rebuilt.dropped) break;
    }
    return rebuilt;
  }

 private:
  storage::RebuiltPage read(storage::StoredPage& page, Rebuilt& rebuilt) {
    storage::RebuiltPage out;
    out.id = page.id;
    out.url = std::move(page.url);
    const auto url = Url::parse(out.url);
    const auto body = unpack_body(page.body);
    if (!url || !body) {
      ++rebuilt.unreadable;
      return out;
    }
    const std::string content_type = content_type_of(page.headers);
    switch (content_kind(content_type, *body)) {
      case ContentKind::html:
        read_html(*url, *body, content_type, out, rebuilt);
        break;
      case ContentKind::text:
        out.items = read_text(*url, *body, content_type, rebuilt);
        break;
      case ContentKind::other:
        out.items = no_items(*settings_.wishes.rules);
        break;
    }
    return out;
  }

  void read_html(const Url& url, const std::string& body, const std::string& content_type, storage::RebuiltPage& out,
                 Rebuilt& rebuilt) {
    auto parsed = parser_.parse({url, body, content_type});
    if (!parsed) {
      ++rebuilt.unreadable;
      return;
    }
    if (parsed->cut_short) {  // what it did not come to is not gone: all stays as it was
      ++rebuilt.cut_short;
      return;
    }
    out.items = page_items(std::move(parsed->items));
    if (!settings_.wishes.content) return;
    out.content = storage::ContentRecord{std::move(parsed->content), std::move(parsed->markdown),
                                         std::move(parsed->author), std::move(parsed->published_at)};
  }

  std::vector<storage::PageItems> read_text(const Url& url, const std::string& body, const std::string& content_type,
                                            Rebuilt& rebuilt) {
    const std::string utf8 = decode_to_utf8(body, sniff_charset(body, content_type));
    const Watchdog watchdog(settings_.limits, steady_now() + settings_.limits.timeout);
    const auto document = read_json(utf8);
    if (!document && media_type(content_type).find("json") != std::string::npos) {
      ++rebuilt.unreadable;
      return {};
    }
    Extraction extraction =
        extract_from_json(*settings_.wishes.rules, document ? &*document : nullptr, url, settings_.limits, watchdog);
    if (extraction.error) {
      ++rebuilt.cut_short;
      return {};
    }
    return page_items(std::move(extraction.tables));
  }

  const ReextractionSettings& settings_;
  TreeParser parser_;
};

}  // namespace

ReextractionReport reextract(storage::ItemRebuild& pages, const ReextractionSettings& asked,
                             const std::atomic<bool>& stop, const std::function<void(int64_t pages)>& progress) {
  SCRAPER_CHECK(asked.wishes.rules != nullptr);
  ReextractionSettings settings = asked;
  settings.limits.stop = &stop;
  const size_t on_the_way_max = 3 * settings.threads + 1;
  BoundedQueue<Rebuilt> inbox(on_the_way_max);
  WorkerPool<Batch> workers("parse", settings.threads, on_the_way_max, [&]() -> WorkerPool<Batch>::Work {
    auto reader = std::make_shared<PageReader>(settings);
    return [reader, &inbox](Batch batch) { inbox.push(reader->read(std::move(batch))); };
  });
  ReextractionReport report;
  std::map<int64_t, Rebuilt> waiting;  // for those before them
  int64_t given = 0, committed = 0;
  bool more = true, dropped = false;
  for (;;) {
    while (more && !stop && static_cast<size_t>(given - committed) < on_the_way_max) {
      Batch batch{given, pages.next(kBatchPages, kBatchBytes)};
      more = !batch.pages.empty();
      if (!more) break;
      ++given;
      workers.push(std::move(batch));
    }
    if (given == committed) break;
    auto rebuilt = inbox.pop();
    SCRAPER_CHECK(rebuilt.has_value());
    waiting.emplace(rebuilt->number, std::move(*rebuilt));
    while (!waiting.empty() && waiting.begin()->first == committed) {
      const Rebuilt next = std::move(waiting.extract(waiting.begin()).mapped());
      ++committed;
      dropped = dropped || next.dropped;
      if (dropped) continue;
      pages.put(next.pages);
      report.pages += static_cast<int64_t>(next.pages.size());
      report.unreadable += next.unreadable;
      report.cut_short += next.cut_short;
      if (progress) progress(report.pages);
    }
  }
  report.interrupted = dropped || (more && stop);
  if (!report.interrupted) pages.end();
  return report;
}

}  // namespace scraper
