// SPDX-License-Identifier: MIT
// Whole crawls under a clock of their own: thousands of webs, each with its dead hosts, storms of 429, loops of
// redirects, broken robots.txt, stores that fail and processes that die, and no waiting. A failure names its seed, and
// SCRAPER_SIMULATION_SEED runs that one again.
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <random>

#include "tests/simulation/world.h"
#include "tests/support/sanitizer.h"

namespace scraper::simulation {
namespace {

void run_one(uint64_t seed) {
  World world(seed);
  world.run();
  for (const std::string& violation : world.violations()) ADD_FAILURE() << violation;
  if (testing::Test::HasFailure()) {
    std::printf("replay with SCRAPER_SIMULATION_SEED=%llu\n", static_cast<unsigned long long>(seed));
  }
}

TEST(Simulation, KeepsEveryInvariantInThousandsOfWebs) {
  spdlog::set_level(spdlog::level::off);
  if (const char* seed = std::getenv("SCRAPER_SIMULATION_SEED")) return run_one(std::strtoull(seed, nullptr, 10));
  // Some that nobody has seen yet, on request: SCRAPER_SIMULATION_WEBS=100000.
  const char* fresh = std::getenv("SCRAPER_SIMULATION_WEBS");
  const uint64_t webs = fresh != nullptr ? std::strtoull(fresh, nullptr, 10) : SCRAPER_SANITIZED ? 1000 : 5000;
  const uint64_t first = fresh != nullptr ? std::random_device{}() : 0;
  for (uint64_t i = 0; i < webs && !HasFailure(); ++i) run_one(first + i);
}

TEST(Simulation, ComesOutTheSameForTheSameSeed) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    World first(seed), second(seed);
    first.run();
    second.run();
    EXPECT_EQ(first.took(), second.took()) << seed;
    EXPECT_EQ(first.report().counts.done, second.report().counts.done) << seed;
  }
}

TEST(Simulation, DoesMeetDeathsAndDeadHosts) {
  size_t kills = 0, unchanged = 0;
  int64_t failed = 0, skipped = 0, parked = 0;
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    World world(seed);
    world.run();
    kills += world.kills();
    unchanged += world.unchanged();
    failed += world.report().counts.failed;
    skipped += world.report().counts.skipped;
    parked += world.report().parked;
  }
  EXPECT_GT(kills, 30u);
  EXPECT_GT(failed, 100);
  EXPECT_GT(skipped, 50);
  EXPECT_GT(parked, 5);
  EXPECT_GT(unchanged, 100u);
}

}  // namespace
}  // namespace scraper::simulation
