// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "scraper/cli/config_file.h"
#include "scraper/frontier/scope.h"
#include "storage/records.h"

namespace scraper {

/// The URLs a person listed: URLs, files of URLs and standard input, in the order given. Read twice - once to know them
/// again, once to add them - and never held whole: standard input is kept in a temporary file.
class UrlList {
 public:
  /// Opens everything, so that a file that cannot be read is reported before anything happens.
  static tl::expected<UrlList, UsageError> open(const std::vector<std::string>& sources);

  /// The list of the last run, from the database: the same lines at the same numbers. Empty when there is none.
  static UrlList of_last_run(const std::string& database);

  /// A hash of everything listed, comments and white space aside.
  std::string fingerprint();

  bool empty() const { return sources_.empty(); }

  /// Calls `sink` with each line that lists something, numbered from 1 through all sources, until it returns false. The
  /// URL is parsed; a line that is none carries its error, one that `scope` rejects its reason to be skipped; the
  /// others become seeds of `scope`.
  void read(Scope& scope, const std::function<bool(storage::SeedRecord)>& sink);

  /// `FILE:LINE: ` for a line number that read() gave, to begin a message with; empty for a URL on the command line.
  std::string place(int64_t line) const;

 private:
  /// Calls `visit` with the number and the text of each line that lists something, until it returns false.
  void each_line(const std::function<bool(int64_t, const std::string&)>& visit);

  struct Source {
    std::string name;  ///< empty: `text` is the URL itself
    std::string text;
    std::shared_ptr<std::FILE> file;
    int64_t first_line = 0;  ///< what lines of this source begin to count from, less one
  };
  std::vector<Source> sources_;
};

/// What stands on a line of a URL list: nullopt for nothing (blank, comment). White space, a BOM and a comment after
/// white space are gone.
std::optional<std::string> listed_on(std::string line);

/// `example.com/a` as `http://example.com/a`; what names a scheme stays.
tl::expected<Url, Error> parse_listed_url(const std::string& text);

}  // namespace scraper
