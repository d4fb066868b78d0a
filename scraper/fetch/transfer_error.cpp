// SPDX-License-Identifier: MIT
#include "scraper/fetch/transfer_error.h"

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "scraper/base/utf8.h"

namespace scraper {
namespace {

constexpr int kTooLarge = 100;  // CURLE_TOO_LARGE, of libcurl 8.6 and later: a header line or block over its own limit
constexpr int kEchRequired = 101;

bool before_request(Phase phase) { return phase < Phase::waiting; }
bool in_headers(Phase phase) { return phase == Phase::waiting || phase == Phase::headers; }

/// libcurl has limits of its own on headers (100 KiB a line, 300 KiB together) and no code of their own for them.
bool is_header_limit(const Failure& failure) {
  if (!in_headers(failure.phase)) return false;
  if (failure.code == CURLE_OUT_OF_MEMORY || static_cast<int>(failure.code) == kTooLarge) return true;
  return failure.detail.starts_with("Too large response headers");
}

ErrorKind timeout_kind(const Failure& failure) {
  return before_request(failure.phase) && !failure.out_of_max_time ? ErrorKind::connect_timeout : ErrorKind::timeout;
}

ErrorKind kind_of(const Failure& failure) {
  switch (failure.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return ErrorKind::dns;
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
      return ErrorKind::connect;
    case CURLE_OPERATION_TIMEDOUT:
      return timeout_kind(failure);
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_SHUTDOWN_FAILED:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CLIENTCERT:
      return ErrorKind::tls;
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_HTTP3:
    case CURLE_SEND_FAIL_REWIND:
    case CURLE_CHUNK_FAILED:
      return ErrorKind::protocol;
    case CURLE_UNSUPPORTED_PROTOCOL:  // a scheme that is not allowed, or an answer that is not HTTP (HTTP/0.9)
      return before_request(failure.phase) ? ErrorKind::unsupported_scheme : ErrorKind::protocol;
    case CURLE_BAD_FUNCTION_ARGUMENT:  // what libcurl 7.88 calls a broken chunk, once the response has begun
      return before_request(failure.phase) ? ErrorKind::internal : ErrorKind::protocol;
    case CURLE_BAD_CONTENT_ENCODING:
      return ErrorKind::decode;
    case CURLE_FILESIZE_EXCEEDED:
      return ErrorKind::too_large;
    case CURLE_URL_MALFORMAT:
    case CURLE_LOGIN_DENIED:  // CURLOPT_DISALLOW_USERNAME_IN_URL
      return ErrorKind::bad_url;
    default:
      return static_cast<int>(failure.code) == kEchRequired ? ErrorKind::tls : ErrorKind::internal;
  }
}

/// The place an error belongs to by its kind, whatever the phase says.
Stage stage_for(ErrorKind kind, Phase phase) {
  switch (kind) {
    case ErrorKind::dns:
      return Stage::resolve;
    case ErrorKind::tls:
      return Stage::tls;
    case ErrorKind::bad_url:
    case ErrorKind::unsupported_scheme:
      return Stage::request;
    case ErrorKind::connect:
      return phase == Phase::handshake ? Stage::tls : Stage::connect;
    case ErrorKind::decode:
      return Stage::body;
    default:
      return stage_of(phase);
  }
}

/// What libcurl's words mean, where they leave one guessing.
std::string_view explanation(const Failure& failure) {
  const std::string_view detail = failure.detail;
  if (failure.code == CURLE_UNSUPPORTED_PROTOCOL && !before_request(failure.phase)) return "the answer is not HTTP";
  if (failure.code == CURLE_LOGIN_DENIED) return "the URL holds a user name or a password";
  if (failure.code == CURLE_SSL_CONNECT_ERROR && detail.find("wrong version number") != std::string_view::npos) {
    return "the server does not seem to speak TLS on this port";
  }
  // RFC 9112 9.8: without the closing alert a body that is delimited by the close of the connection is incomplete.
  if (detail.find("unexpected eof while reading") != std::string_view::npos) {
    return "the server cut the TLS connection, so the response may be incomplete";
  }
  return {};
}

std::string one_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return to_valid_utf8(std::move(text));
}

std::string describe(const Failure& failure) {
  std::string message = failure.detail.empty() ? curl_easy_strerror(failure.code) : failure.detail;
  const std::string_view meaning = explanation(failure);
  if (!meaning.empty()) message = std::string(meaning) + " (" + message + ")";
  return one_line(std::move(message));
}

}  // namespace

Stage stage_of(Phase phase) {
  switch (phase) {
    case Phase::resolving:
      return Stage::resolve;
    case Phase::connecting:
      return Stage::connect;
    case Phase::handshake:
      return Stage::tls;
    case Phase::waiting:
      return Stage::request;
    case Phase::headers:
      return Stage::headers;
    case Phase::body:
      return Stage::body;
  }
  return Stage::request;
}

Cut cut_by_socket_error(int code) {
  switch (code) {
    case EAFNOSUPPORT:
      return Cut::none;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case EADDRNOTAVAIL:
      return Cut::out_of_sockets;
    default:
      return Cut::no_socket;
  }
}

std::string socket_error_text(int code) {
  if (cut_by_socket_error(code) != Cut::out_of_sockets) return std::string("cannot open a socket: ") + strerror(code);
  std::string text = std::string("this machine ran out of sockets: ") + strerror(code);
  text += code == EMFILE ? "; raise the limit (ulimit -n) or lower --concurrency" : "; lower --concurrency";
  return text;
}

Error classify(const Failure& failure) {
  const int code = static_cast<int>(failure.code);
  switch (failure.cut) {
    case Cut::headers_too_large:
      return {ErrorKind::too_large, Stage::headers, code, failure.cut_detail};
    case Cut::body_too_large:
      return {ErrorKind::too_large, Stage::body, code, failure.cut_detail};
    case Cut::blocked_address:
      return {ErrorKind::blocked_address, Stage::connect, code, failure.cut_detail};
    case Cut::no_socket:
      return {ErrorKind::internal, Stage::connect, code, failure.cut_detail};
    case Cut::out_of_sockets:
      return {ErrorKind::connect, Stage::connect, code, failure.cut_detail};
    case Cut::none:
      break;
  }
  if (is_header_limit(failure)) {
    return {ErrorKind::too_large, Stage::headers, code, "the response headers are over libcurl's limits"};
  }
  const ErrorKind kind = kind_of(failure);
  // MAXFILESIZE speaks while the headers are read, but it is the body that is too large.
  const Stage stage = kind == ErrorKind::too_large ? Stage::body : stage_for(kind, failure.phase);
  return {kind, stage, code, describe(failure)};
}

}  // namespace scraper
