// SPDX-License-Identifier: MIT
#include "storage/sqlite/page_table.h"

#include <algorithm>

#include "storage/sqlite/url_hash.h"

namespace storage::sqlite {
namespace {

constexpr size_t kRecentHeaders = 4096;

}  // namespace

PageTable::PageTable(Database& database, LinkTable& links)
    : database_(database),
      links_(links),
      recent_headers_(static_cast<uint64_t>(database.integer(kHashSeedSql)), kRecentHeaders),
      known_(database, "SELECT url_id, run_id FROM attempts WHERE id = ?"),
      add_attempt_(
          database,
          "INSERT INTO attempts (id, url_id, run_id, url, kind, number, started_at, status, error_kind, error_stage,"
          " error_code, error, dns_ms, connect_ms, tls_ms, first_byte_ms, total_ms, wire_bytes, body_bytes, body_hash,"
          " ip, http_version, proxy, redirect_to, retry_after_s, headers_id)"
          " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"),
      add_body_(database, "INSERT INTO bodies (hash, codec, size, data) VALUES (?,?,?,?) ON CONFLICT DO NOTHING"),
      last_headers_(database, "SELECT id, data FROM headers ORDER BY id DESC LIMIT ?"),
      add_headers_(database, "INSERT INTO headers (hash, codec, size, data) VALUES (?, 'identity', ?, ?)"),
      put_page_(
          database,
          "INSERT INTO pages (id, url, title, description, canonical_url, lang, charset, content_type, base_url, "
          "body_hash,"
          " body_bytes, headers_id, etag, last_modified, link_count, changed_at, metadata, text, content, markdown,"
          " author, published_at)"
          " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22)"
          " ON CONFLICT (id) DO UPDATE SET title = ?3, description = ?4, canonical_url = ?5, lang = ?6, charset = ?7,"
          " content_type = ?8, base_url = ?9, body_hash = ?10, body_bytes = ?11, headers_id = ?12, etag = ?13,"
          " last_modified = ?14, link_count = ?15,"
          " changed_at = CASE WHEN body_hash IS ?10 THEN changed_at ELSE ?16 END, gone_at = NULL, metadata = ?17, text "
          "= ?18, content = ?19, markdown = ?20, author = ?21, published_at = ?22"),
      has_page_(database, "SELECT 1 FROM pages WHERE id = ?"),
      gone_(database, "UPDATE pages SET gone_at = ?2 WHERE id = ?1 AND gone_at IS NULL"),
      add_validators_(database,
                      "INSERT OR REPLACE INTO validators (page_id, content_key, asked, etag, last_modified)"
                      " VALUES (?,?,?,?,?)"),
      drop_validators_(database, "DELETE FROM validators WHERE page_id = ?"),
      change_validators_(database, "UPDATE validators SET etag = ?2, last_modified = ?3 WHERE page_id = ?1"),
      show_validators_(database, "UPDATE pages SET etag = ?2, last_modified = ?3 WHERE id = ?1"),
      read_asked_(database, "SELECT asked FROM validators WHERE page_id = ?") {}

void PageTable::begin(int64_t content_key, AttemptId next_attempt) {
  content_key_ = content_key;
  next_attempt_id_ = next_attempt;
  for (last_headers_.bind(int64_t{kRecentHeaders}); last_headers_.step();) {
    recent_headers_.remember(recent_headers_.fingerprint(last_headers_.text_view(1)), last_headers_.integer(0));
  }
  last_headers_.reset();
}

/// Ids go up: only one that is not above all others is looked for.
bool PageTable::is_known(const AttemptRecord& a, UrlId url, RunId run) {
  if (a.id >= next_attempt_id_) return false;
  known_.bind(a.id);
  const bool known = known_.step();
  const bool same = known && known_.integer(0) == url && known_.integer(1) == run;
  known_.reset();
  if (known && !same) {
    throw Error(Error::Kind::corrupt, database_.path() + ": attempt " + std::to_string(a.id) +
                                          " is another task's: has something else written to this database?");
  }
  return known;
}

bool PageTable::add_attempt(const AttemptRecord& a, UrlId url, RunId run) {
  if (is_known(a, url, run)) return false;
  if (a.body && !a.body->data.empty()) {
    add_body_.bind(a.body->hash, a.body->codec, a.body->size);
    add_body_.bind_blob_at(4, a.body->data);
    add_body_.run();
  }
  last_headers_id_ = headers_id(a.headers);
  const auto positive = [](int64_t value) { return value != 0 ? std::optional(value) : std::nullopt; };
  add_attempt_
      .bind(a.id, url, run, a.url, a.kind, a.number, a.started_at, positive(a.status), a.error_kind, a.error_stage,
            positive(a.error_code), a.error, a.dns_ms, a.connect_ms, a.tls_ms, a.first_byte_ms, a.total_ms,
            a.wire_bytes, a.body_bytes, a.body ? std::string_view(a.body->hash) : std::string_view(), a.ip,
            a.http_version, a.proxy, a.redirect_to, a.retry_after_s, positive(last_headers_id_))
      .run();
  next_attempt_id_ = std::max(next_attempt_id_, a.id + 1);
  return true;
}

/// Nearly all headers tell their page's size and date, and are new: an index of all of them would cost more than the
/// few rows that it spares. Those that are the same page after page are among the recent ones.
int64_t PageTable::headers_id(const std::string& text) {
  if (text.empty()) return 0;
  const RecentIds::Fingerprint fingerprint = recent_headers_.fingerprint(text);
  if (const int64_t known = recent_headers_.find(fingerprint); known != 0) return known;
  add_headers_.bind(fingerprint.low, static_cast<int64_t>(text.size()), text).run();
  const int64_t id = sqlite3_last_insert_rowid(database_.handle());
  recent_headers_.remember(fingerprint, id);
  return id;
}

void PageTable::put_page(UrlId id, const Outcome& outcome, std::span<const UrlId> targets, bool is_new) {
  const PageRecord& page = *outcome.page;
  const AttemptRecord& attempt = *outcome.attempt;
  put_page_
      .bind(id, attempt.url, page.title, page.description, page.canonical_url, page.lang, page.charset,
            page.content_type, page.base_url, attempt.body ? std::string_view(attempt.body->hash) : std::string_view(),
            attempt.body_bytes, last_headers_id_ != 0 ? std::optional(last_headers_id_) : std::nullopt, page.etag,
            page.last_modified, page.link_count, attempt.started_at, page.metadata, page.text, page.content,
            page.markdown, page.author, page.published_at)
      .run();
  keep_validators(id, outcome, is_new);
  if (!is_new || !outcome.links.empty()) links_.put(id, outcome.links, targets);
}

/// Those of a page that was stored whole: of what could be read of another, unchanged would say nothing.
void PageTable::keep_validators(UrlId id, const Outcome& outcome, bool is_new) {
  const PageRecord& page = *outcome.page;
  const bool whole = outcome.state == TaskState::done && outcome.attempt->status == 200;
  if (!whole || content_key_ == 0 || (page.etag.empty() && page.last_modified.empty())) {
    if (!is_new) drop_validators_.bind(id).run();
    return;
  }
  uint64_t asked = 0;
  for (const PageItems& items : outcome.items) {
    if (items.asked && items.table < 64) asked |= uint64_t{1} << items.table;
  }
  add_validators_.bind(id, content_key_, asked, page.etag, page.last_modified).run();
}

void PageTable::put_validators(UrlId id, const Validators& validators) {
  change_validators_.bind(id, validators.etag, validators.last_modified).run();
  show_validators_.bind(id, validators.etag, validators.last_modified).run();
}

uint64_t PageTable::asked_tables(UrlId id) {
  read_asked_.bind(id);
  const uint64_t asked = read_asked_.step() ? static_cast<uint64_t>(read_asked_.integer(0)) : 0;
  read_asked_.reset();
  return asked;
}

bool PageTable::has_page(UrlId id) {
  const bool has = has_page_.bind(id).step();
  has_page_.reset();
  return has;
}

void PageTable::mark_gone(UrlId id, const std::string& at) {
  gone_.bind(id, at).run();
  drop_validators_.bind(id).run();
}

}  // namespace storage::sqlite
