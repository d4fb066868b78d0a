// SPDX-License-Identifier: MIT
#include "scraper/parse/text_links.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_set>
#include <utility>

#include "scraper/parse/gumbo_node.h"

namespace scraper {
namespace {

constexpr size_t kTextUrlBytesMax = 4096;  // what is longer is no URL that somebody wrote

class TextLinks {
 public:
  explicit TextLinks(size_t links_max) : links_max_(links_max) {}

  void read(std::string_view text) {
    for (size_t at = 0; links_.size() < links_max_;) {
      at = text.find("://", at);
      if (at == std::string_view::npos) return;
      const size_t scheme = scheme_before(text, at);
      at += 3;
      if (scheme == 0) continue;
      const size_t end = end_of(text, at);
      if (end == std::string_view::npos) continue;
      add(text.substr(at - 3 - scheme, end - (at - 3 - scheme)));
      at = end;
    }
  }

  std::vector<Link> take() && { return std::move(links_); }

 private:
  /// The length of `http` or `https` before the colon; 0: neither, or only the end of a longer word.
  static size_t scheme_before(std::string_view text, size_t colon) {
    for (const std::string_view scheme : {"https", "http"}) {
      if (colon < scheme.size() || !equals_ignoring_case(text.substr(colon - scheme.size(), scheme.size()), scheme))
        continue;
      const bool word = colon > scheme.size() && ((text[colon - scheme.size() - 1] | 0x20) >= 'a' &&
                                                  (text[colon - scheme.size() - 1] | 0x20) <= 'z');
      return word ? 0 : scheme.size();
    }
    return 0;
  }

  /// Where a URL that begins here ends; npos: it is longer than anybody writes.
  static size_t end_of(std::string_view text, size_t begin) {
    const size_t stop = std::min(text.size(), begin + kTextUrlBytesMax);
    size_t end = begin;
    int round = 0, square = 0;  // brackets closed more often than opened
    const auto count = [&](char c, int sign) {
      round += sign * ((c == ')') - (c == '('));
      square += sign * ((c == ']') - (c == '['));
    };
    for (; end < stop && is_of_url(text[end]); ++end) count(text[end], 1);
    if (end == stop && end < text.size() && is_of_url(text[end])) return std::string_view::npos;
    for (; end > begin; --end) {
      const char last = text[end - 1];
      const bool closes = (last == ')' && round > 0) || (last == ']' && square > 0);
      if (!closes && std::string_view(".,;:!?'*_").find(last) == std::string_view::npos) break;
      count(last, -1);
    }
    return end;
  }

  static bool is_of_url(char c) {
    return static_cast<unsigned char>(c) > 0x20 &&
           std::string_view("<>\"`{}|\\^\x7F").find(c) == std::string_view::npos;
  }

  void add(std::string_view text) {
    auto url = Url::parse(text);
    if (!url || !known_.insert(url->href()).second) return;
    Link link{std::move(*url), {}, {}, static_cast<int>(links_.size()), false};
    link.kind = "text";
    links_.push_back(std::move(link));
  }

  size_t links_max_;
  std::vector<Link> links_;
  std::unordered_set<std::string> known_;
};

}  // namespace

std::vector<Link> links_in_text(std::string_view utf8, size_t links_max) {
  TextLinks links(links_max);
  links.read(utf8);
  return std::move(links).take();
}

std::vector<Link> links_in_json(const nlohmann::json& document, size_t links_max) {
  TextLinks links(links_max);
  std::vector<const nlohmann::json*> pending{&document};
  while (!pending.empty()) {
    const nlohmann::json* value = pending.back();
    pending.pop_back();
    if (value->is_string()) links.read(value->get_ref<const std::string&>());
    if (!value->is_structured()) continue;
    const size_t before = pending.size();
    for (const nlohmann::json& inner : *value) pending.push_back(&inner);
    std::reverse(pending.begin() + static_cast<std::ptrdiff_t>(before), pending.end());
  }
  return std::move(links).take();
}

}  // namespace scraper
