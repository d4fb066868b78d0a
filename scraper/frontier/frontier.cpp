// SPDX-License-Identifier: MIT
#include "scraper/frontier/frontier.h"

#include <algorithm>
#include <utility>

#include "scraper/base/check.h"

namespace scraper {

Frontier::Frontier(const Politeness& politeness, uint64_t jitter_seed) : politeness_(politeness), random_(jitter_seed) {
  SCRAPER_CHECK(politeness.per_host > 0);
}

void Frontier::admit(Task task) {
  const int64_t id = task.host;
  Host& host = hosts_[id];
  host.ready.push_back(std::move(task));
  ++size_;
  reschedule(id, host);
}

void Frontier::admit_later(Task task, SteadyTime due) {
  const int64_t id = task.host;
  Host& host = hosts_[id];
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
  host.next_start = now + jittered_delay();
  // To the end of the turn, also where there is no delay and it is ready again at once.
  turns_.erase(turns_.begin());
  host.turn.reset();
  reschedule(id, host);
  return task;
}

void Frontier::finished(int64_t id, SteadyTime now) {
  Host& host = hosts_.at(id);
  SCRAPER_CHECK(host.in_flight > 0);
  --host.in_flight;
  reschedule(id, host);
  if (hosts_.size() >= forget_at_) forget_idle_hosts(now);
}

void Frontier::hold(int64_t id, SteadyTime until) {
  Host& host = hosts_[id];
  host.next_start = std::max(host.next_start, until);
  reschedule(id, host);
}

std::optional<SteadyTime> Frontier::next_ready_at() const {
  if (turns_.empty()) return std::nullopt;
  return std::get<0>(*turns_.begin());
}

size_t Frontier::parked_until(SteadyTime then) const {
  size_t tasks = 0;
  for (auto turn = turns_.rbegin(); turn != turns_.rend() && std::get<0>(*turn) >= then; ++turn) {
    const Host& host = hosts_.at(std::get<2>(*turn));
    tasks += host.ready.size() + host.waiting.size();
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

std::optional<SteadyTime> Frontier::ready_at(const Host& host) const {
  if (host.in_flight >= politeness_.per_host) return std::nullopt;
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

/// A host is remembered for as long as its delay or a hold forbids a start, tasks or not.
void Frontier::forget_idle_hosts(SteadyTime now) {
  std::erase_if(hosts_, [&](const auto& entry) { return entry.second.idle() && entry.second.next_start <= now; });
  forget_at_ = std::max<size_t>(1024, hosts_.size() * 2);
}

Duration Frontier::jittered_delay() {
  if (politeness_.delay.count() == 0) return Duration{0};
  const double stretch = std::uniform_real_distribution<double>(0.0, politeness_.jitter)(random_);
  return politeness_.delay + Duration{static_cast<int64_t>(static_cast<double>(politeness_.delay.count()) * stretch)};
}

}  // namespace scraper
