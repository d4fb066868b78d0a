// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "scraper/fetch/curl_handle.h"

namespace scraper {

/// The addresses of ours that stand in the name cache of one CURLM, put there through CURLOPT_RESOLVE.
///
/// libcurl's cache has 71 lists and is walked as a whole whenever a transfer ends, so an entry stands in it only while
/// a transfer may want it: also late, when a pooled connection turns out to be dead. libcurl takes entries away only
/// when a transfer begins, so what nobody wants any longer goes with the next one that comes: there are never more than
/// the most transfers that there were at once. Used by the multi's thread.
class NameEntries {
 public:
  /// What to give a transfer that begins: takes away what is over and adds this one. `host_port` as in the URL, the
  /// port in any case; the addresses as in Resolution. Each enter wants one leave.
  StringList enter(const std::string& host_port, const std::string& addresses);

  /// The transfer has left the multi.
  void leave(const std::string& host_port);

  size_t size() const { return users_.size() + gone_.size(); }

 private:
  std::unordered_map<std::string, size_t> users_;  ///< transfers by host and port
  std::vector<std::string> gone_;                  ///< to be taken away, unless somebody wants it again
};

}  // namespace scraper
