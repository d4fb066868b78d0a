// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <atomic>
#include <csignal>
#include <functional>
#include <random>

#include "scraper/base/quantity.h"
#include "scraper/base/utf8.h"
#include "scraper/cli/commands.h"
#include "scraper/cli/progress_line.h"
#include "scraper/cli/signals.h"
#include "scraper/cli/url_list.h"
#include "scraper/cli/version.h"
#include "scraper/parse/tree_parser.h"
#include "storage/open_store.h"
#include "storage/run_lock.h"

namespace scraper {
namespace {

constexpr size_t kSeedBatch = 4096;
constexpr size_t kComplaintsMax = 5;  // under cron a run that fails prints at most ten lines
constexpr Duration kResumableFor = std::chrono::hours{24};

/// Says what is wrong with the list, up to a bound: every line is a row in the database anyway.
class ListComplaints {
 public:
  explicit ListComplaints(const UrlList& list) : list_(list) {}
  void add(const storage::SeedRecord& seed) {
    if (seed.url) return;
    if (++count_ <= kComplaintsMax) {
      complain(fmt::format("{}`{}`: {}", list_.place(seed.line), utf8_prefix(seed.input, 200), seed.error));
    }
  }
  void summarise() const {
    if (count_ > kComplaintsMax)
      complain(fmt::format("... and {} more lines that are no URL", count_ - kComplaintsMax));
  }

 private:
  const UrlList& list_;
  size_t count_ = 0;
};

FetchSettings fetch_settings(const Settings& settings) {
  FetchSettings fetch = settings.fetch;
  fetch.user_agent = effective_user_agent(settings);
  for (const std::string& cookie : settings.cookies) fetch.cookie += (fetch.cookie.empty() ? "" : "; ") + cookie;
  return fetch;
}

EngineSettings engine_settings(const Settings& settings, SteadyTime started) {
  EngineSettings engine;
  engine.concurrency = effective_concurrency(settings);
  engine.politeness = settings.politeness;
  engine.retry = settings.retry;
  engine.keep = settings.keep;
  engine.redirects_max = settings.redirects_max;
  engine.private_addresses = settings.private_addresses;
  engine.patience = settings.patience;
  if (settings.deadline) engine.deadline = started + *settings.deadline;
  engine.grace = settings.grace;
  engine.parse_threads = effective_parse_threads(settings);
  engine.text_bytes_max = settings.parse.text_bytes_max;
  engine.head = settings.head;
  engine.proxy = without_user_info(settings.fetch.proxy);
  engine.jitter_seed = std::random_device{}();
  return engine;
}

/// Ten thousand connections need as many files; the soft limit is often 1,024. Returns how many transfers there is room
/// for, with connections kept open and look-ups beside them.
size_t raise_file_limit(const Settings& settings) {
  const size_t concurrency = effective_concurrency(settings);
  const rlim_t each = settings.model == FetchModel::multi ? 2 : 4;
  const rlim_t wanted = concurrency * each + 256;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return concurrency;
  limit.rlim_cur = std::min<rlim_t>(wanted, limit.rlim_max);
  setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= wanted) return concurrency;
  const rlim_t spare = std::min<rlim_t>(128, limit.rlim_cur / 2);
  const size_t room = std::max<size_t>(1, (limit.rlim_cur - spare) / each);
  if (room >= concurrency) return concurrency;
  complain(fmt::format(
      "only {} files may be open at once: {} transfers at a time instead of {}; raise the limit (ulimit -n)",
      limit.rlim_cur, room, concurrency));
  return room;
}

/// A run is taken up again only when it has the same seeds and the same idea of what belongs to it.
std::string run_fingerprint(UrlList& list, const ScopeSettings& scope) {
  return fmt::format("{} depth={} span={} accept={} reject={}", list.fingerprint(), scope.depth,
                     static_cast<int>(scope.span), fmt::join(scope.accept, "\x1f"), fmt::join(scope.reject, "\x1f"));
}

storage::RunInfo begin(storage::Store& store, UrlList& list, const Settings& settings) {
  const WallTime now = wall_now();
  storage::RunSpec spec;
  spec.start = settings.start;
  spec.fingerprint = run_fingerprint(list, settings.scope);
  spec.resumable_since = format_time(now - kResumableFor);
  spec.started_at = format_time(now);
  spec.fetcher = settings.model == FetchModel::multi ? "multi" : "threads";
  spec.config = show_settings(without_secrets(settings));
  spec.version = kVersion;
  spec.depth_max = settings.scope.depth;
  return store.begin_run(spec);
}

/// Until `enough` says so: what is not added now is added when the run is taken up again.
void add_seeds(storage::Store& store, UrlList& list, Scope& scope, const std::function<bool()>& enough) {
  std::vector<storage::SeedRecord> batch;
  ListComplaints complaints(list);
  const auto flush = [&] {
    store.add_seeds(batch);
    batch.clear();
  };
  list.read(scope, [&](storage::SeedRecord seed) {
    complaints.add(seed);
    batch.push_back(std::move(seed));
    if (batch.size() == kSeedBatch) flush();
    return !batch.empty() || !enough();
  });
  flush();
  complaints.summarise();
}

Exit exit_code(const RunReport& report, const Settings& settings) {
  switch (report.outcome) {
    case RunOutcome::failed:
      return Exit::database;
    case RunOutcome::interrupted:
      return Exit::interrupted;
    case RunOutcome::deadline:
      return Exit::deadline;
    case RunOutcome::complete:
      break;
  }
  // What a host would not let us fetch is not done either: cron should hear of it.
  const auto failed = static_cast<double>(report.counts.failed + report.parked);
  const bool too_many = failed * 100 > settings.fail_above * (static_cast<double>(report.counts.done) + failed);
  return too_many ? Exit::tasks_failed : Exit::done;
}

void summarise(const RunReport& report, const Settings& settings, Duration took, Exit code, Verbosity verbosity) {
  const storage::Counts& counts = report.counts;
  const bool on_terminal = wants_progress_line(stderr);
  if (verbosity == Verbosity::quiet || (!on_terminal && verbosity == Verbosity::normal && code == Exit::done)) return;
  std::string text = fmt::format("{} done, {} failed", counts.done, counts.failed);
  if (counts.skipped > 0) text += fmt::format(", {} skipped", counts.skipped);
  if (counts.todo > 0) text += fmt::format(", {} left to do", counts.todo);
  text += fmt::format(" in {:.1f} s, {} -> {}", static_cast<double>(took.count()) / 1000,
                      describe_size(static_cast<uint64_t>(counts.bytes)), settings.database);
  complain(text);
  if (counts.failed > 0)
    complain(fmt::format("why: scraper query -d {} \"SELECT url, error_kind, error FROM errors\"", settings.database));
  if (report.parked > 0)
    complain(fmt::format("{} of them because their hosts asked to wait for longer than --patience", report.parked));
  if (code == Exit::deadline || code == Exit::interrupted) {
    complain(code == Exit::deadline ? "the deadline came; run it again to go on where it stopped"
                                    : "interrupted; run it again to go on where it stopped");
  }
}

Exit dry_run(const Settings& settings, UrlList& list, Scope& scope) {
  fmt::print("{}\n# What would be fetched:\n", show_settings(settings));
  ListComplaints complaints(list);
  size_t count = 0;
  list.read(scope, [&](const storage::SeedRecord& seed) {
    complaints.add(seed);
    if (!seed.url) return true;
    ++count;
    fmt::print("# {}{}\n", seed.url->url, seed.skip_reason.empty() ? "" : " (left out: --reject)");
    return true;
  });
  fmt::print("# {} URLs, user agent: {}\n", count, effective_user_agent(settings));
  complaints.summarise();
  return Exit::done;
}

RunReport crawl(const Settings& settings, SteadyTime started, storage::Store& store, UrlList& list, Scope& scope,
                const SignalMask& signals, ProgressLine* progress) {
  const storage::RunInfo run = begin(store, list, settings);
  Engine engine(engine_settings(settings, started), store, run.next_attempt_id, scope);
  std::atomic<bool> interrupted = false;
  const SignalWatch watch(signals, [&] {
    interrupted = true;
    engine.interrupt();
  });
  add_seeds(store, list, scope,
            [&] { return interrupted || (settings.deadline && steady_now() >= started + *settings.deadline); });
  spdlog::info("run {} {}: {} tasks, fetcher {}, concurrency {}", run.id, run.resumed ? "goes on" : "begins",
               store.counts().tasks(), settings.model == FetchModel::multi ? "multi" : "threads",
               effective_concurrency(settings));
  ParseLimits limits = settings.parse;
  limits.stop = &engine.parsing_is_over();
  const auto report = engine.run(
      [&](FetchSink sink) {
        return make_fetcher(settings.model, effective_concurrency(settings), fetch_settings(settings), std::move(sink));
      },
      [limits] { return std::make_unique<TreeParser>(limits); },
      progress != nullptr ? Engine::ProgressSink([progress](const Progress& now) { progress->show(now, steady_now()); })
                          : Engine::ProgressSink());
  spdlog::info("run {} ends: {}, {} done, {} failed, {} skipped, {} to do", run.id, name(report.outcome),
               report.counts.done, report.counts.failed, report.counts.skipped, report.counts.todo);
  if (!report.store_error) store.end_run(std::string(name(report.outcome)), format_time(wall_now()));
  return report;
}

}  // namespace

