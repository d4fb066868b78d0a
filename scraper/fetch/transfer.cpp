// SPDX-License-Identifier: MIT
#include "scraper/fetch/transfer.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "scraper/base/quantity.h"
#include "scraper/fetch/address_guard.h"
#include "scraper/fetch/fetch_limits.h"

namespace scraper {
namespace {

using std::chrono::microseconds;

constexpr long kReceiveBufferBytes =
    64L << 10;  // a small one costs up to twice the time; pages are touched only as needed
constexpr curl_off_t kBodyReserveMax = 1 << 20;  // what a Content-Length can make us allocate before a byte has come
constexpr size_t kHeadersUsual = 12;
constexpr size_t kBodySlackMax = 64u << 10;  // unused memory that a result may carry along

std::string_view trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::optional<Duration> phase_time(CURL* handle, CURLINFO what, SteadyTime::duration waited) {
  const auto time = info<curl_off_t>(handle, what);
  if (time <= 0) return std::nullopt;
  return std::chrono::duration_cast<Duration>(waited + microseconds{time});
}

std::string_view version_name(long version) {
  switch (version) {
    case CURL_HTTP_VERSION_1_0:
      return "1.0";
    case CURL_HTTP_VERSION_1_1:
      return "1.1";
    case CURL_HTTP_VERSION_2_0:
      return "2";
    case CURL_HTTP_VERSION_3:
      return "3";
    default:
      return {};
  }
}

/// As special_range, and for names that are loopback wherever they are looked up (RFC 6761 6.3).
std::optional<std::string_view> special_host(std::string_view host) {
  if (host == "localhost" || host.ends_with(".localhost")) return "loopback";
  return special_range(host);
}

std::string not_public(std::string_view address, std::string_view range) {
  return std::string(address) + " is not a public address (" + std::string(range) + ")";
}

}  // namespace

Transfer::Transfer(const TransferOptions& options, TlsSessions& sessions)
    : options_(options), sessions_(sessions), handle_(make_easy()) {}

Transfer& Transfer::of(CURL* handle) { return *static_cast<Transfer*>(info<void*>(handle, CURLINFO_PRIVATE)); }

std::optional<Error> Transfer::begin(FetchRequest request, const Now& now) {
  request_ = std::move(request);
  result_ = FetchResult{};
  result_.id = request_.id;
  result_.started_at = now.wall;
  started_ = progress_at_ = now.steady;
  phase_ = Phase::resolving;
  received_ = 0;
  header_bytes_ = 0;
  header_block_open_ = header_block_seen_ = false;
  sockets_opened_.clear();
  cut_ = Cut::none;
  cut_detail_.clear();
  error_text_.front() = '\0';
  name_state_ = NameState::none;
  waited_ = {};
  body_bytes_ = 0;
  under_way_ = false;
  // Some forty options cost more than a small page: they are set once, and again after a failure.
  if (!std::exchange(fresh_, true)) {
    curl_easy_reset(handle());  // keeps connections, the DNS cache and TLS sessions
    set_ = {};
    name_options_ = {};
    closes_ = false;
    idle_max_s_ = 0;
    set_fixed_options();
    set_callbacks();
  }
  return set_request();
}

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
      curl, CURLOPT_PREREQFUNCTION, +[](void* to, char* peer, char*, int, int) noexcept {
        return static_cast<Self>(to)->on_prereq(peer) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
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
  const CURLcode code = curl_easy_setopt(handle(), CURLOPT_URL, request_.url.c_str());
  if (code != CURLE_OK) {
    return Error{ErrorKind::bad_url, Stage::request, static_cast<int>(code), curl_easy_strerror(code)};
  }
  set_method_and_limit();
  set_headers();
  set_proxy();
  set_tls();
  const std::string_view host = host_of(request_.url);
  if (const auto range = special_host(host); range && !request_.allow_private) {
    return Error{ErrorKind::blocked_address, Stage::connect, 0, not_public(host, *range)};
  }
  return std::nullopt;
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
  // of libcurl's, so that one host that hangs would hold as many as were asked of it, one connect timeout each.
  if (!request_.url.starts_with("https:")) return;
  CURLSH* share = sessions_.of(origin_of(request_.url));
  if (share == share_) return;
  set_option(handle(), CURLOPT_SHARE, share);
  share_ = share;
}

bool Transfer::on_prereq(std::string_view peer) noexcept {
  under_way_ = true;
  if (const auto range = special_range(peer); range && guarded_) {
    cut_ = Cut::blocked_address;
    cut_detail_ = not_public(peer, *range);
    return false;
  }
  count_connection();
  phase_ = Phase::waiting;
  progress_at_ = steady_now();
  return true;
}

curl_socket_t Transfer::on_open_socket(const curl_sockaddr& address) noexcept {
  under_way_ = true;
  // Also comes when a pooled connection turned out to be dead and the request starts over.
  phase_ = Phase::connecting;
  if (const auto range = special_range(address.addr); range && guarded_) {
    cut_ = Cut::blocked_address;
    cut_detail_ = not_public(address_text(address.addr), *range);
    return CURL_SOCKET_BAD;
  }
  const int fd = socket(address.family, address.socktype | SOCK_CLOEXEC, address.protocol);
  if (fd >= 0) {
    sockets_opened_.push_back(fd);
  } else if (const int code = errno; cut_ == Cut::none) {
    cut_ = cut_by_socket_error(code);
    if (cut_ != Cut::none) cut_detail_ = socket_error_text(code);
  }
  return fd >= 0 ? fd : CURL_SOCKET_BAD;
}

bool Transfer::on_header(std::string_view line) noexcept {
  progress_at_ = steady_now();
  header_bytes_ += line.size();
  if (header_bytes_ > options_.settings.header_bytes_max) {
    cut_ = Cut::headers_too_large;
    cut_detail_ = "the response headers are over " + format_size(options_.settings.header_bytes_max);
    return false;
  }
  if (!header_block_open_) {
    if (!line.starts_with("HTTP/")) return true;  // a trailer
    header_block_open_ = header_block_seen_ = true;
    phase_ = Phase::headers;
    result_.headers.clear();
    result_.headers.reserve(kHeadersUsual);
    return true;
  }
  if (trim(line).empty())
    header_block_open_ = false;
  else
    add_header(line);
  return true;
}

void Transfer::add_header(std::string_view line) {
  const bool folded = line.front() == ' ' || line.front() == '\t';  // obs-fold, RFC 9112 5.2
  const size_t colon = line.find(':');
  if (!folded && colon == std::string_view::npos) return;
  std::string value(trim(folded ? line : line.substr(colon + 1)));
  std::ranges::replace_if(
      value, [](char c) { return c == '\r' || c == '\0'; }, ' ');  // RFC 9110 5.5
  if (!folded) {
    result_.headers.emplace_back(trim(line.substr(0, colon)), std::move(value));
  } else if (!result_.headers.empty()) {
    result_.headers.back().second += ' ' + value;
  }
}

bool Transfer::on_body(std::string_view bytes) noexcept {
  phase_ = Phase::body;
  const size_t most = body_bytes_max();
  const size_t room = most - body_bytes_;
  const std::string_view wanted = bytes.substr(0, room);
  if (!request_.count_body) {
    std::string& body = result_.body;
    if (body.empty()) {
      const auto announced = info<curl_off_t>(handle(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T);
      if (announced > 0) body.reserve(std::min(most, static_cast<size_t>(std::min(announced, kBodyReserveMax))));
    }
    body.append(wanted);
  }
  body_bytes_ += wanted.size();
  if (bytes.size() <= room) return true;
  cut_ = Cut::body_too_large;
  cut_detail_ = "the body is over " + format_size(most);
  return false;
}

void Transfer::on_progress(curl_off_t received) noexcept {
  if (received == received_) return;
  received_ = received;
  progress_at_ = steady_now();
}

std::optional<Error> Transfer::overdue(SteadyTime now) {
  if (awaits_name()) return name_overdue(now);
  const Duration first_byte = options_.settings.first_byte_timeout;
  if (phase_ == Phase::waiting && first_byte > Duration{0} && now >= progress_at_ + first_byte) {
    const microseconds first{info<curl_off_t>(handle(), CURLINFO_STARTTRANSFER_TIME_T)};
    if (first.count() == 0) {
      return Error{ErrorKind::first_byte_timeout, Stage::request, 0,
                   "no byte of the response within " + format_duration(first_byte)};
    }
    // A part of the status line has come.
    phase_ = Phase::headers;
    progress_at_ = started_ + waited_ + first;
  }
  const Duration stall = options_.settings.stall_timeout;
  if (phase_ >= Phase::headers && stall > Duration{0} && now >= progress_at_ + stall) {
    return Error{ErrorKind::stalled, stage_of(phase_), 0, "no byte for " + format_duration(stall)};
  }
  return std::nullopt;
}

SteadyTime Transfer::next_check(SteadyTime now) const {
  // Never further ahead than the shortest wait: then the same appointment also holds for whatever the handle does next.
  const SteadyTime latest = now + options_.shortest_wait;
  if (awaits_name()) return std::min(latest, name_deadline());
  if (phase_ < Phase::waiting) return latest;
  const Duration wait =
      phase_ == Phase::waiting ? options_.settings.first_byte_timeout : options_.settings.stall_timeout;
  return wait > Duration{0} ? std::min(latest, progress_at_ + wait) : latest;
}

Duration Transfer::connect_timeout() const {
  const Duration connect = options_.settings.connect_timeout;
  return connect > Duration{0} ? connect : kConnectTimeoutOfCurl;
}

Failure Transfer::failure(CURLcode code) const {
  Failure failure{code, phase_, cut_, error_text_.data(), cut_detail_, false};
  // A refused address does not matter when libcurl went on to another one, nor when the transfer failed later.
  const bool at_connecting =
      failure.cut == Cut::blocked_address || failure.cut == Cut::no_socket || failure.cut == Cut::out_of_sockets;
  if (at_connecting && code != CURLE_ABORTED_BY_CALLBACK &&
      (code != CURLE_COULDNT_CONNECT || !sockets_opened_.empty())) {
    failure.cut = Cut::none;
  }
  const Duration whole = options_.settings.max_time;
  failure.out_of_max_time = whole > Duration{0} && whole < connect_timeout();
  return failure;
}

void Transfer::collect() {
  result_.body_bytes = body_bytes_;
  // Our own clock: libcurl's total stands still when a transfer is cut short.
  result_.times.total = std::chrono::duration_cast<Duration>(steady_now() - started_);
  if (!under_way_) return;
  CURL* curl = handle();
  result_.status = static_cast<int>(info<long>(curl, CURLINFO_RESPONSE_CODE));
  result_.times.dns = phase_time(curl, CURLINFO_NAMELOOKUP_TIME_T, waited_);
  result_.times.connect = phase_time(curl, CURLINFO_CONNECT_TIME_T, waited_);
  result_.times.tls = phase_time(curl, CURLINFO_APPCONNECT_TIME_T, waited_);
  result_.times.first_byte = phase_time(curl, CURLINFO_STARTTRANSFER_TIME_T, waited_);
  result_.wire_bytes = static_cast<uint64_t>(info<long>(curl, CURLINFO_HEADER_SIZE)) +
                       static_cast<uint64_t>(info<curl_off_t>(curl, CURLINFO_SIZE_DOWNLOAD_T));
  if (const char* ip = info<char*>(curl, CURLINFO_PRIMARY_IP); ip != nullptr) result_.ip = ip;
  result_.http_version = version_name(info<long>(curl, CURLINFO_HTTP_VERSION));
  std::string& body = result_.body;
  if (body.capacity() - body.size() > std::max(kBodySlackMax, body.size())) body.shrink_to_fit();
}

FetchResult Transfer::finish(CURLcode code) {
  collect();
  if (code != CURLE_OK) {
    fresh_ = false;
    result_.error = classify(failure(code));
  } else if (!header_block_seen_ || header_block_open_ || result_.status < 200) {
    // libcurl takes a connection that closes within the headers for the end of a response without a body.
    result_.error = Error{ErrorKind::protocol, Stage::headers, 0, "the connection was closed within the headers"};
  }
  return std::move(result_);
}

FetchResult Transfer::abandon(Error error) {
  collect();
  fresh_ = false;
  result_.error = std::move(error);
  return std::move(result_);
}

Error cancelled_error() { return {ErrorKind::cancelled, Stage::request, 0, "the fetcher was stopped"}; }

FetchResult cancelled_result(const FetchRequest& request, WallTime now) {
  FetchResult result;
  result.id = request.id;
  result.started_at = now;
  result.error = cancelled_error();
  return result;
}

}  // namespace scraper
