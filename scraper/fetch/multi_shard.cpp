// SPDX-License-Identifier: MIT
#include "scraper/fetch/multi_shard.h"

#include <sys/epoll.h>

#include <algorithm>
#include <utility>

namespace scraper {
namespace {

constexpr size_t kShardMean = 240;  // transfers of a shard when all are under way
constexpr size_t kShardMost = 300;
constexpr size_t kShardsMax = 64;
constexpr size_t kShardIdleMin = 8;  // connections of a shard beyond its transfers

size_t ceil_of(size_t a, size_t b) { return (a + b - 1) / b; }

}  // namespace

ShardPlan::ShardPlan(size_t concurrency, size_t idle_max)
    : shards(concurrency <= kShardMost ? 1 : std::min(kShardsMax, ceil_of(concurrency, kShardMean))),
      transfers_max(shards == 1 ? concurrency : std::max(kShardMost, ceil_of(concurrency * 5, shards * 4))),
      connections_max(transfers_max + std::max(kShardIdleMin, idle_max / shards)) {}

MultiShard::MultiShard(uint32_t number, int epoll, const ShardPlan& plan, const TransferOptions& options,
                       Resolver& resolver, TlsSessions& sessions, const FetchSink& sink)
    : number_(number),
      epoll_(epoll),
      transfers_max_(plan.transfers_max),
      options_(options),
      resolver_(resolver),
      sessions_(sessions),
      sink_(sink),
      connections_(plan.connections_max),
      first_connections_(options.connecting_max),
      multi_(make_multi()) {
  CURLM* multi = multi_.get();
  // Never reached: at most connections_max are kept (see KeptConnections), and transfers_max are closed after use.
  set_option(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(plan.connections_max + plan.transfers_max + 1));
  set_option(
      multi, CURLMOPT_SOCKETFUNCTION, +[](CURL*, curl_socket_t socket, int what, void* self, void* known) noexcept {
        static_cast<MultiShard*>(self)->on_socket(socket, what, known != nullptr);
        return 0;
      });
  set_option(multi, CURLMOPT_SOCKETDATA, static_cast<void*>(this));
  set_option(
      multi, CURLMOPT_TIMERFUNCTION, +[](CURLM*, long timeout_ms, void* self) noexcept {
        static_cast<MultiShard*>(self)->on_timer(timeout_ms);
        return 0;
      });
  set_option(multi, CURLMOPT_TIMERDATA, static_cast<void*>(this));
}

MultiShard::~MultiShard() {
  // libcurl says good-bye through the callbacks above, so the members behind them must still be there.
  slots_.clear();
  multi_.reset();
}

void MultiShard::begin(FetchRequest request, const Now& now) {
  if (free_slots_.empty()) {
    free_slots_.push_back(slots_.size());
    slots_.push_back(std::make_unique<Transfer>(options_, sessions_));
    slots_.back()->slot = free_slots_.back();
    slots_.back()->share(&connections_, &first_connections_);
    busy_.push_back(false);
    appointed_.push_back(false);
  }
  Transfer& transfer = *slots_[free_slots_.back()];
  if (auto error = transfer.begin(std::move(request), now)) {
    sink_(transfer.abandon(std::move(*error)));
    return;
  }
  free_slots_.pop_back();
  busy_[transfer.slot] = true;
  ++active_;
  const std::string& name = transfer.name_to_look_up();
  if (name.empty()) {
    enter(transfer, now.steady);
  } else if (const auto known = resolver_.resolve(name, ticket(transfer), now.steady)) {
    on_name(transfer.slot, *known, now.steady);
  }
  if (busy_[transfer.slot]) schedule(transfer, now.steady);
}

void MultiShard::on_name(size_t slot, const Resolution& found, SteadyTime now) {
  Transfer& transfer = *slots_[slot];
  if (found.addresses.empty()) {
    FetchResult result = transfer.abandon(transfer.unresolved(found.problem));
    release(transfer);
    sink_(std::move(result));
    return;
  }
  transfer.resolved(names_.enter(transfer.host_port(), found.addresses), now);
  enter(transfer, now);
}

/// Hands the transfer to libcurl, at once or when the first connection of its origin has been made.
void MultiShard::enter(Transfer& transfer, SteadyTime now) {
  const std::string_view origin = transfer.shared_origin();
  if (origin.empty() || first_connections_.enter(transfer.slot, origin, now, transfer.waited(now)))
    check(curl_multi_add_handle(multi_.get(), transfer.handle()));
}

/// Those that need wait no longer; true when there were any.
bool MultiShard::enter_ready(SteadyTime now) {
  const std::vector<size_t> ready = first_connections_.take_ready(now);
  for (const size_t slot : ready) {
    slots_[slot]->held_until(now);
    check(curl_multi_add_handle(multi_.get(), slots_[slot]->handle()));
  }
  return !ready.empty();
}

void MultiShard::on_event(int socket, uint32_t events) {
  if (connections_.surprises(socket)) {  // mostly the server closes it, which libcurl sees when it wants it again
    epoll_event ignored{};
    epoll_ctl(epoll_, EPOLL_CTL_DEL, socket, &ignored);
    connections_.break_off_unasked(socket);
    return;
  }
  int actions = 0;
  if ((events & (EPOLLIN | EPOLLHUP)) != 0) actions |= CURL_CSELECT_IN;
  if ((events & EPOLLOUT) != 0) actions |= CURL_CSELECT_OUT;
  if ((events & EPOLLERR) != 0) actions |= CURL_CSELECT_ERR;
  act(socket, actions);
}

void MultiShard::turn(SteadyTime now) {
  // Whoever comes first may be connected at once, and so let others go ahead.
  do {
    if (now >= timer_at_) {
      timer_at_ = SteadyTime::max();  // libcurl sets it anew from within
      act(CURL_SOCKET_TIMEOUT, 0);
    }
    if (acted_) reap();
  } while (enter_ready(now));
  drop_overdue(now);
}

SteadyTime MultiShard::wake_at() const {
  const SteadyTime at = std::min(timer_at_, first_connections_.wake_at());
  return appointments_.empty() ? at : std::min(at, appointments_.top().first);
}

void MultiShard::cancel_all() {
  for (const auto& transfer : slots_) {
    if (!busy_[transfer->slot]) continue;
    FetchResult result = transfer->abandon(cancelled_error());
    release(*transfer);
    sink_(std::move(result));
  }
}

void MultiShard::act(curl_socket_t socket, int actions) {
  int running = 0;
  check(curl_multi_socket_action(multi_.get(), socket, actions, &running));
  acted_ = true;
}

void MultiShard::reap() {
  acted_ = false;
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    SCRAPER_CHECK(message->msg == CURLMSG_DONE);
    const CURLcode code = message->data.result;  // the message goes with the handle's removal
    Transfer& transfer = Transfer::of(message->easy_handle);
    FetchResult result = transfer.finish(code);
    release(transfer);
    sink_(std::move(result));
  }
}

