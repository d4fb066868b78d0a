// SPDX-License-Identifier: MIT
#include "scraper/cli/content_key.h"

#include <fmt/format.h>
#include <strings.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <unordered_set>

#include "scraper/cli/rule_config.h"
#include "scraper/cli/setting_table.h"
#include "scraper/frontier/robots.h"

namespace scraper {
namespace {

constexpr size_t kTablesMax = 64;  // that the store can say of whether a page was looked at for them

bool begins(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && strncasecmp(text.data(), prefix.data(), prefix.size()) == 0;
}

/// Of the settings that decide what becomes of a page, bounds of time and memory aside: a page that goes over one has
/// failed.
bool decides(std::string_view key, bool follows_links) {
  constexpr std::array<std::string_view, 3> kNot{"parse.threads", "parse.timeout", "parse.memory_max"};
  if (std::ranges::find(kNot, key) != kNot.end()) return false;
  if (key.starts_with("parse.") || key.starts_with("store.")) return true;
  if (key == "politeness.nofollow" || key == "politeness.noindex") return true;
  const bool limits = key == "scope.depth" || key.starts_with("scope.max_pages") || key.starts_with("scope.sitemap");
  return follows_links && key.starts_with("scope.") && !limits;
}

/// Of a header its name, and its value where it says which variant is wanted (RFC 9110 12.5): others may be secret.
void add_header(std::string_view header, std::string& text) {
  text += begins(header, "Accept") ? header : header.substr(0, header.find(':'));
  text += '\n';
}

template <typename Visit>
void each_header(const Settings& settings, const Visit& visit) {
  for (const std::string& header : settings.fetch.headers) visit(header);
  for (const auto& [name, host] : settings.hosts) {
    for (const std::string& header : host.headers) visit(header);
  }
}

/// The same in whatever order they come.
uint64_t hash_of(const std::unordered_set<std::string>& places) {
  uint64_t sum = 0;
  for (const std::string& place : places) sum += XXH3_64bits(place.data(), place.size());
  return sum;
}

}  // namespace

bool has_own_conditions(const Settings& settings) {
  bool has = false;
  each_header(settings, [&](std::string_view header) { has = has || begins(header, "If-"); });
  return has;
}

int64_t content_key(const Settings& settings, const Scope& scope) {
  const bool follows_links = settings.scope.depth > 0;
  // Of links that are not stored nobody can say where they led.
  if (follows_links && !settings.digest.keep.links) return 0;
  if (settings.head || has_own_conditions(settings)) return 0;
  if (settings.rules != nullptr && settings.rules->tables().size() > kTablesMax) return 0;
  std::string text = show_rules(settings.rule_specs);
  for (const Setting& setting : setting_table()) {
    if (decides(setting.key, follows_links)) text += fmt::format("{}={}\n", setting.key, setting.show(settings));
  }
  text += fmt::format("{}\n", product_token(effective_user_agent(settings)));
  each_header(settings, [&](std::string_view header) { add_header(header, text); });
  if (follows_links) text += fmt::format("places={}\n", hash_of(scope.places()));
  const auto key = static_cast<int64_t>(XXH3_64bits(text.data(), text.size()) >> 1);
  return std::max<int64_t>(key, 1);
}

}  // namespace scraper