Exit run_command(const RunOptions& options) {
  Settings settings = options.settings;
  const SteadyTime started = steady_now();
  auto scope = Scope::make(settings.scope);
  if (!scope) {
    complain(scope.error());
    return Exit::usage;
  }
  storage::check_database_name(settings.database);
  tl::expected<UrlList, UsageError> list =
      settings.seeds.empty() ? UrlList::of_last_run(settings.database) : UrlList::open(settings.seeds);
  if (!list) {
    complain(list.error().message);
    return Exit::usage;
  }
  if (list->empty()) {
    complain("nothing to fetch: name a URL, a file of URLs, or - for standard input");
    return Exit::usage;
  }
  if (options.dry_run) return dry_run(settings, *list, *scope);

  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file-size limit is a full disk to us, not a reason to die
  settings.concurrency = raise_file_limit(settings);
  const storage::RunLock lock(settings.database, settings.lock_wait);
  const SignalMask signals;
  const auto store = storage::open_store(settings.database);
  ProgressLine line(stderr);
  const bool show_line = options.verbosity == Verbosity::normal && wants_progress_line(stderr);
  const RunReport report = crawl(settings, started, *store, *list, *scope, signals, show_line ? &line : nullptr);
  line.clear();
  if (report.store_error) throw storage::Error(*report.store_error);
  const Exit code = exit_code(report, settings);
  summarise(report, settings, std::chrono::duration_cast<Duration>(steady_now() - started), code, options.verbosity);
  return code;
}

}  // namespace scraper
