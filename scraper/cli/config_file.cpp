// SPDX-License-Identifier: MIT
#include "scraper/cli/config_file.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <cstdlib>
#include <filesystem>

#include "scraper/cli/setting_table.h"

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

/// Walks the tables of a file and applies what it finds, collecting problems instead of stopping at the first.
class Application {
 public:
  Application(std::string path, Settings& settings) : path_(std::move(path)), settings_(settings) {}

  void apply_table(const toml::table& table, const std::string& prefix) {
    for (const auto& [name, node] : table) {
      const std::string key = prefix + std::string(name.str());
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
  return out;
}

}  // namespace scraper
