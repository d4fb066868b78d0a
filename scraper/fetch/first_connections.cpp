// SPDX-License-Identifier: MIT
#include "scraper/fetch/first_connections.h"

#include <algorithm>
#include <utility>

#include "scraper/base/check.h"

namespace scraper {

FirstConnections::FirstConnections(Duration connecting_max)
    : connecting_max_(connecting_max), wait_max_(std::min(kWaitMost, connecting_max / 4)) {}

bool FirstConnections::enter(size_t slot, std::string_view origin, SteadyTime now, Duration waited) {
  if (slot >= places_.size()) places_.resize(slot + 1);
  Place& place = places_[slot];
  SCRAPER_CHECK(place.state == State::absent);
  auto& entry = *origins_.try_emplace(std::string(origin)).first;
  Origin& known = entry.second;
  ++known.transfers;
  place = {State::ahead, &entry};
  if (known.one_each || waited > connecting_max_ / 2) return true;
  if (known.awaited == 0) {
    await(place);
    return true;
  }
  place.state = State::waiting;
  if (known.waiting.empty()) {
    known.until = now + wait_max_;
    deadlines_.emplace(known.until, &entry);
  }
  known.waiting.push_back(slot);
  return false;
}

void FirstConnections::connected(size_t slot, int local_port) {
  Place* place = place_of(slot);
  if (place == nullptr) return;
  auto& entry = *place->origin;
  Origin& origin = entry.second;
  dismount(*place);  // a request may start over on another connection
  place->connection = local_port;
  const size_t riders = ++origin.riders[local_port];
  if (end_awaiting(*place)) let_go(entry, riders < kStreams ? kStreams - riders : 1);
}

void FirstConnections::answered(size_t slot, bool http2) {
  const Place* place = place_of(slot);
  if (place == nullptr) return;
  Origin& origin = place->origin->second;
  origin.one_each = !http2;
  if (!http2) let_all_go(*place->origin);
}

void FirstConnections::leave(size_t slot) {
  Place* place = place_of(slot);
  if (place == nullptr) return;
  auto& entry = *place->origin;
  Origin& origin = entry.second;
  if (place->state == State::waiting) {
    std::erase(origin.waiting, slot);
    if (origin.waiting.empty()) end_waiting(entry);
  }
  const bool failed = end_awaiting(*place);
  dismount(*place);
  *place = {};
  --origin.transfers;
  if (failed) let_all_go(entry);
  if (origin.transfers == 0) origins_.erase(origins_.find(entry.first));
}

std::vector<size_t> FirstConnections::take_ready(SteadyTime now) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) let_all_go(*deadlines_.begin()->second);
  std::vector<size_t> ready;
  ready.swap(ready_);
  std::erase_if(ready, [&](size_t slot) {
    // One that has left may have been followed by another in its slot, which waits or is listed twice.
    if (places_[slot].state != State::ready) return true;
    places_[slot].state = State::ahead;
    return false;
  });
  return ready;
}

SteadyTime FirstConnections::wake_at() const {
  if (!ready_.empty()) return SteadyTime::min();
  return deadlines_.empty() ? SteadyTime::max() : deadlines_.begin()->first;
}

FirstConnections::Place* FirstConnections::place_of(size_t slot) {
  if (slot >= places_.size() || places_[slot].state == State::absent) return nullptr;
  return &places_[slot];
}

void FirstConnections::await(Place& place) {
  Origin& origin = place.origin->second;
  place.awaited_in = origin.round;
  ++origin.awaited;
}

/// True when it was the last that others wait for.
bool FirstConnections::end_awaiting(Place& place) {
  Origin& origin = place.origin->second;
  return std::exchange(place.awaited_in, 0) == origin.round && --origin.awaited == 0;
}

void FirstConnections::dismount(Place& place) {
  if (!place.connection) return;
  auto& riders = place.origin->second.riders;
  const auto connection = riders.find(*place.connection);
  if (--connection->second == 0) riders.erase(connection);
  place.connection.reset();
}

void FirstConnections::let_go(Origins::value_type& entry, size_t most) {
  Origin& origin = entry.second;
  const size_t count = std::min(most, origin.waiting.size());
  if (count == 0) return;
  const auto end = origin.waiting.begin() + static_cast<std::ptrdiff_t>(count);
  for (auto slot = origin.waiting.begin(); slot != end; ++slot) {
    places_[*slot].state = State::ready;
    await(places_[*slot]);
    ready_.push_back(*slot);
  }
  origin.waiting.erase(origin.waiting.begin(), end);
  if (origin.waiting.empty()) end_waiting(entry);
}

void FirstConnections::let_all_go(Origins::value_type& entry) {
  let_go(entry, entry.second.waiting.size());
  ++entry.second.round;
  entry.second.awaited = 0;
}

void FirstConnections::end_waiting(Origins::value_type& entry) {
  deadlines_.erase({entry.second.until, &entry});
  entry.second.until = SteadyTime::max();
}

}  // namespace scraper
