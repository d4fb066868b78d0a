// SPDX-License-Identifier: MIT
#include "scraper/engine/host_book.h"

#include <algorithm>

#include "scraper/base/check.h"

namespace scraper {

KnownHost& HostBook::open(storage::HostLease& lease, const EngineSettings& settings, bool* added) {
  const auto [entry, is_new] = hosts_.try_emplace(lease.id);
  *added = is_new;
  KnownHost& host = entry->second;
  host.listed = host.listed || lease.listed;  // the list may name it while the run goes on
  if (!is_new) return host;
  host.id = lease.id;
  host.origin = std::move(lease.origin);
  ids_.emplace(host.origin, host.id);
  host.policy = settings.policy ? settings.policy(host.origin) : HostPolicy{settings.politeness, settings.robots, {}};
  host.robots = host.policy.robots ? RobotsState::unknown : RobotsState::off;
  host.cached = std::move(lease.robots);
  return host;
}

KnownHost* HostBook::find(const std::string& origin) {
  const auto id = ids_.find(origin);
  return id == ids_.end() ? nullptr : &hosts_.at(id->second);
}

void HostBook::release(storage::HostId id) {
  KnownHost& host = hosts_.at(id);
  SCRAPER_CHECK(host.held > 0);
  --host.held;
}

void HostBook::wait(KnownHost& host, Task task) {
  host.waiting.push_back(std::move(task));
  ++waiting_;
}

std::vector<Task> HostBook::take_waiting(KnownHost& host) {
  waiting_ -= host.waiting.size();
  return std::exchange(host.waiting, {});
}

size_t HostBook::waiting_at(storage::HostId id) const {
  const auto host = hosts_.find(id);
  return host == hosts_.end() ? 0 : host->second.waiting.size();
}

void HostBook::forget_idle(Frontier& frontier, SteadyTime now) {
  if (hosts_.size() < forget_at_) return;
  std::erase_if(hosts_, [&](const auto& entry) {
    const KnownHost& host = entry.second;
    if (host.held > 0 || !frontier.forget(host.id, now)) return false;
    ids_.erase(host.origin);
    return true;
  });
  forget_at_ = std::max<size_t>(1024, hosts_.size() * 2);
}

}  // namespace scraper
