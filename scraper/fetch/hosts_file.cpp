// SPDX-License-Identifier: MIT
#include "scraper/fetch/hosts_file.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <cstddef>
#include <fstream>
#include <utility>

#include "scraper/base/ascii.h"

namespace scraper {
namespace {

constexpr Duration kLookAgain{5'000};
constexpr size_t kBytesMax = 16u << 20;        // of the file; what comes after is not read
constexpr size_t kAddressBytesMax = 16u << 6;  // of one name's addresses

/// In the form of Resolution::addresses; empty when it is no address.
std::string entry_address(const std::string& text) {
  std::array<char, sizeof(in6_addr)> bytes{};
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return text;
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return '[' + text + ']';
  return {};
}

std::string_view next_word(std::string_view& line) {
  const size_t begin = line.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return line = {};
  line.remove_prefix(begin);
  const std::string_view word = line.substr(0, line.find_first_of(" \t\r"));
  line.remove_prefix(word.size());
  return word;
}

bool same_file(const struct stat& a, const struct stat& b) {
  return a.st_ino == b.st_ino && a.st_dev == b.st_dev && a.st_size == b.st_size &&
         a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

}  // namespace

HostsFile::HostsFile(std::string path) : path_(std::move(path)) {}

const std::string* HostsFile::find(const std::string& name, SteadyTime now) {
  if (!looked_at_ || now >= *looked_at_ + kLookAgain) {
    struct stat there {};
    if (stat(path_.c_str(), &there) != 0) there = {};
    if (!looked_at_ || !same_file(there, seen_)) read();
    seen_ = there;
    looked_at_ = now;
  }
  const auto found = addresses_.find(name);
  return found == addresses_.end() ? nullptr : &found->second;
}

void HostsFile::read() {
  addresses_.clear();
  std::ifstream file(path_);
  size_t bytes = 0;
  for (std::string line; std::getline(file, line) && bytes < kBytesMax; bytes += line.size() + 1) read_line(line);
}

void HostsFile::read_line(std::string_view line) {
  line = line.substr(0, line.find('#'));
  const std::string address = entry_address(std::string(next_word(line)));
  if (address.empty()) return;
  while (true) {
    const std::string_view name = next_word(line);
    if (name.empty()) return;
    std::string& known = addresses_[to_lower(name)];
    if (known.size() + address.size() > kAddressBytesMax) continue;
    if (!known.empty()) known += ',';
    known += address;
  }
}

}  // namespace scraper
