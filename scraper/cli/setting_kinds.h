// SPDX-License-Identifier: MIT
#pragma once

#include <fmt/format.h>

#include <charconv>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scraper/base/quantity.h"
#include "scraper/cli/setting_table.h"

/// The kinds of settings that the table is made of: each turns text into a value of its type and back. `field` is a
/// function from Settings to a reference.
namespace scraper::setting_kinds {

using Problem = std::optional<std::string>;
using Texts = std::span<const std::string>;

inline std::string toml_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      out += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

/// How each type of value is read from text and shown as TOML.
template <typename T>
struct Codec;

template <>
struct Codec<std::string> {
  static Problem read(const std::string& text, std::string& out) {
    if (text.find_first_of("\r\n") != std::string::npos) return "it must not contain a line break";
    out = text;
    return {};
  }
  static std::string show(const std::string& value) { return value.empty() ? "" : toml_quoted(value); }
};

template <>
struct Codec<Duration> {
  static Problem read(const std::string& text, Duration& out) {
    const auto value = parse_duration(text);
    if (!value) return "it is no duration: write 500ms, 10s, 5m, 2h or 1d";
    out = *value;
    return {};
  }
  static std::string show(const Duration& value) { return toml_quoted(format_duration(value)); }
};

template <>
struct Codec<bool> {
  static Problem read(const std::string& text, bool& out) {
    if (text != "true" && text != "false") return "it must be true or false";
    out = text == "true";
    return {};
  }
  static std::string show(bool value) { return value ? "true" : "false"; }
};

template <typename T>
Problem read_number(const std::string& text, T low, T high, T& out) {
  T value{};
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop != text.data() + text.size() || !(value >= low && value <= high)) {
    return fmt::format("it must be a number from {} to {}", low, high);
  }
  out = value;
  return {};
}

inline Setting base_setting(std::string key, std::string option, std::string value, std::string help) {
  Setting setting;
  setting.key = std::move(key);
  setting.option = std::move(option);
  setting.value = std::move(value);
  setting.help = std::move(help);
  return setting;
}

/// A setting of a type that Codec knows; `field` is a function from Settings to a reference.
template <typename Field>
Setting plain(std::string key, std::string option, std::string value, std::string help, Field field) {
  using T = std::decay_t<decltype(field(std::declval<Settings&>()))>;
  Setting setting = base_setting(std::move(key), std::move(option), std::move(value), std::move(help));
  setting.set = [field](Settings& settings, Texts texts) { return Codec<T>::read(texts.back(), field(settings)); };
  setting.show = [field](const Settings& settings) { return Codec<T>::show(field(const_cast<Settings&>(settings))); };
  return setting;
}

template <typename Field, typename T>
Setting number(std::string key, std::string option, std::string value, std::string help, Field field, T low, T high) {
  Setting setting = base_setting(std::move(key), std::move(option), std::move(value), std::move(help));
  setting.set = [=](Settings& settings, Texts texts) -> Problem {
    T parsed{};
    if (auto problem = read_number<T>(texts.back(), low, high, parsed)) return problem;
    field(settings) = static_cast<std::decay_t<decltype(field(settings))>>(parsed);
    return {};
  };
  setting.show = [=](const Settings& settings) -> std::string {
    const auto& held = field(const_cast<Settings&>(settings));
    if constexpr (requires { held.has_value(); })
      return held ? fmt::format("{}", *held) : "";
    else
      return fmt::format("{}", held);
  };
  return setting;
}

template <typename Field>
Setting size(std::string key, std::string option, std::string help, Field field) {
  Setting setting = base_setting(std::move(key), std::move(option), "SIZE", std::move(help));
  setting.set = [=](Settings& settings, Texts texts) -> Problem {
    const auto bytes = parse_size(texts.back());
    if (!bytes || *bytes == 0) return "it is no size: write 4096, 64KiB, 16MiB or 1GiB";
    field(settings) = static_cast<size_t>(*bytes);
    return {};
  };
  setting.show = [=](const Settings& settings) {
    return toml_quoted(format_size(field(const_cast<Settings&>(settings))));
  };
  return setting;
}

template <typename Field>
Setting list(std::string key, std::string option, std::string value, std::string help, Field field) {
  Setting setting = base_setting(std::move(key), std::move(option), std::move(value), std::move(help));
  setting.many = true;
  setting.set = [=](Settings& settings, Texts texts) -> Problem {
    std::vector<std::string> values;
    for (const std::string& text : texts) {
      std::string one;
      if (auto problem = Codec<std::string>::read(text, one)) return problem;
      values.push_back(std::move(one));
    }
    field(settings) = std::move(values);
    return {};
  };
  setting.show = [=](const Settings& settings) -> std::string {
    const auto& values = field(const_cast<Settings&>(settings));
    if (values.empty()) return "";
    std::string out = "[";
    for (const std::string& one : values) out += (out.size() > 1 ? ", " : "") + toml_quoted(one);
    return out + "]";
  };
  return setting;
}

template <typename Field, typename T>
Setting choice(std::string key, std::string option, std::string help, Field field,
               std::vector<std::pair<std::string, T>> names) {
  std::string value;
  for (const auto& entry : names) value += (value.empty() ? "" : "|") + entry.first;
  Setting setting = base_setting(std::move(key), std::move(option), value, std::move(help));
  setting.set = [=](Settings& settings, Texts texts) -> Problem {
    for (const auto& [text, one] : names) {
      if (text != texts.back()) continue;
      field(settings) = one;
      return {};
    }
    return "it must be one of " + value;
  };
  setting.show = [=](const Settings& settings) -> std::string {
    for (const auto& [text, one] : names) {
      if (one == field(const_cast<Settings&>(settings))) return toml_quoted(text);
    }
    return "";
  };
  return setting;
}

inline Setting with_switch(Setting setting, std::string text) {
  setting.value.clear();
  setting.switch_text = std::move(text);
  return setting;
}

/// Checks each value of a list.
inline Setting checked(Setting setting, std::function<Problem(const std::string&)> check) {
  setting.set = [set = setting.set, check = std::move(check)](Settings& settings, Texts texts) -> Problem {
    for (const std::string& text : texts) {
      if (auto problem = check(text)) return problem;
    }
    return set(settings, texts);
  };
  return setting;
}

}  // namespace scraper::setting_kinds
