// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <vector>

#include "storage/error.h"
#include "storage/records.h"

namespace storage {

/// How many tasks a lease may hand out.
struct LeaseRequest {
  size_t tasks_max = 0;
  size_t tasks_per_host_max = 0;       ///< counting what is out already; a host gets more when no more than half is out
  std::vector<std::string> origins{};  ///< of hosts that are wanted whether they have tasks or not
};

/// The seam behind which the crawl databases stand: the one place that knows which URLs there are.
///
/// Deduplication, depth, redirect chains and the life of a task live behind it; callers deliver outcomes and take
/// leases. An object belongs to one thread. Every function throws Error when the database can no longer be used;
/// transactions are whole: after an Error nothing of the failed call is there.
///
/// The rules every implementation keeps (tests/conformance/store_conformance_test.cpp):
///  - one row for each canonical URL, however often it is listed or found;
///  - a task's depth is the least known; lowering it offers the stored links of a page that is done again;
///  - a redirect's source takes state, status and error from the end of its chain; a loop fails with `redirect`;
///  - an outcome whose attempt id is known already changes nothing;
///  - what is skipped as `nofollow` becomes a task when it is listed or linked to without that, and what is skipped as
///    `trap` when it is listed;
///  - over pages_max or pages_per_host_max, and over a family's bound, what is found or listed is skipped.
class Store {
 public:
  Store() = default;
  virtual ~Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// Begins a run or takes up the last one; call once, first. Throws Error (Kind::sql) for a retry_where that is no
  /// condition.
  virtual RunInfo begin_run(const RunSpec& spec) = 0;

  /// Records lines of the list and makes tasks of depth 0 of them. Idempotent for a resumed run.
  virtual void add_seeds(const SeedLines& seeds) = 0;

  /// Hosts with their next tasks, shallow ones first, hosts in turn; then those that were named. A task is handed out
  /// once, until the run ends.
  virtual std::vector<HostLease> lease(const LeaseRequest& request) = 0;

  /// Commits outcomes in one transaction.
  virtual void finish(std::span<const Outcome> outcomes) = 0;

  virtual Counts counts() const = 0;

  /// Ends the run (`complete`, `deadline`, `interrupted`, `failed`) and gives back what is leased. With it the database
  /// is a single file again.
  virtual void end_run(const std::string& outcome, const std::string& finished_at) = 0;
};

}  // namespace storage
