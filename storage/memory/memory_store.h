// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "storage/store.h"

namespace storage::memory {

/// The rules of Store in the plainest form that can be written: maps, no keys, no batches, no shortcuts. The reference
/// that the real stores are compared with, and the store of the simulation. Nothing is on disk.
class MemoryStore final : public Store {
 public:
  struct Url {
    HostId host = 0;
    std::string origin;
    std::string url;
    bool is_task = false;
    TaskState state = TaskState::todo;
    int status = 0;
    std::string error_kind;
    std::string skip_reason;
    int depth = 0;
    int redirects = 0;
    int attempts = 0;
    int spared = 0;
    TaskRole role = TaskRole::page;
    UrlId redirect = 0;  ///< where it redirects to, when that is followed
    std::string fetched_at{};
    bool was_good = false;    ///< an earlier run fetched it, and well
    UrlId led_to = 0;         ///< where it redirected to then
    int64_t content_key = 0;  ///< under which `validators` are; 0: they cannot be used
    Validators validators{};
    bool leased = false;
    bool has_page = false;
    std::string title;
    std::vector<std::pair<UrlId, LinkRecord>> links;
  };
  struct Item {
    int64_t id = 0;
    UrlId page = 0;
    int64_t position = 0;
    ItemRow values;
  };
  /// A table of items, by its name.
  struct Items {
    std::vector<Item> now, history;
    int64_t last_id = 0;
  };

  RunInfo begin_run(const RunSpec& spec) override;
  void add_seeds(const SeedLines& seeds) override;
  std::vector<HostLease> lease(const LeaseRequest& request) override;
  void finish(std::span<const Outcome> outcomes) override;
  Counts counts() const override;
  void end_run(const std::string& outcome, const std::string& finished_at) override;

  const std::map<UrlId, Url>& urls() const { return urls_; }
  const std::map<HostId, HostState>& host_states() const { return host_states_; }
  const std::map<HostId, RobotsRecord>& robots() const { return robots_; }
  const std::map<std::string, Items>& items() const { return items_; }
  /// As runs after this one find the host.
  void set_robots(const std::string& origin, const RobotsRecord& robots) { robots_[host_id(origin)] = robots; }
  HostId host_id(const std::string& origin);

 private:
  struct Offer {
    int depth = 0;
    int redirects = 0;
    bool listed = false;
    TaskRole role = TaskRole::page;
    LinkRecord link;  ///< its skip_reason and family
  };
  UrlId resolve(const std::string& origin, const std::string& url);
  UrlId resolve(const UrlRecord& record) { return resolve(std::string(record.origin()), record.url); }
  void offer(UrlId id, const Offer& offer);
  void add_seed(const SeedRecord& seed);
  void begin_anew();
  void start(UrlId id, const Offer& offer);
  void follow(UrlId id, UrlId target);
  void offer_behind(UrlId id, const Offer& offer);
  void put_page(Url& url, const Outcome& outcome);
  bool is_over_limit(HostId host) const;
  void finish_one(const Outcome& outcome);
  void finish_task(const Outcome& outcome);
  void put_items(UrlId page, const PageItems& items);
  int64_t retry();
  void offer_links(const std::vector<std::pair<UrlId, LinkRecord>>& links, int depth);
  void fill(HostLease& lease) const;
  /// Gives every redirect the state of the end of its chain.
  void mirror();

  std::map<UrlId, Url> urls_;
  std::unordered_map<std::string, UrlId> ids_;
  std::map<std::string, HostId> hosts_;
  std::set<HostId> listed_;
  std::set<AttemptId> attempts_;
  std::map<HostId, HostState> host_states_;
  std::map<HostId, RobotsRecord> robots_;
  std::map<uint64_t, int> families_;
  std::map<std::string, Items> items_;
  RunId run_ = 0;
  bool cut_off_ = false;
  ListPosition list_;
  RunSpec spec_;
  int64_t pages_ = 0;
  int64_t bytes_ = 0;
  HostId last_leased_ = 0;
};

}  // namespace storage::memory
