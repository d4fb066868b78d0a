// SPDX-License-Identifier: MIT
#include "tests/simulation/synthetic_web.h"

namespace scraper::simulation {
namespace {

FetchResult status(int code, Headers headers = {}) {
  FetchResult result;
  result.status = code;
  result.headers = std::move(headers);
  if (code == 200) result.body = "x";
  return result;
}

FetchResult failure(ErrorKind kind) {
  FetchResult result;
  result.error = Error{kind, Stage::connect, 0, "it broke"};
  return result;
}

}  // namespace

SyntheticWeb::SyntheticWeb(uint64_t seed) : random_(seed) {
  make_hosts();
  make_pages();
}

void SyntheticWeb::make_hosts() {
  const uint64_t count = 1 + draw(6);
  for (uint64_t i = 0; i < count; ++i) origins_.push_back("http://h" + std::to_string(i) + ".test");
  for (const std::string& origin : origins_) {
    Host host;
    const uint64_t kind = draw(10);
    host.kind = kind == 0   ? Host::Kind::dead
                : kind == 1 ? Host::Kind::dead_at_first
                : kind == 2 ? Host::Kind::storm
                            : Host::Kind::well;
    host.failures = 1 + static_cast<int>(draw(8));
    host.robots = static_cast<Host::RobotsKind>(draw(6));
    host.robots_failures = 1 + static_cast<int>(draw(3));
    host.robots_elsewhere = origins_[draw(origins_.size())];
    hosts_.emplace(origin, host);
  }
}

void SyntheticWeb::make_pages() {
  const uint64_t count = 3 + draw(40);
  std::vector<std::string> urls;
  for (uint64_t i = 0; i < count; ++i) {
    const bool is_private = draw(8) == 0;
    urls.push_back(origins_[draw(origins_.size())] + (is_private ? "/private/" : "/") + std::to_string(i));
  }
  for (const std::string& url : urls) {
    Page page;
    page.is_private = url.find("/private/") != std::string::npos;
    constexpr Page::Kind kKinds[] = {Page::Kind::ok,       Page::Kind::ok,    Page::Kind::ok,   Page::Kind::ok,
                                     Page::Kind::missing,  Page::Kind::flaky, Page::Kind::busy, Page::Kind::slow,
                                     Page::Kind::redirect, Page::Kind::silent};
    page.kind = kKinds[draw(std::size(kKinds))];
    page.failures = 1 + static_cast<int>(draw(4));
    page.retry_after_s = static_cast<int>(draw(3) * draw(40));
    page.target = urls[draw(urls.size())];
    for (uint64_t n = draw(6); n > 0; --n) page.links.push_back(urls[draw(urls.size())]);
    pages_.emplace(url, page);
  }
  for (uint64_t n = 1 + draw(5); n > 0; --n) seeds_.push_back(urls[draw(urls.size())]);
}

std::string SyntheticWeb::robots_text(const Host& host) {
  switch (host.robots) {
    case Host::RobotsKind::rules:
      return "User-agent: *\nDisallow: /private/\n";
    case Host::RobotsKind::crawl_delay:
      return "User-agent: *\nCrawl-delay: 3\n";
    default:
      return "";
  }
}

bool SyntheticWeb::forbids(const std::string& url) const {
  const Host& host = host_of(url);
  return pages_.at(url).is_private && host.robots == Host::RobotsKind::rules;
}

SyntheticWeb::Answer SyntheticWeb::answer(const std::string& url, const std::string& etag) {
  Host& host = hosts_.at(origin_of(url));
  if (host.kind == Host::Kind::dead) return {failure(ErrorKind::connect), Duration{20}};
  if (host.kind == Host::Kind::dead_at_first && host.failures > 0) {
    --host.failures;
    return {failure(ErrorKind::connect_timeout), Duration{10'000}};
  }
  if (host.kind == Host::Kind::storm && host.failures > 0) {
    --host.failures;
    return {status(429, {{"Retry-After", "7"}}), Duration{30}};
  }
  const Duration takes{1 + static_cast<int64_t>(draw(400))};
  Answer answer = url.ends_with("/robots.txt") ? robots_answer(host) : page_answer(pages_.at(url), etag);
  if (answer.takes == Duration{0}) answer.takes = takes;
  return answer;
}

SyntheticWeb::Answer SyntheticWeb::robots_answer(Host& host) {
  switch (host.robots) {
    case Host::RobotsKind::none:
      return {status(404), {}};
    case Host::RobotsKind::broken:
      return {status(500), {}};
    case Host::RobotsKind::broken_at_first:
      if (host.robots_failures-- > 0) return {status(503), {}};
      return {status(404), {}};
    case Host::RobotsKind::elsewhere:
      return {status(301, {{"Location", host.robots_elsewhere + "/robots.txt"}}), {}};
    default:
      return {status(200), {}};
  }
}

void SyntheticWeb::pass_a_day() {
  std::vector<std::string> urls;
  for (const auto& [url, page] : pages_) urls.push_back(url);
  for (auto& [url, page] : pages_) {
    page.failures = 1 + static_cast<int>(draw(4));
    if (draw(3) != 0) continue;
    ++page.version;
    page.links.clear();
    for (uint64_t n = draw(6); n > 0; --n) page.links.push_back(urls[draw(urls.size())]);
  }
}

SyntheticWeb::Answer SyntheticWeb::page_answer(Page& page, const std::string& etag) {
  const auto known = [&] { return status(etag == etag_of(page) ? 304 : 200, {{"ETag", etag_of(page)}}); };
  switch (page.kind) {
    case Page::Kind::missing:
      return {status(404), {}};
    case Page::Kind::redirect:
      return {status(302, {{"Location", page.target}}), {}};
    case Page::Kind::silent:
      return {failure(ErrorKind::first_byte_timeout), Duration{30'000}};
    case Page::Kind::flaky:
      if (page.failures-- > 0) return {failure(ErrorKind::protocol), {}};
      return {known(), {}};
    case Page::Kind::busy:
      if (page.failures-- > 0) {
        return {status(503, {{"Retry-After", std::to_string(page.retry_after_s)}}), {}};
      }
      return {known(), {}};
    case Page::Kind::slow:
      return {known(), Duration{5000 + static_cast<int64_t>(draw(40'000))}};
    case Page::Kind::ok:
      break;
  }
  return {known(), {}};
}

}  // namespace scraper::simulation
