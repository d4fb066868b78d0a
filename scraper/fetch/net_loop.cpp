// SPDX-License-Identifier: MIT
#include "scraper/fetch/net_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>

#include "scraper/base/check.h"
#include "scraper/base/thread_name.h"
#include "scraper/fetch/block_signals.h"
#include "scraper/fetch/fetch_limits.h"
#include "scraper/fetch/proxy_choice.h"

namespace scraper {
namespace {

// Few, so that neither a burst of requests nor one of answers keeps the other waiting.
constexpr int kEventsAtOnce = 64;
constexpr size_t kAdmittedAtOnce = 64;
constexpr size_t kSessionCaches = 256;
constexpr uint64_t kNewsTag = ~uint64_t{0};
constexpr uint64_t kNamesTag = kNewsTag - 1;

ResolverSettings resolver_settings(const FetchSettings& settings) {
  ResolverSettings own;
  own.servers = settings.dns_servers;
  return own;
}

}  // namespace

NetLoop::NetLoop(const std::string& name, size_t capacity, size_t idle_max, const TransferOptions& options,
                 const FetchSink& sink)
    : capacity_(capacity),
      options_(options),
      sink_(sink),
      deliver_([this](FetchResult result) { deliver(std::move(result)); }),
      inbox_(capacity),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      news_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      resolver_(resolver_settings(options_.settings)),
      sessions_(kSessionCaches) {
  const ShardPlan plan(capacity_, idle_max);
  for (size_t i = 0; i < plan.shards; ++i) {
    shards_.push_back(std::make_unique<MultiShard>(static_cast<uint32_t>(i), epoll_.get(), plan, options_, resolver_,
                                                   sessions_, deliver_));
  }
  watch(news_.get(), kNewsTag);
  watch(resolver_.descriptor(), kNamesTag);
  thread_ = std::jthread([this, name] { run(name); });
}

NetLoop::~NetLoop() {
  if (!thread_.joinable()) return;
  stop(SteadyTime{});
  join();
}

void NetLoop::start(FetchRequest request) {
  SCRAPER_CHECK(!stopping_);
  SCRAPER_CHECK(in_flight_.fetch_add(1) < capacity_);
  SCRAPER_CHECK(inbox_.push(std::move(request)));
  wake();
}

void NetLoop::stop(SteadyTime cancel_at) {
  cancel_at_ = cancel_at;
  stopping_ = true;
  wake();
}

void NetLoop::wake() {
  // One write for all that is started before the net thread looks.
  if (news_told_.exchange(true)) return;
  const uint64_t one = 1;
  SCRAPER_CHECK(write(news_.get(), &one, sizeof one) == sizeof one || errno == EAGAIN);
}

void NetLoop::watch(int descriptor, uint64_t tag) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = tag;
  SCRAPER_CHECK(epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) == 0);
}

void NetLoop::run(const std::string& name) {
  block_signals();
  name_thread(name);
  while (true) {
    // Read before the inbox: whatever was started before stop is seen below.
    const bool stopping = stopping_;
    const Now now = read_clocks();
    admit(now);
    hear_names(now.steady);
    for (const auto& shard : shards_) shard->turn(now.steady);
    if (stopping && now.steady >= cancel_at_.load()) {
      for (const auto& shard : shards_) shard->cancel_all();
    }
    if (stopping && is_idle()) return;
    wait_for_events();
  }
}

void NetLoop::admit(const Now& now) {
  std::vector<FetchRequest> requests = inbox_.drain(kAdmittedAtOnce);
  more_to_admit_ = requests.size() == kAdmittedAtOnce;
  for (FetchRequest& request : requests) {
    if (now.steady >= cancel_at_.load())
      deliver(cancelled_result(request, now.wall));
    else
      begin(std::move(request), now);
  }
}

/// The one place where a request becomes a transfer.
void NetLoop::begin(FetchRequest request, const Now& now) {
  MultiShard& shard = shard_for(request.url);
  shard.begin(std::move(request), now);
}

void NetLoop::hear_names(SteadyTime now) {
  const auto wake = resolver_.next_wake();
  if (!std::exchange(names_ready_, false) && (!wake || now < *wake)) return;
  for (const Resolver::Answer& answer : resolver_.act(now)) {
    shards_[answer.ticket >> 32]->on_name(answer.ticket & 0xffffffff, answer.resolution, now);
  }
}

MultiShard& NetLoop::shard_for(std::string_view url) {
  size_t at = shards_.size() == 1 ? 0 : std::hash<std::string_view>{}(origin_of(url)) % shards_.size();
  for (size_t i = 0; i < shards_.size() && shards_[at]->is_full(); ++i) at = (at + 1) % shards_.size();
  SCRAPER_CHECK(!shards_[at]->is_full());  // together they hold more than the concurrency
  return *shards_[at];
}

void NetLoop::wait_for_events() {
  std::array<epoll_event, kEventsAtOnce> events;
  const int count = epoll_wait(epoll_.get(), events.data(), kEventsAtOnce, wait_ms(steady_now()));
  SCRAPER_CHECK(count >= 0 || errno == EINTR);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<size_t>(i)];
    if (event.data.u64 == kNewsTag) {
      uint64_t ignored = 0;
      SCRAPER_CHECK(read(news_.get(), &ignored, sizeof ignored) == sizeof ignored || errno == EAGAIN);
      news_told_ = false;  // before the inbox is read
      continue;
    }
    if (event.data.u64 == kNamesTag) {
      names_ready_ = true;
      continue;
    }
    shards_[event.data.u64 >> 32]->on_event(static_cast<int>(event.data.u64 & 0xffffffff), event.events);
  }
}

int NetLoop::wait_ms(SteadyTime now) const {
  if (more_to_admit_) return 0;
  SteadyTime until = stopping_ ? cancel_at_.load() : SteadyTime::max();
  for (const auto& shard : shards_) until = std::min(until, shard->wake_at());
  if (const auto wake = resolver_.next_wake()) until = std::min(until, *wake);
  if (until == SteadyTime::max()) return -1;
  if (until <= now) return 0;
  // Rounded up: rounded down, the last millisecond would be spent spinning.
  const auto wait = std::chrono::ceil<Duration>(until - now);
  return static_cast<int>(std::min(wait, kWaitMax).count());
}

bool NetLoop::is_idle() const {
  return !more_to_admit_ && std::ranges::all_of(shards_, [](const auto& shard) { return shard->size() == 0; });
}

void NetLoop::deliver(FetchResult result) {
  // Before the sink: from there on the owner may start another in its place.
  --in_flight_;
  sink_(std::move(result));
}

}  // namespace scraper
