// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "scraper/model/error.h"
#include "scraper/model/url.h"

namespace scraper {

struct SitemapLimits {
  size_t bytes_max = 50u << 20;  ///< of the file, unpacked; a larger one is refused; and of the URLs in it
  size_t urls_max = 50'000;      ///< further distinct URLs are left out
};

struct SitemapEntry {
  Url url;
  std::string last_modified;  ///< as written, white space around it aside, not too long; may be empty
};

/// The pages that a sitemap or a feed lists.
struct Sitemap {
  enum class Kind {
    urls,   ///< <urlset>, or text with one URL a line
    index,  ///< <sitemapindex>: the entries are sitemaps
    feed,   ///< RSS 0.9x, 1.0, 2.0, or Atom
  };

  Kind kind = Kind::urls;
  std::string title;                  ///< of a feed
  std::vector<SitemapEntry> entries;  ///< distinct, in the file's order
  bool truncated = false;             ///< a limit cut it short
};

/// sitemaps.org's protocol, RSS and Atom (RFC 4287), as they are found: gzip whatever the type says, any namespace or
/// none, addresses relative to `base`. Translations of a page (xhtml:link rel=alternate) are entries; its images,
/// videos and news are not. XML that breaks off is read up to there.
///
/// Fails with parse_limit when it is larger than the limit, or with decode when it is no such file: the message says
/// what it looks like. Any thread; takes memory in proportion to the limits and no stack, whatever comes in.
tl::expected<Sitemap, Error> parse_sitemap(std::string_view body, std::string_view content_type, const Url& base,
                                           const SitemapLimits& limits);

/// By the root element, which must begin within the first few KiB. A body still packed is never one.
bool looks_like_sitemap_or_feed(std::string_view body);

}  // namespace scraper
