// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

#include "scraper/base/clock.h"
#include "scraper/fetch/curl_handle.h"
#include "scraper/fetch/fetcher.h"
#include "scraper/fetch/proxy_choice.h"
#include "scraper/model/fetch.h"

namespace scraper {

/// FetchSettings made ready for libcurl. Immutable once built, owned by the fetcher, shared by all its transfers and
/// outliving them; any thread may read it.
struct TransferOptions {
  explicit TransferOptions(FetchSettings settings);

  /// The headers of a request that has some of its own, which replace those of the same name in the settings. The list
  /// is the caller's.
  StringList merged_headers(const FetchRequest& request) const;

  const FetchSettings settings;
  const ProxyChoice proxy;
  StringList anonymous_headers;   ///< settings.headers without Authorization and Cookie
  StringList credential_headers;  ///< all of settings.headers
  StringList resolve;             ///< settings.resolve (CURLOPT_RESOLVE)
  bool system_bundle = false;     ///< certificates are checked against the one file that libcurl was built for

  /// The shortest of our own deadlines: looking at a transfer this often misses none. nullopt: neither is set.
  std::optional<Duration> shortest_wait;
};

/// True for text that would end a line of a request, and so could smuggle in another.
bool has_line_break(std::string_view text);

}  // namespace scraper
