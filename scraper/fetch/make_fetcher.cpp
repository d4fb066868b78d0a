// SPDX-License-Identifier: MIT
#include <utility>

#include "scraper/base/check.h"
#include "scraper/fetch/fetcher.h"
#include "scraper/fetch/multi_fetcher.h"
#include "scraper/fetch/thread_fetcher.h"

namespace scraper {

std::unique_ptr<Fetcher> make_fetcher(FetchModel model, size_t concurrency, FetchSettings settings, FetchSink sink) {
  switch (model) {
    case FetchModel::multi:
      return std::make_unique<MultiFetcher>(concurrency, std::move(settings), std::move(sink));
    case FetchModel::threads:
      return std::make_unique<ThreadFetcher>(concurrency, std::move(settings), std::move(sink));
  }
  SCRAPER_CHECK(false);
}

}  // namespace scraper
