// SPDX-License-Identifier: MIT
#include "storage/sqlite/link_table.h"

#include <algorithm>

#include "scraper/base/check.h"

namespace storage::sqlite {
namespace {

bool are_of_one_kind(std::span<const LinkRecord> links) {
  return std::all_of(links.begin(), links.end(), [&](const LinkRecord& link) { return link.kind == links[0].kind; });
}

/// The fields of a link, by their places in its array: see schema.sql.
enum Field { kTarget, kText, kRel, kKind, kPosition, kFollow, kSkipReason, kFamily, kFamilyMax };

/// The last that says something.
Field last_field(const LinkRecord& link, int place, bool with_kind) {
  if (link.family != 0) return kFamilyMax;
  if (!link.skip_reason.empty()) return kSkipReason;
  if (link.follow) return kFollow;
  if (link.position != place) return kPosition;
  if (with_kind && !link.kind.empty()) return kKind;
  if (!link.rel.empty()) return kRel;
  return link.text.empty() ? kTarget : kText;
}

void add_field(JsonList& to, Field field, const LinkRecord& link, int place, bool with_kind) {
  switch (field) {
    case kTarget:
      return;  // is there already
    case kText:
      return to.add(link.text);
    case kRel:
      return to.add(link.rel);
    case kKind:
      return with_kind ? to.add(link.kind) : to.add_null();
    case kPosition:
      return link.position != place ? to.add(int64_t{link.position}) : to.add_null();
    case kFollow:
      return link.follow ? to.add(int64_t{1}) : to.add_null();
    case kSkipReason:
      return to.add(link.skip_reason);
    case kFamily:
      return to.add(static_cast<int64_t>(link.family));
    case kFamilyMax:
      return to.add(int64_t{link.family_max});
  }
}

}  // namespace

LinkTable::LinkTable(Database& database)
    : put_(database, "INSERT OR REPLACE INTO link_lists (page_id, kind, links) VALUES (?,?,?)"),
      drop_(database, "DELETE FROM link_lists WHERE page_id = ?"),
      followed_(database,
                "SELECT json_extract(e.value, '$[0]'), json_extract(e.value, '$[6]'), json_extract(e.value, '$[7]'),"
                " json_extract(e.value, '$[8]') FROM link_lists l, json_each(l.links) e"
                " WHERE l.page_id = ? AND json_extract(e.value, '$[5]') = 1 ORDER BY e.id") {}

void LinkTable::put(UrlId page, std::span<const LinkRecord> links, std::span<const UrlId> targets) {
  SCRAPER_CHECK(links.size() == targets.size());
  if (links.empty()) return drop(page);
  const bool one_kind = are_of_one_kind(links);
  json_.begin();
  for (size_t i = 0; i < links.size(); ++i) {
    const LinkRecord& link = links[i];
    const int place = static_cast<int>(i);
    const Field last = last_field(link, place, !one_kind);
    json_.open();
    json_.add(targets[i]);
    for (int field = kText; field <= last; ++field) {
      add_field(json_, static_cast<Field>(field), link, place, !one_kind);
    }
    json_.close();
  }
  put_.bind(page, one_kind ? std::string_view(links[0].kind) : std::string_view(), json_.end()).run();
}

void LinkTable::drop(UrlId page) { drop_.bind(page).run(); }

std::vector<LinkTable::Followed> LinkTable::followed(UrlId page) {
  std::vector<Followed> links;
  for (followed_.bind(page); followed_.step();) {
    links.push_back({followed_.integer(0), followed_.text(1), static_cast<uint64_t>(followed_.integer(2)),
                     static_cast<int>(followed_.integer(3))});
  }
  followed_.reset();
  return links;
}

}  // namespace storage::sqlite
