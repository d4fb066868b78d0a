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
    UrlId redirect = 0;  ///< where it redirects to, when that is followed
    bool leased = false;
    bool has_page = false;
    std::string title;
    std::vector<std::pair<UrlId, bool>> links;  ///< target, follow
  };

  RunInfo begin_run(const RunSpec& spec) override;
  void add_seeds(std::span<const SeedRecord> seeds) override;
  std::vector<HostLease> lease(const LeaseRequest& request) override;
  void finish(std::span<const Outcome> outcomes) override;
  Counts counts() const override;
  void end_run(const std::string& outcome, const std::string& finished_at) override;

  const std::map<UrlId, Url>& urls() const { return urls_; }

 private:
  UrlId resolve(const UrlRecord& record);
  void offer(UrlId id, int depth, int redirects);
  void finish_one(const Outcome& outcome);
  /// Gives every redirect the state of the end of its chain.
  void mirror();

  std::map<UrlId, Url> urls_;
  std::unordered_map<std::string, UrlId> ids_;
  std::map<std::string, HostId> hosts_;
  std::set<HostId> listed_;
  std::set<AttemptId> attempts_;
  RunId run_ = 0;
  int depth_max_ = 0;
  int64_t pages_ = 0;
  int64_t bytes_ = 0;
  HostId last_leased_ = 0;
};

}  // namespace storage::memory
