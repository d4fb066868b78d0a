// SPDX-License-Identifier: MIT
#include "scraper/fetch/multi_fetcher.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <functional>
#include <system_error>

#include "scraper/base/thread_name.h"
#include "scraper/fetch/block_signals.h"
#include "scraper/fetch/fetch_limits.h"

namespace scraper {
namespace {

constexpr int kEventsAtOnce = 256;

void check(CURLMcode code) { SCRAPER_CHECK(code == CURLM_OK); }

}  // namespace

Descriptor::Descriptor(int fd) : fd_(fd) {
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "cannot start the fetcher");
}
Descriptor::~Descriptor() { close(fd_); }

MultiFetcher::MultiFetcher(size_t concurrency, FetchSettings settings, FetchSink sink)
    : concurrency_(concurrency),
      options_(std::move(settings)),
      sink_(std::move(sink)),
      inbox_(concurrency),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      news_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      multi_(make_multi()) {
  SCRAPER_CHECK(concurrency_ > 0);
  slots_.reserve(concurrency_);
  CURLM* multi = multi_.get();
  // A pool below the concurrency makes libcurl close and search all the time.
  set_option(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(concurrency_ + kIdleConnectionsMax));
  set_option(
      multi, CURLMOPT_SOCKETFUNCTION, +[](CURL*, curl_socket_t socket, int what, void* self, void* known) noexcept {
        static_cast<MultiFetcher*>(self)->on_socket(socket, what, known != nullptr);
        return 0;
      });
  set_option(multi, CURLMOPT_SOCKETDATA, static_cast<void*>(this));
  set_option(
      multi, CURLMOPT_TIMERFUNCTION, +[](CURLM*, long timeout_ms, void* self) noexcept {
        static_cast<MultiFetcher*>(self)->on_timer(timeout_ms);
        return 0;
      });
  set_option(multi, CURLMOPT_TIMERDATA, static_cast<void*>(this));
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = news_.get();
  SCRAPER_CHECK(epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, news_.get(), &event) == 0);
  net_thread_ = std::jthread([this] { run(); });
}

MultiFetcher::~MultiFetcher() {
  stop(Duration{0});
  // The handles go on this thread, after the net thread has ended: libcurl says good-bye through the callbacks above.
  slots_.clear();
  multi_.reset();
}

void MultiFetcher::start(FetchRequest request) {
  SCRAPER_CHECK(!stopping_);
  SCRAPER_CHECK(in_flight_.fetch_add(1) < concurrency_);
  SCRAPER_CHECK(inbox_.push(std::move(request)));
  wake();
}

void MultiFetcher::stop(Duration grace) {
  if (stopping_) return;
  cancel_at_ = steady_now() + std::clamp(grace, Duration{0}, kGraceMax);
  stopping_ = true;
  wake();
  net_thread_.join();
}

void MultiFetcher::wake() {
  const uint64_t one = 1;
  SCRAPER_CHECK(write(news_.get(), &one, sizeof one) == sizeof one || errno == EAGAIN);
}

void MultiFetcher::run() {
  block_signals();
  name_thread("net");
  while (true) {
    // Read before the inbox: whatever was started before stop is seen below.
    const bool stopping = stopping_;
    const Now now = read_clocks();
    admit(now);
    act_on_timer(now.steady);
    reap();
    drop_overdue(now.steady);
    if (stopping && now.steady >= cancel_at_.load()) cancel_all();
    if (stopping && active_ == 0) return;
    wait_for_events();
  }
}

void MultiFetcher::admit(const Now& now) {
  for (FetchRequest& request : inbox_.drain()) {
    if (now.steady >= cancel_at_.load())
      deliver(cancelled_result(request, now.wall));
    else
      begin(std::move(request), now);
  }
}

void MultiFetcher::begin(FetchRequest request, const Now& now) {
  if (free_slots_.empty()) {
    free_slots_.push_back(slots_.size());
    slots_.push_back(std::make_unique<Transfer>(options_));
    slots_.back()->slot = free_slots_.back();
    busy_.push_back(false);
    appointed_.push_back(false);
  }
  Transfer& transfer = *slots_[free_slots_.back()];
  if (auto error = transfer.begin(std::move(request), now)) {
    deliver(transfer.abandon(std::move(*error)));
    return;
  }
  free_slots_.pop_back();
  busy_[transfer.slot] = true;
  ++active_;
  check(curl_multi_add_handle(multi_.get(), transfer.handle()));
  schedule(transfer, now.steady);
}

