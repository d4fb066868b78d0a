// SPDX-License-Identifier: MIT
#include "scraper/cli/config_file.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "scraper/cli/rule_config.h"
#include "scraper/cli/setting_kinds.h"
#include "scraper/cli/setting_table.h"
#include "storage/open_store.h"

namespace scraper {
namespace {

/// A scalar as the text that a person would have typed after the option; nullopt for tables, arrays and dates.
std::optional<std::string> scalar_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return fmt::format("{}", number->get());
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  return std::nullopt;
}

/// What a host can have of its own, and the setting that it is like.
const std::map<std::string_view, const char*> kHostKeys{{"delay", "politeness.delay"},
                                                        {"per_host", "politeness.per_host"},
                                                        {"robots", "politeness.robots"},
                                                        {"headers", "fetch.headers"}};

/// Walks the tables of a file and applies what it finds, collecting problems instead of stopping at the first.
class Application {
 public:
  Application(std::string path, Settings& settings) : path_(std::move(path)), settings_(settings) {}

  void apply_table(const toml::table& table, const std::string& prefix) {
    for (const auto& [name, node] : table) {
      const std::string key = prefix + std::string(name.str());
      if (key == "hosts") {
        apply_hosts(node);
        continue;
      }
      if (key == "extract") {
        apply_rules(node);
        continue;
      }
      const Setting* setting = find_setting(key);
      if (setting != nullptr)
        apply(*setting, node);
      else if (const auto* inner = node.as_table(); inner != nullptr && is_section(key))
        apply_table(*inner, key + ".");
      else
        unknown(key, name.source().begin.line);
    }
  }

  const std::string& problems() const { return problems_; }

 private:
  static bool is_section(const std::string& key) {
    for (const Setting& setting : setting_table()) {
      if (setting.key.starts_with(key + ".")) return true;
    }
    return false;
  }

  /// `[hosts."example.com"]`: the keys of kHostKeys, which mean what the settings of the same name do.
  void apply_hosts(const toml::node& node) {
    const auto* hosts = node.as_table();
    if (hosts == nullptr) return complain(node.source().begin.line, "hosts", "write [hosts.\"example.com\"]");
    for (const auto& [name, inner] : *hosts) {
      const std::string prefix = fmt::format("hosts.\"{}\"", name.str());
      const auto* keys = inner.as_table();
      if (keys == nullptr) {
        complain(inner.source().begin.line, prefix, "write [hosts.\"example.com\"]");
        continue;
      }
      const std::string host = host_of(std::string(name.str()));
      if (host.empty()) complain(name.source().begin.line, prefix, "this is no host name: write example.com");
      for (const auto& [key, value] : *keys) apply_host_key(settings_.hosts[host], prefix, key, value);
    }
  }

  void apply_rules(const toml::node& node) {
    const std::string before = problems_;
    auto specs = read_rules(node, [this](auto line, auto key, auto what) { complain(line, key, what); });
    if (problems_ != before) return;
    auto compiled = RuleSet::compile(specs);
    if (!compiled) {
      for (const RuleProblem& problem : compiled.error()) {
        complain(static_cast<toml::source_index>(problem.line), problem.place, problem.message);
      }
      return;
    }
    settings_.rule_specs = std::move(specs);
    settings_.rules = std::make_shared<const RuleSet>(std::move(*compiled));
  }

  void apply_host_key(HostOverride& host, const std::string& prefix, const toml::key& key, const toml::node& value) {
    const auto line = value.source().begin.line;
    const std::string name = prefix + '.' + std::string(key.str());
    const auto known = kHostKeys.find(key.str());
    if (known == kHostKeys.end()) {
      return complain(line, name, "a host has no such key: delay, per_host, robots, headers");
    }
    // Read by the setting of that name, so that the same texts are right and wrong.
    Settings scratch;
    Application inner(path_, scratch);
    inner.apply(*find_setting(known->second), value);
    if (!inner.problems_.empty()) {
      problems_ += (problems_.empty() ? "" : "\n") + inner.problems_;
      return;
    }
    if (key.str() == "delay") host.delay = scratch.politeness.delay;
    if (key.str() == "per_host") host.per_host = scratch.politeness.per_host;
    if (key.str() == "robots") host.robots = scratch.robots;
    if (key.str() == "headers") host.headers = scratch.fetch.headers;
  }

  /// As origins have it: `Example.COM` -> `example.com`, a port that is not the scheme's stays. Empty: no host.
  static std::string host_of(const std::string& text) {
    const auto url = Url::parse("http://" + text);
    if (!url || url->path() != "/" || !url->query().empty()) return {};
    return std::string(url->origin().substr(url->origin().find("://") + 3));
  }

  void apply(const Setting& setting, const toml::node& node) {
    std::vector<std::string> texts;
    if (const auto* array = node.as_array(); array != nullptr && setting.many) {
      for (const toml::node& element : *array) {
        const auto text = scalar_text(element);
        if (!text)
          return complain(element.source().begin.line, setting.key, "a list of strings or numbers is wanted here");
        texts.push_back(*text);
      }
    } else if (const auto text = scalar_text(node)) {
      texts.push_back(*text);
    } else {
      return complain(node.source().begin.line, setting.key,
                      setting.many ? "a list is wanted here" : "one value is wanted here");
    }
    if (const auto problem = setting.set(settings_, texts)) {
      complain(node.source().begin.line, setting.key,
               texts.size() == 1 ? fmt::format("`{}`: {}", texts[0], *problem) : *problem);
    }
  }

