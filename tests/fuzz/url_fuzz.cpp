// SPDX-License-Identifier: MIT
// A base on the first line, what is resolved against it in the rest. Each is read alone too.
#include <algorithm>
#include <string>

#include "scraper/model/url.h"
#include "tests/fuzz/fuzz_input.h"

namespace scraper {
namespace {

void check_error(const Error& error) {
  SCRAPER_CHECK(error.kind == ErrorKind::bad_url || error.kind == ErrorKind::unsupported_scheme);
  SCRAPER_CHECK(!error.message.empty());
  check_line(error.message);
}

void check_parts(const Url& url) {
  const std::string& href = url.href();
  SCRAPER_CHECK(href.size() <= kUrlBytesMax);
  SCRAPER_CHECK(std::all_of(href.begin(), href.end(), [](char c) { return c > 0x20 && c < 0x7F; }));
  SCRAPER_CHECK(href.find('#') == std::string::npos);
  SCRAPER_CHECK(url.scheme() == "http" || url.scheme() == "https");
  SCRAPER_CHECK(!url.host().empty());

  std::string origin = std::string(url.scheme()) + "://" + std::string(url.host());
  if (url.port()) origin += ":" + std::to_string(*url.port());
  SCRAPER_CHECK(url.origin() == origin);
  SCRAPER_CHECK(origin.find('@') == std::string::npos);
  SCRAPER_CHECK(url.effective_port() == url.port().value_or(url.scheme() == "https" ? 443 : 80));
  SCRAPER_CHECK(url.path().starts_with('/'));
  const std::string until_query = origin + std::string(url.path());
  SCRAPER_CHECK(href.starts_with(until_query));
  if (href.size() > until_query.size()) {
    SCRAPER_CHECK(href == until_query + "?" + std::string(url.query()));
  } else {
    SCRAPER_CHECK(url.query().empty());
  }
}

/// The canonical form is the canonical form's, whatever it is resolved against.
void check_again(const Url& url, const Url* base) {
  const auto again = Url::parse(url.href(), base);
  SCRAPER_CHECK(again.has_value());
  SCRAPER_CHECK(again->href() == url.href());
  SCRAPER_CHECK(again->host() == url.host());
  SCRAPER_CHECK(again->port() == url.port());
  SCRAPER_CHECK(again->path() == url.path());
  SCRAPER_CHECK(again->query() == url.query());
}

void check_url(const Url& url) {
  static const Url elsewhere = *Url::parse("https://elsewhere.test:8443/a/b?c");
  check_parts(url);
  check_again(url, nullptr);
  check_again(url, &url);
  check_again(url, &elsewhere);
  // The path alone names the same, seen from there; two slashes would name a host.
  const std::string_view local = std::string_view(url.href()).substr(url.origin().size());
  if (!local.starts_with("//")) {
    const auto same = Url::parse(local, &url);
    SCRAPER_CHECK(same.has_value() && same->href() == url.href());
  }
  const auto origin = Url::parse(url.origin());
  SCRAPER_CHECK(origin.has_value() && origin->origin() == url.origin() && origin->path() == "/");
}

tl::expected<Url, Error> check(std::string_view text, const Url* base) {
  auto url = Url::parse(text, base);
  if (url) {
    check_url(*url);
  } else {
    check_error(url.error());
  }
  return url;
}

}  // namespace
}  // namespace scraper

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace scraper;
  const std::string_view text = fuzz_text(data, size);
  const auto [first, rest] = first_line(text);
  const auto base = check(first, nullptr);
  check(rest, nullptr);
  check(text, nullptr);
  if (base) check(rest, &*base);
  static const Url fixed = *Url::parse("http://base.test/a/b/c?d");
  check(first, &fixed);

  const std::string shown = without_user_info(text);
  SCRAPER_CHECK(without_user_info(shown) == shown);
  return 0;
}
