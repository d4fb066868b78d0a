// SPDX-License-Identifier: MIT
#include "scraper/model/error.h"

#include <array>

#include "scraper/base/check.h"

namespace scraper {
namespace {

struct Traits {
  ErrorKind kind;
  std::string_view name;
  bool transient;
  bool blames_host;
};

constexpr std::array<Traits, 20> kTraits{{
    {ErrorKind::dns, "dns", true, true},
    {ErrorKind::connect, "connect", true, true},
    {ErrorKind::tls, "tls", false, true},  // a cut handshake is transient: see is_transient
    {ErrorKind::connect_timeout, "connect_timeout", true, true},
    {ErrorKind::first_byte_timeout, "first_byte_timeout", true, true},
    {ErrorKind::stalled, "stalled", true, false},
    {ErrorKind::timeout, "timeout", true, false},
    {ErrorKind::too_large, "too_large", false, false},
    {ErrorKind::protocol, "protocol", true, false},
    {ErrorKind::decode, "decode", false, false},
    {ErrorKind::redirect, "redirect", false, false},
    {ErrorKind::http_status, "http_status", false, false},
    {ErrorKind::blocked_address, "blocked_address", false, false},
    {ErrorKind::unsupported_scheme, "unsupported_scheme", false, false},
    {ErrorKind::bad_url, "bad_url", false, false},
    {ErrorKind::parse_timeout, "parse_timeout", false, false},
    {ErrorKind::parse_limit, "parse_limit", false, false},
    {ErrorKind::parser_crash, "parser_crash", false, false},
    {ErrorKind::cancelled, "cancelled", false, false},
    {ErrorKind::internal, "internal", false, false},
}};

constexpr std::array<std::string_view, 10> kStageNames{"list",    "resolve", "connect",  "tls",   "request",
                                                       "headers", "body",    "redirect", "parse", "store"};

constexpr int kCurlSslConnectError =
    35;  // CURLE_SSL_CONNECT_ERROR: the handshake broke off; certificates have other codes

const Traits& traits(ErrorKind kind) {
  const auto& entry = kTraits.at(static_cast<size_t>(kind));
  SCRAPER_CHECK(entry.kind == kind);
  return entry;
}

}  // namespace

std::string_view name(ErrorKind kind) { return traits(kind).name; }
std::string_view name(Stage stage) { return kStageNames.at(static_cast<size_t>(stage)); }

std::optional<ErrorKind> parse_error_kind(std::string_view text) {
  for (const Traits& entry : kTraits) {
    if (entry.name == text) return entry.kind;
  }
  return std::nullopt;
}

bool is_transient(const Error& error) {
  if (error.kind == ErrorKind::tls) return error.code == kCurlSslConnectError;
  return traits(error.kind).transient;
}

bool blames_host(ErrorKind kind) { return traits(kind).blames_host; }

}  // namespace scraper
