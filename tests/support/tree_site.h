// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <unordered_set>
#include <vector>

namespace scraper::test {

struct Content;

/// A generated web site of any size, the same each time: what a crawl of it has to find is known.
///
/// `/tree/0` ... `/tree/N-1`, some 2 KB each with a title and about ten links: eight further down, one back up, two
/// across, one of these with a fragment. All is reached from `/tree/0` within a few hops. Of a hundred pages one
/// redirects (every other one over a second redirect) to a `/tree/landing/` that nothing else leads to, one is not
/// there, one is busy the first time it is asked for (500; of every ten 503, which may slow a whole host down), and
/// two link to a `/tree/private/` page that robots.txt forbids. `/tree/gold` says all of it, a JSON object a line. The
/// server's thread alone.
class TreeSite {
 public:
  explicit TreeSite(size_t pages) : pages_(pages) {}

  /// What is at this path; knows /robots.txt and what begins with /tree/.
  Content answer(const std::string& path);
  static bool knows(const std::string& path) { return path == "/robots.txt" || path.starts_with("/tree/"); }

  /// What a crawl from /tree/0 leaves of one URL.
  struct Expected {
    std::string path;
    std::string kind;  ///< page redirect missing busy landing private
    int status = 200;  ///< of the end of its chain
    std::string title;
    std::string end;      ///< path of the end of its chain
    int depth = 0;        ///< the least
    size_t links = 0;     ///< distinct targets on the page
    size_t requests = 1;  ///< that it takes
  };
  std::vector<Expected> gold() const;

 private:
  enum class Kind { page, redirect, missing, busy };
  static Kind kind_of(size_t number);
  static bool is_leaf(size_t number) { return kind_of(number) == Kind::redirect || kind_of(number) == Kind::missing; }
  static std::string target_of(size_t number);
  std::vector<std::string> links_of(size_t number) const;
  std::vector<std::string> links_at(const std::string& path) const;
  std::string page(size_t number) const;
  Expected expected(const std::string& path, int depth) const;
  std::string gold_lines() const;

  const size_t pages_;
  std::unordered_set<size_t> asked_;  ///< busy pages that have said so
};

}  // namespace scraper::test
