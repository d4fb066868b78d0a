// SPDX-License-Identifier: MIT
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "scraper/base/clock.h"

namespace scraper {

/// The machine's own table of names, hosts(5). Read once, and again when the file has changed, which is looked for
/// every few seconds at most: c-ares would read the whole file for each look-up. Used by one thread.
class HostsFile {
 public:
  /// A file that cannot be read is an empty one.
  explicit HostsFile(std::string path);

  /// The addresses of a name in lower case, in the order of the file and in the form of Resolution::addresses; nullptr
  /// when it is not listed. Valid until the next call.
  const std::string* find(const std::string& name, SteadyTime now);

 private:
  void read();
  void read_line(std::string_view line);

  const std::string path_;
  std::unordered_map<std::string, std::string> addresses_;  ///< by name
  std::optional<SteadyTime> looked_at_;
  struct stat seen_ {};
};

}  // namespace scraper
