// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include <tl/expected.hpp>

#include "scraper/model/url.h"

namespace re2 {
class RE2;
}

namespace scraper {

/// Where links may lead.
enum class Span {
  seeds,   ///< below the seed URLs' folders
  host,    ///< the seeds' hosts, whatever the scheme and port
  domain,  ///< the seeds' registrable domains (Public Suffix List)
  any,
};

struct ScopeSettings {
  int depth = 0;  ///< hops from the list; 0: the list alone
  Span span = Span::host;
  std::vector<std::string> accept;  ///< RE2, found anywhere in the canonical URL; empty: everything
  std::vector<std::string> reject;  ///< wins over accept
  bool sitemaps = false;            ///< what they list is asked about, too, also at depth 0
};

/// Which URLs belong to the run. Filled with the seeds before fetching begins, immutable from then on: any thread may
/// ask it.
class Scope {
 public:
  /// Fails with words for people when an expression is wrong.
  static tl::expected<Scope, std::string> make(const ScopeSettings& settings);
  Scope(Scope&&) noexcept;
  Scope& operator=(Scope&&) noexcept;
  ~Scope();

  void add_seed(const Url& seed);

  /// A link to this URL is followed, as far as depth allows.
  bool admits(const Url& url) const;

  /// A listed URL is left out: only `reject` can do that.
  bool rejects(const Url& url) const;

  /// Where the seeds let links lead: folders, host names or domains, as the span has it.
  const std::unordered_set<std::string>& places() const { return places_; }

  /// Why admits() says what it says, for people; depth aside.
  std::string explain(const Url& url) const;

 private:
  Scope();

  bool is_inside(const Url& url) const;
  bool is_ever_asked() const { return settings_.depth > 0 || settings_.sitemaps; }

  ScopeSettings settings_;
  std::vector<std::unique_ptr<re2::RE2>> accept_, reject_;
  std::unordered_set<std::string> places_;
  size_t place_bytes_max_ = 0;  ///< the longest folder's
};

/// `www.example.co.uk` -> `example.co.uk`; an address, a single label or a public suffix is its own domain.
std::string registrable_domain(std::string_view host);

}  // namespace scraper
