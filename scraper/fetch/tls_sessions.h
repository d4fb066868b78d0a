// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "scraper/fetch/curl_handle.h"

namespace scraper {

/// TLS sessions to take up again with the hosts that gave them, so that a new connection needs no full handshake.
///
/// libcurl's cache holds five sessions and is an easy handle's own unless it is shared. Here hosts are spread over many
/// such caches by their hash, made when first asked for. Belongs to one thread with all the handles that use it, and
/// outlives them.
class TlsSessions {
 public:
  /// `caches`: so many times five hosts are remembered, more or less.
  explicit TlsSessions(size_t caches) : caches_(caches) {}

  /// The cache for an origin (CURLOPT_SHARE).
  CURLSH* of(std::string_view origin) {
    ShareHandle& cache = caches_[std::hash<std::string_view>{}(origin) % caches_.size()];
    if (cache == nullptr) cache = make_session_share();
    return cache.get();
  }

 private:
  std::vector<ShareHandle> caches_;
};

}  // namespace scraper
