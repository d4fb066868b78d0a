// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>

#include "scraper/base/utf8.h"
#include "scraper/cli/commands.h"
#include "scraper/cli/config_file.h"
#include "scraper/cli/setting_table.h"
#include "scraper/cli/version.h"
#include "storage/error.h"

namespace scraper {

void complain(const std::string& message) { fmt::print(stderr, "scraper: {}\n", message); }

namespace {

/// What was typed, before it is known which config file it goes on top of.
struct CommandLine {
  std::vector<std::pair<const Setting*, std::vector<std::string>>> settings;
  std::vector<std::string> positionals;
  std::string config;
  std::string database = "results.db";
  std::string sql;
  std::string url;
  std::string base;
  std::string format = "table";
  TryOptions attempt;
  std::string help_verb;
  bool json = false;
  bool headers = false;
  bool dry_run = false;
  bool quiet = false;
  bool verbose = false;
  bool fresh_run = false;
  bool resume = false;
};

/// CLI11 would let an option take the arguments after it, and would split `[a,b]` at the comma: ours take one value each
/// time they are given, as it is.
CLI::Option* one_value(CLI::App& app, const std::string& names, const std::string& help, std::function<void(const std::vector<std::string>&)> take) {
  return app
      .add_option(
          names,
          [take = std::move(take)](const CLI::results_t& values) {
            take(values);
            return true;
          },
          help)
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_text(CLI::App& app, const std::string& names, const std::string& value, const std::string& help, std::string& target) {
  one_value(app, names, help, [&target](const auto& values) { target = values.back(); })->type_name(value);
}

void add_setting(CLI::App& app, const Setting& setting, CommandLine& line) {
  if (setting.option.empty()) return;
  const std::string help = setting.help + " [" + setting.key + "]";
  if (setting.value.empty()) {
    app.add_flag_callback(setting.option, [&line, &setting] { line.settings.emplace_back(&setting, std::vector<std::string>{setting.switch_text}); }, help);
    return;
  }
  one_value(app, setting.option, help, [&line, &setting](const auto& values) { line.settings.emplace_back(&setting, values); })
      ->type_name(setting.value);
}

void add_positionals(CLI::App& app, const std::string& name, const std::string& help, CommandLine& line) {
  app.add_option_function<std::vector<std::string>>(
         name, [&line](const std::vector<std::string>& values) { line.positionals.insert(line.positionals.end(), values.begin(), values.end()); }, help)
      ->type_name("");
}

void add_run(CLI::App& app, CommandLine& line) {
  CLI::App* run = app.add_subcommand("run", "fetch what is listed, or go on where the last run was cut off");
  add_positionals(*run, "SOURCES", "URLs (with ://), files of URLs, - for standard input", line);
  one_value(*run, "-i,--input", "a file of URLs, - for standard input",
            [&line](const auto& values) { line.positionals.insert(line.positionals.end(), values.begin(), values.end()); })
      ->type_name("FILE");
  add_text(*run, "-c,--config", "FILE", "settings, as TOML", line.config);
  for (const Setting& setting : setting_table()) add_setting(*run, setting, line);
  run->add_flag("--new", line.fresh_run, "begin a new run, also where the last one was cut off");
  run->add_flag("--resume", line.resume, "go on with the last run, whatever its seeds were");
  run->add_flag("--dry-run", line.dry_run, "print the settings in force and what would be fetched");
  run->add_flag("-q,--quiet", line.quiet, "say nothing but errors");
  run->add_flag("-v,--verbose", line.verbose, "say more");
}

void add_database(CLI::App& app, CommandLine& line) { add_text(app, "-d,--database", "DB", "the database file (results.db)", line.database); }

void add_readers(CLI::App& app, CommandLine& line) {
  CLI::App* status = app.add_subcommand("status", "counts, rates and hosts of the last run, also while it goes on");
  add_database(*status, line);
  status->add_flag("--json", line.json, "as JSON");

  CLI::App* query = app.add_subcommand("query", "read-only SQL over the database");
  add_database(*query, line);
  query->add_option("SQL", line.sql, "one SELECT")->required()->type_name("");
  query->add_option("--format", line.format, "table, csv, json or jsonl")->check(CLI::IsMember({"table", "csv", "json", "jsonl"}))->type_name("FORMAT");

  CLI::App* body = app.add_subcommand("body", "the stored response of a URL, byte for byte as decoded");
  add_database(*body, line);
  body->add_option("URL", line.url, "the URL")->required()->type_name("");
  body->add_flag("--headers", line.headers, "its status and headers in front");
}

void add_testers(CLI::App& app, CommandLine& line) {
  CLI::App* url = app.add_subcommand("url", "resolve and canonicalise one URL; exits 2 when it is none");
  add_text(*url, "--base", "URL", "what it is relative to", line.base);
  url->add_option("REF", line.url, "a URL or a relative reference")->required()->type_name("");

  CLI::App* attempt = app.add_subcommand("try", "try a selector on a page: one value a line");
  attempt->add_option("SOURCE", line.attempt.source, "a URL (with ://), a file, or - for standard input")->required()->type_name("");
  add_text(*attempt, "--css", "SEL", "a CSS selector", line.attempt.css);
  add_text(*attempt, "--attr", "NAME", "that attribute, instead of the text", line.attempt.attribute);
  add_text(*attempt, "--base", "URL", "resolve attributes that hold a URL against this one", line.attempt.base);

  CLI::App* help = app.add_subcommand("help", "what a verb does and takes");
  help->add_option("VERB", line.help_verb, "one of the verbs")->type_name("");
}

/// Flags beat environment, environment beats config file, config file beats defaults.
tl::expected<Settings, UsageError> settings_in_force(const CommandLine& line) {
  Settings settings;
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
  if (line.fresh_run) settings.start = storage::RunSpec::Start::fresh;
  if (line.resume) settings.start = storage::RunSpec::Start::resume;
  return settings;
}

TableFormat table_format(const std::string& name) {
  if (name == "csv") return TableFormat::csv;
  if (name == "json") return TableFormat::json;
  return name == "jsonl" ? TableFormat::jsonl : TableFormat::table;
}

Exit run_or_try(const CommandLine& line, bool run) {
  auto settings = settings_in_force(line);
  if (!settings) {
    complain(settings.error().message);
    return Exit::usage;
  }
  if (!run) return try_command(line.attempt, *settings);
  RunOptions options;
  options.settings = std::move(*settings);
  options.dry_run = line.dry_run;
  options.verbosity = line.quiet ? Verbosity::quiet : line.verbose ? Verbosity::verbose : Verbosity::normal;
  return run_command(options);
}

Exit help(CLI::App& app, const std::string& verb) {
  if (verb.empty()) {
    fmt::print("{}", app.help());
    return Exit::done;
  }
  try {
    fmt::print("{}", app.get_subcommand(verb)->help("scraper"));
    return Exit::done;
  } catch (const CLI::OptionNotFound&) {
    complain(fmt::format("there is no verb `{}`; `scraper help` lists them", verb));
    return Exit::usage;
  }
}

Exit dispatch(CLI::App& app, const CommandLine& line) {
  const auto chosen = app.get_subcommands();
  if (chosen.empty()) {
    fmt::print(stderr, "{}", app.help());
    return Exit::usage;
  }
  const std::string verb = chosen[0]->get_name();
  if (verb == "run" || verb == "try") return run_or_try(line, verb == "run");
  if (verb == "status") return status_command(line.database, line.json);
  if (verb == "query") return query_command(line.database, line.sql, table_format(line.format));
  if (verb == "body") return body_command(line.database, line.url, line.headers);
  if (verb == "url") return url_command(line.base, line.url);
  return help(app, line.help_verb);
}

Exit exit_code(const storage::Error& error) {
  switch (error.kind()) {
    case storage::Error::Kind::held: return Exit::held;
    case storage::Error::Kind::sql: return Exit::usage;
    default: return Exit::database;
  }
}

constexpr const char* kFooter =
    "\nExit codes: 0 done, 1 internal error, 2 usage or config, 3 more tasks failed than --fail-above allows,\n"
    "4 the deadline came, 5 interrupted, 6 another run holds the database, 7 database or disk error.\n";

Exit guarded_main(int argc, char** argv) {
  CommandLine line;
  CLI::App app("Fetches a list of URLs concurrently and leaves the answers in a SQLite file.", "scraper");
  app.set_version_flag("--version", fmt::format("scraper {}", kVersion));
  app.require_subcommand(0, 1);
  app.footer(kFooter);
  add_run(app, line);
  add_readers(app, line);
  add_testers(app, line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error) == 0 ? Exit::done : Exit::internal;
    complain(fmt::format("{}; see scraper help", error.what()));
    return Exit::usage;
  }
  try {
    return dispatch(app, line);
  } catch (const storage::Error& error) {
    complain(error.what());
    return exit_code(error);
  }
}

}  // namespace
}  // namespace scraper

int main(int argc, char** argv) {
  try {
    return static_cast<int>(scraper::guarded_main(argc, argv));
  } catch (const std::exception& error) {
    scraper::complain(error.what());
    return static_cast<int>(scraper::Exit::internal);
  }
}
