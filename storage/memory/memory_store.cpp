// SPDX-License-Identifier: MIT
#include "storage/memory/memory_store.h"

#include <algorithm>
#include <tuple>

#include "scraper/base/check.h"
#include "storage/item_match.h"

namespace storage::memory {

/// A run is taken up when it is begun again, unless a new one is asked for.
RunInfo MemoryStore::begin_run(const RunSpec& spec) {
  const bool resumed = run_ != 0 && spec.start != RunSpec::Start::fresh;
  if (!resumed) begin_anew();
  spec_ = spec;
  for (auto& [id, url] : urls_) url.leased = false;
  RunInfo info{run_, resumed, attempts_.empty() ? 1 : *attempts_.rbegin() + 1, 0, list_, cut_off_, 0};
  cut_off_ = true;
  if (spec.start == RunSpec::Start::retry) info.retried = retry();
  return info;
}

/// Nothing is a task any more; what earlier runs fetched is still known.
void MemoryStore::begin_anew() {
  ++run_;
  for (auto& [id, url] : urls_) {
    if (url.is_task) {
      url.was_good = url.state == TaskState::done || url.skip_reason == "fresh" || url.redirect != 0;
      url.led_to = url.redirect;
    }
    url.is_task = false;
    url.redirect = 0;
    url.attempts = url.spared = 0;
  }
  listed_.clear();
  families_.clear();
  pages_ = bytes_ = last_leased_ = 0;
  list_ = {};
  cut_off_ = false;
}

int64_t MemoryStore::retry() {
  int64_t count = 0;
  for (auto& [id, url] : urls_) {
    if (!url.is_task || url.redirect != 0 || url.role == TaskRole::sitemap || url.origin == "invalid:") continue;
    if (url.state != TaskState::failed && url.skip_reason != "parked_host") continue;
    url.state = TaskState::todo;
    url.status = 0;
    url.error_kind = url.skip_reason = {};
    url.spared = url.attempts;
    ++count;
  }
  mirror();
  return count;
}

void MemoryStore::add_seeds(const SeedLines& seeds) {
  list_ = seeds.position;
  for (const SeedLines::Plain& plain : seeds.plain()) {
    SeedRecord seed;
    seed.url = UrlRecord{std::string(seeds.url(plain)), plain.origin_bytes};
    add_seed(seed);
  }
  for (const SeedRecord& seed : seeds.others()) add_seed(seed);
  mirror();
}

void MemoryStore::add_seed(const SeedRecord& seed) {
  const UrlId id = seed.url ? resolve(*seed.url) : resolve("invalid:", seed.input);
  Url& url = urls_.at(id);
  if (seed.url) listed_.insert(url.host);
  if (seed.url && seed.skip_reason.empty()) {
    offer(id, {0, 0, true, TaskRole::page, {}});
  } else if (!url.is_task) {
    url.is_task = true;
    url.state = seed.url ? TaskState::skipped : TaskState::failed;
    url.error_kind = seed.error_kind;
    url.skip_reason = seed.skip_reason;
  }
}

HostId MemoryStore::host_id(const std::string& origin) {
  return hosts_.emplace(origin, static_cast<HostId>(hosts_.size()) + 1).first->second;
}

UrlId MemoryStore::resolve(const std::string& origin, const std::string& url) {
  const auto [known, added] = ids_.emplace(url, static_cast<UrlId>(ids_.size()) + 1);
  if (added) {
    Url row;
    row.host = host_id(origin);
    row.origin = origin;
    row.url = url;
    urls_.emplace(known->second, std::move(row));
  }
  return known->second;
}

bool MemoryStore::is_over_limit(HostId host) const {
  int64_t all = 0, here = 0;
  for (const auto& [id, url] : urls_) {
    if (!url.is_task || url.role == TaskRole::sitemap || url.state == TaskState::skipped) continue;
    ++all;
    if (url.host == host) ++here;
  }
  return (spec_.pages_max > 0 && all >= spec_.pages_max) ||
         (spec_.pages_per_host_max > 0 && here >= spec_.pages_per_host_max);
}

void MemoryStore::start(UrlId id, const Offer& offer) {
  Url& url = urls_.at(id);
  const bool of_this_run = url.is_task;
  url.is_task = false;
  std::string reason = offer.listed ? std::string() : offer.link.skip_reason;
  if (!offer.listed && reason.empty() && offer.link.family != 0 &&
      ++families_[offer.link.family] > offer.link.family_max) {
    reason = "trap";
  }
  const bool fresh = reason.empty() && !of_this_run && !spec_.fresh_since.empty() && url.was_good &&
                     url.fetched_at > spec_.fresh_since && offer.role == TaskRole::page;
  if (fresh && url.led_to == 0) reason = "fresh";
  if (reason.empty() && offer.role != TaskRole::sitemap && is_over_limit(url.host)) reason = "max_pages";
  url.is_task = true;
  url.state = reason.empty() ? TaskState::todo : TaskState::skipped;
  url.skip_reason = reason;
  url.status = 0;
  url.error_kind = {};
  url.depth = offer.depth;
  url.redirects = offer.redirects;
  url.role = offer.role;
  url.redirect = 0;
  url.spared = url.attempts;
  if (reason == "fresh") return offer_behind(id, offer);
  if (!fresh || !reason.empty()) return;
  this->offer(url.led_to, {offer.depth, offer.redirects + 1, false, offer.role, {}});
  follow(id, url.led_to);
}

/// The task redirects there from now on, unless it leads in a loop.
void MemoryStore::follow(UrlId id, UrlId target) {
  Url& url = urls_.at(id);
  for (UrlId next = target; next != 0; next = urls_.at(next).redirect) {
    if (next != id) continue;
    url.state = TaskState::failed;
    url.error_kind = "redirect";
    return;
  }
  url.redirect = target;
}

void MemoryStore::offer_behind(UrlId id, const Offer& offer) {
  const Url& url = urls_.at(id);
  if (url.redirect != 0) return this->offer(url.redirect, {offer.depth, offer.redirects + 1, false, url.role, {}});
  if (!url.has_page || offer.depth >= spec_.depth_max) return;
  const auto links = url.links;
  offer_links(links, offer.depth + 1);
}

void MemoryStore::offer(UrlId id, const Offer& offer) {
  Url& url = urls_.at(id);
  if (!url.is_task) return start(id, offer);
  const TaskRole role = url.role == offer.role ? url.role : TaskRole::both;
  const bool revived = url.state == TaskState::skipped && url.redirect == 0 &&
                       ((url.skip_reason == "nofollow" && (offer.listed || offer.link.skip_reason.empty())) ||
                        (url.skip_reason == "trap" && offer.listed));
  if (revived || (role != url.role && url.state != TaskState::todo && url.state != TaskState::skipped)) {
    Offer again = offer;
    again.role = role;
    again.depth = std::min(offer.depth, url.depth);
    again.listed = offer.listed || !revived;
    return start(id, again);
  }
  url.role = role;
  if (offer.depth >= url.depth) return;
  url.depth = offer.depth;
  url.redirects = std::min(url.redirects, offer.redirects);
  if (url.redirect != 0 || url.state == TaskState::done || url.skip_reason == "fresh") offer_behind(id, offer);
}

void MemoryStore::offer_links(const std::vector<std::pair<UrlId, LinkRecord>>& links, int depth) {
  for (const auto& [target, link] : links) {
    if (link.follow) offer(target, {depth, 0, false, TaskRole::page, link});
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
    const size_t may = 2 * out > request.tasks_per_host_max ? 0 : request.tasks_per_host_max - out;
    waiting.resize(std::min({waiting.size(), room, may}));
    if (waiting.empty()) continue;
    HostLease lease;
    lease.id = host;
    lease.origin = waiting.front().second->origin;
    lease.listed = listed_.contains(host);
    for (auto& [id, url] : waiting) {
      url->leased = true;
      lease.tasks.push_back(
          {id, url->url, url->depth, url->redirects, url->attempts, url->spared, url->role, Validators()});
      const bool usable = spec_.revisits && url->content_key != 0 && url->content_key == spec_.content_key;
      if (usable && url->role == TaskRole::page) lease.tasks.back().validators = url->validators;
    }
    fill(lease);
    room -= waiting.size();
    last_leased_ = host;
    leases.push_back(std::move(lease));
  }
  for (const std::string& origin : request.origins) {
    HostLease lease;
    lease.id = host_id(origin);
    lease.origin = origin;
    lease.listed = listed_.contains(lease.id);
    fill(lease);
    leases.push_back(std::move(lease));
  }
  return leases;
}

void MemoryStore::fill(HostLease& lease) const {
  if (const auto state = host_states_.find(lease.id); state != host_states_.end()) lease.state = state->second;
  if (const auto robots = robots_.find(lease.id); robots != robots_.end()) lease.robots = robots->second;
}

void MemoryStore::finish(std::span<const Outcome> outcomes) {
  for (const Outcome& outcome : outcomes) {
    finish_one(outcome);
    mirror();
  }
}

void MemoryStore::finish_one(const Outcome& outcome) {
  if (outcome.attempt) {
    if (!attempts_.insert(outcome.attempt->id).second) return;
    bytes_ += static_cast<int64_t>(outcome.attempt->wire_bytes);
    if (outcome.url_id == 0) resolve(outcome.attempt_origin, outcome.attempt->url);
  }
  if (outcome.host) host_states_[outcome.host_id] = *outcome.host;
  if (outcome.robots) {
    RobotsRecord& robots = robots_[outcome.host_id] = *outcome.robots;
    if (robots.body) robots.body = outcome.attempt->body;  // the record names it, the attempt brings it
  }
  if (outcome.url_id != 0) finish_task(outcome);
  for (const LinkRecord& entry : outcome.entries) {
    const UrlId id = resolve(entry.target);
    if (entry.follow) offer(id, {0, 0, false, TaskRole::page, entry});
  }
  const int depth = outcome.url_id != 0 ? urls_.at(outcome.url_id).depth + 1 : 0;
  for (const UrlRecord& sitemap : outcome.sitemaps) offer(resolve(sitemap), {depth, 0, false, TaskRole::sitemap, {}});
}

void MemoryStore::finish_task(const Outcome& outcome) {
  Url& url = urls_.at(outcome.url_id);
  if (!outcome.attempt) {
    url.state = outcome.state;
    url.skip_reason = outcome.skip_reason;
    url.error_kind = outcome.error_kind;
    url.status = 0;
    url.leased = false;
    return;
  }
  url.attempts = outcome.attempt->number;
  if (outcome.state == TaskState::todo) return;
  url.leased = false;
  if (url.role != outcome.role) return;
  url.state = outcome.state;
  url.status = outcome.not_modified ? 200 : outcome.attempt->status;
  url.error_kind = outcome.attempt->error_kind;
  url.skip_reason = outcome.skip_reason;
  url.fetched_at = outcome.attempt->started_at;
  if (outcome.redirect) {
    if (!outcome.redirect->follow) return;
    const UrlId target = resolve(outcome.redirect->target);
    if (target != outcome.url_id) offer(target, {url.depth, url.redirects + 1, false, url.role, {}});
    return follow(outcome.url_id, target);
  }
  if (outcome.gone) url.content_key = 0;
  if (outcome.not_modified && outcome.validators) url.validators = *outcome.validators;
  const bool better = outcome.page && (outcome.state == TaskState::done || !url.has_page);
  if (better) put_page(url, outcome);
  if (url.depth >= spec_.depth_max) return;
  const auto links = url.links;
  if (better || outcome.not_modified) offer_links(links, url.depth + 1);
}

void MemoryStore::put_page(Url& url, const Outcome& outcome) {
  ++pages_;
  url.has_page = true;
  url.title = outcome.page->title;
  url.links.clear();
  for (const LinkRecord& link : outcome.links) url.links.emplace_back(resolve(link.target), link);
  for (const PageItems& items : outcome.items) put_items(outcome.url_id, items);
  url.validators = {outcome.page->etag, outcome.page->last_modified};
  const bool whole = outcome.state == TaskState::done && outcome.attempt->status == 200;
  url.content_key = whole && !url.validators.empty() ? spec_.content_key : 0;
}

void MemoryStore::put_items(UrlId page, const PageItems& items) {
  const ItemTable& table = spec_.tables.at(items.table);
  Items& all = items_[table.name];
  std::vector<Item> old;
  for (const Item& item : all.now) {
    if (item.page == page) old.push_back(item);
  }
  std::erase_if(all.now, [&](const Item& item) { return item.page == page; });
  std::vector<KnownItem> known;
  for (const Item& item : old) known.push_back({&item.values, item.position});
  const ItemMatch match = match_items(known, items.rows, table.key);
  for (const size_t gone : match.gone) all.history.push_back(old[gone]);
  for (size_t i = 0; i < items.rows.size(); ++i) {
    const ItemMatch::Row& row = match.rows[i];
    if (row.old && !row.same) all.history.push_back(old[*row.old]);
    all.now.push_back({row.old ? old[*row.old].id : ++all.last_id, page, static_cast<int64_t>(i), items.rows[i]});
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
    if (url.state == TaskState::todo && url.redirect == 0) {
      ++counts.queued;
      if (!url.leased) ++counts.unleased;
    }
    if (url.role == TaskRole::sitemap) continue;
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
  }
  counts.pages = pages_;
  counts.bytes = bytes_;
  return counts;
}

void MemoryStore::end_run(const std::string&, const std::string&) { cut_off_ = false; }

}  // namespace storage::memory
