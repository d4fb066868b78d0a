// SPDX-License-Identifier: MIT
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace scraper {

/// The public suites are beside the checkout, or where SCRAPER_CORPORA says; tests on them are skipped where they are
/// not.
inline std::filesystem::path corpora() {
  if (const char* folder = std::getenv("SCRAPER_CORPORA")) return folder;
  return std::filesystem::path(SCRAPER_SOURCE_ROOT) / "../shared/corpora";
}

/// The cases of one suite; empty when it is not there.
inline std::vector<nlohmann::json> read_cases(std::string_view suite) {
  std::vector<nlohmann::json> cases;
  std::ifstream file(corpora() / "suites" / suite / "cases.jsonl");
  for (std::string line; std::getline(file, line);) cases.push_back(nlohmann::json::parse(line));
  return cases;
}

inline std::string decode_base64(std::string_view text) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) continue;
    bits = bits << 6 | static_cast<uint32_t>(value);
    if ((count += 6) >= 8) out += static_cast<char>(bits >> (count -= 8));
  }
  return out;
}

}  // namespace scraper
