// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "storage/records.h"
#include "storage/sqlite/database.h"

namespace storage::sqlite {

/// Everything that came of an exchange: the attempt's row, body and headers, the page's current content and links.
class PageTable {
 public:
  explicit PageTable(Database& database);

  /// False when the attempt is there already: its outcome was committed before.
  bool add_attempt(const AttemptRecord& attempt, UrlId url, RunId run);

  /// From now on pages are stored under this key (RunSpec::content_key).
  void begin(int64_t content_key) { content_key_ = content_key; }

  /// Replaces the page's content and links. `targets` are the ids of `links`.
  void put_page(UrlId id, const Outcome& outcome, std::span<const UrlId> targets);

  /// The page is as it was, and is known by these from now on.
  void put_validators(UrlId id, const Validators& validators);
  /// Which tables' rules looked at the page, a bit each.
  uint64_t asked_tables(UrlId id);

  bool has_page(UrlId id);

  void mark_gone(UrlId id, const std::string& at);

 private:
  static void bind_link(Statement& statement, size_t row, UrlId page, UrlId target, const LinkRecord& link);
  int64_t headers_id(const std::string& text);
  void keep_validators(UrlId id, const Outcome& outcome);

  Database& database_;
  int64_t content_key_ = 0;
  int64_t last_headers_id_ = 0;  ///< of the attempt added last: its page has the same
  Statement known_, add_attempt_, add_body_, find_headers_, add_headers_, put_page_, has_page_, gone_, drop_links_,
      add_link_, add_links_, add_validators_, drop_validators_, change_validators_, show_validators_, read_asked_;
};

}  // namespace storage::sqlite