void MultiShard::drop_overdue(SteadyTime now) {
  while (!appointments_.empty() && appointments_.top().first <= now) {
    Transfer& transfer = *slots_[appointments_.top().second];
    appointments_.pop();
    appointed_[transfer.slot] = false;
    if (!busy_[transfer.slot]) continue;
    if (auto error = transfer.overdue(now)) {
      FetchResult result = transfer.abandon(std::move(*error));
      release(transfer);
      sink_(std::move(result));
    } else {
      schedule(transfer, now);
    }
  }
}

void MultiShard::schedule(Transfer& transfer, SteadyTime now) {
  // An appointment left by an earlier transfer in the slot is never later than one made now: see Transfer::next_check.
  if (appointed_[transfer.slot]) return;
  appointments_.emplace(transfer.next_check(now), transfer.slot);
  appointed_[transfer.slot] = true;
}

void MultiShard::release(Transfer& transfer) {
  check(curl_multi_remove_handle(multi_.get(), transfer.handle()));  // does nothing when it is not there yet
  first_connections_.leave(transfer.slot);
  if (transfer.awaits_name()) resolver_.forget(transfer.name(), ticket(transfer));
  if (transfer.has_entry()) names_.leave(transfer.host_port());
  busy_[transfer.slot] = false;
  free_slots_.push_back(transfer.slot);
  --active_;
}

void MultiShard::on_socket(curl_socket_t socket, int what, bool known) noexcept {
  epoll_event event{};
  event.data.u64 = event_tag(number_, socket);
  const bool kept = connections_.is_open(socket);
  if (what == CURL_POLL_REMOVE) {
    if (kept) return connections_.rest(socket);
    epoll_ctl(epoll_, EPOLL_CTL_DEL, socket, &event);  // fails when it is closed already, which does the same
    return;
  }
  if ((what & CURL_POLL_IN) != 0) event.events |= EPOLLIN;
  if ((what & CURL_POLL_OUT) != 0) event.events |= EPOLLOUT;
  if (kept && !connections_.want(socket, event.events)) return;
  const int first = known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  const int second = known ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  // libcurl's view and the kernel's differ when a descriptor's number was closed and given out again.
  const bool watched = epoll_ctl(epoll_, first, socket, &event) == 0 || epoll_ctl(epoll_, second, socket, &event) == 0;
  SCRAPER_CHECK(watched);
  check(curl_multi_assign(multi_.get(), socket, this));
}

void MultiShard::on_timer(long timeout_ms) noexcept {
  if (timeout_ms < 0)
    timer_at_ = SteadyTime::max();
  else if (timeout_ms == 0)
    timer_at_ = SteadyTime::min();  // at once: this turn has read the clock already
  else
    timer_at_ = steady_now() + Duration{timeout_ms};
}

}  // namespace scraper