void MultiFetcher::wait_for_events() {
  std::array<epoll_event, kEventsAtOnce> events;
  const int count = epoll_wait(epoll_.get(), events.data(), kEventsAtOnce, wait_ms(steady_now()));
  SCRAPER_CHECK(count >= 0 || errno == EINTR);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<size_t>(i)];
    if (event.data.fd == news_.get()) {
      uint64_t ignored = 0;
      SCRAPER_CHECK(read(news_.get(), &ignored, sizeof ignored) == sizeof ignored || errno == EAGAIN);
      continue;
    }
    int actions = 0;
    if ((event.events & (EPOLLIN | EPOLLHUP)) != 0) actions |= CURL_CSELECT_IN;
    if ((event.events & EPOLLOUT) != 0) actions |= CURL_CSELECT_OUT;
    if ((event.events & EPOLLERR) != 0) actions |= CURL_CSELECT_ERR;
    act(event.data.fd, actions);
  }
}

int MultiFetcher::wait_ms(SteadyTime now) const {
  SteadyTime until = SteadyTime::max();
  if (timer_at_) until = *timer_at_;
  if (!appointments_.empty()) until = std::min(until, appointments_.top().first);
  if (stopping_) until = std::min(until, cancel_at_.load());
  if (until == SteadyTime::max()) return -1;
  if (until <= now) return 0;
  // Rounded up: rounded down, the last millisecond would be spent spinning.
  const auto wait = std::chrono::ceil<Duration>(until - now);
  return static_cast<int>(std::min(wait, kWaitMax).count());
}

void MultiFetcher::act(curl_socket_t socket, int events) {
  int running = 0;
  check(curl_multi_socket_action(multi_.get(), socket, events, &running));
}

void MultiFetcher::act_on_timer(SteadyTime now) {
  if (!timer_at_ || now < *timer_at_) return;
  timer_at_.reset();  // libcurl sets it anew from within
  act(CURL_SOCKET_TIMEOUT, 0);
}

void MultiFetcher::reap() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    SCRAPER_CHECK(message->msg == CURLMSG_DONE);
    const CURLcode code = message->data.result;  // the message goes with the handle's removal
    Transfer& transfer = Transfer::of(message->easy_handle);
    FetchResult result = transfer.finish(code);
    release(transfer);
    deliver(std::move(result));
  }
}

void MultiFetcher::drop_overdue(SteadyTime now) {
  while (!appointments_.empty() && appointments_.top().first <= now) {
    Transfer& transfer = *slots_[appointments_.top().second];
    appointments_.pop();
    appointed_[transfer.slot] = false;
    if (!busy_[transfer.slot]) continue;
    if (auto error = transfer.overdue(now)) {
      FetchResult result = transfer.abandon(std::move(*error));
      release(transfer);
      deliver(std::move(result));
    } else {
      schedule(transfer, now);
    }
  }
}

void MultiFetcher::cancel_all() {
  for (const auto& transfer : slots_) {
    if (!busy_[transfer->slot]) continue;
    FetchResult result = transfer->abandon(cancelled_error());
    release(*transfer);
    deliver(std::move(result));
  }
}

void MultiFetcher::schedule(Transfer& transfer, SteadyTime now) {
  // An appointment left by an earlier transfer in the slot is never later than one made now: see Transfer::next_check.
  if (appointed_[transfer.slot]) return;
  const auto at = transfer.next_check(now);
  if (!at) return;
  appointments_.emplace(*at, transfer.slot);
  appointed_[transfer.slot] = true;
}

void MultiFetcher::release(Transfer& transfer) {
  check(curl_multi_remove_handle(multi_.get(), transfer.handle()));
  busy_[transfer.slot] = false;
  free_slots_.push_back(transfer.slot);
  --active_;
}

void MultiFetcher::deliver(FetchResult result) {
  // Before the sink: from there on the owner may start another in its place.
  --in_flight_;
  sink_(std::move(result));
}

void MultiFetcher::on_socket(curl_socket_t socket, int what, bool known) noexcept {
  epoll_event event{};
  event.data.fd = socket;
  if (what == CURL_POLL_REMOVE) {
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, socket,
              &event);  // fails when the socket is closed already, which does the same
    return;
  }
  if ((what & CURL_POLL_IN) != 0) event.events |= EPOLLIN;
  if ((what & CURL_POLL_OUT) != 0) event.events |= EPOLLOUT;
  const int first = known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  const int second = known ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  // libcurl's view and the kernel's differ when a descriptor's number was closed and given out again.
  const bool watched =
      epoll_ctl(epoll_.get(), first, socket, &event) == 0 || epoll_ctl(epoll_.get(), second, socket, &event) == 0;
  SCRAPER_CHECK(watched);
  check(curl_multi_assign(multi_.get(), socket, this));
}

void MultiFetcher::on_timer(long timeout_ms) noexcept {
  if (timeout_ms < 0)
    timer_at_.reset();
  else
    timer_at_ = steady_now() + Duration{timeout_ms};
}

}  // namespace scraper
