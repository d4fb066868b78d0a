// SPDX-License-Identifier: MIT
#include "storage/sqlite/link_table.h"

#include <algorithm>

#include "scraper/base/check.h"

namespace storage::sqlite {
namespace {

/// Numbered from 0 without a gap.
bool are_numbered(std::span<const LinkRecord> links) {
  for (size_t i = 0; i < links.size(); ++i) {
    if (links[i].position != static_cast<int>(i)) return false;
  }
  return true;
}

bool are_of_one_kind(std::span<const LinkRecord> links) {
  return std::all_of(links.begin(), links.end(), [&](const LinkRecord& link) { return link.kind == links[0].kind; });
}

}  // namespace

LinkTable::LinkTable(Database& database)
    : put_(database,
           "INSERT OR REPLACE INTO link_lists (page_id, targets, positions, texts, rels, kind, kinds, follows)"
           " VALUES (?,?,?,?,?,?,?,?)"),
      drop_(database, "DELETE FROM link_lists WHERE page_id = ?"),
      read_follows_(database,
                    "SELECT f.key, json_extract(f.value, '$[0]'), json_extract(f.value, '$[1]'),"
                    " json_extract(f.value, '$[2]') FROM link_lists l, json_each(l.follows) f"
                    " WHERE l.page_id = ? AND f.type = 'array' ORDER BY f.id"),
      read_targets_(database,
                    "SELECT t.value FROM link_lists l, json_each(l.targets) t WHERE l.page_id = ? ORDER BY t.id") {}

void LinkTable::put(UrlId page, std::span<const LinkRecord> links, std::span<const UrlId> targets) {
  SCRAPER_CHECK(links.size() == targets.size());
  if (links.empty()) return drop(page);
  list_columns(links, targets);
  const bool numbered = are_numbered(links), one_kind = are_of_one_kind(links);
  put_.bind(page, targets_.end(), numbered ? std::string_view() : positions_.end(), texts_.end(), rels_.end(),
            one_kind ? std::string_view(links[0].kind) : std::string_view(),
            one_kind ? std::string_view() : kinds_.end(), follows_.end())
      .run();
}

void LinkTable::list_columns(std::span<const LinkRecord> links, std::span<const UrlId> targets) {
  for (JsonList* list : {&targets_, &positions_, &texts_, &rels_, &kinds_, &follows_}) list->begin();
  for (size_t i = 0; i < links.size(); ++i) {
    const LinkRecord& link = links[i];
    targets_.add(targets[i]);
    positions_.add(int64_t{link.position});
    texts_.add(link.text);
    rels_.add(link.rel);
    kinds_.add(link.kind);
    if (!link.follow) {
      follows_.add_null();
      continue;
    }
    follows_.open();
    if (!link.skip_reason.empty() || link.family != 0) follows_.add(link.skip_reason);
    if (link.family != 0) {
      follows_.add(static_cast<int64_t>(link.family));
      follows_.add(int64_t{link.family_max});
    }
    follows_.close();
  }
}

void LinkTable::drop(UrlId page) { drop_.bind(page).run(); }

std::vector<LinkTable::Followed> LinkTable::followed(UrlId page) {
  std::vector<Followed> links;
  std::vector<size_t> places;
  for (read_follows_.bind(page); read_follows_.step();) {
    places.push_back(static_cast<size_t>(read_follows_.integer(0)));
    links.push_back({0, read_follows_.text(1), static_cast<uint64_t>(read_follows_.integer(2)),
                     static_cast<int>(read_follows_.integer(3))});
  }
  read_follows_.reset();
  if (links.empty()) return links;
  size_t place = 0, next = 0;
  for (read_targets_.bind(page); next < places.size() && read_targets_.step(); ++place) {
    if (place == places[next]) links[next++].target = read_targets_.integer(0);
  }
  read_targets_.reset();
  SCRAPER_CHECK(next == places.size());
  return links;
}

}  // namespace storage::sqlite
