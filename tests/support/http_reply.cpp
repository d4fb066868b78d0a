// SPDX-License-Identifier: MIT
#include "tests/support/http_reply.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <limits>

#include "scraper/base/check.h"

namespace scraper::test {
namespace {

constexpr std::string_view kBrotli{
    "\x1b\x27\x00\xf8\x1d\xa9\x53\x9f\xbb\x71\xad\xe0\x32\x46\xa7\xda\xe6\xaa\xec\x0d\x36\xe0\xc0\x21\xc8\xf3\xed\x1e"
    "\xa5\x9b\x7f\x78\x42\x4e\xf2\xf7\xfb\x61\x25\x98\x00",
    41};
constexpr std::string_view kZstd{
    "\x28\xb5\x2f\xfd\x24\x28\x41\x01\x00\x48\x65\x6c\x6c\x6f\x20\x66\x72\x6f\x6d\x20\x74\x68\x65\x20\x74\x65\x73\x74"
    "\x20\x73\x65\x72\x76\x65\x72\x2c\x20\x63\x6f\x6d\x70\x72\x65\x73\x73\x65\x64\x2e\x0a\x9e\x9b\xe8\xe3",
    53};
constexpr size_t kWithoutEnd = std::numeric_limits<size_t>::max();
constexpr int kGzipWindow = 15 + 16;

std::string_view reason(int status) {
  switch (status) {
    case 103:
      return "Early Hints";
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 304:
      return "Not Modified";
    case 404:
      return "Not Found";
    case 503:
      return "Service Unavailable";
    default:
      return "Status";
  }
}

/// zlib's deflate over `repeat` times `block`: with gzip's frame (kGzipWindow) or zlib's (15).
std::string compress(std::string_view block, size_t repeat, int window) {
  z_stream stream{};
  SCRAPER_CHECK(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out;
  std::string buffer(64u << 10, '\0');
  int code = Z_OK;
  for (size_t i = 0; i < repeat; ++i) {
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(block.data()));
    stream.avail_in = static_cast<uInt>(block.size());
    do {
      stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
      stream.avail_out = static_cast<uInt>(buffer.size());
      code = deflate(&stream, i + 1 == repeat ? Z_FINISH : Z_NO_FLUSH);
      SCRAPER_CHECK(code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR);
      out.append(buffer, 0, buffer.size() - stream.avail_out);
    } while (stream.avail_out == 0);
  }
  SCRAPER_CHECK(code == Z_STREAM_END);
  deflateEnd(&stream);
  return out;
}

std::string gzip_zeros(size_t bytes) {
  const std::string block(1u << 20, '\0');
  return compress(block, std::max<size_t>(1, bytes / block.size()), kGzipWindow);
}

void encode(const HttpRequest& request, Content& content) {
  const std::string encoding = request.text("encoding");
  if (encoding.empty()) return;
  std::string name = encoding;
  if (encoding == "gzip") content.body = compress(content.body, 1, kGzipWindow);
  if (encoding == "deflate") content.body = compress(content.body, 1, 15);
  if (encoding == "br") content.body = kBrotli;
  if (encoding == "zstd") content.body = kZstd;
  if (encoding == "corrupt" || encoding == "bomb") name = "gzip";
  if (encoding == "bomb") content.body = gzip_zeros(request.number("body", 100u << 20));
  if (encoding == "corrupt") {
    content.body = compress(content.body, 1, kGzipWindow);
    for (size_t i = 1; i <= 8; ++i) content.body[content.body.size() - i] ^= '\x55';  // checksum and length
  }
  content.headers.emplace_back("Content-Encoding", name);
}

std::string letters(size_t bytes) {
  std::string out(bytes, ' ');
  for (size_t i = 0; i < bytes; ++i) out[i] = static_cast<char>('a' + i % 26);
  return out;
}

std::string html_page(const HttpRequest& request) {
  std::string page =
      fmt::format("<!DOCTYPE html>\n<html><head><title>{}</title></head><body>\n", request.text("title", "Test page"));
  for (const std::string& link : request.all("link")) page += fmt::format("<a href=\"{}\">{}</a>\n", link, link);
  for (uint64_t n = 1; n <= request.number("links", 0); ++n)
    page += fmt::format("<a href=\"{}?n={}\">{}</a>\n", request.path, n, n);
  return page + "</body></html>\n";
}

bool has_body(const HttpRequest& request, int status) {
  return request.method != "HEAD" && status != 204 && status != 304 && status >= 200;
}

std::string head_of(const HttpRequest& request, const Content& content) {
  const bool chunked = request.has("chunked") || request.has("trailer");
  std::string head;
  for (const std::string& interim : request.all("interim")) {
    head += fmt::format("HTTP/1.1 {} Interim\r\nX-Interim: {}\r\n\r\n", interim, interim);
  }
  head += fmt::format("HTTP/{} {} {}\r\n", request.text("version", "1.1"), content.status, reason(content.status));
  if (content.status != 204 && content.status != 304) head += fmt::format("Content-Type: {}\r\n", content.type);
  for (const auto& [name, value] : content.headers) head += fmt::format("{}: {}\r\n", name, value);
  if (chunked)
    head += "Transfer-Encoding: chunked\r\n";
  else if (!request.has("nolength") && request.text("endless") != "body" && content.status != 204) {
    head += fmt::format("Content-Length: {}\r\n", content.body.size());
  }
  if (request.text("connection") == "close") head += "Connection: close\r\n";
  return head + "\r\n";
}

/// RFC 9110 13.2.2, with dates compared as text.
bool is_known(const HttpRequest& request, const Content& content) {
  if (const auto etag = find_header(request.headers, "if-none-match")) {
    return find_header(content.headers, "etag") == etag;
  }
  const auto since = find_header(request.headers, "if-modified-since");
  return since && find_header(content.headers, "last-modified") == since;
}

std::string chunked_body(const HttpRequest& request, const std::string& body) {
  std::string out;
  for (size_t at = 0; at < body.size(); at += 1000) {
    const auto chunk = std::string_view(body).substr(at, 1000);
    out += fmt::format("{:x}\r\n{}\r\n", chunk.size(), chunk);
  }
  out += "0\r\n";
  for (const std::string& trailer : request.all("trailer")) out += trailer + "\r\n";
  return out + "\r\n";
}

/// Replies that never get as far as a response.
std::optional<Reply> broken_reply(const HttpRequest& request) {
  if (request.has("hang")) return Reply{{}, Ending::hang};
  if (request.has("close")) return Reply{{Send{"", 1, request.duration("delay")}}, Ending::close};
  if (request.has("reset") && request.text("reset") != "body")
    return Reply{{Send{"", 1, request.duration("delay")}}, Ending::reset};
  if (request.has("garbage")) return Reply{{Send{"\x16\x03\x01 this is not HTTP\r\n\r\n"}}, Ending::close};
  const std::string endless = request.text("endless");
  if (endless == "headers") {
    return Reply{{Send{"HTTP/1.1 200 OK\r\n"}, Send{"X-More: " + std::string(1000, 'm') + "\r\n", kWithoutEnd}},
                 Ending::close};
  }
  if (endless == "line") {
    return Reply{{Send{"HTTP/1.1 200 OK\r\nX-Long: "}, Send{std::string(1000, 'l'), kWithoutEnd}}, Ending::close};
  }
  return std::nullopt;
}

void send_head(const HttpRequest& request, const std::string& head, Reply& reply) {
  const std::string stall = request.text("stall");
  if (stall == "status" || stall == "headers") {
    reply.sends.push_back({stall == "status" ? head.substr(0, 7) : head.substr(0, head.size() / 2)});
    reply.ending = Ending::hang;
    return;
  }
  if (!request.has("drip_headers")) {
    reply.sends.push_back({head});
    return;
  }
  for (size_t at = 0; at < head.size();) {
    const size_t end = head.find("\r\n", at) + 2;
    reply.sends.push_back({head.substr(at, end - at), 1, at == 0 ? Duration{0} : request.duration("drip_headers")});
    at = end;
  }
}

void send_body(const HttpRequest& request, std::string body, Reply& reply) {
  if (request.text("endless") == "body") {
    reply.sends.push_back({letters(16u << 10), kWithoutEnd});
    reply.ending = Ending::close;
  } else if (request.text("stall") == "body") {
    reply.sends.push_back({body.substr(0, body.size() / 2)});
    reply.ending = Ending::hang;
  } else if (request.text("reset") == "body") {
    reply.sends.push_back({body.substr(0, body.size() / 2)});
    reply.sends.push_back({"", 1, Duration{50}});  // let the peer read before the RST throws away what is under way
    reply.ending = Ending::reset;
  } else if (request.has("truncate")) {
    reply.sends.push_back({body.substr(0, request.number("truncate", 0))});
    reply.ending = Ending::close;
  } else {
    const bool drip = request.has("drip");
    if (drip)
      reply.sends.push_back({std::move(body), 1, Duration{0}, 1, request.duration("drip")});
    else
      reply.sends.back().bytes += body;  // one packet with the head
  }
}

}  // namespace

const std::string_view kEncodedText = "Hello from the test server, compressed.\n";

bool ReplyBuilder::still_failing(const HttpRequest& request) {
  return request.has("fail_first") && failures_[request.text("key")]++ < request.number("fail_first", 0);
}

Content ReplyBuilder::content_for(const HttpRequest& request) {
  Content content;
  if (request.path == "/echo") {
    content.type = "text/plain";
    content.body = request.method + ' ' + request.target + '\n';
    for (const auto& [name, value] : request.headers) content.body += fmt::format("{}: {}\n", name, value);
  } else if (request.path == "/redirect") {
    content.status = 302;
    content.headers.emplace_back("Location", request.text("to", "/"));
  } else if (in_tree(request)) {
    content = tree_->answer(request.path);
  } else if (request.path == "/robots.txt" && site_.empty() && request.parameters.empty()) {
    content = {404, "text/plain", "There are no rules here.\n", {}};
  } else if (!site_.empty() && !request.path.starts_with("/page")) {
    content = site_content(site_, request.path);
  } else {
    content.body = html_page(request);
  }
  if (request.has("body") && request.text("encoding") != "bomb") content.body = letters(request.number("body", 0));
  if (request.has("text")) content.body = request.text("text");
  if (request.has("type")) content.type = request.text("type");
  content.status = static_cast<int>(request.number("status", static_cast<uint64_t>(content.status)));
  for (const std::string& header : request.all("header")) {
    const size_t colon = std::min(header.find(':'), header.size());
    const size_t value = std::min(header.find_first_not_of(" :", colon), header.size());
    content.headers.emplace_back(header.substr(0, colon), header.substr(value));
  }
  if (content.status == 200 && is_known(request, content)) content = {304, {}, {}, std::move(content.headers)};
  encode(request, content);
  return content;
}

Reply ReplyBuilder::build(const HttpRequest& request) {
  if (const auto raw = raw_.find(request.path); raw != raw_.end()) {
    const auto& [bytes, etag] = raw->second;
    if (etag.empty() || find_header(request.headers, "if-none-match") != etag) return {{Send{bytes}}, Ending::close};
    return {{Send{fmt::format("HTTP/1.1 304 Not Modified\r\nETag: {}\r\nConnection: close\r\n\r\n", etag)}},
            Ending::close};
  }
  if (auto broken = broken_reply(request)) return std::move(*broken);
  Content content;
  if (still_failing(request)) {
    content = {503, "text/plain", "try again\n", {}};
    if (request.has("retry_after")) content.headers.emplace_back("Retry-After", request.text("retry_after"));
  } else {
    content = content_for(request);
  }
  const bool closing = request.wants_close() || request.has("nolength") || request.text("connection") == "close" ||
                       request.text("version") == "1.0";
  Reply reply;
  reply.ending = closing ? Ending::close : Ending::keep_alive;
  send_head(request, head_of(request, content), reply);
  if (reply.ending != Ending::hang && has_body(request, content.status)) {
    const bool chunked = request.has("chunked") || request.has("trailer");
    send_body(request, chunked ? chunked_body(request, content.body) : std::move(content.body), reply);
  }
  if (request.has("unasked")) {
    reply.sends.push_back({request.text("unasked"), 1, Duration{50}});
    reply.ending = Ending::close;
  }
  reply.sends.front().pause_before = in_tree(request) ? tree_delay_ : request.duration("delay");
  return reply;
}

}  // namespace scraper::test
