// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "scraper/cli/commands.h"
#include "scraper/cli/progress_line.h"
#include "scraper/cli/rule_config.h"
#include "scraper/cli/signals.h"
#include "scraper/engine/items.h"
#include "scraper/engine/reextraction.h"
#include "storage/open_store.h"
#include "storage/run_lock.h"

namespace scraper {
namespace {

constexpr Duration kShowEvery{250};

/// What the rules and the way of reading pages are, so that a rebuild that was cut off is known again.
std::string rules_text(const Settings& settings) {
  return fmt::format("content={}{}", settings.content, show_rules(settings.rule_specs));
}

void print_changes(const RuleSet& rules, const std::vector<storage::ItemChanges>& changes) {
  if (changes.empty()) return;
  size_t width = 5;
  for (const RuleSet::Table& table : rules.tables()) width = std::max(width, table.name.size());
  fmt::print("{:<{}}  {:>10}  {:>10}  {:>10}\n", "table", width, "added", "changed", "gone");
  for (size_t i = 0; i < changes.size(); ++i) {
    fmt::print("{:<{}}  {:>10}  {:>10}  {:>10}\n", rules.tables()[i].name, width, changes[i].added, changes[i].changed,
               changes[i].gone);
  }
}

void report_problems(const ReextractionReport& report, const storage::RebuildInfo& info) {
  if (info.without_body > 0) {
    complain(fmt::format("{} pages have no stored body, so there is nothing to read again of them", info.without_body));
  }
  if (report.unreadable > 0) complain(fmt::format("{} pages could not be read", report.unreadable));
  if (report.cut_short > 0)
    complain(fmt::format("{} pages were too much for the limits, and left as they were", report.cut_short));
}

}  // namespace

Exit extract_command(const ExtractOptions& options, const Settings& settings) {
  if (settings.rules == nullptr && !settings.content) {
    complain("no rules: name a config with [[extract]] or [parse] content (scraper extract -d DB -c CONFIG)");
    return Exit::usage;
  }
  const auto rules = settings.rules != nullptr ? settings.rules : std::make_shared<const RuleSet>();
  storage::check_database_name(settings.database);
  if (!std::filesystem::exists(settings.database)) {
    complain(fmt::format("{}: there is no such file; `scraper run` makes it", settings.database));
    return Exit::database;
  }
  (void)storage::open_reader(settings.database);  // refuses what is no crawl before anything is written
  const storage::RunLock lock(settings.database, settings.lock_wait);
  const SignalMask signals;
  std::atomic<bool> stop = false;
  const SignalWatch watch(signals, [&] { stop = true; });
  const auto pages = storage::open_item_rebuild(settings.database);
  const storage::RebuildInfo info = pages->begin({item_tables(*rules), rules_text(settings)});
  const bool show = options.verbosity == Verbosity::normal && wants_progress_line(stderr);
  if (info.resumed && options.verbosity != Verbosity::quiet) {
    complain(fmt::format("going on behind page {} of {}", info.done, info.pages));
  }
  ReextractionSettings how;
  how.threads = options.jobs != 0 ? options.jobs : std::max(1u, std::thread::hardware_concurrency());
  how.limits = settings.parse;
  how.wishes = parse_wishes(settings);
  how.wishes.rules = rules;
  how.wishes.metadata = false;
  SteadyTime shown = steady_now();
  const ReextractionReport report = reextract(*pages, how, stop, [&](int64_t done) {
    if (!show || steady_now() < shown + kShowEvery) return;
    shown = steady_now();
    fmt::print(stderr, "\r{} of {} pages\x1b[K", info.done + done, info.pages);
  });
  if (show) fmt::print(stderr, "\r\x1b[K");
  if (options.verbosity != Verbosity::quiet) {
    print_changes(*rules, pages->changes());
    report_problems(report, info);
  }
  if (!report.interrupted) return Exit::done;
  complain(fmt::format("interrupted after {} of {} pages; run it again to go on there", info.done + report.pages,
                       info.pages));
  return Exit::interrupted;
}

}  // namespace scraper
