// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <random>

#include "scraper/base/quantity.h"
#include "scraper/base/utf8.h"
#include "scraper/cli/commands.h"
#include "scraper/cli/content_key.h"
#include "scraper/cli/drift.h"
#include "scraper/cli/list_reader.h"
#include "scraper/cli/progress_line.h"
#include "scraper/cli/signals.h"
#include "scraper/cli/url_list.h"
#include "scraper/cli/version.h"
#include "scraper/engine/items.h"
#include "scraper/frontier/robots.h"
#include "scraper/parse/parser_choice.h"
#include "storage/open_store.h"
#include "storage/run_lock.h"

namespace scraper {
namespace {

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
  engine.robots = settings.robots;
  engine.policy = [settings](const std::string& origin) { return policy_for(settings, origin); };
  for (const auto& [name, host] : settings.hosts) {
    engine.per_host_max = std::max(engine.per_host_max, host.per_host.value_or(0));
  }
  engine.sitemaps = settings.sitemaps;
  engine.forgive = settings.start == storage::RunSpec::Start::retry;
  engine.retry = settings.retry;
  engine.digest = settings.digest;
  engine.digest.counted_alone = settings.digest.keep.nothing() && settings.rules == nullptr && !settings.content &&
                                settings.scope.depth == 0 && !settings.sitemaps;
  engine.digest.text_bytes_max = settings.parse.text_bytes_max;
  engine.digest.rules = settings.rules;
  engine.digest.limits = settings.parse;
  engine.digest.product_token = product_token(effective_user_agent(settings));
  engine.redirects_max = settings.redirects_max;
  engine.private_addresses = settings.private_addresses;
  engine.patience = settings.patience;
  if (settings.deadline) engine.deadline = started + *settings.deadline;
  engine.grace = settings.grace;
  engine.parse_threads = effective_parse_threads(settings);
  engine.head = settings.head;
  engine.proxy = without_user_info(settings.fetch.proxy);
  engine.jitter_seed = std::random_device{}();
  return engine;
}

/// Ten thousand connections need as many files; the soft limit is often 1,024. Returns how many transfers there is room
/// for, with connections kept open beside them; those of many hosts, closed after use, get what the hard limit leaves.
size_t raise_file_limit(const Settings& settings) {
  const size_t concurrency = effective_concurrency(settings);
  const bool multi = settings.model == FetchModel::multi;
  const auto needed = [&](size_t transfers) -> rlim_t {
    return multi ? transfers * 19 / 10 + 640 : transfers * 4 + 256;
  };
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return concurrency;
  const rlim_t wished = needed(concurrency) + (multi ? concurrency : 0);
  if (limit.rlim_cur >= wished) return concurrency;
  limit.rlim_cur = std::max(limit.rlim_cur, std::min<rlim_t>(wished, limit.rlim_max));
  setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= needed(concurrency)) return concurrency;
  const rlim_t each = multi ? 2 : 4;
  const rlim_t spare = std::min<rlim_t>(128, limit.rlim_cur / 2);
  const size_t room = std::max<size_t>(1, (limit.rlim_cur - spare) / each);
  if (room >= concurrency) return concurrency;
  complain(fmt::format(
      "only {} files may be open at once: {} transfers at a time instead of {}; raise the limit (ulimit -n)",
      limit.rlim_cur, room, concurrency));
  return room;
}

/// The first signal, whoever it finds: a list that is being read, the engine, or neither yet.
class Interruption {
 public:
  explicit Interruption(ReadingStop& reading) : reading_(reading) {}
  /// Any thread.
  void happen() {
    const std::lock_guard lock(mutex_);
    happened_ = true;
    reading_.stop();
    if (engine_ != nullptr) engine_->interrupt();
  }
  /// For as long as it lives the engine is told.
  class Attached {
   public:
    Attached(Interruption& interruption, Engine& engine) : interruption_(interruption) {
      interruption_.attach(&engine);
    }
    ~Attached() { interruption_.attach(nullptr); }
    Attached(const Attached&) = delete;
    Attached& operator=(const Attached&) = delete;

   private:
    Interruption& interruption_;
  };

 private:
  void attach(Engine* engine) {
    const std::lock_guard lock(mutex_);
    engine_ = engine;
    if (engine_ != nullptr && happened_) engine_->interrupt();
  }

  std::mutex mutex_;
  ReadingStop& reading_;
  Engine* engine_ = nullptr;
  bool happened_ = false;
};

/// Reading the list was stopped before the run could begin: nothing is changed.
struct StoppedWhileReading {};

