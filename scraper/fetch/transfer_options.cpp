// SPDX-License-Identifier: MIT
#include "scraper/fetch/transfer_options.h"

#include <strings.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>

#include "scraper/base/ascii.h"
#include "scraper/fetch/fetch_limits.h"

namespace scraper {
namespace {

std::string_view header_name(std::string_view header) { return header.substr(0, header.find_first_of(":;")); }

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

bool is_credential(std::string_view header) {
  const std::string_view name = header_name(header);
  return same_name(name, "Authorization") || same_name(name, "Cookie");
}

/// `host:port` of an entry that gives an address; empty for one that takes some away (`-host:port`).
std::string name_of_entry(std::string_view entry) {
  if (entry.starts_with('-')) return {};
  if (entry.starts_with('+')) entry.remove_prefix(1);
  const size_t host = entry.find(':');
  return host == std::string_view::npos ? std::string() : to_lower(entry.substr(0, entry.find(':', host + 1)));
}

Duration shorter(Duration connect_timeout, Duration max_time) {
  return max_time > Duration{0} ? std::min(connect_timeout, max_time) : connect_timeout;
}

}  // namespace

bool has_line_break(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

TransferOptions::TransferOptions(FetchSettings given)
    : settings(std::move(given)),
      proxy(settings.proxy),
      connect_timeout(settings.connect_timeout > Duration{0} ? settings.connect_timeout : kConnectTimeoutOfCurl),
      connecting_max(shorter(connect_timeout, settings.max_time)),
      shortest_wait(kConnectTimeoutOfCurl) {
  for (const std::string& header : settings.headers) {
    SCRAPER_CHECK(!has_line_break(header));
    append(credential_headers, header);
    if (!is_credential(header)) append(anonymous_headers, header);
  }
  for (const std::string& entry : settings.resolve) {
    append(resolve, entry);
    if (auto name = name_of_entry(entry); !name.empty()) resolve_names.insert(std::move(name));
  }
  if (settings.ca_file.empty()) {
    const EasyHandle handle = make_easy();
    const char* bundle = info<char*>(handle.get(), CURLINFO_CAINFO);
    system_bundle = bundle != nullptr && access(bundle, R_OK) == 0;
  }
  for (const Duration wait :
       {settings.connect_timeout, settings.first_byte_timeout, settings.stall_timeout, settings.max_time}) {
    if (wait > Duration{0}) shortest_wait = std::min(shortest_wait, wait);
  }
}

bool TransferOptions::has_address_for(const std::string& host_port) const {
  if (resolve_names.empty()) return false;
  return resolve_names.contains(host_port) || resolve_names.contains('*' + host_port.substr(host_port.rfind(':')));
}

StringList TransferOptions::merged_headers(const FetchRequest& request) const {
  StringList merged;
  for (const std::string& header : settings.headers) {
    if (!request.send_credentials && is_credential(header)) continue;
    const bool replaced = std::ranges::any_of(
        request.headers, [&](const std::string& own) { return same_name(header_name(own), header_name(header)); });
    if (!replaced) append(merged, header);
  }
  for (const std::string& header : request.headers) append(merged, header);
  return merged;
}

}  // namespace scraper
