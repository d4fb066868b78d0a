// SPDX-License-Identifier: MIT
#include "tests/support/http_message.h"

#include <strings.h>

#include <charconv>

#include "scraper/base/quantity.h"

namespace scraper::test {
namespace {

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

void parse_query(std::string_view query, HttpRequest& request) {
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    const size_t equals = pair.find('=');
    const std::string_view value = equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    request.parameters.emplace_back(percent_decode(pair.substr(0, equals), true), percent_decode(value, true));
  }
}

}  // namespace

std::string percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const auto high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
      if (high && low) {
        out += static_cast<char>(*high * 16 + *low);
        i += 2;
        continue;
      }
    }
    out += text[i] == '+' && plus_is_space ? ' ' : text[i];
  }
  return out;
}

bool HttpRequest::has(std::string_view parameter) const {
  for (const auto& [name, value] : parameters) {
    if (name == parameter) return true;
  }
  return false;
}

std::string HttpRequest::text(std::string_view parameter, std::string_view otherwise) const {
  for (const auto& [name, value] : parameters) {
    if (name == parameter) return value;
  }
  return std::string(otherwise);
}

uint64_t HttpRequest::number(std::string_view parameter, uint64_t otherwise) const {
  const std::string value = text(parameter);
  uint64_t number = 0;
  const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  return error == std::errc{} ? number : otherwise;
}

Duration HttpRequest::duration(std::string_view parameter) const {
  return parse_duration(text(parameter)).value_or(Duration{0});
}

std::vector<std::string> HttpRequest::all(std::string_view parameter) const {
  std::vector<std::string> values;
  for (const auto& [name, value] : parameters) {
    if (name == parameter) values.push_back(value);
  }
  return values;
}

bool HttpRequest::wants_close() const {
  const auto connection = find_header(headers, "Connection");
  if (http10) return !connection || strncasecmp(connection->data(), "keep-alive", 10) != 0;
  return connection && strncasecmp(connection->data(), "close", 5) == 0;
}

std::optional<HttpRequest> parse_request(std::string_view head) {
  HttpRequest request;
  const size_t line_end = head.find("\r\n");
  if (line_end == std::string_view::npos) return std::nullopt;
  const std::string_view line = head.substr(0, line_end);
  const size_t first = line.find(' '), last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return std::nullopt;
  request.method = line.substr(0, first);
  request.target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!version.starts_with("HTTP/1.")) return std::nullopt;
  request.http10 = version == "HTTP/1.0";

  std::string_view target = request.target;
  if (target.starts_with("http://")) {  // as a proxy is asked
    const size_t slash = target.find('/', 7);
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  const size_t question = target.find('?');
  request.path = percent_decode(target.substr(0, question), false);
  if (question != std::string_view::npos) parse_query(target.substr(question + 1), request);

  head.remove_prefix(line_end + 2);
  while (!head.empty()) {
    const size_t end = head.find("\r\n");
    if (end == std::string_view::npos || end == 0) break;
    const std::string_view header = head.substr(0, end);
    head.remove_prefix(end + 2);
    const size_t colon = header.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const size_t value = header.find_first_not_of(" \t", colon + 1);
    request.headers.emplace_back(header.substr(0, colon), value == std::string_view::npos ? "" : header.substr(value));
  }
  return request;
}

}  // namespace scraper::test
