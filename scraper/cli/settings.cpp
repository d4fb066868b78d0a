// SPDX-License-Identifier: MIT
#include "scraper/cli/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "scraper/cli/version.h"

namespace scraper {
namespace {

size_t cores() { return std::max(1u, std::thread::hardware_concurrency()); }

}  // namespace

size_t effective_concurrency(const Settings& settings) {
  if (settings.concurrency) return *settings.concurrency;
  return settings.model == FetchModel::multi ? 64 : std::min<size_t>(32, cores() + 4);
}

size_t effective_parse_threads(const Settings& settings) { return settings.parse_threads.value_or(cores()); }

HostPolicy policy_for(const Settings& settings, const std::string& origin) {
  HostPolicy policy{settings.politeness, settings.robots, {}};
  if (settings.hosts.empty()) return policy;
  const std::string host_and_port = origin.substr(origin.find("://") + 3);
  auto found = settings.hosts.find(host_and_port);
  if (found == settings.hosts.end()) {
    // Without the port; an IPv6 address keeps its brackets.
    const size_t colon =
        host_and_port.find(':', host_and_port.find(']') == std::string::npos ? 0 : host_and_port.find(']'));
    found = settings.hosts.find(host_and_port.substr(0, colon));
  }
  if (found == settings.hosts.end()) return policy;
  const HostOverride& own = found->second;
  policy.politeness.delay = own.delay.value_or(policy.politeness.delay);
  policy.politeness.per_host = own.per_host.value_or(policy.politeness.per_host);
  policy.robots = own.robots.value_or(policy.robots);
  policy.headers = own.headers;
  return policy;
}

ParseWishes parse_wishes(const Settings& settings) {
  return {settings.rules, settings.digest.keep.pages, settings.content, settings.images};
}

std::string effective_user_agent(const Settings& settings) {
  if (!settings.user_agent.empty()) return settings.user_agent;
  if (settings.contact.empty()) return fmt::format("scraper/{}", kVersion);
  return fmt::format("scraper/{} (+{})", kVersion, settings.contact);
}

}  // namespace scraper
