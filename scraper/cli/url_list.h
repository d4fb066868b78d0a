// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "scraper/cli/config_file.h"
#include "scraper/cli/line_reader.h"
#include "scraper/frontier/scope.h"
#include "storage/records.h"

namespace scraper {

/// An open file.
class ListFile {
 public:
  explicit ListFile(int fd) : fd_(fd) {}
  ~ListFile();
  ListFile(const ListFile&) = delete;
  ListFile& operator=(const ListFile&) = delete;
  int fd() const { return fd_; }

 private:
  const int fd_;
};

/// The URLs a person listed: URLs, files of URLs and standard input, in the order given. Never held whole. What is no
/// regular file can be read once; what of it has to be read again is kept in a temporary file.
class UrlList {
 public:
  /// Part of the list: URLs on the command line, a file or standard input.
  struct Source {
    std::string name;  ///< empty: `text` is the URL itself
    std::string text;
    std::shared_ptr<ListFile> file;
    bool read_once = false;
    std::shared_ptr<LineReader> pipe;  ///< read_once: the one that reads it, as far as it has come
    std::shared_ptr<ListFile> kept;    ///< read_once: the lines before that
    int64_t first_line = 0;  ///< what lines of this source begin to count from, less one; known once it is read
  };

  /// Lines of a source from its beginning. With `keep` it can be read again, also where it can be read once.
  class SourceReader {
   public:
    SourceReader(Source& source, const ReadingStop& stop, bool keep);
    LineReader::Got next(std::string& line, Duration patience);

   private:
    Source& source_;
    const bool keep_;
    std::optional<LineReader> lines_;  ///< of the file, or of what was kept
  };

  /// Opens everything, so that a file that cannot be read is reported before anything happens.
  static tl::expected<UrlList, UsageError> open(const std::vector<std::string>& sources);

  /// The list of the last run that had one, from the database: the same lines at the same numbers. Empty when there is
  /// none.
  static UrlList of_last_run(const std::string& database);

  bool empty() const { return sources_.empty(); }
  std::vector<Source>& sources() { return sources_; }

  /// From now on reading ends with it.
  void stop_with(std::shared_ptr<ReadingStop> stop) { stop_ = std::move(stop); }
  ReadingStop& stop() const { return *stop_; }

  /// True when the list begins with what `position` says was taken in, and ends there where that was all. Reads as far
  /// as it has to, and of a pipe no longer than its lines come one soon after the other.
  bool begins_with(const storage::ListPosition& position);

  /// The position behind the whole list.
  storage::ListPosition whole();

  /// Gives `scope` all seeds.
  void fill(Scope& scope);

  /// Calls `sink` with each line that lists something, numbered from 1 through all sources, until it returns false.
  void read(const Scope& scope, const std::function<bool(storage::SeedRecord)>& sink);

  /// `FILE:LINE: ` for the number of a line that was read, to begin a message with; empty for a URL on the command
  /// line.
  std::string place(int64_t line) const;

 private:
  /// Calls `visit` with the number and the text of each line that lists something, until it returns false. False: it
  /// was stopped, or the next line did not come within `patience`.
  bool each_line(Duration patience, const std::function<bool(int64_t, const std::string&)>& visit);

  std::vector<Source> sources_;
  std::shared_ptr<ReadingStop> stop_ = std::make_shared<ReadingStop>();
};

/// What stands on a line of a URL list: nullopt for nothing (blank, comment). White space, a BOM and a comment after
/// white space are gone.
std::optional<std::string> listed_on(std::string line);

/// `example.com/a` as `http://example.com/a`; what names a scheme stays.
tl::expected<Url, Error> parse_listed_url(const std::string& text);

/// A line as a seed: its URL is parsed; a line that is none carries its error, one that `scope` rejects its reason to
/// be skipped.
storage::SeedRecord seed_of(int64_t line, const std::string& text, const Scope& scope);

}  // namespace scraper