  void unknown(const std::string& key, toml::source_index line) {
    const std::string near = nearest_key(key);
    complain(line, key,
             near.empty() ? "there is no such key; `scraper run --dry-run` lists them"
                          : fmt::format("there is no such key; did you mean {}?", near));
  }

  void complain(toml::source_index line, std::string_view key, std::string_view what) {
    problems_ += fmt::format("{}{}:{}: {}: {}", problems_.empty() ? "" : "\n", path_, line, key, what);
  }

  std::string path_;
  Settings& settings_;
  std::string problems_;
};

}  // namespace

tl::expected<void, UsageError> apply_config_file(const std::string& path, Settings& settings) {
  if (std::error_code error; std::filesystem::is_directory(path, error)) {
    return tl::unexpected(UsageError{path + ": this is a directory; name a TOML file"});
  }
  toml::table table;
  try {
    table = toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    const auto& at = error.source().begin;
    if (at.line == 0) return tl::unexpected(UsageError{fmt::format("{}: {}", path, error.description())});
    return tl::unexpected(UsageError{fmt::format("{}:{}:{}: {}", path, at.line, at.column, error.description())});
  }
  Settings changed = settings;
  Application application(path, changed);
  application.apply_table(table, "");
  if (!application.problems().empty()) return tl::unexpected(UsageError{application.problems()});
  settings = std::move(changed);
  return {};
}

Settings recorded_settings(const std::string& config) {
  Settings settings;
  try {
    Application("the run's settings", settings).apply_table(toml::parse(config), "");
  } catch (const toml::parse_error&) {
    return {};  // of a version that wrote it otherwise
  }
  settings.fetch.headers.clear();
  settings.cookies.clear();
  for (auto& [name, host] : settings.hosts) host.headers.clear();
  return settings;
}

Settings rules_of_last_run(const std::string& database) {
  Settings settings;
  if (!std::filesystem::exists(database)) return settings;
  const auto runs = storage::open_reader(database)->select_all("SELECT config FROM runs ORDER BY id DESC LIMIT 1");
  if (runs.empty() || !std::holds_alternative<std::string>(runs[0][0])) return settings;
  const Settings recorded = recorded_settings(std::get<std::string>(runs[0][0]));
  settings.scope = recorded.scope;
  settings.robots = recorded.robots;
  settings.politeness = recorded.politeness;
  settings.hosts = recorded.hosts;
  settings.sitemaps = recorded.sitemaps;
  settings.pages_max = recorded.pages_max;
  settings.pages_per_host_max = recorded.pages_per_host_max;
  settings.user_agent = recorded.user_agent;
  settings.rule_specs = recorded.rule_specs;
  settings.rules = recorded.rules;
  settings.content = recorded.content;
  settings.images = recorded.images;
  settings.contact = recorded.contact;
  settings.digest.nofollow = recorded.digest.nofollow;
  settings.digest.noindex = recorded.digest.noindex;
  settings.digest.traps = recorded.digest.traps;
  settings.digest.sitemaps = recorded.digest.sitemaps;
  return settings;
}

tl::expected<void, UsageError> apply_environment(Settings& settings) {
  for (const Setting& setting : setting_table()) {
    const std::string name = environment_name(setting);
    const char* text = std::getenv(name.c_str());
    if (text == nullptr) continue;
    const std::vector<std::string> texts{text};
    if (const auto problem = setting.set(settings, texts)) {
      return tl::unexpected(UsageError{fmt::format("{}=`{}` (environment): {}", name, text, *problem)});
    }
  }
  return {};
}

Settings without_secrets(Settings settings) {
  for (std::string& header : settings.fetch.headers) header = header.substr(0, header.find(':')) + ": ***";
  for (std::string& cookie : settings.cookies) cookie = cookie.substr(0, cookie.find('=')) + "=***";
  settings.fetch.proxy = without_user_info(settings.fetch.proxy);
  for (auto& [name, host] : settings.hosts) {
    for (std::string& header : host.headers) header = header.substr(0, header.find(':')) + ": ***";
  }
  for (std::string& seed : settings.seeds) seed = without_user_info(seed);
  return settings;
}

std::string show_settings(const Settings& settings) {
  std::string out;
  std::string section;
  for (const Setting& setting : setting_table()) {
    const std::string value = setting.show(settings);
    const size_t dot = setting.key.rfind('.');
    const std::string here = setting.key.substr(0, dot);
    if (here != section) {
      out += fmt::format("{}[{}]\n", out.empty() ? "" : "\n", here);
      section = here;
    }
    // What has no value is shown as a comment, so that the list of keys is whole.
    const std::string key = setting.key.substr(dot + 1);
    if (value.empty())
      out += fmt::format("# {:<18} # {}\n", key + " =", setting.help);
    else
      out += fmt::format("{:<20} # {}\n", key + " = " + value, setting.help);
  }
  for (const auto& [name, host] : settings.hosts) {
    out += fmt::format("\n[hosts.{}]\n", setting_kinds::toml_quoted(name));
    if (host.delay) out += fmt::format("delay = {}\n", setting_kinds::toml_quoted(format_duration(*host.delay)));
    if (host.per_host) out += fmt::format("per_host = {}\n", *host.per_host);
    if (host.robots) out += fmt::format("robots = {}\n", *host.robots);
    if (host.headers.empty()) continue;
    out += "headers = [";
    for (const std::string& header : host.headers)
      out += (out.back() == '[' ? "" : ", ") + setting_kinds::toml_quoted(header);
    out += "]\n";
  }
  return out + show_rules(settings.rule_specs);
}

}  // namespace scraper
