// SPDX-License-Identifier: MIT
// list_bench LIST DATABASE [FETCHES]: what a run costs besides the network. The real list, engine, parsers and store,
// wired as `scraper run` wires them, with a fetcher that answers at once with an empty page. When all of the list is in
// and so many fetches were made it is interrupted. Prints one JSON object: seconds from the start until things
// happened, and the peak memory.
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "scraper/base/bounded_queue.h"
#include "scraper/cli/list_reader.h"
#include "scraper/cli/url_list.h"
#include "scraper/engine/engine.h"
#include "scraper/parse/tree_parser.h"
#include "storage/open_store.h"

namespace scraper {
namespace {

constexpr size_t kConcurrency = 64;

/// Seconds since the program began, each set once.
struct Moments {
  const SteadyTime began = steady_now();
  std::atomic<double> added_s{};        ///< all of the list is in the database; the store's thread
  std::atomic<double> first_fetch_s{};  ///< the fetcher's thread
  double ended_s = 0;
  double now() const { return std::chrono::duration<double>(steady_now() - began).count(); }
};

/// Answers every request at once with an empty 200, on a thread of its own.
class InstantFetcher final : public Fetcher {
 public:
  InstantFetcher(std::function<void()> on_answer, FetchSink sink)
      : on_answer_(std::move(on_answer)),
        sink_(std::move(sink)),
        requests_(kConcurrency),
        thread_([this] { work(); }) {}
  ~InstantFetcher() override { stop(Duration{0}); }

  void start(FetchRequest request) override { requests_.push(std::move(request)); }
  size_t capacity() const override { return kConcurrency; }
  void stop(Duration) override {
    requests_.close();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void work() {
    while (auto request = requests_.pop()) {
      on_answer_();
      FetchResult result;
      result.id = request->id;
      result.status = 200;
      result.headers = {{"Content-Type", "text/html"}};
      result.started_at = wall_now();
      sink_(std::move(result));
    }
  }

  std::function<void()> on_answer_;
  FetchSink sink_;
  BoundedQueue<FetchRequest> requests_;
  std::thread thread_;  // last: it uses the others
};

/// Passes everything on, and tells when all of the list is in.
class WatchedStore final : public storage::Store {
 public:
  WatchedStore(storage::Store& inner, std::function<void()> on_list) : inner_(inner), on_list_(std::move(on_list)) {}
  storage::RunInfo begin_run(const storage::RunSpec& spec) override { return inner_.begin_run(spec); }
  void add_seeds(const storage::SeedLines& seeds) override {
    inner_.add_seeds(seeds);
    if (seeds.position.complete) on_list_();
  }
  std::vector<storage::HostLease> lease(const storage::LeaseRequest& request) override { return inner_.lease(request); }
  void finish(std::span<const storage::Outcome> outcomes) override { inner_.finish(outcomes); }
  storage::Counts counts() const override { return inner_.counts(); }
  void end_run(const std::string& outcome, const std::string& at) override { inner_.end_run(outcome, at); }

 private:
  storage::Store& inner_;
  const std::function<void()> on_list_;
};

RunReport run(const std::string& list_file, const std::string& database, uint64_t fetches_max, Moments& moments) {
  auto list = UrlList::open({list_file});
  SCRAPER_CHECK(list.has_value());
  auto scope = Scope::make({});
  const auto store = storage::open_store(database);
  storage::RunSpec spec;
  spec.started_at = format_time(wall_now());
  spec.fetcher = "instant";
  WatchedStore watched(*store, [&] { moments.added_s = moments.now(); });
  const storage::RunInfo begun = watched.begin_run(spec);
  EngineSettings settings;
  settings.concurrency = kConcurrency;
  settings.politeness.delay = Duration{0};
  Engine engine(settings, watched, begun, *scope);
  ListReader reader(*list, *scope, {}, 0, [](const storage::SeedRecord&) {});
  uint64_t answers = 0;
  bool interrupted = false;
  const auto on_answer = [&] {
    if (++answers == 1) moments.first_fetch_s = moments.now();
    if (fetches_max == 0 || answers < fetches_max || moments.added_s == 0 || interrupted) return;
    interrupted = true;
    engine.interrupt();
  };
  const RunReport report =
      engine.run([&](FetchSink sink) { return std::make_unique<InstantFetcher>(on_answer, std::move(sink)); },
                 [] { return std::make_unique<TreeParser>(ParseLimits{}); }, &reader);
  watched.end_run(std::string(name(report.outcome)), format_time(wall_now()));
  moments.ended_s = moments.now();
  return report;
}

}  // namespace
}  // namespace scraper

int main(int argc, char** argv) {
  using namespace scraper;
  if (argc < 3) {
    fmt::print(stderr, "usage: list_bench LIST DATABASE [FETCHES]\n");
    return 2;
  }
  Moments moments;
  spdlog::set_level(spdlog::level::warn);  // it writes to stdout
  const RunReport report = run(argv[1], argv[2], argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 0, moments);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print(
      "{{\"urls\":{},\"fetched\":{},\"added_s\":{:.3f},\"first_fetch_s\":{:.3f},\"ended_s\":{:.3f},"
      "\"peak_mib\":{:.1f},\"database_mib\":{:.1f}}}\n",
      report.counts.tasks(), report.counts.done, moments.added_s.load(), moments.first_fetch_s.load(), moments.ended_s,
      static_cast<double>(usage.ru_maxrss) / 1024, static_cast<double>(std::filesystem::file_size(argv[2])) / 1048576);
  return 0;
}
