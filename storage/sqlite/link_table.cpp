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

/// The array of what `add` adds for each link.
template <typename Add>
std::string_view LinkTable::list(JsonList& column, std::span<const LinkRecord> links, const Add& add) {
  column.begin();
  for (const LinkRecord& link : links) add(column, link);
  return column.end();
}

void LinkTable::add_follow(JsonList& follows, const LinkRecord& link) {
  if (!link.follow) return follows.add_null();
  follows.open();
  if (!link.skip_reason.empty() || link.family != 0) follows.add(link.skip_reason);
  if (link.family != 0) {
    follows.add(static_cast<int64_t>(link.family));
    follows.add(int64_t{link.family_max});
  }
  follows.close();
}

void LinkTable::put(UrlId page, std::span<const LinkRecord> links, std::span<const UrlId> targets) {
  SCRAPER_CHECK(links.size() == targets.size());
  if (links.empty()) return drop(page);
  targets_.begin();
  for (const UrlId target : targets) targets_.add(target);
  std::string_view positions, rels, kind = links[0].kind, kinds, follows;
  if (!are_numbered(links)) {
    positions = list(positions_, links, [](JsonList& to, const LinkRecord& link) { to.add(int64_t{link.position}); });
  }
  const auto texts = list(texts_, links, [](JsonList& to, const LinkRecord& link) { to.add(link.text); });
  if (std::any_of(links.begin(), links.end(), [](const LinkRecord& link) { return !link.rel.empty(); })) {
    rels = list(rels_, links, [](JsonList& to, const LinkRecord& link) { to.add(link.rel); });
  }
  if (!are_of_one_kind(links)) {
    kind = {};
    kinds = list(kinds_, links, [](JsonList& to, const LinkRecord& link) { to.add(link.kind); });
  }
  if (std::any_of(links.begin(), links.end(), [](const LinkRecord& link) { return link.follow; })) {
    follows = list(follows_, links, add_follow);
  }
  put_.bind(page, targets_.end(), positions, texts, rels, kind, kinds, follows).run();
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
