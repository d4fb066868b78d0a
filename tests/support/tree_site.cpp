// SPDX-License-Identifier: MIT
#include "tests/support/tree_site.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <deque>
#include <iterator>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "tests/support/http_reply.h"

namespace scraper::test {
namespace {

constexpr size_t kBranches = 8;
constexpr std::string_view kRoot = "/tree/0";

/// splitmix64: the same numbers on every machine.
uint64_t mix(uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

std::string text_of(size_t number) {
  static constexpr std::string_view kWords[] = {"bread", "flour", "water", "salt",  "oven", "crust", "crumb", "starter",
                                                "fold",  "proof", "score", "steam", "bake", "cool",  "slice", "toast"};
  std::string out;
  for (uint64_t at = 0, words = 120 + mix(number) % 280; at < words; ++at) {
    out += kWords[mix(number * 1000 + at) % std::size(kWords)];
    out += at % 12 == 11 ? ".\n" : " ";
  }
  return out;
}

std::string html(const std::string& title, const std::string& text, const std::vector<std::string>& links) {
  std::string out =
      fmt::format("<!DOCTYPE html>\n<html lang=en><head><title>{}</title></head><body><p>{}</p>\n", title, text);
  for (const std::string& link : links) out += fmt::format("<a href=\"{}\">to {}</a>\n", link, link);
  return out + "</body></html>\n";
}

/// N of `PREFIXN`.
std::optional<size_t> number_after(std::string_view prefix, std::string_view path) {
  if (!path.starts_with(prefix)) return std::nullopt;
  path.remove_prefix(prefix.size());
  size_t number = 0;
  const auto [stop, error] = std::from_chars(path.data(), path.data() + path.size(), number);
  if (error != std::errc{} || stop != path.data() + path.size()) return std::nullopt;
  return number;
}

std::string without_fragment(const std::string& link) { return link.substr(0, link.find('#')); }

Content not_there() { return {404, "text/html; charset=utf-8", html("Not there", "", {}), {}}; }

}  // namespace

TreeSite::Kind TreeSite::kind_of(size_t number) {
  switch (number % 100) {
    case 37:
      return Kind::redirect;
    case 53:
      return Kind::missing;
    case 71:
      return Kind::busy;
    default:
      return Kind::page;
  }
}

std::string TreeSite::target_of(size_t number) {
  return number % 200 == 137 ? fmt::format("/tree/{}", number - 100) : fmt::format("/tree/landing/{}", number);
}

std::vector<std::string> TreeSite::links_of(size_t number) const {
  std::vector<std::string> links;
  const auto add_branches = [&](size_t parent) {
    for (size_t child = kBranches * parent + 1; child <= kBranches * (parent + 1) && child < pages_; ++child)
      links.push_back(fmt::format("/tree/{}", child));
  };
  add_branches(number);
  if (is_leaf(number + 1)) add_branches(number + 1);  // which has no links of its own
  if (number > 0) links.push_back(fmt::format("/tree/{}", (number - 1) / kBranches));
  links.push_back(fmt::format("/tree/{}", mix(number) % pages_));
  links.push_back(fmt::format("/tree/{}#part-{}", mix(number + pages_) % pages_, number));
  if (number % 50 == 11) links.push_back(fmt::format("/tree/private/{}", number));
  return links;
}

std::vector<std::string> TreeSite::links_at(const std::string& path) const {
  const auto number = number_after("/tree/", path);
  return number ? links_of(*number) : std::vector<std::string>{std::string(kRoot)};
}

std::string TreeSite::page(size_t number) const {
  return html(fmt::format("Page {}", number), text_of(number), links_of(number));
}

Content TreeSite::answer(const std::string& path) {
  constexpr const char* kHtml = "text/html; charset=utf-8";
  if (path == "/robots.txt") return {200, "text/plain", "User-agent: *\nDisallow: /tree/private/\n", {}};
  if (path == "/tree/gold") return {200, "application/jsonl", gold_lines(), {}};
  for (const std::string word : {"landing", "private"}) {
    if (const auto number = number_after("/tree/" + word + "/", path))
      return {200, kHtml, html(fmt::format("A {} page {}", word, *number), text_of(*number), links_at(path)), {}};
  }
  const auto number = number_after("/tree/", path);
  if (!number || *number >= pages_) return not_there();
  switch (kind_of(*number)) {
    case Kind::missing:
      return not_there();
    case Kind::redirect:
      return {301, kHtml, "", {{"Location", target_of(*number)}}};
    case Kind::busy:
      if (asked_.insert(*number).second) return {*number % 1000 == 71 ? 503 : 500, "text/plain", "try again\n", {}};
      break;
    case Kind::page:
      break;
  }
  return {200, kHtml, page(*number), {}};
}

TreeSite::Expected TreeSite::expected(const std::string& path, int depth) const {
  Expected url;
  url.path = url.end = path;
  url.depth = depth;
  const auto number = number_after("/tree/", path);
  if (!number) {
    url.kind = path.starts_with("/tree/private/") ? "private" : "landing";
    url.title = fmt::format("A {} page {}", url.kind, path.substr(path.rfind('/') + 1));
  } else if (kind_of(*number) == Kind::redirect) {
    const std::string target = target_of(*number);
    const Expected end = expected(target, depth);
    url.kind = "redirect";
    url.end = end.end;
    url.title = end.title;
    url.links = end.links;
    return url;
  } else if (kind_of(*number) == Kind::missing) {
    url.kind = "missing";
    url.status = 404;
    return url;
  } else {
    url.kind = kind_of(*number) == Kind::busy ? "busy" : "page";
    url.requests = kind_of(*number) == Kind::busy ? 2 : 1;
    url.title = fmt::format("Page {}", *number);
  }
  std::unordered_set<std::string> targets;
  for (const std::string& link : links_at(path)) targets.insert(without_fragment(link));
  url.links = targets.size();
  return url;
}

/// Breadth first; the target of a redirect is as deep as its source.
std::vector<TreeSite::Expected> TreeSite::gold() const {
  std::unordered_map<std::string, int> depths{{std::string(kRoot), 0}};
  std::deque<std::string> waiting{std::string(kRoot)};
  std::vector<Expected> found;
  std::unordered_set<std::string> seen;
  while (!waiting.empty()) {
    const std::string path = waiting.front();
    waiting.pop_front();
    if (!seen.insert(path).second) continue;
    const int depth = depths[path];
    found.push_back(expected(path, depth));
    const auto reach = [&](const std::string& target, int at, bool first) {
      const auto [known, is_new] = depths.try_emplace(target, at);
      if (!is_new && known->second <= at) return;
      known->second = at;
      first ? waiting.push_front(target) : waiting.push_back(target);
    };
    const std::string kind = found.back().kind;
    if (kind == "redirect") {
      reach(target_of(*number_after("/tree/", path)), depth, true);
    } else if (kind != "missing" && kind != "private") {
      for (const std::string& link : links_at(path)) reach(without_fragment(link), depth + 1, false);
    }
  }
  return found;
}

std::string TreeSite::gold_lines() const {
  std::string out;
  for (const Expected& url : gold()) {
    out += fmt::format(
        "{{\"path\":\"{}\",\"kind\":\"{}\",\"status\":{},\"title\":\"{}\",\"end\":\"{}\",\"depth\":{},\"links\":{},"
        "\"requests\":{}}}\n",
        url.path, url.kind, url.status, url.title, url.end, url.depth, url.links, url.requests);
  }
  return out;
}

}  // namespace scraper::test
