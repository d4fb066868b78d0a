// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "scraper/fetch/fetcher.h"
#include "scraper/fetch/net_loop.h"
#include "scraper/fetch/transfer_options.h"

namespace scraper {

/// FetchModel::multi: transfers driven by events, on one thread or two (see NetLoop).
///
/// One thread carries thousands of transfers, but it is what a fast server is waited for: so there are two where there
/// is enough to do at once for both. An origin's requests go to one of them, by a hash of it, where they meet the
/// connections that it has kept open. Only those of an origin that crowds out the others are shared evenly, and when
/// three quarters of all transfers are with one, more go to the other, too; no more connections lie in either than it
/// had transfers at once.
///
/// With 1,024 transfers or more, memory is reserved in larger pieces, from then on and in all of the process.
///
/// File descriptors: up to 1.9 times the concurrency + 640 (see NetLoop).
///
/// Used by the owner's thread.
class MultiFetcher final : public Fetcher {
 public:
  MultiFetcher(size_t concurrency, FetchSettings settings, FetchSink sink);
  ~MultiFetcher() override;

  void start(FetchRequest request) override;
  size_t capacity() const override { return concurrency_; }
  void stop(Duration grace) override;

 private:
  NetLoop& loop_for(std::string_view url);
  bool crowds(size_t origin);

  const size_t concurrency_;
  const TransferOptions options_;
  const FetchSink sink_;
  std::vector<std::unique_ptr<NetLoop>> loops_;  // last: they use the rest
  bool stopped_ = false;
  size_t crowd_ = 0;         ///< hash of the origin that most of the latest requests may be for
  size_t crowd_weight_ = 0;  ///< how many more of them were for it than for others, up to a bound
};

}  // namespace scraper
