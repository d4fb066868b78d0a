// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "scraper/frontier/frontier.h"
#include "scraper/frontier/scope.h"
#include "scraper/model/fetch.h"
#include "scraper/parse/parser.h"
#include "storage/records.h"

struct ZSTD_CCtx_s;

namespace scraper {

/// What of a response is kept ([store]).
struct Keep {
  bool pages = true;
  bool text = true;
  bool links = true;
  bool bodies = true;
};

/// A response after the work that costs CPU time: everything about it that needs its body, as finished records.
struct Digest {
  Task task;
  FetchResult result;  ///< its body is gone
  uint64_t body_bytes = 0;
  std::optional<storage::BodyRecord> body;
  std::optional<Error> parse_error;
  std::optional<storage::PageRecord> page;
  std::vector<storage::LinkRecord> links;
};

/// A response on its way to a parse worker.
struct DigestJob {
  Task task;
  FetchResult result;
};

using ParserFactory = std::function<std::unique_ptr<Parser>()>;

/// Turns a response into records: decodes and parses it, resolves and checks its links, hashes and compresses its body.
/// An object belongs to one parse worker; what it shares with the others (`scope`) cannot change.
class Digester {
 public:
  Digester(const Scope& scope, const Keep& keep, const ParserFactory& make_parser, size_t text_bytes_max);
  ~Digester();

  Digest digest(DigestJob job);

  /// The run is over: the response is not read, and its task is left for the next run.
  static Digest cancel(DigestJob job);

 private:
  void read_page(Digest& digest, const std::string& body);
  void keep_links(Digest& digest, std::vector<Link> links) const;
  storage::BodyRecord pack(const std::string& body) const;

  struct FreeCompressor {
    void operator()(ZSTD_CCtx_s* context) const;
  };
  const Scope& scope_;
  const Keep keep_;
  const size_t text_bytes_max_;
  std::unique_ptr<Parser> parser_;
  std::unique_ptr<ZSTD_CCtx_s, FreeCompressor> compressor_;
};

/// A 2xx answer: its body becomes the page. Others keep their body on the attempt.
bool is_success(const FetchResult& result);

}  // namespace scraper