/// A run is taken up again only when it has the same list and the same idea of what belongs to it.
std::string scope_text(const Settings& settings) {
  const ScopeSettings& scope = settings.scope;
  return fmt::format("depth={} span={} accept={} reject={} sitemaps={} max_pages={},{}", scope.depth,
                     static_cast<int>(scope.span), fmt::join(scope.accept, "\x1f"), fmt::join(scope.reject, "\x1f"),
                     settings.sitemaps, settings.pages_max, settings.pages_per_host_max);
}

storage::RunInfo begin(storage::Store& store, UrlList& list, const Scope& scope, const RunOptions& options,
                       const Settings& settings) {
  const WallTime now = wall_now();
  storage::RunSpec spec;
  spec.start = settings.start;
  spec.retry_where = options.retry_where;
  spec.scope = scope_text(settings);
  spec.same_list = [&list](const storage::ListPosition& position) {
    const bool same = list.begins_with(position);
    if (list.stop().happened()) throw StoppedWhileReading();
    return same;
  };
  spec.resumable_since = format_time(now - kResumableFor);
  spec.started_at = format_time(now);
  spec.fetcher = settings.model == FetchModel::multi ? "multi" : "threads";
  spec.config = show_settings(without_secrets(settings));
  spec.version = kVersion;
  spec.depth_max = settings.scope.depth;
  spec.content_key = content_key(settings, scope);
  spec.revisits = !settings.fresh;
  if (settings.older_than) spec.fresh_since = format_time(now - *settings.older_than);
  spec.pages_max = settings.pages_max;
  spec.pages_per_host_max = settings.pages_per_host_max;
  if (settings.rules != nullptr) spec.tables = item_tables(*settings.rules);
  return store.begin_run(spec);
}

/// What of the list is not in the store yet; nullptr: nothing.
std::unique_ptr<ListReader> rest_of(UrlList& list, const Scope& scope, const storage::RunInfo& run,
                                    const Settings& settings, ListComplaints& complaints) {
  const bool same = run.resumed && list.begins_with(run.list);
  const bool retry = settings.start == storage::RunSpec::Start::retry;
  if (retry || (same && run.list.complete)) return nullptr;
  // With --resume it may be another list: its lines come after those on record.
  return std::make_unique<ListReader>(list, scope, same ? run.list : storage::ListPosition{}, same ? 0 : run.last_line,
                                      [&complaints](const storage::SeedRecord& seed) { complaints.add(seed); });
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
  const auto failed = static_cast<double>(report.counts.failed + report.parked + report.refused);
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
    complain(fmt::format("{} of them: their hosts are down or ask for more than --patience; later: scraper retry -d {}",
                         report.parked, settings.database));
  if (report.refused > 0)
    complain(fmt::format("{} of them because the robots.txt of their hosts could not be had", report.refused));
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

RunReport crawl(const RunOptions& options, const Settings& settings, SteadyTime started, storage::Store& store,
                UrlList& list, const Scope& scope, Interruption& interruption, ProgressLine* progress) {
  const storage::RunInfo run = begin(store, list, scope, options, settings);
  if (settings.start == storage::RunSpec::Start::retry) {
    if (progress != nullptr && run.retried > 0) complain(fmt::format("{} tasks to be tried again", run.retried));
    if (run.retried == 0) {
      if (progress != nullptr) complain("nothing to retry");
      store.end_run("complete", format_time(wall_now()));
      return {};
    }
  }
  ListComplaints complaints(list);
  const auto rest = rest_of(list, scope, run, settings, complaints);
  Engine engine(engine_settings(settings, started), store, run, scope);
  const Interruption::Attached attached(interruption, engine);
  spdlog::info("run {} {}: {} tasks, fetcher {}, concurrency {}", run.id, run.resumed ? "goes on" : "begins",
               store.counts().tasks(), settings.model == FetchModel::multi ? "multi" : "threads",
               effective_concurrency(settings));
  ParseLimits limits = settings.parse;
  limits.stop = &engine.parsing_is_over();
  const auto report = engine.run(
      [&](FetchSink sink) {
        return make_fetcher(settings.model, effective_concurrency(settings), fetch_settings(settings), std::move(sink));
      },
      [limits, choice = settings.parser, wishes = parse_wishes(settings)] {
        return make_parser(choice, limits, wishes);
      },
      rest.get(),
      progress != nullptr ? Engine::ProgressSink([progress](const Progress& now) { progress->show(now, steady_now()); })
                          : Engine::ProgressSink());
  complaints.summarise();
  spdlog::info("run {} ends: {}, {} done, {} failed, {} skipped, {} to do", run.id, name(report.outcome),
               report.counts.done, report.counts.failed, report.counts.skipped, report.counts.todo);
  if (!report.store_error) store.end_run(std::string(name(report.outcome)), format_time(wall_now()));
  return report;
}

/// Why nothing can be retried; empty: something can.
std::string why_no_retry(const std::string& database) {
  const std::string none = database + ": there is no run to retry";
  if (!std::filesystem::exists(database)) return none;
  const auto runs = storage::open_reader(database)->select_all("SELECT id, queued FROM runs ORDER BY id DESC LIMIT 1");
  if (runs.empty()) return none;
  const int64_t queued = std::get<int64_t>(runs[0][1]);
  if (queued == 0) return {};
  return fmt::format("{}: run {} was cut off with {} tasks to do; go on with it first (scraper run --resume)", database,
                     std::get<int64_t>(runs[0][0]), queued);
}

/// With links to follow, or sitemaps, it takes the whole list to tell what belongs to the crawl.
bool needs_seeds(const Settings& settings) {
  return settings.scope.span != Span::any && (settings.scope.depth > 0 || settings.sitemaps);
}

tl::expected<UrlList, UsageError> open_list(const Settings& settings) {
  if (settings.start == storage::RunSpec::Start::retry) {
    // What failed is in the database: the list only tells what belongs to the crawl.
    if (std::string problem = why_no_retry(settings.database); !problem.empty()) {
      return tl::unexpected(UsageError{std::move(problem)});
    }
    return needs_seeds(settings) ? UrlList::of_last_run(settings.database) : UrlList();
  }
  auto list = settings.seeds.empty() ? tl::expected<UrlList, UsageError>(UrlList::of_last_run(settings.database))
                                     : UrlList::open(settings.seeds);
  if (list && list->empty()) {
    return tl::unexpected(UsageError{"nothing to fetch: name a URL, a file of URLs, or - for standard input"});
  }
  return list;
}

/// With links to follow, what belongs to the crawl must be known before the first page is read.
void know_the_seeds(const Settings& settings, UrlList& list, Scope& scope) {
  if (needs_seeds(settings)) list.fill(scope);
  if (list.stop().happened()) throw StoppedWhileReading();
}

}  // namespace

