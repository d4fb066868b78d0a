// SPDX-License-Identifier: MIT
#include "scraper/parse/linked_data.h"

#include <deque>
#include <nlohmann/json.hpp>
#include <utility>

namespace scraper {
namespace {

using nlohmann::json;

constexpr size_t kThingsMax = 20'000;
constexpr size_t kValuesLookedAtMax = 1'000'000;

/// Lists and graphs taken apart, in order.
void add_things(const json& value, std::vector<const json*>& things) {
  std::vector<const json*> pending{&value};
  size_t looked_at = 0;
  while (!pending.empty() && things.size() < kThingsMax && ++looked_at < kValuesLookedAtMax) {
    const json& next = *pending.back();
    pending.pop_back();
    if (next.is_array()) {
      for (auto element = next.rbegin(); element != next.rend(); ++element) pending.push_back(&*element);
    } else if (next.is_object()) {
      const auto graph = next.find("@graph");
      if (graph != next.end()) pending.push_back(&*graph);
      // A graph with its context is no thing itself.
      if (graph == next.end() || next.size() > 2) things.push_back(&next);
    }
  }
}

/// `{"type": ..., "properties": {...}}` -> `{"@type": ..., ...}`. The depth of items is bounded by who made them.
json as_thing(const json& item) {
  if (item.is_array()) {
    json list = json::array();
    for (const json& element : item) list.push_back(as_thing(element));
    return list;
  }
  const auto properties = item.is_object() ? item.find("properties") : item.end();
  if (!item.is_object()) return item;
  json thing = json::object();
  if (const auto type = item.find("type"); type != item.end()) thing["@type"] = *type;
  if (const auto id = item.find("id"); id != item.end()) thing["@id"] = *id;
  if (properties == item.end() || !properties->is_object()) return thing;
  for (const auto& [name, value] : properties->items()) thing[name] = as_thing(value);
  return thing;
}

}  // namespace

LinkedData::LinkedData(const json& metadata) {
  if (const auto found = metadata.find("jsonld"); found != metadata.end()) add_things(*found, all_);
  if (const auto found = metadata.find("microdata"); found != metadata.end()) microdata_ = as_thing(*found);
  add_things(microdata_, all_);
  on_top_ = all_.size();
  // Breadth first: what lies nearer to the top comes first.
  std::deque<const json*> pending(all_.begin(), all_.end());
  for (size_t looked_at = 0; !pending.empty() && all_.size() < kThingsMax && looked_at < kValuesLookedAtMax;) {
    const json& next = *pending.front();
    pending.pop_front();
    for (const json& value : next) {
      ++looked_at;
      if (value.is_structured()) pending.push_back(&value);
      if (value.is_object()) all_.push_back(&value);
    }
  }
}

std::vector<const json*> LinkedData::find(const JsonPath& path, size_t most) const {
  std::vector<const json*> found;
  for (size_t i = 0; i < all_.size() && found.size() < most; ++i) {
    // What is inside others is looked at only where those on top have nothing.
    if (i >= on_top_ && !found.empty()) break;
    if (!path.is_of_type(*all_[i])) continue;
    for (const json* value : path.find_all(*all_[i], most - found.size())) found.push_back(value);
  }
  return found;
}

}  // namespace scraper
