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

std::string effective_user_agent(const Settings& settings) {
  if (!settings.user_agent.empty()) return settings.user_agent;
  if (settings.contact.empty()) return fmt::format("scraper/{}", kVersion);
  return fmt::format("scraper/{} (+{})", kVersion, settings.contact);
}

}  // namespace scraper
