// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "scraper/cli/line_reader.h"
#include "scraper/cli/url_list.h"
#include "scraper/engine/engine.h"

namespace scraper {

/// A hash of what a list lists, line by line: comments and white space aside.
class ListHash {
 public:
  ListHash();
  ~ListHash();
  void add(const std::string& text);
  std::string digest() const;  ///< of what was added so far

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Takes a list in part by part while a run goes on. The first parts are small, so that fetching can begin; later ones
/// are large, since URLs that are added together in the order of their keys cost less. A pipe gives what it has.
class ListReader final : public SeedSource {
 public:
  /// `list` and `scope` must outlive it. What lies before `after` is passed over. `on_bad` is told of each line that is
  /// no URL, on the thread that calls next(). Lines are numbered from `lines_before` on: those of another list.
  ListReader(UrlList& list, const Scope& scope, const storage::ListPosition& after, int64_t lines_before,
             std::function<void(const storage::SeedRecord&)> on_bad);

  storage::SeedLines next() override;
  void stop() override;

 private:
  bool next_line(std::string& line, bool wait);
  void take(const std::string& line, storage::SeedLines& seeds);

  UrlList& list_;
  const Scope& scope_;
  const int64_t after_;  ///< lines that list something, to be passed over
  const std::function<void(const storage::SeedRecord&)> on_bad_;
  size_t source_ = 0;
  std::optional<UrlList::SourceReader> lines_;  ///< of the current source, where it is a file
  int64_t line_ = 0;
  int64_t listed_ = 0;
  bool complete_ = false;
  size_t batch_max_;
  size_t url_bytes_before_ = 0;
  ListHash hash_;
};

}  // namespace scraper
