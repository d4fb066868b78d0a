// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <unordered_set>
#include <utility>
#include <vector>

#include "scraper/model/page.h"
#include "scraper/parse/parser.h"

namespace scraper {

/// Longer links are left out: a long <base> makes every reference on a page that long, and few servers take such a URL.
inline constexpr size_t kFoundUrlBytesMax = 8u << 10;

/// The links of one page: resolved, each target once, within their limits. Most references on a page stand there
/// several times; what one led to is known by its text.
///
/// One thread's. Neither copied nor moved: it points into itself.
class LinkSet {
 public:
  LinkSet(Url base, const ParseLimits& limits);
  LinkSet(const LinkSet&) = delete;
  LinkSet& operator=(const LinkSet&) = delete;

  /// A link as it is written: the index of a new one, or of one that was no hyperlink until now and becomes one. `kind`
  /// lives for ever.
  std::optional<uint32_t> add(std::string_view href, std::string_view kind, std::string_view rel, std::string text);

  /// What a reference leads to that is no link of the page.
  tl::expected<Url, Error> resolve(std::string_view href);

  Link& operator[](size_t index) { return links_[index]; }
  const Url& base() const { return base_; }
  /// Only before anything was resolved.
  void set_base(const Url& base) { base_ = base; }
  bool resolved_anything() const { return resolved_anything_; }

  /// True each time that resolving has made a megabyte.
  bool time_to_look() { return bytes_unlooked_ >= kBytesBetweenLooks ? (bytes_unlooked_ = 0, true) : false; }

  std::vector<Link> take() && { return std::move(links_); }

 private:
  static constexpr size_t kBytesBetweenLooks = 1u << 20;
  static constexpr uint32_t kNowhere = UINT32_MAX;  ///< no page of ours

  // Finds links by their targets without keeping these twice.
  struct TargetHash {
    using is_transparent = void;
    const std::vector<Link>* links;
    size_t operator()(std::string_view href) const { return std::hash<std::string_view>()(href); }
    size_t operator()(uint32_t index) const { return (*this)((*links)[index].url.href()); }
  };
  struct TargetEqual {
    using is_transparent = void;
    const std::vector<Link>* links;
    std::string_view href(std::string_view text) const { return text; }
    std::string_view href(uint32_t index) const { return (*links)[index].url.href(); }
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return href(a) == href(b);
    }
  };

  /// A reference that was met, by its text; kept in a table with room for twice as many.
  struct Met {
    size_t hash = 0;
    uint32_t begin = 0;  ///< in met_text_
    uint32_t bytes = 0;
    uint32_t link = kNowhere;
    bool used = false;
  };

  Met* find_met(std::string_view href, size_t hash);
  void remember(std::string_view href, size_t hash, uint32_t link);
  std::optional<uint32_t> known(uint32_t index, std::string_view kind, std::string_view rel_text, std::string text);
  std::optional<Url> found_url(std::string_view href, bool& nowhere);
  bool spend(size_t bytes);

  const ParseLimits& limits_;
  Url base_;
  bool resolved_anything_ = false;
  size_t bytes_left_;  ///< of link_bytes_max; once it is 0, links are not even resolved
  size_t bytes_unlooked_ = 0;
  std::vector<Link> links_;
  std::unordered_set<uint32_t, TargetHash, TargetEqual> targets_;
  std::vector<Met> met_;
  size_t met_count_ = 0;
  std::string met_text_;
};

}  // namespace scraper
