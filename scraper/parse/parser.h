// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "scraper/base/clock.h"
#include "scraper/model/error.h"
#include "scraper/model/page.h"

namespace scraper {

/// What bounds the work on one page; going over is an error of that page's task alone.
struct ParseLimits {
  Duration timeout{10'000};                 ///< parse_timeout
  size_t memory_bytes_max = 256u << 20;     ///< parse_limit: what the tree and its making may take
  size_t text_bytes_max = 8u << 20;         ///< longer text is cut
  size_t links_max = 50'000;                ///< further distinct links of a page are left out
  size_t link_bytes_max = 8u << 20;         ///< of the hrefs of these, and of what is too long: the rest is left out
  size_t nodes_max = 2'000'000;             ///< parse_limit: further ones are not read
  size_t attributes_max = 4'000'000;        ///< likewise, of all elements
  size_t depth_max = 200'000;               ///< likewise: what lies deeper
  const std::atomic<bool>* stop = nullptr;  ///< once it is true the parser gives up at once (cancelled); may be null
};

class RuleSet;

/// What is wanted of pages beyond what every page is asked for. Fixed for a run.
struct ParseWishes {
  std::shared_ptr<const RuleSet> rules;  ///< nullptr: none
  bool metadata = true;                  ///< structured data; rules ask for it themselves
  bool content = false;                  ///< the main content
  bool images = false;                   ///< images among the links
};

/// One response to be parsed. The views must outlive the call, and no longer.
struct ParseRequest {
  const Url& url;                 ///< the page's own URL
  std::string_view body;          ///< content decoding undone, charset as it came
  std::string_view content_type;  ///< the HTTP header, empty when there was none
};

/// The seam behind which the ways of parsing stand. An object belongs to one thread, which reuses it for page after
/// page.
class Parser {
 public:
  Parser() = default;
  virtual ~Parser() = default;
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  /// HTML in, what it says out. Fails with parse_timeout or parse_limit, leaving the parser ready for the next page.
  virtual tl::expected<ParsedPage, Error> parse(const ParseRequest& request) = 0;
};

}  // namespace scraper
