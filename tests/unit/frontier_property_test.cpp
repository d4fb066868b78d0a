// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "scraper/frontier/frontier.h"
#include "tests/unit/frontier_parts.h"

namespace scraper {
namespace {

using std::chrono::milliseconds;

/// Drives a frontier with random steps under a clock of its own, beside a plain model of what may be started when. The
/// jitter is not known to the model, so it knows each host's next start as a range.
class RandomCrawl {
 public:
  RandomCrawl(const Politeness& politeness, int64_t hosts_max, uint64_t seed)
      : politeness_(politeness), hosts_max_(hosts_max), random_(seed), frontier_(politeness, seed + 1) {}

  void run(int steps) {
    for (int step = 0; step < steps && !testing::Test::HasFailure(); ++step) {
      random_step();
      check();
    }
    finish();
  }

 private:
  struct Host {
    std::map<int64_t, SteadyTime> tasks;  ///< waiting, with their due times (kStart: at once)
    int in_flight = 0;
    SteadyTime least = kStart, most = kStart;  ///< the next start lies between
  };

  int64_t draw(int64_t low, int64_t high) { return std::uniform_int_distribution<int64_t>(low, high)(random_); }
  int64_t draw_host() { return draw(1, draw(0, 1) == 0 ? std::min<int64_t>(5, hosts_max_) : hosts_max_); }

  void random_step() {
    const int64_t kind = draw(0, 99);
    if (kind < 28)
      admit(draw_host(), kStart);
    else if (kind < 36)
      admit(draw_host(), now_ + milliseconds{draw(-5, 200)});
    else if (kind < 66)
      next();
    else if (kind < 84)
      finish_one();
    else if (kind < 88)
      hold(draw_host(), now_ + milliseconds{draw(-50, 300)});
    else if (kind < 99)
      now_ += milliseconds{draw(0, draw(0, 9) == 0 ? 500 : 5)};
    else if (draw(0, 9) == 0)
      drain();
  }

  void admit(int64_t host, SteadyTime due) {
    Task task;
    task.id = ++admitted_;
    task.host = host;
    hosts_[host].tasks[task.id] = due;
    if (due == kStart)
      frontier_.admit(std::move(task));
    else
      frontier_.admit_later(std::move(task), due);
  }

  void next() {
    const auto ready = frontier_.next_ready_at();
    const auto task = frontier_.next(now_);
    // next_ready_at is exact: there is a task when its time has come, and none before.
    ASSERT_EQ(task.has_value(), ready && *ready <= now_);
    if (!task) return;
    Host& host = hosts_.at(task->host);
    const auto waiting = host.tasks.find(task->id);
    ASSERT_NE(waiting, host.tasks.end()) << "task " << task->id << " came out twice";
    ASSERT_LE(waiting->second, now_) << "before it was due";
    ASSERT_LE(host.least, now_) << "before the delay had passed, or while the host was held";
    host.tasks.erase(waiting);
    ++host.in_flight;
    ASSERT_LE(host.in_flight, politeness_.per_host);
    const double most = static_cast<double>(politeness_.delay.count()) * (1 + politeness_.jitter);
    host.least = now_ + politeness_.delay;
    host.most = now_ + milliseconds{static_cast<int64_t>(most)};
    flying_.push_back(task->host);
  }

  void finish_one() {
    if (flying_.empty()) return;
    std::swap(flying_[static_cast<size_t>(draw(0, static_cast<int64_t>(flying_.size()) - 1))], flying_.back());
    --hosts_.at(flying_.back()).in_flight;
    frontier_.finished(flying_.back());
    flying_.pop_back();
  }

  void hold(int64_t id, SteadyTime until) {
    Host& host = hosts_[id];
    host.least = std::max(host.least, until);
    host.most = std::max(host.most, until);
    frontier_.hold(id, until);
  }

  void drain() {
    for (const Task& task : frontier_.drain()) ASSERT_EQ(hosts_.at(task.host).tasks.erase(task.id), 1u);
    for (const auto& [id, host] : hosts_) ASSERT_TRUE(host.tasks.empty()) << "host " << id << " kept something back";
  }

  /// Nothing is lost, nothing is early, and what is ready is known to be.
  void check() {
    size_t waiting = 0;
    std::optional<SteadyTime> least, most;
    for (const auto& [id, host] : hosts_) {
      waiting += host.tasks.size();
      if (host.tasks.empty() || host.in_flight >= politeness_.per_host) continue;
      SteadyTime due = SteadyTime::max();
      for (const auto& [task, at] : host.tasks) due = std::min(due, at);
      least = std::min(least.value_or(SteadyTime::max()), std::max(host.least, due));
      most = std::min(most.value_or(SteadyTime::max()), std::max(host.most, due));
    }
    ASSERT_EQ(frontier_.size(), waiting);
    const auto ready = frontier_.next_ready_at();
    ASSERT_EQ(ready.has_value(), least.has_value());
    if (!ready) return;
    // A host that nothing was asked of yet may start since ever: in the past, times are not told apart.
    ASSERT_GE(std::max(*ready, now_), std::max(*least, now_));
    ASSERT_LE(std::max(*ready, now_), std::max(*most, now_));
  }

  /// Lets the crawl run dry without new tasks; all that was admitted has come out then, once.
  void finish() {
    while (!testing::Test::HasFailure()) {
      while (!flying_.empty()) finish_one();
      const auto ready = frontier_.next_ready_at();
      if (!ready) break;
      now_ = std::max(now_, *ready);
      next();
      check();
    }
    EXPECT_EQ(frontier_.size(), 0u);
    for (const auto& [id, host] : hosts_) EXPECT_TRUE(host.tasks.empty()) << "host " << id;
  }

  const Politeness politeness_;
  const int64_t hosts_max_;
  std::mt19937_64 random_;
  Frontier frontier_;
  SteadyTime now_ = kStart;
  std::map<int64_t, Host> hosts_;
  std::vector<int64_t> flying_;
  int64_t admitted_ = 0;
};

struct Case {
  Politeness politeness;
  int64_t hosts;
  int steps;
};

class FrontierProperty : public testing::TestWithParam<Case> {};

TEST_P(FrontierProperty, KeepsItsInvariantsOnEveryStep) {
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    RandomCrawl(GetParam().politeness, GetParam().hosts, seed).run(GetParam().steps);
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Politenesses, FrontierProperty,
                         testing::Values(Case{polite(2, milliseconds{20}, 0.5), 20, 8000},  //
                                         Case{polite(1, milliseconds{50}, 0.0), 8, 8000},   //
                                         Case{polite(3, milliseconds{0}, 0.5), 12, 8000},   //
                                         Case{polite(2, milliseconds{5}, 0.5), 4000, 6000}));

}  // namespace
}  // namespace scraper
