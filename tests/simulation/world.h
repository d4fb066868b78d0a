// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <random>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "scraper/engine/ring.h"
#include "storage/memory/memory_store.h"
#include "tests/simulation/synthetic_web.h"

namespace scraper::simulation {

/// A whole run of the ring over a synthetic web and a store in memory, under a clock of its own: no threads, no
/// waiting. Everything that happens, and when, comes from the seed. What must never happen is looked for at every step.
class World {
 public:
  explicit World(uint64_t seed);

  /// Two runs, a day apart, each to its end through kills and restarts.
  void run();

  /// What went wrong; empty: nothing.
  const std::vector<std::string>& violations() const { return violations_; }
  const RunReport& report() const { return report_; }
  size_t kills() const { return kills_; }
  size_t unchanged() const { return unchanged_; }  ///< answers of 304
  Duration took() const { return std::chrono::duration_cast<Duration>(now_.steady - kBegin); }

 private:
  static constexpr SteadyTime kBegin = SteadyTime{} + std::chrono::hours{1000};
  struct Event {
    SteadyTime at;
    uint64_t order;
    std::function<void()> happen;
    bool operator>(const Event& other) const { return std::tie(at, order) > std::tie(other.at, other.order); }
  };
  /// What the invariants need to know of a host.
  struct Watched {
    int in_flight = 0;
    SteadyTime last_start{}, held_until{};
    bool slow = false;  ///< its robots.txt asks for a delay, and the ring knows
    bool asked_this_life = false;
  };
  using StoreMessage = std::variant<storage::Outcome, storage::LeaseRequest, storage::SeedLines>;

  void run_once();
  void live();
  void violated(const std::string& what);
  void after(Duration delay, std::function<void()> happen);
  void draw_settings();
  RingPorts ports();
  void fetch(FetchRequest request);
  void watch_start(const FetchRequest& request, const std::string& origin);
  void answered(const FetchRequest& request, FetchResult result);
  void digest(DigestJob job);
  Digest digested(DigestJob job);
  void give_to_store(StoreMessage message);
  void store_turn();
  void serve();
  void more_seeds();
  void check_the_end();
  uint64_t draw(uint64_t below) { return random_() % below; }

  std::mt19937_64 random_;
  SyntheticWeb web_;
  storage::memory::MemoryStore store_;
  EngineSettings settings_;
  ScopeSettings scope_settings_;
  std::optional<Scope> scope_;
  Now now_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  uint64_t order_ = 0;
  std::unique_ptr<Ring> ring_;
  std::deque<StoreMessage> store_inbox_;
  bool store_busy_ = false;
  std::map<std::string, Watched> hosts_;
  std::map<std::string, int> tries_;  ///< of pages, since they were last known to be to do
  std::set<uint64_t> in_flight_;
  size_t seeds_given_ = 0;
  size_t steps_to_kill_ = 0;   ///< 0: this life is not cut short
  size_t store_fails_at_ = 0;  ///< the n-th turn of the store from now; 0: none
  size_t kills_ = 0, lives_left_ = 0, unchanged_ = 0;
  bool begins_ = true;  ///< the next life begins a run
  RunReport report_;
  std::vector<std::string> violations_;
};

}  // namespace scraper::simulation
