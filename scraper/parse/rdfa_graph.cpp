// SPDX-License-Identifier: MIT
#include "scraper/parse/rdfa_graph.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "scraper/parse/json_text.h"

namespace scraper {

using nlohmann::json;

uint32_t RdfaGraph::thing(const std::string& id) {
  const auto [known, is_new] = numbers_.emplace(id, static_cast<uint32_t>(ids_.size()));
  if (!is_new) return known->second;
  // Names of the page's own are given anew, so that they cannot be those of new_thing.
  if (id.starts_with("_:")) return known->second = new_thing();
  ids_.push_back(id);
  id_bytes_left_ -= std::min(id_bytes_left_, id.size());
  return known->second;
}

uint32_t RdfaGraph::new_thing() {
  ids_.push_back("_:b" + std::to_string(unnamed_++));
  return static_cast<uint32_t>(ids_.size() - 1);
}

void RdfaGraph::add_type(uint32_t subject, const std::string& type) { add(subject, "@type", type); }

void RdfaGraph::add_thing(uint32_t subject, const std::string& property, uint32_t object) {
  add(subject, property, {{"@id", ids_[object]}});
}

void RdfaGraph::add_text(uint32_t subject, const std::string& property, std::string_view text,
                         std::string_view language, const std::string& datatype) {
  json value = {{"@value", text}};
  if (!datatype.empty())
    value["@type"] = datatype;
  else if (!language.empty())
    value["@language"] = language;
  add(subject, property, std::move(value));
}

void RdfaGraph::add(uint32_t subject, const std::string& property, json value) {
  if (full() || property.empty()) return;
  std::string statement = std::to_string(subject) + ' ' + property + ' ' + json_text(value);
  const size_t bytes = statement.size() + ids_[subject].size();
  if (bytes > bytes_left_ || !made_.insert(std::move(statement)).second) return;
  bytes_left_ -= bytes;
  --statements_left_;
  const auto [place, is_new] = places_.emplace(subject, nodes_.size());
  if (is_new) nodes_.push_back({{"@id", ids_[subject]}});
  nodes_[place->second][property].push_back(std::move(value));
}

json RdfaGraph::take() && { return std::move(nodes_); }

}  // namespace scraper
