// SPDX-License-Identifier: MIT
// A product token on the first line, a URL on the second, a robots.txt in the rest.
#include <algorithm>
#include <string>

#include "scraper/frontier/robots.h"
#include "tests/fuzz/fuzz_input.h"

namespace scraper {
namespace {

bool same(const Robots::Verdict& a, const Robots::Verdict& b) {
  return a.allowed == b.allowed && a.line == b.line && a.rule == b.rule;
}

void check_robots(const Robots& robots, std::string_view body) {
  // Of each line what is shown of it and its pattern are kept, percent-encoded at worst, twice for /index.html.
  SCRAPER_CHECK(robots.bytes() <= sizeof robots + 64 * (body.size() + 64));
  if (const auto delay = robots.crawl_delay()) SCRAPER_CHECK(*delay >= Duration(0) && *delay <= kCrawlDelayMax);
  SCRAPER_CHECK(robots.sitemaps().size() <= kRobotsSitemapsMax);
  for (const std::string& sitemap : robots.sitemaps()) {
    SCRAPER_CHECK(!sitemap.empty());
    SCRAPER_CHECK(sitemap.find_first_of("\r\n") == std::string::npos);
    SCRAPER_CHECK(body.find(sitemap) != std::string_view::npos);
  }
}

void check_verdict(const Robots::Verdict& verdict, std::string_view body) {
  const auto ends = std::count_if(body.begin(), body.end(), [](char c) { return c == '\r' || c == '\n'; });
  SCRAPER_CHECK(verdict.line >= 0 && verdict.line <= ends + 1);
  SCRAPER_CHECK((verdict.line == 0) == verdict.rule.empty());
  SCRAPER_CHECK(verdict.allowed || verdict.line > 0);
  check_line(verdict.rule);
}

/// What must not matter: how lines end, a byte order mark, what stands after the last line.
void check_rewritten(const Robots::Verdict& verdict, std::string_view body, std::string_view token, const Url& url) {
  std::string lines;
  for (const char c : body) lines += c == '\n' ? "\r\n" : std::string(1, c);
  if (body.find('\r') == std::string_view::npos) {
    SCRAPER_CHECK(same(verdict, Robots::parse(lines, token).check(url)));
  }
  const bool marked = !body.empty() && std::string_view("\xEF\xBB\xBF").find(body.front()) != std::string_view::npos;
  if (!marked) SCRAPER_CHECK(same(verdict, Robots::parse("\xEF\xBB\xBF" + std::string(body), token).check(url)));
  SCRAPER_CHECK(same(verdict, Robots::parse(std::string(body) + "\n# Disallow: /\n\n", token).check(url)));
}

}  // namespace
}  // namespace scraper

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace scraper;
  static const Url base = *Url::parse("http://host.test/a/b");
  if (size > kRobotsBytesMax / 4) return 0;  // so that what is rewritten stays within the limits too
  const auto [token, rest] = first_line(fuzz_text(data, size));
  const auto [address, body] = first_line(rest);

  const std::string_view word = product_token(token);
  SCRAPER_CHECK(token.starts_with(word) && product_token(word) == word);

  const Robots robots = Robots::parse(body, token);
  check_robots(robots, body);
  SCRAPER_CHECK(robots.check(*Url::parse("/robots.txt", &base)).allowed);
  const auto parsed = Url::parse(address, &base);
  const Url& url = parsed ? *parsed : base;
  const Robots::Verdict verdict = robots.check(url);
  check_verdict(verdict, body);
  SCRAPER_CHECK(same(verdict, robots.check(url)));
  SCRAPER_CHECK(same(verdict, Robots::parse(body, token).check(url)));
  check_rewritten(verdict, body, token, url);
  return 0;
}
