// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scraper/base/clock.h"
#include "scraper/fetch/curl_handle.h"
#include "scraper/fetch/first_connections.h"
#include "scraper/fetch/kept_connections.h"
#include "scraper/fetch/tls_sessions.h"
#include "scraper/fetch/transfer_error.h"
#include "scraper/fetch/transfer_options.h"
#include "scraper/model/fetch.h"

namespace scraper {

/// One exchange after another on one easy handle: the one place that sets libcurl's options. The models of concurrency
/// differ only in how they drive the handle.
///
/// Used by one thread at a time. libcurl holds its address for the callbacks, so it can neither be copied nor moved.
/// Between begin and finish or abandon the handle may be added to a multi; it must have left it before the next begin.
///
/// Names: libcurl looks them up, unless the fetcher asks for name_to_look_up and does it. That counts as a part of the
/// exchange in all its times and limits.
///
/// Deadlines: libcurl watches over connect_timeout (CURLOPT_CONNECTTIMEOUT_MS) and max_time (CURLOPT_TIMEOUT_MS); it
/// has no option for the first byte and for a stall, so whoever drives the handle asks `overdue`. A duration of 0 is no
/// limit, except for connect_timeout, which is then libcurl's own 300 s. While headers come, whole lines count as
/// progress; in the body, every byte, before decoding.
///
/// Address guard: a request without allow_private is refused every address that is not public, when a socket is opened
/// (CURLOPT_OPENSOCKETFUNCTION) and again before it is sent (CURLOPT_PREREQFUNCTION), so that it cannot ride on a
/// pooled connection that a request with allow_private has opened. Through a proxy only the host in the URL can be
/// judged, and only when it is an address; the proxy itself is the user's choice and may be anywhere.
class Transfer {
 public:
  /// `options` and `sessions`, which is the driving thread's, outlive it.
  Transfer(const TransferOptions& options, TlsSessions& sessions);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// Sets the handle up for a request. An error means that there is nothing to perform: call abandon with it.
  [[nodiscard]] std::optional<Error> begin(FetchRequest request, const Now& now);

  /// Before the first begin: what all transfers of its CURLM together know of connections. `first` is told when the
  /// transfer, by its slot, has one; nullptr: no transfer waits for another's.
  void share(KeptConnections* connections, FirstConnections* first) {
    connections_ = connections;
    first_connections_ = first;
  }

  /// After begin, for a fetcher that looks names up itself: the name that libcurl would have to look up, and so the
  /// handle may not be performed before `resolved`. Empty: libcurl may go ahead, because the URL holds an address, a
  /// proxy looks the name up, FetchSettings::resolve has it, or it is not made of letters, digits, `.`, `-` and `_`.
  const std::string& name_to_look_up();

  /// True from name_to_look_up until resolved or unresolved.
  bool awaits_name() const { return name_state_ == NameState::awaited; }

  /// True after resolved: NameEntries has one for the transfer.
  bool has_entry() const { return name_state_ == NameState::entered; }

  const std::string& name() const { return name_; }            ///< what name_to_look_up has said
  const std::string& host_port() const { return host_port_; }  ///< the name as a key of NameEntries

  /// The name's addresses are known, as NameEntries has them: the handle may be performed.
  void resolved(StringList entries, SteadyTime now);

  /// The error to abandon the transfer with, when the name has no addresses.
  Error unresolved(const std::string& problem);

  /// After begin, and after resolved where that is called: how much of its time for connecting is gone.
  Duration waited(SteadyTime now) const { return std::chrono::duration_cast<Duration>(now - started_); }

  /// The transfer was held back until now, and the handle may be performed.
  void held_until(SteadyTime now);

  /// Scheme, host and port of an https URL, whose connections may carry several transfers at once; else empty. Valid
  /// until the next begin.
  std::string_view shared_origin() const { return shared_origin_; }

  CURL* handle() const { return handle_.get(); }

  /// The easy handle's transfer (CURLOPT_PRIVATE).
  static Transfer& of(CURL* handle);

  /// The error to abandon the transfer with, when one of our own deadlines has passed.
  std::optional<Error> overdue(SteadyTime now);

