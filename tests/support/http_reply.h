// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "tests/support/http_message.h"
#include "tests/support/tree_site.h"

namespace scraper::test {

/// A response before faults are worked into it.
struct Content {
  int status = 200;
  std::string type = "text/html; charset=utf-8";
  std::string body;
  Headers headers;
};

/// The text that `encoding=br` and `encoding=zstd` carry, whatever the body was.
extern const std::string_view kEncodedText;

/// Builds the reply to a request from its query; the server's thread alone. All of it is also understood with a file of
/// a site (--site), so that any page of a site can be made to misbehave.
///
/// Content:
///   /echo                      the request's head as the body, as text/plain
///   /redirect?to=URL           Location; status=302 unless given
///   status=N  type=T           header=Name:%20value (any number)
///   body=N                     N bytes of letters          text=STRING          the body itself
///   title=T link=URL links=N   an HTML page; the N links lead to PATH?n=1 ... N
///   encoding=gzip|deflate|br|zstd|corrupt (gzip with a wrong checksum)|bomb (gzip, body=N zeros; 100 MiB unless given)
///   header=ETag:..., header=Last-Modified:...   who sends the same with If-None-Match, else If-Modified-Since, is
///   answered 304
///   fail_first=N&key=K         the first N requests with that key are answered 503 (retry_after=S), later ones as
///   usual
///
/// How it goes out:
///   delay=DUR                  before the first byte        hang        no answer at all
///   gather=N                   the delay ends early for N such requests as soon as all of them have come
///   close                      closed without an answer     reset       RST; reset=body after half of the body
///   interim=N                  a 1xx before (any number)    version=1.0 HTTP/1.0
///   chunked  trailer=H:%20v    chunked coding               nolength    the body ends with the connection
///   connection=close           announced and done
///   unasked=STRING             these bytes 50 ms after the answer, then closed
///   truncate=N                 after N bytes of the body, closed
///   stall=headers|body         half of them, then silence (stall=status: half of the status line)
///   drip=DUR                   the body goes byte by byte; drip_headers=DUR the head line by line
///   garbage                    not HTTP
///   endless=headers|line|body  header lines without end, one line without end, a body without end
class ReplyBuilder {
 public:
  /// Serves the files of `site_directory` unless it is empty, and a tree of so many pages unless there are none, each
  /// page of which is answered after `tree_delay`.
  explicit ReplyBuilder(std::string site_directory, size_t tree_pages = 0, Duration tree_delay = {})
      : site_(std::move(site_directory)), tree_delay_(tree_delay) {
    if (tree_pages > 0) tree_.emplace(tree_pages);
  }

  Reply build(const HttpRequest& request);

  /// Answers `path` with these bytes and closes. `bytes` may be anything. Who knows the page by `etag` already is
  /// answered 304; empty: nobody.
  void set_raw(std::string path, std::string bytes, std::string etag) {
    raw_[std::move(path)] = {std::move(bytes), std::move(etag)};
  }

 private:
  Content content_for(const HttpRequest& request);
  bool still_failing(const HttpRequest& request);

  bool in_tree(const HttpRequest& request) const { return tree_ && TreeSite::knows(request.path); }

  const std::string site_;
  const Duration tree_delay_;
  std::optional<TreeSite> tree_;
  struct Raw {
    std::string bytes, etag;
  };
  std::map<std::string, Raw> raw_;
  std::map<std::string, uint64_t> failures_;  ///< by key: how many were answered 503
};

/// A file of a directory as a web server gives it: index.html for a directory, 301 to its slash, 404. `..` finds
/// nothing.
Content site_content(const std::string& directory, const std::string& path);

}  // namespace scraper::test
