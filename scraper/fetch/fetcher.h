// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "scraper/base/clock.h"
#include "scraper/model/fetch.h"

namespace scraper {

/// What holds for every transfer of a run. Copied into the fetcher at construction. A duration of 0 is no limit; for
/// connect_timeout it is libcurl's own, 300 s.
struct FetchSettings {
  Duration connect_timeout{10'000};      ///< name look-up, TCP and TLS together
  Duration first_byte_timeout{30'000};   ///< from the connection being ready until the first byte of the response
  Duration stall_timeout{30'000};        ///< no byte for so long, once the first has come
  Duration max_time{60'000};             ///< one whole exchange
  size_t body_bytes_max = 16u << 20;     ///< of the decoded body
  size_t header_bytes_max = 256u << 10;  ///< of all response headers together
  std::string user_agent;
  std::vector<std::string> headers;  ///< for every request, each `Name: value`; Authorization and Cookie among them
                                     ///< only go where FetchRequest::send_credentials says so. A request's own header
                                     ///< of the same name replaces one of these, and goes out as it is
  std::string cookie;                ///< as curl -b: `a=1; b=2`; goes where send_credentials says so
  std::string proxy;                 ///< as curl -x; empty: http_proxy, https_proxy, all_proxy of the environment
  std::vector<std::string> resolve;  ///< as curl --resolve: `host:port:address`
  /// For names, `address` or `address:port` each; empty: those of resolv.conf. FetchModel::multi alone.
  std::vector<std::string> dns_servers;
  std::string ca_file;    ///< as curl --cacert
  bool insecure = false;  ///< as curl -k
};

/// Receives each result exactly once, on a thread of the fetcher; must be quick and must not throw. It may not call
/// back into the fetcher.
using FetchSink = std::function<void(FetchResult)>;

/// The seam behind which the concurrency models of fetching stand.
///
/// Every `start` yields exactly one FetchResult to the sink given at construction, also when it is cancelled: by `stop`
/// or by destruction. `start` and `stop` are called from one thread, the owner's.
class Fetcher {
 public:
  Fetcher() = default;
  virtual ~Fetcher() = default;  ///< as stop(0), then joins the fetcher's threads
  Fetcher(const Fetcher&) = delete;
  Fetcher& operator=(const Fetcher&) = delete;

  /// Begins an exchange; never blocks. No more than capacity() may be in flight at once (CHECKed), and none after stop.
  virtual void start(FetchRequest request) = 0;

  /// How many exchanges can be in flight at once.
  virtual size_t capacity() const = 0;

  /// Lets what is in flight go on for `grace`, then cancels the rest (ErrorKind::cancelled). Returns when every start
  /// has had its result. May be called again.
  virtual void stop(Duration grace) = 0;
};

enum class FetchModel { multi, threads };

/// The factory: the one place where a model's name becomes an object.
std::unique_ptr<Fetcher> make_fetcher(FetchModel model, size_t concurrency, FetchSettings settings, FetchSink sink);

}  // namespace scraper
