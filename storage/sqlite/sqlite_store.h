// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/sqlite/checkpointer.h"
#include "storage/sqlite/database.h"
#include "storage/sqlite/host_table.h"
#include "storage/sqlite/item_tables.h"
#include "storage/sqlite/lease_table.h"
#include "storage/sqlite/link_table.h"
#include "storage/sqlite/page_table.h"
#include "storage/sqlite/task_table.h"
#include "storage/sqlite/url_table.h"
#include "storage/store.h"

namespace storage::sqlite {

/// The crawl database in one SQLite file, in WAL mode while a run is on. Holds the file's run lock for its lifetime is
/// the caller's business (RunLock).
class SqliteStore final : public Store {
 public:
  explicit SqliteStore(const std::string& path, UrlTable::Hash hash = {});

  RunInfo begin_run(const RunSpec& spec) override;
  void add_seeds(const SeedLines& seeds) override;
  std::vector<HostLease> lease(const LeaseRequest& request) override;
  void finish(std::span<const Outcome> outcomes) override;
  Counts counts() const override;
  void end_run(const std::string& outcome, const std::string& finished_at) override;

 private:
  template <typename Work>
  void in_transaction(const Work& work);
  RunId resumable_run(const RunSpec& spec);
  RunId begin_new_run(const RunSpec& spec);
  RunInfo take_up(RunId run, Counts& counts);
  void add_plain_seeds(const SeedLines& seeds);
  void offer_seed(const SeedRecord& seed, UrlId url);
  void lease_tasks(const LeaseRequest& request, std::vector<HostLease>& leases);
  HostId finish_one(const Outcome& outcome, std::span<const UrlId> targets);
  void finish_task(const Outcome& outcome, const TaskRow& row, std::span<const UrlId> link_targets,
                   UrlId redirect_target);
  void finish_unchanged(const Outcome& outcome, const TaskRow& row);
  void offer_links(std::span<const LinkRecord> links, std::span<const UrlId> targets, int depth, UrlId found_on);

  Database database_;
  std::optional<Checkpointer> checkpointer_;  ///< until the run has ended
  UrlTable urls_;
  HostTable hosts_;
  LinkTable links_;
  TaskTable tasks_;
  PageTable pages_;
  ItemTables items_;
  LeaseTable leases_;
  RunId run_ = 0;
  HostId last_leased_ = 0;
  Statement add_input_, update_list_;
};

}  // namespace storage::sqlite
