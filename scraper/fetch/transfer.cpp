// SPDX-License-Identifier: MIT
#include "scraper/fetch/transfer.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "scraper/base/ascii.h"
#include "scraper/base/quantity.h"
#include "scraper/fetch/address_guard.h"
#include "scraper/fetch/fetch_limits.h"

namespace scraper {
namespace {

using std::chrono::microseconds;

constexpr curl_off_t kBodyReserveMax = 1 << 20;  // what a Content-Length can make us allocate before a byte has come
constexpr size_t kHeadersUsual = 12;
constexpr std::string_view kSpace = " \t\r\n";
constexpr size_t kBodySlackMax = 64u << 10;  // unused memory that a result may carry along

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

}  // namespace

Transfer::Transfer(const TransferOptions& options, TlsSessions& sessions)
    : options_(options), sessions_(sessions), handle_(make_easy()) {}

Transfer& Transfer::of(CURL* handle) { return *static_cast<Transfer*>(info<void*>(handle, CURLINFO_PRIVATE)); }

std::optional<Error> Transfer::begin(FetchRequest request, const Now& now) {
  request_ = std::move(request);
  shared_origin_ = {};
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
  named_after_ = waited_ = {};
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

bool Transfer::on_prereq(std::string_view peer, int local_port) noexcept {
  under_way_ = true;
  if (const auto range = special_range(peer); range && guarded_) {
    cut_ = Cut::blocked_address;
    cut_detail_ = not_public(peer, *range);
    return false;
  }
  count_connection();
  if (first_connections_ != nullptr) first_connections_->connected(slot, local_port);
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
    // Of a network that has died without a word the kernel would hear after a quarter of an hour; until then a kept
    // connection would take up one request after the other.
    const auto patience =
        static_cast<unsigned>(std::max(options_.connect_timeout, options_.settings.stall_timeout).count());
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience, sizeof patience);
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
    if (first_connections_ != nullptr) first_connections_->answered(slot, line.starts_with("HTTP/2"));
    header_block_open_ = header_block_seen_ = true;
    phase_ = Phase::headers;
    result_.headers.clear();
    result_.headers.reserve(kHeadersUsual);
    return true;
  }
  if (trim(line, kSpace).empty())
    header_block_open_ = false;
  else
    add_header(line);
  return true;
}

void Transfer::add_header(std::string_view line) {
  const bool folded = line.front() == ' ' || line.front() == '\t';  // obs-fold, RFC 9112 5.2
  const size_t colon = line.find(':');
  if (!folded && colon == std::string_view::npos) return;
  std::string value(trim(folded ? line : line.substr(colon + 1), kSpace));
  std::ranges::replace_if(
      value, [](char c) { return c == '\r' || c == '\0'; }, ' ');  // RFC 9110 5.5
  if (!folded) {
    result_.headers.emplace_back(trim(line.substr(0, colon), kSpace), std::move(value));
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
  failure.out_of_max_time = whole > Duration{0} && whole < options_.connect_timeout;
  return failure;
}

void Transfer::collect() {
  result_.body_bytes = body_bytes_;
  // Our own clock: libcurl's total stands still when a transfer is cut short.
  result_.times.total = std::chrono::duration_cast<Duration>(steady_now() - started_);
  if (!under_way_) return;
  CURL* curl = handle();
  result_.status = static_cast<int>(info<long>(curl, CURLINFO_RESPONSE_CODE));
  result_.times.dns = phase_time(curl, CURLINFO_NAMELOOKUP_TIME_T, has_entry() ? named_after_ : waited_);
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
