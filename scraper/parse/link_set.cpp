// SPDX-License-Identifier: MIT
#include "scraper/parse/link_set.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "scraper/base/ascii.h"
#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/page_builder.h"
#include "scraper/parse/robots_directives.h"

namespace scraper {
namespace {

constexpr size_t kMetHrefBytesMax = 1024;      // a longer reference is resolved each time
constexpr size_t kMetTextBytesMax = 4u << 20;  // of all that are remembered

bool is_hyperlink(std::string_view kind) { return kind == "a" || kind == "area"; }

/// Without its fragment, which no link here has; as it is where what is left could be read otherwise.
std::string_view without_fragment(std::string_view href) {
  const size_t mark = href.find('#');
  if (mark == std::string_view::npos || href.size() > kMetHrefBytesMax) return href;
  // White space at a reference's end is dropped, and kept before a fragment.
  if (mark > 0 && static_cast<unsigned char>(href[mark - 1]) <= ' ') return href;
  return href.substr(0, mark);
}

std::string tidy_rel(std::string_view text) {
  return text.empty() ? std::string() : to_lower(collapse_and_cut(text, kShortValueBytesMax));
}

}  // namespace

LinkSet::LinkSet(Url base, const ParseLimits& limits)
    : limits_(limits),
      base_(std::move(base)),
      bytes_left_(limits.link_bytes_max),
      targets_(64, TargetHash{&links_}, TargetEqual{&links_}),
      met_(128) {}

tl::expected<Url, Error> LinkSet::resolve(std::string_view href) {
  resolved_anything_ = true;
  auto url = Url::parse(href, &base_);
  bytes_unlooked_ += url ? url->href().size() : base_.href().size() + href.size();
  return url;
}

/// What a link leads to, unless that is too long or no page of ours, which it then is wherever it stands.
std::optional<Url> LinkSet::found_url(std::string_view href, bool& nowhere) {
  auto url = resolve(href);
  nowhere = !url && url.error().kind == ErrorKind::unsupported_scheme;
  if (nowhere) return std::nullopt;
  const size_t bytes = url ? url->href().size() : base_.href().size() + href.size();
  if (bytes > kFoundUrlBytesMax) {
    (void)spend(bytes);  // so that the time for them is bounded too
    return std::nullopt;
  }
  nowhere = !url;
  return url ? std::optional(std::move(*url)) : std::nullopt;
}

/// False once the links have used up what they may take; the first that does not fit uses up the rest.
bool LinkSet::spend(size_t bytes) {
  const bool fits = bytes <= bytes_left_;
  bytes_left_ = fits ? bytes_left_ - bytes : 0;
  return fits;
}

std::optional<uint32_t> LinkSet::add(std::string_view href, std::string_view kind, std::string_view rel,
                                     std::string text) {
  resolved_anything_ = true;
  if (links_.size() >= limits_.links_max || bytes_left_ == 0) return std::nullopt;
  href = without_fragment(href);
  const size_t hash = XXH3_64bits(href.data(), href.size());
  if (const Met* met = find_met(href, hash); met->used) {
    bytes_unlooked_ += href.size();
    return met->link == kNowhere ? std::nullopt : known(met->link, kind, rel, std::move(text));
  }
  bool nowhere = false;
  auto url = found_url(href, nowhere);
  if (nowhere) remember(href, hash, kNowhere);
  if (!url) return std::nullopt;
  if (const auto target = targets_.find(std::string_view(url->href())); target != targets_.end()) {
    remember(href, hash, *target);
    return known(*target, kind, rel, std::move(text));
  }
  if (!spend(url->href().size())) return std::nullopt;
  const auto index = static_cast<uint32_t>(links_.size());
  std::string tidy = tidy_rel(rel);
  const bool nofollow = says_nofollow(tidy);
  links_.push_back({std::move(*url), std::move(text), std::move(tidy), static_cast<int>(index), nofollow, kind});
  targets_.insert(index);
  remember(href, hash, index);
  return index;
}

/// A further link to a known target.
std::optional<uint32_t> LinkSet::known(uint32_t index, std::string_view kind, std::string_view rel_text,
                                       std::string text) {
  Link& link = links_[index];
  const bool becomes = is_hyperlink(kind) && !is_hyperlink(link.kind);
  if (!becomes && !link.nofollow) return std::nullopt;
  std::string rel = tidy_rel(rel_text);
  link.nofollow &= says_nofollow(rel);
  if (!becomes) return std::nullopt;
  link.kind = kind;
  link.rel = std::move(rel);
  link.text = std::move(text);
  return index;
}

/// The reference's place in the table, or the free one where it would stand.
LinkSet::Met* LinkSet::find_met(std::string_view href, size_t hash) {
  const size_t mask = met_.size() - 1;
  for (size_t at = hash & mask;; at = (at + 1) & mask) {
    Met& met = met_[at];
    if (!met.used) return &met;
    if (met.hash == hash && std::string_view(met_text_).substr(met.begin, met.bytes) == href) return &met;
  }
}

void LinkSet::remember(std::string_view href, size_t hash, uint32_t link) {
  if (href.size() > kMetHrefBytesMax || met_text_.size() + href.size() > kMetTextBytesMax) return;
  if (2 * (met_count_ + 1) > met_.size()) {
    std::vector<Met> before(2 * met_.size());
    before.swap(met_);
    for (const Met& met : before) {
      if (met.used) *find_met(std::string_view(met_text_).substr(met.begin, met.bytes), met.hash) = met;
    }
  }
  *find_met(href, hash) = {hash, static_cast<uint32_t>(met_text_.size()), static_cast<uint32_t>(href.size()), link,
                           true};
  met_text_ += href;
  ++met_count_;
}

}  // namespace scraper
