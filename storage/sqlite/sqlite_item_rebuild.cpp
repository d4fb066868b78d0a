// SPDX-License-Identifier: MIT
#include "storage/sqlite/sqlite_item_rebuild.h"

#include <charconv>

#include "scraper/base/check.h"
#include "storage/sqlite/schema.h"

namespace storage::sqlite {
namespace {

constexpr const char* kRules = "extract_rules";  // keys in `meta`
constexpr const char* kRun = "extract_run";
constexpr const char* kAfter = "extract_after";
constexpr const char* kChanges = "extract_changes";  // three numbers a table

std::string text_of(const std::vector<ItemChanges>& changes) {
  std::string out;
  for (const ItemChanges& table : changes) {
    for (const int64_t count : {table.added, table.changed, table.gone}) out += std::to_string(count) + ' ';
  }
  return out;
}

void read_changes(const std::string& text, std::vector<ItemChanges>& out) {
  const char *at = text.data(), *end = text.data() + text.size();
  for (ItemChanges& table : out) {
    for (int64_t* count : {&table.added, &table.changed, &table.gone}) {
      at = std::from_chars(at, end, *count).ptr;
      if (at != end) ++at;
    }
  }
}

}  // namespace

SqliteItemRebuild::SqliteItemRebuild(const std::string& path)
    : database_(open_for_writing(path)),
      items_(database_),
      next_(database_,
            "SELECT p.id, p.url, p.body_hash, b.codec, b.size, b.data, h.data FROM pages p JOIN bodies b ON b.hash = "
            "p.body_hash"
            " LEFT JOIN headers h ON h.id = p.headers_id WHERE p.id > ? ORDER BY p.id"),
      put_content_(database_,
                   "UPDATE pages SET content = ?2, markdown = ?3, author = ?4, published_at = ?5 WHERE id = ?1"),
      write_meta_(database_, "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2"),
      read_meta_(database_, "SELECT value FROM meta WHERE key = ?") {}

SqliteItemRebuild::~SqliteItemRebuild() {
  try {
    leave_wal(database_);
  } catch (const Error&) {  // it stays in WAL mode until the next end
  }
}

RebuildInfo SqliteItemRebuild::begin(const RebuildSpec& spec) {
  RebuildInfo info;
  Transaction transaction(database_);
  run_ = database_.integer("SELECT max(id) FROM runs");
  if (run_ == 0)
    throw Error(Error::Kind::missing,
                database_.path() + ": nothing was fetched yet, so there is nothing to read again");
  items_.open(spec.tables, run_);
  // Items may come of other rules than those of the run now: only pages that are fetched anew tell what a run's rules
  // find.
  database_.execute("DELETE FROM validators");
  before_.assign(spec.tables.size(), {});
  info.resumed = take_up(spec, run_);
  if (!info.resumed) {
    items_.counts().forget();
    write_meta_.bind(kRules, spec.rules).run();
    write_meta_.bind(kRun, run_).run();
    write_state(0);
  }
  transaction.commit();
  info.pages = database_.integer("SELECT count(*) FROM pages p JOIN bodies b ON b.hash = p.body_hash");
  info.without_body = database_.integer("SELECT count(*) FROM pages") - info.pages;
  Statement done(database_, "SELECT count(*) FROM pages p JOIN bodies b ON b.hash = p.body_hash WHERE p.id <= ?");
  if (done.bind(given_).step()) info.done = done.integer(0);
  return info;
}

bool SqliteItemRebuild::take_up(const RebuildSpec& spec, RunId run) {
  const auto read = [this](const char* key) {
    std::string text;
    if (read_meta_.bind(key).step()) text = read_meta_.text(0);
    read_meta_.reset();
    return text;
  };
  if (read(kRules) != spec.rules || read(kRun) != std::to_string(run)) return false;
  given_ = std::atoll(read(kAfter).c_str());
  read_changes(read(kChanges), before_);
  return given_ != 0;
}

std::vector<StoredPage> SqliteItemRebuild::next(size_t pages_max, size_t bytes_max) {
  std::vector<StoredPage> pages;
  size_t bytes = 0;
  for (next_.bind(given_); pages.size() < pages_max && bytes < bytes_max && next_.step();) {
    StoredPage& page = pages.emplace_back();
    page.id = given_ = next_.integer(0);
    page.url = next_.text(1);
    page.body = {next_.text(2), next_.text(3), static_cast<uint64_t>(next_.integer(4)), {}};
    Value data = next_.value(5);
    if (auto* blob = std::get_if<Blob>(&data)) page.body.data = std::move(blob->bytes);
    page.headers = next_.text(6);
    bytes += page.body.data.size();
  }
  next_.reset();
  return pages;
}

void SqliteItemRebuild::put(std::span<const RebuiltPage> pages) {
  if (pages.empty()) return;
  try {
    Transaction transaction(database_);
    for (const RebuiltPage& page : pages) {
      items_.put(page.id, page.url, page.items);
      if (page.content) {
        const ContentRecord& content = *page.content;
        put_content_.bind(page.id, content.content, content.markdown, content.author, content.published_at).run();
      }
    }
    items_.counts().write();
    write_state(pages.back().id);
    transaction.commit();
  } catch (...) {
    items_.counts().roll_back();
    throw;
  }
}

void SqliteItemRebuild::write_state(UrlId after) {
  write_meta_.bind(kAfter, after).run();
  write_meta_.bind(kChanges, text_of(changes())).run();
}

std::vector<ItemChanges> SqliteItemRebuild::changes() const {
  std::vector<ItemChanges> all = before_;
  const auto& since = items_.changes();
  SCRAPER_CHECK(all.size() == since.size());
  for (size_t i = 0; i < all.size(); ++i) {
    all[i].added += since[i].added;
    all[i].changed += since[i].changed;
    all[i].gone += since[i].gone;
  }
  return all;
}

void SqliteItemRebuild::end() { database_.execute("DELETE FROM meta WHERE key LIKE 'extract\\_%' ESCAPE '\\'"); }

}  // namespace storage::sqlite
