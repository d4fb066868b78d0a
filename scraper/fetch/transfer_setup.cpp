// SPDX-License-Identifier: MIT
// What libcurl is told of an exchange: once for a handle, and for each request.
#include <unistd.h>

#include <algorithm>

#include "scraper/base/check.h"
#include "scraper/fetch/address_guard.h"
#include "scraper/fetch/transfer.h"

namespace scraper {
namespace {

// A small one costs up to twice the time; its memory is touched only as needed. Each exchange frees it: from 64 KiB on
// glibc would go through all that its arena has free.
constexpr long kReceiveBufferBytes = 60L << 10;

/// Where the path of a URL begins that libcurl need not read beyond its origin: one of visible ASCII characters without
/// a fragment. 0: it is to read all of it.
size_t path_of_plain(std::string_view url) {
  const bool plain = std::ranges::all_of(url, [](char c) { return c > ' ' && c <= '~' && c != '#'; });
  const size_t scheme = url.find("://");
  if (!plain || scheme == url.npos) return 0;
  const size_t end = url.find_first_of("/?", scheme + 3);
  return end != url.npos && url[end] == '/' ? end : 0;
}

}  // namespace

void Transfer::set_fixed_options() {
  CURL* curl = handle();
  const FetchSettings& settings = options_.settings;
  set_option(curl, CURLOPT_PRIVATE, static_cast<void*>(this));
  set_option(curl, CURLOPT_ERRORBUFFER, error_text_.data());
  set_option(curl, CURLOPT_NOSIGNAL, 1L);
  set_option(curl, CURLOPT_QUICK_EXIT, 1L);  // else dropping a transfer waits for its name look-up, for seconds
  set_option(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  set_option(curl, CURLOPT_FOLLOWLOCATION, 0L);
  set_option(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set_option(curl, CURLOPT_HTTP09_ALLOWED, 0L);
  set_option(curl, CURLOPT_PATH_AS_IS, 1L);
  set_option(curl, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  set_option(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set_option(curl, CURLOPT_ACCEPT_ENCODING, "");  // all that libcurl can undo
  // Refused when a transfer that failed early has left its buffer behind, which is used again then.
  const CURLcode buffer = curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, kReceiveBufferBytes);
  SCRAPER_CHECK(buffer == CURLE_OK || buffer == CURLE_BAD_FUNCTION_ARGUMENT);
  set_option(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.connect_timeout.count()));
  set_option(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(settings.max_time.count()));
  set_option(curl, CURLOPT_NOPROXY, "");  // with CURLOPT_PROXY, it keeps libcurl from a choice of its own
  if (!settings.user_agent.empty()) set_option(curl, CURLOPT_USERAGENT, settings.user_agent.c_str());
  if (options_.resolve) set_option(curl, CURLOPT_RESOLVE, options_.resolve.get());
  if (!settings.ca_file.empty()) set_option(curl, CURLOPT_CAINFO, settings.ca_file.c_str());
  // With a folder of certificates beside the file, libcurl reads the file for each connection instead of once a multi.
  if (options_.system_bundle) set_option(curl, CURLOPT_CAPATH, static_cast<char*>(nullptr));
  if (settings.insecure) {
    set_option(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    set_option(curl, CURLOPT_SSL_VERIFYHOST, 0L);
  }
}

void Transfer::set_callbacks() {
  CURL* curl = handle();
  void* self = this;
  using Self = Transfer*;
  set_option(
      curl, CURLOPT_PREREQFUNCTION, +[](void* to, char* peer, char*, int, int local_port) noexcept {
        return static_cast<Self>(to)->on_prereq(peer, local_port) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
      });
  set_option(curl, CURLOPT_PREREQDATA, self);
  set_option(
      curl, CURLOPT_OPENSOCKETFUNCTION, +[](void* to, curlsocktype, curl_sockaddr* address) noexcept {
        return static_cast<Self>(to)->on_open_socket(*address);
      });
  set_option(curl, CURLOPT_OPENSOCKETDATA, self);
  if (connections_ != nullptr) {
    set_option(
        curl, CURLOPT_CLOSESOCKETFUNCTION, +[](void* connections, curl_socket_t socket) noexcept {
          static_cast<KeptConnections*>(connections)->closed(socket);
          return close(socket);
        });
    set_option(curl, CURLOPT_CLOSESOCKETDATA, static_cast<void*>(connections_));
  }
  // Called when TCP is connected and TLS begins. Not every TLS library has it: without it, a stage is less exact.
  const auto on_tls = +[](CURL*, void*, void* to) noexcept {
    static_cast<Self>(to)->phase_ = Phase::handshake;
    return CURLE_OK;
  };
  (void)curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, on_tls);
  (void)curl_easy_setopt(curl, CURLOPT_SSL_CTX_DATA, self);
  set_option(
      curl, CURLOPT_HEADERFUNCTION, +[](char* bytes, size_t, size_t count, void* to) noexcept -> size_t {
        return static_cast<Self>(to)->on_header({bytes, count}) ? count : 0;
      });
  set_option(curl, CURLOPT_HEADERDATA, self);
  set_option(
      curl, CURLOPT_WRITEFUNCTION, +[](char* bytes, size_t, size_t count, void* to) noexcept -> size_t {
        return static_cast<Self>(to)->on_body({bytes, count}) ? count : CURL_WRITEFUNC_ERROR;
      });
  set_option(curl, CURLOPT_WRITEDATA, self);
  set_option(
      curl, CURLOPT_XFERINFOFUNCTION, +[](void* to, curl_off_t, curl_off_t received, curl_off_t, curl_off_t) noexcept {
        static_cast<Self>(to)->on_progress(received);
        return 0;
      });
  set_option(curl, CURLOPT_XFERINFODATA, self);
  set_option(curl, CURLOPT_NOPROGRESS, 0L);
}

size_t Transfer::body_bytes_max() const {
  return request_.body_bytes_max != 0 ? request_.body_bytes_max : options_.settings.body_bytes_max;
}

void Transfer::set_method_and_limit() {
  if (request_.head != set_.head) {
    set_option(handle(), request_.head ? CURLOPT_NOBODY : CURLOPT_HTTPGET, 1L);
    set_.head = request_.head;
  }
  // A HEAD response names the length of a body that will not come; where the beginning will do, length is no obstacle.
  const bool any = request_.head || request_.beginning_alone;
  const curl_off_t most = any ? 0 : static_cast<curl_off_t>(body_bytes_max());
  if (most != set_.file_size_max) {
    set_option(handle(), CURLOPT_MAXFILESIZE_LARGE, most);
    set_.file_size_max = most;
  }
}

std::optional<Error> Transfer::set_request() {
  if (has_line_break(request_.url)) return Error{ErrorKind::bad_url, Stage::request, 0, "the URL holds a line break"};
  for (const std::string& header : request_.headers) {
    if (has_line_break(header))
      return Error{ErrorKind::internal, Stage::request, 0, "a request header holds a line break"};
  }
  set_proxy();
  if (auto error = set_url()) return error;
  set_method_and_limit();
  set_headers();
  set_tls();
  const std::string_view host = host_of(request_.url);
  if (const auto range = special_host(host); range && !request_.allow_private) {
    return Error{ErrorKind::blocked_address, Stage::connect, 0, not_public(host, *range)};
  }
  return std::nullopt;
}

/// To read, write and copy the URL as a whole takes libcurl a quarter of what a small page costs it, so it gets the
/// origin, mostly the same as before, and what to ask there for. A proxy is asked for the whole.
std::optional<Error> Transfer::set_url() {
  const size_t path = proxied_ ? 0 : path_of_plain(request_.url);
  const std::string_view url = path != 0 ? std::string_view(request_.url).substr(0, path + 1) : request_.url;
  CURLcode code = CURLE_OK;
  if (path != 0 || set_.target)
    code = curl_easy_setopt(handle(), CURLOPT_REQUEST_TARGET, path != 0 ? request_.url.c_str() + path : nullptr);
  set_.target = path != 0;
  if (code == CURLE_OK && set_.url != url) {
    set_.url = url;
    code = curl_easy_setopt(handle(), CURLOPT_URL, set_.url.c_str());
  }
  if (code == CURLE_OK) return std::nullopt;
  return Error{ErrorKind::bad_url, Stage::request, static_cast<int>(code), curl_easy_strerror(code)};
}

void Transfer::set_headers() {
  const FetchSettings& settings = options_.settings;
  const bool cookie = request_.send_credentials && !settings.cookie.empty();
  if (cookie != set_.cookie) {
    set_option(handle(), CURLOPT_COOKIE, cookie ? settings.cookie.c_str() : nullptr);
    set_.cookie = cookie;
  }
  own_headers_.reset();
  if (request_.headers.empty()) {
    const auto& shared = request_.send_credentials ? options_.credential_headers : options_.anonymous_headers;
    set_option(handle(), CURLOPT_HTTPHEADER, shared.get());
    return;
  }
  own_headers_ = options_.merged_headers(request_);
  set_option(handle(), CURLOPT_HTTPHEADER, own_headers_.get());
}

void Transfer::set_proxy() {
  const std::string_view proxy = options_.proxy.proxy_for(request_.url);
  // Set in every case: "" keeps libcurl from a choice of its own by the environment.
  if (set_.proxy != proxy) {
    set_.proxy = proxy;
    set_option(handle(), CURLOPT_PROXY, set_.proxy->c_str());
  }
  proxied_ = !proxy.empty();
  guarded_ = !request_.allow_private && proxy.empty();
}

void Transfer::set_tls() {
  // CURLOPT_PIPEWAIT stays off: a transfer that waits for another one's connection to speak HTTP/2 is under no deadline
  // of libcurl's, so that one host that hangs would hold as many as were asked of it, one connect timeout each. What
  // has many transfers holds them back itself: see FirstConnections.
  if (!request_.url.starts_with("https:")) return;
  shared_origin_ = origin_of(request_.url);
  CURLSH* share = sessions_.of(shared_origin_);
  if (share == share_) return;
  set_option(handle(), CURLOPT_SHARE, share);
  share_ = share;
}

}  // namespace scraper
