// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "storage/records.h"
#include "storage/sqlite/database.h"
#include "storage/sqlite/link_table.h"
#include "storage/sqlite/recent_ids.h"

namespace storage::sqlite {

/// Everything that came of an exchange: the attempt's row, body and headers, the page's current content and links.
class PageTable {
 public:
  PageTable(Database& database, LinkTable& links);

  /// False when the attempt is there already: its outcome was committed before.
  bool add_attempt(const AttemptRecord& attempt, UrlId url, RunId run);

  /// From now on pages are stored under this key (RunSpec::content_key); no attempt has this id or a higher one.
  void begin(int64_t content_key, AttemptId next_attempt);
  /// A transaction was rolled back: what was kept in memory of its rows is no longer so.
  void roll_back() { recent_headers_.forget_all(); }

  /// Replaces the page's content and links. `targets` are the ids of `links`; `is_new`: there is nothing to replace.
  void put_page(UrlId id, const Outcome& outcome, std::span<const UrlId> targets, bool is_new);

  /// The page is as it was, and is known by these from now on.
  void put_validators(UrlId id, const Validators& validators);
  /// Which tables' rules looked at the page, a bit each.
  uint64_t asked_tables(UrlId id);

  bool has_page(UrlId id);

  void mark_gone(UrlId id, const std::string& at);

 private:
  bool is_known(const AttemptRecord& attempt, UrlId url, RunId run);
  int64_t headers_id(const std::string& text);
  void keep_validators(UrlId id, const Outcome& outcome, bool is_new);

  Database& database_;
  LinkTable& links_;
  int64_t content_key_ = 0;
  AttemptId next_attempt_id_ = 0;  ///< none has it or a higher one
  int64_t last_headers_id_ = 0;    ///< of the attempt added last: its page has the same
  RecentIds recent_headers_;
  Statement known_, add_attempt_, add_body_, last_headers_, add_headers_, put_page_, has_page_, gone_, add_validators_,
      drop_validators_, change_validators_, show_validators_, read_asked_;
};

}  // namespace storage::sqlite
