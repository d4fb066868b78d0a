// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace scraper {

/// What can go wrong with one task. Users query these by name (`error_kind`), so a name never changes.
enum class ErrorKind : uint8_t {
  dns,
  connect,
  tls,
  connect_timeout,
  first_byte_timeout,
  stalled,
  timeout,
  too_large,
  protocol,
  decode,
  redirect,
  http_status,
  blocked_address,
  unsupported_scheme,
  bad_url,
  parse_timeout,
  parse_limit,
  parser_crash,
  cancelled,
  internal,
};

/// Where in a task's life it went wrong (`error_stage`).
enum class Stage : uint8_t { list, resolve, connect, tls, request, headers, body, redirect, parse, store };

/// What went wrong with one task: data on its attempt's row, never thrown and never only logged.
struct Error {
  ErrorKind kind = ErrorKind::internal;
  Stage stage = Stage::request;
  int code = 0;         ///< the CURLcode or the HTTP status it came from; 0 when there is none
  std::string message;  ///< for people: one line, valid UTF-8
};

std::string_view name(ErrorKind kind);
std::string_view name(Stage stage);
std::optional<ErrorKind> parse_error_kind(std::string_view text);

/// True when another try may well succeed: name look-ups, connections, cut TLS handshakes, timeouts, broken replies.
/// HTTP statuses are not decided here, because users can name their own (RetryPolicy).
bool is_transient(const Error& error);

/// True when the host as a whole, not this URL, is to blame: it counts towards parking the host.
bool blames_host(ErrorKind kind);

}  // namespace scraper
