// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scraper/base/clock.h"
#include "scraper/model/fetch.h"

namespace scraper::test {

/// A request as the test server reads it. A value.
struct HttpRequest {
  std::string method;
  std::string target;                                           ///< as it stands in the request line
  std::string path;                                             ///< percent-decoded
  std::vector<std::pair<std::string, std::string>> parameters;  ///< of the query, percent-decoded, in order
  Headers headers;
  bool http10 = false;

  bool has(std::string_view parameter) const;
  std::string text(std::string_view parameter, std::string_view otherwise = {}) const;  ///< the first of that name
  uint64_t number(std::string_view parameter, uint64_t otherwise) const;
  Duration duration(std::string_view parameter) const;  ///< `500ms`; zero when there is none
  std::vector<std::string> all(std::string_view parameter) const;
  bool wants_close() const;
};

/// Parses the head of a request, up to and with the empty line; nullopt when it is not HTTP.
std::optional<HttpRequest> parse_request(std::string_view head);

std::string percent_decode(std::string_view text, bool plus_is_space);

/// Some bytes of a reply and how they go out.
struct Send {
  std::string bytes;
  size_t repeat = 1;           ///< how often, one after the other
  Duration pause_before{0};    ///< once, before the first byte
  size_t piece_bytes = 0;      ///< 0: as fast as the peer takes them; else so many at a time ...
  Duration piece_interval{0};  ///< ... with so long in between
};

/// What happens to the connection when all is sent.
enum class Ending : uint8_t {
  keep_alive,
  close,
  reset,  ///< closed with RST (SO_LINGER of zero)
  hang,   ///< stays open, silent, until the peer closes
};

/// The script of a reply.
struct Reply {
  std::deque<Send> sends;
  Ending ending = Ending::keep_alive;
};

}  // namespace scraper::test
