// SPDX-License-Identifier: MIT
#include "scraper/parse/meta_tags.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/page_walk.h"

namespace scraper {
namespace {

using nlohmann::json;

bool in_open_graph_vocabulary(std::string_view key) {
  for (const std::string_view prefix : {"article:", "product:", "fb:", "book:", "profile:", "music:", "video:"}) {
    if (key.starts_with(prefix)) return true;
  }
  return false;
}

std::pair<const char*, std::string> group_of(std::string key) {
  if (key.starts_with("og:")) return {"og", key.substr(3)};
  if (key.starts_with("twitter:")) return {"twitter", key.substr(8)};
  if (in_open_graph_vocabulary(key)) return {"og", std::move(key)};
  return {"meta", std::move(key)};
}

}  // namespace

void MetaTags::add(const GumboNode* element) {
  if (html_tag(element) != GUMBO_TAG_META) return;
  const auto content = attribute(element, "content");
  if (!content) return;
  const auto property = attribute(element, "property");
  // Both attributes are in use for Open Graph, though its documents know `property` alone.
  add(property ? *property : attribute(element, "name").value_or(""), *content);
}

void MetaTags::add(std::string_view name, std::string_view value) {
  if (entries_ == kMetadataEntriesMax) return;
  auto [group, key] = group_of(to_lower(collapse_and_cut(name, kShortValueBytesMax)));
  if (key.empty()) return;
  ++entries_;
  json& entry = groups_[group][key];
  std::string text = collapse_and_cut(value, kValueBytesMax);
  if (entry.is_null()) {
    entry = std::move(text);
    return;
  }
  if (!entry.is_array()) entry = json::array({std::move(entry)});
  entry.push_back(std::move(text));
}

void MetaTags::put_into(json& object) && { object.update(groups_); }

}  // namespace scraper
