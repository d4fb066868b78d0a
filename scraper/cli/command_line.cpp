// SPDX-License-Identifier: MIT
#include "scraper/cli/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <functional>

#include "scraper/cli/field_types.h"
#include "scraper/cli/version.h"

namespace scraper {
namespace {

/// CLI11 would let an option take the arguments after it, and would split `[a,b]` at the comma: ours take one value
/// each time they are given, as it is.
CLI::Option* one_value(CLI::App& app, const std::string& names, const std::string& help,
                       std::function<void(const std::vector<std::string>&)> take) {
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

void add_text(CLI::App& app, const std::string& names, const std::string& value, const std::string& help,
              std::string& target) {
  one_value(app, names, help, [&target](const auto& values) { target = values.back(); })->type_name(value);
}

void add_setting(CLI::App& app, const Setting& setting, CommandLine& line) {
  if (setting.option.empty()) return;
  std::string usual = setting.show(Settings{});
  std::erase(usual, '"');
  const bool worth_saying = !usual.empty() && !setting.value.empty();
  const std::string help = setting.help + (worth_saying ? " (default " + usual + ")" : "") + " [" + setting.key + "]";
  if (setting.value.empty()) {
    app.add_flag_callback(
        setting.option,
        [&line, &setting] { line.settings.emplace_back(&setting, std::vector<std::string>{setting.switch_text}); },
        help);
    return;
  }
  one_value(app, setting.option, help, [&line, &setting](const auto& values) {
    line.settings.emplace_back(&setting, values);
  })->type_name(setting.value);
}

void add_positionals(CLI::App& app, const std::string& name, const std::string& help, CommandLine& line) {
  app.add_option_function<std::vector<std::string>>(
         name,
         [&line](const std::vector<std::string>& values) {
           line.positionals.insert(line.positionals.end(), values.begin(), values.end());
         },
         help)
      ->type_name("");
}

/// What `run` and `retry` have in common.
void add_settings(CLI::App& app, CommandLine& line) {
  add_text(app, "-c,--config", "FILE", "settings, as TOML", line.config);
  for (const Setting& setting : setting_table()) add_setting(app, setting, line);
  app.add_flag("-q,--quiet", line.quiet, "say nothing but errors");
  app.add_flag("-v,--verbose", line.verbose, "say more: a line for each attempt");
  add_text(app, "--log-file", "FILE", "append a log to this file", line.log.file);
  app.add_flag("--log-json", line.log.json, "log JSON, one object a line");
}

void add_run(CLI::App& app, CommandLine& line) {
  CLI::App* run = app.add_subcommand("run", "fetch what is listed, or go on where the last run was cut off");
  add_positionals(*run, "SOURCES", "URLs (with ://), files of URLs, - for standard input", line);
  one_value(*run, "-i,--input", "a file of URLs, - for standard input", [&line](const auto& values) {
    line.positionals.insert(line.positionals.end(), values.begin(), values.end());
  })->type_name("FILE");
  add_settings(*run, line);
  run->add_flag("--new", line.fresh_run, "begin a new run, also where the last one was cut off");
  run->add_flag("--resume", line.resume, "go on with the last run, whatever its seeds were");
  run->add_flag("--dry-run", line.dry_run, "print the settings in force and what would be fetched");

  CLI::App* retry = app.add_subcommand("retry", "try again what failed in the last run, and nothing else");
  add_settings(*retry, line);
  add_text(*retry, "--where", "SQL", "only tasks that this holds for: a condition on the columns of results",
           line.where);
}

void add_database(CLI::App& app, CommandLine& line) {
  add_text(app, "-d,--database", "DB", "the database file (results.db)", line.database);
}

void add_readers(CLI::App& app, CommandLine& line) {
  CLI::App* status = app.add_subcommand("status", "counts, rates and hosts of the last run, also while it goes on");
  add_database(*status, line);
  status->add_flag("--json", line.json, "as JSON");

  CLI::App* query = app.add_subcommand("query", "read-only SQL over the database");
  add_database(*query, line);
  query->add_option("SQL", line.sql, "one SELECT")->required()->type_name("");
  query->add_option("--format", line.format, "table, csv, json or jsonl")
      ->check(CLI::IsMember({"table", "csv", "json", "jsonl"}))
      ->type_name("FORMAT");

  CLI::App* why =
      app.add_subcommand("why", "why a URL was fetched or not: its form, its state, each check and attempt");
  add_database(*why, line);
  why->add_option("URL", line.url, "the URL")->required()->type_name("");

  CLI::App* body = app.add_subcommand("body", "the stored response of a URL, byte for byte as decoded");
  add_database(*body, line);
  body->add_option("URL", line.url, "the URL")->required()->type_name("");
  body->add_flag("--headers", line.headers, "its status and headers in front");
}

void add_testers(CLI::App& app, CommandLine& line) {
  CLI::App* url = app.add_subcommand("url", "resolve and canonicalise one URL; exits 2 when it is none");
  add_text(*url, "--base", "URL", "what it is relative to", line.base);
  url->add_option("REF", line.url, "a URL or a relative reference")->required()->type_name("");

  CLI::App* extract =
      app.add_subcommand("extract", "apply the rules of a config to all stored pages again; fetches nothing");
  add_text(*extract, "-c,--config", "FILE", "the rules, as [[extract]] in TOML", line.config);
  for (const Setting& setting : setting_table()) {
    const bool wanted =
        setting.key == "run.database" || setting.key == "run.lock_wait" || setting.key == "parse.timeout";
    if (wanted) add_setting(*extract, setting, line);
  }
  extract->add_option("-j,--jobs", line.jobs, "workers (default one a core)")
      ->check(CLI::Range(1, 1024))
      ->type_name("N");
  extract->add_flag("-q,--quiet", line.quiet, "say nothing but errors");

  CLI::App* attempt = app.add_subcommand("try", "try a rule on a page: one value a line");
  attempt->add_option("SOURCE", line.attempt.source, "a URL (with ://), a file, or - for standard input")
      ->required()
      ->type_name("");
  const auto add = [&](const char* name, const char* value, const char* text, std::optional<std::string>& target) {
    one_value(*attempt, name, text, [&target](const auto& values) { target = values.back(); })->type_name(value);
  };
  add("--css", "SEL", "a CSS selector; ::text and ::attr(NAME) at its end", line.attempt.css);
  add("--xpath", "EXPR", "an XPath 1.0 expression", line.attempt.xpath);
  add("--json", "PTR", "a JSON Pointer into a JSON response", line.attempt.json);
  add("--jsonld", "PTR", "a JSON Pointer into the page's JSON-LD or microdata, as Product/name or /name",
      line.attempt.jsonld);
  add("--meta", "NAME", "the content of that <meta>", line.attempt.meta);
  add_text(*attempt, "--attr", "NAME", "that attribute, instead of the text", line.attempt.attribute);
  add_text(*attempt, "--regex", "RE", "its first group, or what it matches, instead of all (RE2)", line.attempt.regex);
  std::vector<std::string> types;
  for (const auto& [name, type] : kFieldTypes) types.emplace_back(name);
  attempt
      ->add_option_function<std::string>(
          "--type",
          [&line](const std::string& text) {
            for (const auto& [name, type] : kFieldTypes) {
              if (text == name) line.attempt.type = type;
            }
          },
          "what the values are (default text)")
      ->check(CLI::IsMember(types))
      ->type_name("TYPE");
  add_text(*attempt, "--base", "URL", "resolve references against this one", line.attempt.base);
  add_text(*attempt, "-c,--config", "FILE", "show what the rules of this config give instead", line.config);
  add_text(*attempt, "--table", "NAME", "of them, those for this table alone", line.attempt.table);
  attempt
      ->add_option_function<std::string>(
          "--format", [&line](const std::string& format) { line.attempt.as_json = format == "json"; },
          "lines, or json: one JSON value a line")
      ->check(CLI::IsMember({"lines", "json"}))
      ->type_name("FORMAT");
  for (const Setting& setting : setting_table()) {
    if (setting.key.starts_with("fetch.")) add_setting(*attempt, setting, line);
  }

  CLI::App* help = app.add_subcommand("help", "what a verb does and takes");
  help->add_option("VERB", line.help_verb, "one of the verbs")->type_name("");
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

constexpr const char* kFooter =
    "\nExit codes: 0 done, 1 internal error, 2 usage or config, 3 more tasks failed than --fail-above allows,\n"
    "4 the deadline came, 5 interrupted, 6 another run holds the database, 7 database or disk error,\n"
    "8 a rule found less than it used to (--fail-on-drift).\n";

/// Empty: none was given.
std::string chosen_verb(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? std::string() : chosen[0]->get_name();
}

}  // namespace

std::optional<Exit> read_command_line(int argc, char** argv, CommandLine& line) {
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
  line.verb = chosen_verb(app);
  if (line.verb == "help") return help(app, line.help_verb);
  if (!line.verb.empty()) return std::nullopt;
  fmt::print(stderr, "{}", app.help());
  return Exit::usage;
}

}  // namespace scraper
