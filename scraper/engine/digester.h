// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scraper/engine/body_packer.h"
#include "scraper/frontier/frontier.h"
#include "scraper/frontier/robots.h"
#include "scraper/frontier/scope.h"
#include "scraper/frontier/trap.h"
#include "scraper/model/fetch.h"
#include "scraper/parse/parser.h"
#include "scraper/parse/sitemap.h"
#include "storage/records.h"

namespace scraper {

/// What of a response is kept ([store]).
struct Keep {
  bool pages = true;
  bool text = true;
  bool links = true;
  bool bodies = true;

  bool nothing() const { return !pages && !text && !links && !bodies; }
};

struct DigestSettings {
  Keep keep;
  bool counted_alone = false;  ///< nobody asks for anything that is in a page: Digester::count does
  size_t text_bytes_max = 8u << 20;
  bool nofollow = true;  ///< what a page, its headers or a link say of not being followed is obeyed
  bool noindex = false;  ///< of a page that does not want to be indexed nothing is kept but its row
  TrapSettings traps;
  SitemapLimits sitemaps;
  std::string product_token = "scraper";  ///< that robots.txt's groups are looked for by
  std::shared_ptr<const RuleSet> rules;   ///< for responses that are no HTML; nullptr: none
  ParseLimits limits;                     ///< likewise
};

/// A response after the work that costs CPU time: everything about it that needs its body, as finished records.
struct Digest {
  Task task;
  FetchResult result;  ///< its body is gone
  uint64_t body_bytes = 0;
  std::optional<storage::BodyRecord> body;
  std::optional<Error> parse_error;  ///< with `page`: it was read as far as this
  std::optional<storage::PageRecord> page;
  std::vector<storage::LinkRecord> links;
  std::vector<storage::PageItems> items;
  std::vector<storage::LinkRecord> entries;  ///< of a sitemap
  std::vector<storage::UrlRecord> sitemaps;  ///< of a sitemap index
  std::shared_ptr<const Robots> robots;      ///< of a robots.txt that could be read
  std::optional<Duration> cached_for;        ///< it was read from the store, and holds for so long
};

/// A response on its way to a parse worker, or a robots.txt of the store.
struct DigestJob {
  Task task;
  FetchResult result{};
  std::optional<storage::BodyRecord> cached_robots{};
  Duration cached_for{0};
};

using ParserFactory = std::function<std::unique_ptr<Parser>()>;

/// Turns a response into records: decodes and parses it, resolves and checks its links, hashes and compresses its body.
/// An object belongs to one parse worker; what it shares with the others (`scope`) cannot change.
class Digester {
 public:
  Digester(const Scope& scope, DigestSettings settings, const ParserFactory& make_parser);
  ~Digester();

  Digest digest(DigestJob job);

  /// The digest without a look at the body: its size and what the headers say. Costs next to nothing, on any thread.
  static Digest count(DigestJob job);

  /// The run is over: the response is not read, and its task is left for the next run.
  static Digest cancel(DigestJob job);

 private:
  void read_page(Digest& digest, const std::string& body);
  /// False when nothing of it could be read.
  bool read_html(Digest& digest, const Url& url, const std::string& body, storage::PageRecord& page);
  void read_text(Digest& digest, const Url& url, const std::string& body, storage::PageRecord& page);
  void read_sitemap(Digest& digest, const std::string& body) const;
  void keep_links(Digest& digest, std::vector<Link> links, bool nofollow) const;
  /// A link that is followed: what becomes of it as a task. `year` is the current one.
  storage::LinkRecord judged(Url url, int year) const;

  const Scope& scope_;
  const DigestSettings settings_;
  std::unique_ptr<Parser> parser_;
  BodyPacker packer_;
};

/// A 2xx answer: its body becomes the page. Others keep their body on the attempt.
bool is_success(const FetchResult& result);

}  // namespace scraper
