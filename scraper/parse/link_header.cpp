// SPDX-License-Identifier: MIT
#include "scraper/parse/link_header.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "scraper/base/utf8.h"
#include "scraper/parse/gumbo_node.h"

namespace scraper {
namespace {

constexpr size_t kHeaderLinksMax = 500;

/// Reads the links of one header, one after the other, with their parameters.
class LinkHeader {
 public:
  explicit LinkHeader(std::string_view text) : text_(text) {}

  struct Entry {
    std::string target, rel;
    bool of_another = false;  ///< it has an anchor: it is about some other resource
  };

  std::optional<Entry> next() {
    for (;;) {
      skip(" \t,");
      if (at_ >= text_.size()) return std::nullopt;
      if (text_[at_] != '<') {
        at_ = std::min(text_.find(',', at_), text_.size());
        continue;
      }
      const size_t close = text_.find('>', at_);
      if (close == std::string_view::npos) return std::nullopt;
      Entry entry;
      entry.target = text_.substr(at_ + 1, close - at_ - 1);
      at_ = close + 1;
      for (skip(" \t"); at_ < text_.size() && text_[at_] == ';'; skip(" \t")) parameter(entry);
      return entry;
    }
  }

 private:
  void skip(std::string_view what) {
    while (at_ < text_.size() && what.find(text_[at_]) != std::string_view::npos) ++at_;
  }

  void parameter(Entry& entry) {
    skip("; \t");
    const size_t end = std::min(text_.find_first_of("=;,", at_), text_.size());
    const std::string name = to_lower(collapse_white_space(text_.substr(at_, end - at_)));
    at_ = end;
    std::string value;
    if (at_ < text_.size() && text_[at_] == '=') {
      ++at_;
      skip(" \t");
      value = this->value();
    }
    // The first rel counts (RFC 8288 3.3).
    if (name == "rel" && entry.rel.empty()) entry.rel = std::move(value);
    if (name == "anchor") entry.of_another = true;
  }

  std::string value() {
    std::string out;
    if (at_ < text_.size() && text_[at_] == '"') {
      for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
        if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
        out += text_[at_];
      }
      if (at_ < text_.size()) ++at_;
      return out;
    }
    const size_t end = std::min(text_.find_first_of(";, \t", at_), text_.size());
    out = text_.substr(at_, end - at_);
    at_ = end;
    return out;
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

std::string_view followed_rel(std::string_view rel) {
  const std::string list = " " + to_lower(collapse_white_space(rel)) + " ";
  if (list.find(" stylesheet ") != std::string::npos) return {};  // `alternate stylesheet` is no page
  if (list.find(" next ") != std::string::npos) return "next";
  if (list.find(" prev ") != std::string::npos || list.find(" previous ") != std::string::npos) return "prev";
  if (list.find(" alternate ") != std::string::npos) return "alternate";
  return {};
}

std::vector<Link> header_links(const Headers& headers, const Url& url) {
  std::vector<Link> links;
  for (const auto& [name, text] : headers) {
    if (!equals_ignoring_case(name, "link")) continue;
    LinkHeader header(text);
    while (const auto entry = header.next()) {
      const std::string_view rel = followed_rel(entry->rel);
      if (rel.empty() || entry->of_another || links.size() == kHeaderLinksMax) continue;
      auto target = Url::parse(entry->target, &url);
      const auto same = [&](const Link& link) { return link.url == *target; };
      if (!target || std::any_of(links.begin(), links.end(), same)) continue;
      Link link{std::move(*target), {}, to_valid_utf8(to_lower(entry->rel)), 0, false};
      link.kind = "header";
      links.push_back(std::move(link));
    }
  }
  return links;
}

}  // namespace scraper
