// SPDX-License-Identifier: MIT
#include "scraper/frontier/frontier.h"

#include <algorithm>
#include <utility>

#include "scraper/base/check.h"

namespace scraper {

Frontier::Frontier(const Politeness& politeness, uint64_t jitter_seed) : politeness_(politeness), random_(jitter_seed) {
  SCRAPER_CHECK(politeness.per_host > 0);
}

void Frontier::open(int64_t id, const Politeness& politeness, const HostMemory& memory) {
  const auto [entry, added] = hosts_.try_emplace(id, politeness);
  if (!added) return;
  entry->second.pace.restore(memory.slowdown, memory.failures);
  entry->second.next_start = memory.next_start;
  entry->second.held_until = memory.held_until;
}

void Frontier::admit(Task task) {
  const int64_t id = task.host;
  Host& host = host_at(id);
  host.ready.push_back(std::move(task));
  ++size_;
  reschedule(id, host);
}

void Frontier::admit_later(Task task, SteadyTime due) {
  const int64_t id = task.host;
  Host& host = host_at(id);
  host.waiting.push_back({due, order_++, std::move(task)});
  std::push_heap(host.waiting.begin(), host.waiting.end(), LaterDue{});
  ++size_;
  reschedule(id, host);
}

std::optional<Task> Frontier::next(SteadyTime now) {
  if (turns_.empty() || std::get<0>(*turns_.begin()) > now) return std::nullopt;
  const int64_t id = std::get<2>(*turns_.begin());
  Host& host = hosts_.at(id);
  Task task;
  // A retry that is due goes first: it has waited longest.
  if (!host.waiting.empty() && host.waiting.front().due <= now) {
    std::pop_heap(host.waiting.begin(), host.waiting.end(), LaterDue{});
    task = std::move(host.waiting.back().task);
    host.waiting.pop_back();
  } else {
    SCRAPER_CHECK(!host.ready.empty());
    task = std::move(host.ready.front());
    host.ready.pop_front();
  }
  --size_;
  ++host.in_flight;
  host.last_start = now;
  host.next_start = now + jittered(host.pace);
  // To the end of the turn, also where there is no delay and it is ready again at once.
  turns_.erase(turns_.begin());
  host.turn.reset();
  reschedule(id, host);
  return task;
}

void Frontier::finished(int64_t id) {
  Host& host = hosts_.at(id);
  SCRAPER_CHECK(host.in_flight > 0);
  --host.in_flight;
  reschedule(id, host);
}

void Frontier::hold(int64_t id, SteadyTime until) {
  Host& host = host_at(id);
  host.held_until = std::max(host.held_until, until);
  not_before(id, host, until);
}

void Frontier::not_before(int64_t id, Host& host, SteadyTime time) {
  host.next_start = std::max(host.next_start, time);
  reschedule(id, host);
}

SteadyTime Frontier::least_hold() const {
  SteadyTime least = SteadyTime::max();
  for (const auto& [id, host] : hosts_) {
    if (!host.ready.empty() || !host.waiting.empty()) least = std::min(least, host.held_until);
  }
  return least;
}

void Frontier::answered(int64_t id) {
  Host& host = host_at(id);
  host.pace.answered();
  reschedule(id, host);
}

void Frontier::pushed_back(int64_t id, SteadyTime now) {
  Host& host = host_at(id);
  host.pace.pushed_back();
  not_before(id, host, now + host.pace.delay());
}

void Frontier::failed(int64_t id, SteadyTime now) {
  Host& host = host_at(id);
  if (const auto pause = host.pace.failed()) hold(id, now + *pause);
}

void Frontier::set_crawl_delay(int64_t id, std::optional<Duration> delay) {
  Host& host = host_at(id);
  host.pace.set_crawl_delay(delay);
  // It holds for the time since robots.txt itself was asked for, too.
  if (delay && host.last_start != SteadyTime{}) not_before(id, host, host.last_start + host.pace.delay());
}

HostMemory Frontier::memory(int64_t id) const {
  const Host& host = hosts_.at(id);
  return {host.next_start,      host.pace.delay(),     host.pace.slowdown(),
          host.pace.failures(), host.pace.is_parked(), host.held_until};
}

bool Frontier::forget(int64_t id, SteadyTime now) {
  const auto host = hosts_.find(id);
  if (host == hosts_.end()) return true;
  if (!host->second.idle() || host->second.next_start > now) return false;
  hosts_.erase(host);
  return true;
}

std::optional<SteadyTime> Frontier::next_ready_at() const {
  if (turns_.empty()) return std::nullopt;
  return std::get<0>(*turns_.begin());
}

size_t Frontier::parked_until(SteadyTime then, const std::function<size_t(int64_t)>& beside) const {
  size_t tasks = 0;
  for (auto turn = turns_.rbegin(); turn != turns_.rend() && std::get<0>(*turn) >= then; ++turn) {
    const Host& host = hosts_.at(std::get<2>(*turn));
    tasks += host.ready.size() + host.waiting.size() + (beside ? beside(std::get<2>(*turn)) : 0);
  }
  return tasks;
}

std::vector<Task> Frontier::drain() {
  std::vector<Task> out;
  out.reserve(size_);
  for (auto& [id, host] : hosts_) {
    for (Task& task : host.ready) out.push_back(std::move(task));
    for (Waiting& waiting : host.waiting) out.push_back(std::move(waiting.task));
    host.ready.clear();
    host.waiting.clear();
    reschedule(id, host);
  }
  size_ = 0;
  return out;
}

std::optional<SteadyTime> Frontier::ready_at(const Host& host) {
  if (host.in_flight >= host.pace.per_host()) return std::nullopt;
  if (!host.ready.empty()) return host.next_start;
  if (!host.waiting.empty()) return std::max(host.next_start, host.waiting.front().due);
  return std::nullopt;
}

void Frontier::reschedule(int64_t id, Host& host) {
  const auto at = ready_at(host);
  if (host.turn && at == host.turn->first) return;
  if (host.turn) turns_.erase({host.turn->first, host.turn->second, id});
  host.turn.reset();
  if (!at) return;
  host.turn = {*at, order_++};
  turns_.insert({host.turn->first, host.turn->second, id});
}

Duration Frontier::jittered(const Pace& pace) {
  const Duration delay = pace.delay();
  if (delay.count() == 0) return delay;
  const double stretch = std::uniform_real_distribution<double>(0.0, pace.jitter())(random_);
  return delay + Duration{static_cast<int64_t>(static_cast<double>(delay.count()) * stretch)};
}

}  // namespace scraper
