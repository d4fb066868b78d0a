// SPDX-License-Identifier: MIT
#include "storage/memory/memory_store.h"

#include <algorithm>
#include <tuple>

#include "scraper/base/check.h"

namespace storage::memory {

RunInfo MemoryStore::begin_run(const RunSpec& spec) {
  SCRAPER_CHECK(run_ == 0);
  depth_max_ = spec.depth_max;
  run_ = 1;
  return {run_, false, 1};
}

void MemoryStore::add_seeds(std::span<const SeedRecord> seeds) {
  for (const SeedRecord& seed : seeds) {
    const UrlId id = resolve(seed.url ? *seed.url : UrlRecord{"invalid:", seed.input});
    Url& url = urls_.at(id);
    if (seed.url) listed_.insert(url.host);
    if (seed.url && seed.skip_reason.empty()) {
      offer(id, 0, 0);
    } else if (!url.is_task) {
      url.is_task = true;
      url.state = seed.url ? TaskState::skipped : TaskState::failed;
      url.error_kind = seed.error_kind;
      url.skip_reason = seed.skip_reason;
    }
  }
}

UrlId MemoryStore::resolve(const UrlRecord& record) {
  const auto [known, added] = ids_.emplace(record.url, static_cast<UrlId>(ids_.size()) + 1);
  if (added) {
    const HostId host = hosts_.emplace(record.origin, static_cast<HostId>(hosts_.size()) + 1).first->second;
    Url url;
    url.host = host;
    url.origin = record.origin;
    url.url = record.url;
    urls_.emplace(known->second, std::move(url));
  }
  return known->second;
}

void MemoryStore::offer(UrlId id, int depth, int redirects) {
  Url& url = urls_.at(id);
  if (!url.is_task) {
    url.is_task = true;
    url.depth = depth;
    url.redirects = redirects;
    return;
  }
  if (depth >= url.depth) return;
  url.depth = depth;
  url.redirects = std::min(url.redirects, redirects);
  if (url.redirect != 0) return offer(url.redirect, depth, redirects + 1);
  if (!url.has_page || url.state != TaskState::done || depth >= depth_max_) return;
  for (const auto& [target, follow] : url.links) {
    if (follow) offer(target, depth + 1, 0);
  }
}

std::vector<HostLease> MemoryStore::lease(const LeaseRequest& request) {
  // Hosts in turn, beginning after the one that came last.
  std::vector<HostId> order;
  for (const auto& [origin, host] : hosts_) order.push_back(host);
  std::sort(order.begin(), order.end());
  std::rotate(order.begin(), std::upper_bound(order.begin(), order.end(), last_leased_), order.end());
  std::vector<HostLease> leases;
  size_t room = request.tasks_max;
  for (const HostId host : order) {
    std::vector<std::pair<UrlId, Url*>> waiting;
    size_t out = 0;
    for (auto& [id, url] : urls_) {
      if (url.host != host || !url.is_task || url.state != TaskState::todo || url.redirect != 0) continue;
      if (url.leased)
        ++out;
      else
        waiting.emplace_back(id, &url);
    }
    std::sort(waiting.begin(), waiting.end(), [](const auto& a, const auto& b) {
      return std::tuple(a.second->depth, a.first) < std::tuple(b.second->depth, b.first);
    });
    const size_t may = request.tasks_per_host_max - std::min(out, request.tasks_per_host_max);
    waiting.resize(std::min({waiting.size(), room, may}));
    if (waiting.empty()) continue;
    HostLease lease;
    lease.id = host;
    lease.origin = waiting.front().second->origin;
    lease.listed = listed_.contains(host);
    for (auto& [id, url] : waiting) {
      url->leased = true;
      lease.tasks.push_back({id, url->url, url->depth, url->redirects, url->attempts});
    }
    room -= waiting.size();
    last_leased_ = host;
    leases.push_back(std::move(lease));
  }
  return leases;
}

void MemoryStore::finish(std::span<const Outcome> outcomes) {
  for (const Outcome& outcome : outcomes) {
    finish_one(outcome);
    mirror();
  }
}

void MemoryStore::finish_one(const Outcome& outcome) {
  Url& url = urls_.at(outcome.url_id);
  if (!outcome.attempt) {
    url.state = TaskState::skipped;
    url.skip_reason = outcome.skip_reason;
    return;
  }
  if (!attempts_.insert(outcome.attempt->id).second) return;
  bytes_ += static_cast<int64_t>(outcome.attempt->wire_bytes);
  url.attempts = outcome.attempt->number;
  if (outcome.state == TaskState::todo) return;
  url.leased = false;
  url.state = outcome.state;
  url.status = outcome.attempt->status;
  url.error_kind = outcome.attempt->error_kind;
  if (outcome.redirect) {
    if (!outcome.redirect->follow) return;
    const UrlId target = resolve(outcome.redirect->target);
    if (target != outcome.url_id) offer(target, url.depth, url.redirects + 1);
    for (UrlId next = target; next != 0; next = urls_.at(next).redirect) {
      if (next != outcome.url_id) continue;
      url.state = TaskState::failed;
      url.error_kind = "redirect";
      return;
    }
    url.redirect = target;
    return;
  }
  if (!outcome.page) return;
  ++pages_;
  url.has_page = true;
  url.title = outcome.page->title;
  url.links.clear();
  for (const LinkRecord& link : outcome.links) url.links.emplace_back(resolve(link.target), link.follow);
  if (url.depth >= depth_max_) return;
  const auto links = url.links;
  for (const auto& [target, follow] : links) {
    if (follow) offer(target, url.depth + 1, 0);
  }
}

void MemoryStore::mirror() {
  for (auto& [id, url] : urls_) {
    if (url.redirect == 0) continue;
    UrlId end = url.redirect;
    while (urls_.at(end).redirect != 0) end = urls_.at(end).redirect;
    const Url& last = urls_.at(end);
    url.state = last.state;
    url.status = last.status;
    url.error_kind = last.error_kind;
    url.skip_reason = last.skip_reason;
  }
}

Counts MemoryStore::counts() const {
  Counts counts;
  for (const auto& [id, url] : urls_) {
    if (!url.is_task) continue;
    switch (url.state) {
      case TaskState::todo:
        ++counts.todo;
        break;
      case TaskState::done:
        ++counts.done;
        break;
      case TaskState::failed:
        ++counts.failed;
        break;
      case TaskState::skipped:
        ++counts.skipped;
        break;
    }
    if (url.state == TaskState::todo && url.redirect == 0 && !url.leased) ++counts.unleased;
  }
  counts.pages = pages_;
  counts.bytes = bytes_;
  return counts;
}

void MemoryStore::end_run(const std::string&, const std::string&) { run_ = 0; }

}  // namespace storage::memory
