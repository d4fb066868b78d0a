// SPDX-License-Identifier: MIT
#include "scraper/fetch/multi_fetcher.h"

#include <malloc.h>

#include <algorithm>
#include <functional>
#include <string>
#include <thread>
#include <utility>

#include "scraper/base/check.h"
#include "scraper/fetch/fetch_limits.h"
#include "scraper/fetch/proxy_choice.h"

namespace scraper {
namespace {

constexpr size_t kLoopsMax = 2;
constexpr size_t kLoopTransfersMin = 32;  // fewer are no work for a thread more
constexpr size_t kCrowd = 32, kCrowdMax = 2 * kCrowd;
constexpr size_t kEvenEnough = 8;  // so few transfers more are with one loop than with another

/// glibc asks the kernel for more of a thread's memory at nearly every allocation that finds none free: four times for
/// each new transfer. Thousands of them have it reserved in its largest pieces; only what is used of these counts.
void reserve_memory_for(size_t transfers) {
  constexpr size_t kMany = 1024;
  constexpr int kPiece = 64 << 20;
  if (transfers >= kMany) mallopt(M_TOP_PAD, kPiece);
}

size_t loops_for(size_t concurrency) {
  const size_t cores = std::max(1u, std::thread::hardware_concurrency());
  return std::clamp<size_t>(concurrency / kLoopTransfersMin, 1, std::min(cores, kLoopsMax));
}

}  // namespace

MultiFetcher::MultiFetcher(size_t concurrency, FetchSettings settings, FetchSink sink)
    : concurrency_(concurrency), options_(std::move(settings)), sink_(std::move(sink)) {
  SCRAPER_CHECK(concurrency_ > 0);
  reserve_memory_for(concurrency_);
  const size_t loops = loops_for(concurrency_);
  // Together they have room for half as much again, so that hosts that are spread unevenly still find it in their own.
  const size_t most = loops == 1 ? concurrency_ : (3 * concurrency_ + 2 * loops - 1) / (2 * loops);
  for (size_t i = 1; i <= loops; ++i) {
    const std::string name = loops == 1 ? "net" : "net-" + std::to_string(i);
    loops_.push_back(std::make_unique<NetLoop>(name, most, kIdleConnectionsMax / loops, options_, sink_));
  }
}

MultiFetcher::~MultiFetcher() { stop(Duration{0}); }

void MultiFetcher::start(FetchRequest request) {
  SCRAPER_CHECK(!stopped_);
  size_t in_flight = 0;
  for (const auto& loop : loops_) in_flight += loop->in_flight();
  SCRAPER_CHECK(in_flight < concurrency_);
  loop_for(request.url).start(std::move(request));
}

void MultiFetcher::stop(Duration grace) {
  if (std::exchange(stopped_, true)) return;
  const SteadyTime cancel_at = steady_now() + std::clamp(grace, Duration{0}, kGraceMax);
  for (const auto& loop : loops_) loop->stop(cancel_at);
  for (const auto& loop : loops_) loop->join();
}

NetLoop& MultiFetcher::loop_for(std::string_view url) {
  if (loops_.size() == 1) return *loops_.front();
  const size_t origin = std::hash<std::string_view>{}(origin_of(url));
  // Other bits of the hash than those that choose a shard of the loop.
  NetLoop& own = *loops_[(origin >> 32) % loops_.size()];
  NetLoop& emptiest = **std::ranges::min_element(loops_, {}, [](const auto& loop) { return loop->in_flight(); });
  const bool uneven = own.in_flight() >= emptiest.in_flight() + kEvenEnough;
  return (crowds(origin) && uneven) || !own.has_room() ? emptiest : own;
}

/// Whether a request is one more for an origin that most of the latest were for (the majority vote of Boyer and Moore).
bool MultiFetcher::crowds(size_t origin) {
  if (origin == crowd_)
    crowd_weight_ = std::min(crowd_weight_ + 1, kCrowdMax);
  else if (crowd_weight_ > 0)
    --crowd_weight_;
  else
    crowd_ = origin;
  return origin == crowd_ && crowd_weight_ >= kCrowd;
}

}  // namespace scraper
