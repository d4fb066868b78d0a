// SPDX-License-Identifier: MIT
#include "storage/sqlite/host_table.h"

#include "scraper/base/check.h"

namespace storage::sqlite {

HostTable::HostTable(Database& database)
    : read_(database,
            "SELECT origin, listed_run, next_fetch_at, delay_ms, slowdown_ms, failures, parked_until, robots_status,"
            " robots_fetched_at, robots_expires_at, robots_hash FROM hosts WHERE id = ?"),
      read_body_(database, "SELECT codec, size, data FROM bodies WHERE hash = ?"),
      put_state_(database,
                 "UPDATE hosts SET next_fetch_at = ?2, delay_ms = ?3, slowdown_ms = ?4, failures = ?5,"
                 " parked_until = ?6 WHERE id = ?1"),
      put_robots_(database,
                  "UPDATE hosts SET robots_status = ?2, robots_fetched_at = ?3, robots_expires_at = ?4,"
                  " robots_hash = ?5 WHERE id = ?1") {}

HostLease HostTable::read(HostId host, RunId run) {
  HostLease lease;
  lease.id = host;
  read_.bind(host);
  const bool found = read_.step();
  SCRAPER_CHECK(found);
  lease.origin = read_.text(0);
  lease.listed = read_.integer(1) == run;
  lease.state = {read_.text(2), read_.integer(3), read_.integer(4), static_cast<int>(read_.integer(5)), read_.text(6)};
  if (!read_.is_null(9)) {
    RobotsRecord robots;
    robots.status = static_cast<int>(read_.integer(7));
    robots.fetched_at = read_.text(8);
    robots.expires_at = read_.text(9);
    const std::string hash = read_.text(10);
    read_body_.bind(hash);
    const bool has_body = !hash.empty() && read_body_.step();
    if (has_body) {
      robots.body = BodyRecord{hash, read_body_.text(0), static_cast<uint64_t>(read_body_.integer(1)),
                               std::get<Blob>(read_body_.value(2)).bytes};
    }
    read_body_.reset();
    // Without the text that it had, the answer has to be asked for again.
    if (hash.empty() || has_body) lease.robots = std::move(robots);
  }
  read_.reset();
  return lease;
}

void HostTable::put_state(HostId host, const HostState& state) {
  put_state_.bind(host, state.next_fetch_at, state.delay_ms, state.slowdown_ms, state.failures, state.parked_until)
      .run();
}

void HostTable::put_robots(HostId host, const RobotsRecord& robots) {
  put_robots_
      .bind(host, robots.status, robots.fetched_at, robots.expires_at,
            robots.body ? std::string_view(robots.body->hash) : std::string_view())
      .run();
}

}  // namespace storage::sqlite
