// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scraper/base/clock.h"
#include "scraper/model/error.h"

namespace scraper {

/// One HTTP exchange to make. Redirects are never followed within it.
struct FetchRequest {
  uint64_t id = 0;                   ///< the caller's; comes back in the result
  std::string url;                   ///< canonical (Url::href)
  std::vector<std::string> headers;  ///< for this request alone, each `Name: value`
  bool head = false;                 ///< ask for the headers alone
  size_t body_bytes_max = 0;         ///< of the decoded body, instead of FetchSettings::body_bytes_max; 0: that
  bool beginning_alone = false;      ///< a longer body is read as far as that, and ends as too_large with its beginning
  bool count_body = false;           ///< the body is read and counted, but not kept
  bool allow_private = false;        ///< may connect to loopback, private and link-local addresses
  bool send_credentials =
      false;  ///< the configured cookies and Authorization header go along: the user listed this origin
};

/// Phase times of one exchange, each from its start, as libcurl measures them (CURLINFO_*_TIME_T). nullopt: not
/// reached.
struct PhaseTimes {
  std::optional<Duration> dns;         ///< name resolved
  std::optional<Duration> connect;     ///< TCP connected
  std::optional<Duration> tls;         ///< TLS handshake done
  std::optional<Duration> first_byte;  ///< first byte of the response
  Duration total{0};
};

/// Response headers as received, in order, names as the server spelled them. Of several header blocks (1xx, trailers
/// aside) the last one's.
using Headers = std::vector<std::pair<std::string, std::string>>;

/// The first header of that name, case aside; nullopt when there is none.
std::optional<std::string_view> find_header(const Headers& headers, std::string_view name);

/// What became of one request. Either `error` is unset and status, headers and body are the response's, or it is set
/// and they hold what had come until then. An HTTP status of 400 and above is no error at this level.
struct FetchResult {
  uint64_t id = 0;
  std::optional<Error> error;
  int status = 0;  ///< 0: no status line came
  Headers headers;
  std::string body;         ///< content decoding undone, at most body_bytes_max bytes; empty with count_body
  uint64_t body_bytes = 0;  ///< the body's length, kept or not
  PhaseTimes times;
  WallTime started_at;
  uint64_t wire_bytes = 0;   ///< header and body bytes as received
  std::string ip;            ///< the peer's address; empty when there was no connection
  std::string http_version;  ///< `1.0`, `1.1`, `2`; empty when no status line came
};

}  // namespace scraper