Exit run_command(const RunOptions& options) {
  Settings settings = options.settings;
  const SteadyTime started = steady_now();
  settings.scope.sitemaps = settings.sitemaps;
  auto scope = Scope::make(settings.scope);
  if (!scope) {
    complain(scope.error());
    return Exit::usage;
  }
  if (settings.parser == ParserChoice::tokens && takes_tree(parse_wishes(settings))) {
    complain(R"([parse] parser = "tokens" reads neither rules nor content: write "auto" or "tree" there, or leave out )"
             "[[extract]] and [parse] content");
    return Exit::usage;
  }
  storage::check_database_name(settings.database);
  auto list = open_list(settings);
  if (!list) {
    complain(list.error().message);
    return Exit::usage;
  }
  if (options.dry_run) return dry_run(settings, *list, *scope);

  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file-size limit is a full disk to us, not a reason to die
  settings.concurrency = raise_file_limit(settings);
  if (settings.model == FetchModel::threads && !settings.fetch.dns_servers.empty())
    complain("the fetcher `threads` asks the name servers of /etc/resolv.conf: dns_servers is for `multi`");
  const storage::RunLock lock(settings.database, settings.lock_wait);
  const SignalMask signals;
  const auto reading =
      std::make_shared<ReadingStop>(settings.deadline ? std::optional(started + *settings.deadline) : std::nullopt);
  list->stop_with(reading);
  Interruption interruption(*reading);
  const SignalWatch watch(signals, [&] { interruption.happen(); });
  const auto store = storage::open_store(settings.database);
  ProgressLine line(stderr);
  const bool show_line = options.verbosity == Verbosity::normal && wants_progress_line(stderr);
  RunReport report;
  try {
    know_the_seeds(settings, *list, *scope);
    report = crawl(options, settings, started, *store, *list, *scope, interruption, show_line ? &line : nullptr);
  } catch (const StoppedWhileReading&) {
    complain("stopped before the list was read: nothing was fetched");
    return reading->deadline() && steady_now() >= *reading->deadline() ? Exit::deadline : Exit::interrupted;
  } catch (const storage::Error& error) {
    if (error.kind() != storage::Error::Kind::sql || options.retry_where.empty()) throw;
    complain(fmt::format("--where `{}`: {}", options.retry_where, error.what()));
    return Exit::usage;
  }
  line.clear();
  if (report.store_error) throw storage::Error(*report.store_error);
  Exit code = exit_code(report, settings);
  const std::vector<std::string> drifted = drifts(settings);
  if (!drifted.empty() && (code == Exit::done || code == Exit::tasks_failed)) code = Exit::drift;
  summarise(report, settings, std::chrono::duration_cast<Duration>(steady_now() - started), code, options.verbosity);
  complain_of(drifted);
  return code;
}

}  // namespace scraper
