// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace scraper {

/// The statements of one page: things, known by numbers, and what is said of them. One thread's.
class RdfaGraph {
 public:
  RdfaGraph(size_t bytes_max, size_t statements_max)
      : id_bytes_left_(4 * bytes_max), bytes_left_(bytes_max), statements_left_(statements_max) {}

  /// The thing with this IRI, or with this name of the page's own (`_:x`).
  uint32_t thing(const std::string& id);

  /// One without a name.
  uint32_t new_thing();

  const std::string& id(uint32_t thing) const { return ids_[thing]; }

  void add_type(uint32_t subject, const std::string& type);
  void add_thing(uint32_t subject, const std::string& property, uint32_t object);
  void add_text(uint32_t subject, const std::string& property, std::string_view text, std::string_view language,
                const std::string& datatype);

  /// Nothing more goes in.
  bool full() const { return statements_left_ == 0 || bytes_left_ == 0 || id_bytes_left_ == 0; }

  /// See read_rdfa.
  nlohmann::json take() &&;

 private:
  void add(uint32_t subject, const std::string& property, nlohmann::json value);

  std::vector<std::string> ids_;
  std::unordered_map<std::string, uint32_t> numbers_;
  std::unordered_map<uint32_t, size_t> places_;  ///< of the subjects in nodes_
  nlohmann::json nodes_ = nlohmann::json::array();
  std::unordered_set<std::string> made_;  ///< statements
  size_t id_bytes_left_;                  ///< of things that nothing may be said of
  size_t bytes_left_;
  size_t statements_left_;
  uint32_t unnamed_ = 0;
};

}  // namespace scraper