  /// When to ask overdue again at the latest.
  SteadyTime next_check(SteadyTime now) const;

  /// The result after libcurl has reported CURLMSG_DONE.
  FetchResult finish(CURLcode code);

  /// The result of a transfer that we cut short, with what had come.
  FetchResult abandon(Error error);

  /// Set by a pool for its own bookkeeping.
  size_t slot = 0;

 private:
  void set_fixed_options();
  void set_callbacks();
  size_t body_bytes_max() const;
  std::optional<Error> set_request();
  std::optional<Error> set_url();
  void set_method_and_limit();
  void set_headers();
  void set_proxy();
  void set_time_limits(Duration waited);
  void set_names_kept(long seconds);
  void set_connection_kept();
  void count_connection() noexcept;
  SteadyTime name_deadline() const;
  std::optional<Error> name_overdue(SteadyTime now) const;
  void set_tls();

  bool on_prereq(std::string_view peer, int local_port) noexcept;
  curl_socket_t on_open_socket(const curl_sockaddr& address) noexcept;
  bool on_header(std::string_view line) noexcept;
  bool on_body(std::string_view bytes) noexcept;
  void on_progress(curl_off_t received) noexcept;
  void add_header(std::string_view line);

  Failure failure(CURLcode code) const;
  void collect();

  const TransferOptions& options_;
  TlsSessions& sessions_;
  EasyHandle handle_;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  StringList own_headers_;  ///< of the present request; empty when the shared lists do

  KeptConnections* connections_ = nullptr;         ///< nullptr: libcurl's own limit is enough
  FirstConnections* first_connections_ = nullptr;  ///< nullptr: no transfer waits for another
  bool closes_ = false;                            ///< CURLOPT_FORBID_REUSE
  long idle_max_s_ = 0;                            ///< CURLOPT_MAXAGE_CONN; 0: as begin leaves it

  enum class NameState : uint8_t { none, awaited, entered };
  NameState name_state_ = NameState::none;
  std::string name_;
  std::string host_port_;
  StringList name_entries_;
  SteadyTime::duration named_after_{0};  ///< waited for the name
  SteadyTime::duration waited_{0};       ///< for the name and for another's connection, before libcurl began

  static constexpr long kNamesKeptByCurl = 60;
  /// What the look-up has made of the handle's options; at first as begin leaves them.
  struct NameOptions {
    Duration waited{0};              ///< libcurl's limits are so much shorter
    long kept_s = kNamesKeptByCurl;  ///< CURLOPT_DNS_CACHE_TIMEOUT
  };
  NameOptions name_options_;
  /// What the handle's options are, beyond those that every request has: they stay, and are set when they differ.
  struct Options {
    bool head = false;
    bool cookie = false;
    curl_off_t file_size_max = 0;
    std::optional<std::string> proxy;
    std::string url;
    bool target = false;  ///< CURLOPT_REQUEST_TARGET
  };
  Options set_;
  CURLSH* share_ = nullptr;  ///< survives a reset
  bool fresh_ = false;       ///< options are as set_ says; false after a failure, which ends in a reset

  FetchRequest request_;
  std::string_view shared_origin_;  ///< a part of request_.url
  FetchResult result_;
  SteadyTime started_;
  Phase phase_ = Phase::resolving;
  SteadyTime progress_at_;   ///< since when phase_ waits for the next byte
  curl_off_t received_ = 0;  ///< body bytes on the wire
  size_t header_bytes_ = 0;
  size_t body_bytes_ = 0;   ///< decoded, kept or not
  bool under_way_ = false;  ///< libcurl has begun: what it has measured is this exchange's
  bool header_block_open_ = false;
  bool header_block_seen_ = false;
  bool proxied_ = false;
  bool guarded_ = true;  ///< the peer's address must be public
  std::vector<int> sockets_opened_;
  Cut cut_ = Cut::none;
  std::string cut_detail_;
};

/// The result of a request that was never begun, because the fetcher was stopped.
FetchResult cancelled_result(const FetchRequest& request, WallTime now);

/// The error of an exchange that stop has cut short.
Error cancelled_error();

}  // namespace scraper
