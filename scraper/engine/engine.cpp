// SPDX-License-Identifier: MIT
#include "scraper/engine/engine.h"

#include <algorithm>

#include "scraper/base/check.h"
#include "scraper/base/thread_name.h"
#include "scraper/fetch/block_signals.h"

namespace scraper {
namespace {

constexpr size_t kMessagesMax = 256;  // taken from the inbox in one turn of the loop
constexpr Duration kProgressEvery{250};

}  // namespace

Engine::Engine(EngineSettings settings, storage::Store& store, const storage::RunInfo& run, const Scope& scope)
    : settings_(std::move(settings)),
      store_(store),
      run_(run),
      scope_(scope),
      inbox_(2 * Ring::on_the_way_max(settings_)) {}

Engine::~Engine() = default;

void Engine::interrupt() { inbox_.push(Interrupt{}); }

RingPorts Engine::ports(bool with_list) {
  RingPorts ports;
  ports.fetch = [this](FetchRequest request) { fetcher_->start(std::move(request)); };
  ports.cancel_fetches = [this] {
    parsing_is_over_ = true;
    fetcher_->stop(Duration{0});
  };
  ports.digest = [this](DigestJob job) { parse_pool_->push(std::move(job)); };
  ports.commit = [this](storage::Outcome&& outcome) { store_thread_->commit(std::move(outcome)); };
  ports.lease = [this](storage::LeaseRequest request) { store_thread_->lease(std::move(request)); };
  ports.hurry = [this] { store_thread_->hurry(); };
  if (with_list) ports.more_seeds = [this] { wanted_seeds_.push({}); };
  return ports;
}

void Engine::start_threads(const FetcherFactory& make_fetcher, const ParserFactory& make_parser, SeedSource* list) {
  const size_t capacity = Ring::on_the_way_max(settings_);
  store_thread_ = std::make_unique<StoreThread>(store_, capacity, [this](auto message) {
    std::visit([this](auto&& held) { inbox_.push(std::move(held)); }, std::move(message));
  });
  DigestSettings digest = settings_.digest;
  digest.limits.stop = &parsing_is_over_;
  parse_pool_ = std::make_unique<WorkerPool<DigestJob>>(
      "parse", settings_.parse_threads, capacity, [this, digest, make_parser]() -> WorkerPool<DigestJob>::Work {
        auto digester = std::make_shared<Digester>(scope_, digest, make_parser);
        return [this, digester](DigestJob job) {
          inbox_.push(std::make_unique<Digest>(parsing_is_over_ ? digester->cancel(std::move(job))
                                                                : digester->digest(std::move(job))));
        };
      });
  fetcher_ = make_fetcher([this](FetchResult result) { inbox_.push(std::move(result)); });
  SCRAPER_CHECK(fetcher_->capacity() >= settings_.concurrency);
  if (list != nullptr) list_thread_ = std::jthread([this, list] { read_list(*list); });
}

RunReport Engine::run(const FetcherFactory& make_fetcher, const ParserFactory& make_parser, SeedSource* list,
                      const ProgressSink& progress) {
  const storage::Counts counts = store_.counts();
  const ListEnd list_end{list, wanted_seeds_};
  start_threads(make_fetcher, make_parser, list);
  Ring ring(settings_, scope_, run_, counts, ports(list != nullptr), read_clocks());
  loop(ring, progress);

  list_end();
  if (list_thread_.joinable()) list_thread_.join();
  fetcher_.reset();
  parse_pool_.reset();
  store_thread_.reset();
  return ring.report();
}

/// The list's own thread: a part at a time, when the ring has room for it.
void Engine::read_list(SeedSource& list) {
  block_signals();
  name_thread("list");
  while (wanted_seeds_.pop()) {
    try {
      storage::SeedLines seeds = list.next();
      const bool last = seeds.position.complete;
      store_thread_->add(std::move(seeds));
      if (last) return;
    } catch (const std::exception& error) {
      inbox_.push(StoreFailure{storage::Error(storage::Error::Kind::io, error.what())});
      return;
    }
  }
}

void Engine::loop(Ring& ring, const ProgressSink& progress) {
  SteadyTime report_at = steady_now();
  for (;;) {
    Now now = read_clocks();
    ring.turn(now);
    if (ring.is_over()) return;
    if (progress && now.steady >= report_at) {
      progress(ring.progress());
      report_at = now.steady + kProgressEvery;
    }
    auto wake = ring.wake_at();
    if (progress) wake = wake ? std::min(*wake, report_at) : report_at;
    auto messages = inbox_.pop_batch_until(kMessagesMax, wake);
    now = read_clocks();
    for (Message& message : messages) {
      std::visit(
          [&](auto&& held) {
            if constexpr (std::is_same_v<std::decay_t<decltype(held)>, Interrupt>)
              ring.interrupt(now);
            else if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::unique_ptr<Digest>>)
              ring.handle(std::move(*held), now);
            else
              ring.handle(std::move(held), now);
          },
          std::move(message));
    }
  }
}

}  // namespace scraper
