// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

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

  /// True when settings.resolve has an address for a `host:port`.
  bool has_address_for(const std::string& host_port) const;

  const FetchSettings settings;
  const ProxyChoice proxy;
  StringList anonymous_headers;                   ///< settings.headers without Authorization and Cookie
  StringList credential_headers;                  ///< all of settings.headers
  StringList resolve;                             ///< settings.resolve (CURLOPT_RESOLVE)
  std::unordered_set<std::string> resolve_names;  ///< `host:port` of each, in lower case; `*:port` is for any host
  bool system_bundle = false;  ///< certificates are checked against the one file that libcurl was built for

  Duration connect_timeout;  ///< that of the settings, or libcurl's where they have none

  /// What a transfer has until its connection is ready: connect_timeout, or the whole exchange's time where that is
  /// shorter.
  Duration connecting_max;

  /// The shortest of our own deadlines, those for a name look-up among them: looking at a transfer this often misses
  /// none.
  Duration shortest_wait;
};

/// True for text that would end a line of a request, and so could smuggle in another.
bool has_line_break(std::string_view text);

}  // namespace scraper
