// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <sched.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "scraper/base/check.h"
#include "scraper/cli/command_line.h"
#include "scraper/cli/commands.h"
#include "scraper/cli/config_file.h"
#include "storage/error.h"

namespace scraper {

namespace {

/// Flags beat environment, environment beats config file, config file beats defaults.
tl::expected<Settings, UsageError> settings_in_force(const CommandLine& line, Settings settings = {}) {
  if (!line.config.empty()) {
    if (auto applied = apply_config_file(line.config, settings); !applied) return tl::unexpected(applied.error());
  }
  if (auto applied = apply_environment(settings); !applied) return tl::unexpected(applied.error());
  for (const auto& [setting, values] : line.settings) {
    const auto problem = setting->set(settings, values);
    if (!problem) continue;
    const std::string option = setting->option.substr(setting->option.rfind(',') + 1);
    return tl::unexpected(UsageError{fmt::format("{} `{}`: {}", option, fmt::join(values, " "), *problem)});
  }
  if (!line.positionals.empty()) settings.seeds = line.positionals;
  if (line.fresh_run && line.resume)
    return tl::unexpected(UsageError{"--new and --resume: a run is either new or resumed"});
  if (line.fresh_run) settings.start = storage::RunSpec::Start::fresh;
  if (line.resume) settings.start = storage::RunSpec::Start::resume;
  return settings;
}

TableFormat table_format(const std::string& name) {
  if (name == "csv") return TableFormat::csv;
  if (name == "json") return TableFormat::json;
  return name == "jsonl" ? TableFormat::jsonl : TableFormat::table;
}

/// What failed belongs to the last run, so its rules - what belongs to it, how hosts are treated - are the default.
tl::expected<Settings, UsageError> settings_of_retry(const CommandLine& line) {
  auto settings = settings_in_force(line);
  if (!settings) return settings;
  settings = settings_in_force(line, rules_of_last_run(settings->database));
  if (settings) settings->start = storage::RunSpec::Start::retry;
  return settings;
}

Exit try_verb(const CommandLine& line) {
  const auto settings = settings_in_force(line);
  if (settings) return try_command(line.attempt, *settings);
  complain(settings.error().message);
  return Exit::usage;
}

Exit extract_verb(const CommandLine& line) {
  const auto settings = settings_in_force(line);
  if (!settings) {
    complain(settings.error().message);
    return Exit::usage;
  }
  return extract_command({line.jobs, line.quiet ? Verbosity::quiet : Verbosity::normal}, *settings);
}

Exit run_verb(const CommandLine& line, bool retry) {
  auto settings = retry ? settings_of_retry(line) : settings_in_force(line);
  if (!settings) {
    complain(settings.error().message);
    return Exit::usage;
  }
  LogSettings log = line.log;
  log.verbosity = line.quiet ? Verbosity::quiet : line.verbose ? Verbosity::verbose : Verbosity::normal;
  try {
    set_up_logging(log);
  } catch (const spdlog::spdlog_ex& error) {
    complain(fmt::format("--log-file: {}", error.what()));
    return Exit::usage;
  }
  RunOptions options;
  options.settings = std::move(*settings);
  options.retry_where = line.where;
  options.dry_run = line.dry_run;
  options.verbosity = log.verbosity;
  return run_command(options);
}

Exit dispatch(const CommandLine& line) {
  const std::string& verb = line.verb;
  if (verb == "run" || verb == "retry") return run_verb(line, verb == "retry");
  if (verb == "try") return try_verb(line);
  if (verb == "extract") return extract_verb(line);
  if (verb == "why") return why_command(line.database, line.url);
  if (verb == "status") return status_command(line.database, line.json);
  if (verb == "query") return query_command(line.database, line.sql, table_format(line.format));
  if (verb == "body") return body_command(line.database, line.url, line.headers);
  SCRAPER_CHECK(verb == "url");
  return url_command(line.base, line.url);
}

Exit exit_code(const storage::Error& error) {
  switch (error.kind()) {
    case storage::Error::Kind::held:
      return Exit::held;
    case storage::Error::Kind::clash:
      return Exit::usage;
    default:
      return Exit::database;
  }
}

/// Output that got lost is a failure: a full disk behind `> file`, say.
bool wrote_everything() {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return true;
  complain("the output could not be written as a whole");
  return false;
}

/// A descriptor that the caller closed would be given to the next file opened, and what is printed would end up in it.
void open_standard_streams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", fd == STDIN_FILENO ? O_RDONLY : O_WRONLY) != fd) std::abort();
  }
}

/// Buffers of tens of kilobytes come and go with every page. By default glibc returns their memory to the kernel each
/// time, which has to clear it before it gives it out again.
void keep_freed_memory() {
  constexpr int kKept = 32 << 20;  // of each arena; also glibc's greatest threshold
  mallopt(M_TRIM_THRESHOLD, kKept);
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
}

/// Threads that hand work to each other are woken for each piece of it. By default the one that is woken may take the
/// processor from the one that woke it; as SCHED_BATCH, which is for work that nobody waits for, it comes next, and
/// there are far fewer switches. What the caller chose, with chrt(1), stays.
void take_turns_calmly() {
  const sched_param none{};
  if (sched_getscheduler(0) == SCHED_OTHER) sched_setscheduler(0, SCHED_BATCH, &none);
}

Exit guarded_main(int argc, char** argv) {
  CommandLine line;
  if (const auto over = read_command_line(argc, argv, line)) return wrote_everything() ? *over : Exit::database;
  try {
    const Exit code = dispatch(line);
    return wrote_everything() ? code : Exit::database;
  } catch (const storage::Error& error) {
    complain(error.what());
    return exit_code(error);
  }
}

}  // namespace
}  // namespace scraper

int main(int argc, char** argv) {
  scraper::open_standard_streams();
  scraper::keep_freed_memory();
  scraper::take_turns_calmly();
  try {
    return static_cast<int>(scraper::guarded_main(argc, argv));
  } catch (const std::exception& error) {
    scraper::complain(error.what());
    return static_cast<int>(scraper::Exit::internal);
  }
}
