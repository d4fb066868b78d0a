// SPDX-License-Identifier: MIT
#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <string>

#include "scraper/model/error.h"

namespace scraper {

/// How far an exchange has come.
enum class Phase : uint8_t {
  resolving,   ///< no address yet
  connecting,  ///< a socket was opened
  handshake,   ///< TCP is connected: TLS, or a proxy's part
  waiting,     ///< the connection is ready, the request is being sent; no byte of the response yet
  headers,
  body,
};

/// Why a callback of ours stopped the exchange, or kept it from connecting: a limit, or a socket that did not open.
/// Sockets the machine has run out of are there again later (out_of_sockets); others are not (no_socket).
enum class Cut : uint8_t { none, headers_too_large, body_too_large, blocked_address, no_socket, out_of_sockets };

/// All that is known of an exchange that libcurl gave up.
struct Failure {
  CURLcode code = CURLE_OK;
  Phase phase = Phase::resolving;
  Cut cut = Cut::none;
  std::string detail;            ///< libcurl's error buffer (CURLOPT_ERRORBUFFER); may be empty
  std::string cut_detail;        ///< our own words on `cut`
  bool out_of_max_time = false;  ///< the whole exchange's time was up, not just the connecting part's
};

/// Turns libcurl's verdict into ours: which kind, where, and in what words. Pure; any thread. The source of the codes
/// is libcurl-errors(3).
Error classify(const Failure& failure);

Stage stage_of(Phase phase);

/// What it means for an exchange that socket(2) failed with this errno; none where another address may do.
Cut cut_by_socket_error(int code);

/// Says so, and what mends it.
std::string socket_error_text(int code);

}  // namespace scraper
