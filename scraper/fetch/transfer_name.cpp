// SPDX-License-Identifier: MIT
// What a fetcher with many transfers decides for libcurl: which address a name has, and which connections are kept.
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "scraper/base/check.h"
#include "scraper/fetch/address_guard.h"
#include "scraper/fetch/transfer.h"

namespace scraper {
namespace {

// CURLOPT_MAXAGE_CONN in whole seconds: a connection goes when it was idle for longer. libcurl looks once a second.
constexpr long kIdleOfCurl = 118;
constexpr long kIdleWhenFull = 1;

/// Other hosts that a URL may have mean something else in CURLOPT_RESOLVE (`*`) or are refused by libcurl.
bool is_plain_name(std::string_view host) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyz0123456789.-_";
  return !host.empty() && host.find_first_not_of(kPlain) == std::string_view::npos;
}

Duration less(Duration limit, Duration waited) { return std::max(limit - waited, Duration{1}); }

}  // namespace

const std::string& Transfer::name_to_look_up() {
  // The handle may still be as an earlier exchange has left it.
  set_time_limits(Duration{0});
  set_connection_kept();
  const std::string_view host = host_of(request_.url);
  const bool address = is_address(host);
  // libcurl caches addresses too, and goes through its whole cache whenever a transfer ends.
  set_names_kept(address ? 0 : kNamesKeptByCurl);
  name_.clear();
  if (address || proxied_ || !is_plain_name(host)) return name_;
  std::string host_port = host_and_port(request_.url);
  if (options_.has_address_for(host_port)) {
    set_option(handle(), CURLOPT_RESOLVE, options_.resolve.get());  // libcurl reads it once, with one transfer
    return name_;
  }
  host_port_ = std::move(host_port);
  name_ = host;
  name_state_ = NameState::awaited;
  return name_;
}

void Transfer::resolved(StringList entries, SteadyTime now) {
  SCRAPER_CHECK(name_state_ == NameState::awaited);
  name_state_ = NameState::entered;
  name_entries_ = std::move(entries);
  set_option(handle(), CURLOPT_RESOLVE, name_entries_.get());
  set_names_kept(-1);  // NameEntries takes them away
  held_until(now);
  named_after_ = waited_;
}

void Transfer::held_until(SteadyTime now) {
  waited_ = now - started_;
  set_time_limits(waited(now));
}

Error Transfer::unresolved(const std::string& problem) {
  SCRAPER_CHECK(name_state_ == NameState::awaited);
  name_state_ = NameState::none;
  Failure failed = failure(CURLE_COULDNT_RESOLVE_HOST);
  failed.detail = "Could not resolve host: " + name_ + " (" + problem + ")";
  return classify(failed);
}

void Transfer::set_time_limits(Duration waited) {
  if (name_options_.waited == waited) return;
  name_options_.waited = waited;
  const Duration whole = options_.settings.max_time;
  const Duration most = whole > Duration{0} ? less(whole, waited) : whole;
  set_option(handle(), CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(less(options_.connect_timeout, waited).count()));
  set_option(handle(), CURLOPT_TIMEOUT_MS, static_cast<long>(most.count()));
}

void Transfer::set_names_kept(long seconds) {
  if (name_options_.kept_s == seconds) return;
  name_options_.kept_s = seconds;
  set_option(handle(), CURLOPT_DNS_CACHE_TIMEOUT, seconds);
}

void Transfer::set_connection_kept() {
  if (connections_ == nullptr) return;
  if (std::exchange(closes_, false)) set_option(handle(), CURLOPT_FORBID_REUSE, 0L);
  const long idle_max_s = connections_->is_full() ? kIdleWhenFull : kIdleOfCurl;
  if (std::exchange(idle_max_s_, idle_max_s) == idle_max_s) return;
  set_option(handle(), CURLOPT_MAXAGE_CONN, idle_max_s);
}

/// The connection is ready. When it is a new one, is there room to keep it?
void Transfer::count_connection() noexcept {
  if (connections_ == nullptr || sockets_opened_.empty()) return;
  // Of several that were tried (RFC 8305) those that lost are closed, which libcurl does not tell of.
  const auto is_connected = [](int fd) {
    sockaddr_storage peer{};
    socklen_t bytes = sizeof peer;
    return getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &bytes) == 0;
  };
  const auto found = sockets_opened_.size() == 1
                         ? sockets_opened_.begin()
                         : std::find_if(sockets_opened_.begin(), sockets_opened_.end(), is_connected);
  if (found == sockets_opened_.end()) return;
  connections_->opened(*found, request_.url.starts_with("http:") && !proxied_);
  if (!connections_->is_crowded()) return;
  closes_ = true;
  set_option(handle(), CURLOPT_FORBID_REUSE, 1L);
}

/// When a look-up has taken too long: the connecting part's time, or the whole exchange's.
SteadyTime Transfer::name_deadline() const { return started_ + options_.connecting_max; }

std::optional<Error> Transfer::name_overdue(SteadyTime now) const {
  if (now < name_deadline()) return std::nullopt;
  const auto waited = std::chrono::duration_cast<Duration>(now - started_);
  Failure failed = failure(CURLE_OPERATION_TIMEDOUT);
  failed.detail = "Resolving timed out after " + std::to_string(waited.count()) + " milliseconds";
  return classify(failed);
}

}  // namespace scraper
