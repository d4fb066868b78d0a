// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "scraper/engine/engine_settings.h"
#include "scraper/frontier/frontier.h"
#include "scraper/frontier/robots.h"
#include "storage/records.h"

namespace scraper {

/// Where the ring stands with a host's robots.txt.
enum class RobotsState {
  off,          ///< it is not asked for
  unknown,      ///< nobody has asked yet, or what was known has expired
  asked,        ///< on its way; the host's tasks wait
  known,        ///< `rules` hold until they expire
  unreachable,  ///< there was no usable answer: nothing is fetched, until it expires
};

/// A host whose tasks the ring holds.
struct KnownHost {
  storage::HostId id = 0;
  std::string origin;
  bool listed = false;
  HostPolicy policy;
  RobotsState robots = RobotsState::off;
  std::shared_ptr<const Robots> rules;
  SteadyTime robots_expire{};
  std::optional<storage::RobotsRecord> cached;  ///< of an earlier run, not read yet
  size_t sitemaps_left = 100;                   ///< that its sitemap indexes may still name
  std::vector<Task> waiting;                    ///< for robots.txt
  size_t held = 0;  ///< tasks of it anywhere in the ring, outcomes not committed yet among them
};

/// The hosts whose tasks the ring holds. Belongs to the ring's thread.
class HostBook {
 public:
  /// Makes the host known, or tells what is known of it; `added` says which.
  KnownHost& open(storage::HostLease& lease, const EngineSettings& settings, bool* added);

  KnownHost& at(storage::HostId id) { return hosts_.at(id); }
  KnownHost* find(const std::string& origin);

  void hold(KnownHost& host) { ++host.held; }
  void release(storage::HostId id);

  /// Takes the tasks that wait for the host's robots.txt.
  std::vector<Task> take_waiting(KnownHost& host);
  void wait(KnownHost& host, Task task);
  size_t waiting() const { return waiting_; }
  size_t waiting_at(storage::HostId id) const;

  /// Forgets the hosts that the ring no longer holds anything of, now and then; a host that `frontier` still has to
  /// remember stays.
  void forget_idle(Frontier& frontier, SteadyTime now);

 private:
  std::unordered_map<storage::HostId, KnownHost> hosts_;
  std::unordered_map<std::string, storage::HostId> ids_;  ///< by origin
  size_t waiting_ = 0;
  size_t forget_at_ = 1024;  ///< number of hosts at which idle ones are looked for
};

}  // namespace scraper
