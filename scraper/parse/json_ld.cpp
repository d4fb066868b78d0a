// SPDX-License-Identifier: MIT
#include "scraper/parse/json_ld.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "scraper/base/utf8.h"
#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/json_text.h"
#include "scraper/parse/lenient_json.h"

namespace scraper {

bool JsonLd::is_type(std::string_view type) {
  return equals_ignoring_case(trim(type.substr(0, type.find(';'))), "application/ld+json");
}

void JsonLd::add(const GumboNode* element) {
  if (html_tag(element) != GUMBO_TAG_SCRIPT || !is_type(attribute(element, "type").value_or(""))) return;
  std::string source;
  const GumboVector* below = children(element);
  for (unsigned i = 0; i < below->length; ++i) source += text_of(child(below, i));
  add_source(std::move(source));
}

void JsonLd::add_source(std::string source) {
  if (source.size() > source_bytes_left_) return;
  source_bytes_left_ -= source.size();
  for (nlohmann::json& value : lenient_json(to_valid_utf8(std::move(source)))) {
    if (value.is_object()) {
      add_value(std::move(value));
      continue;
    }
    for (nlohmann::json& part : value) add_value(std::move(part));
  }
}

void JsonLd::add_value(nlohmann::json value) {
  if (value.empty() || !(value.is_object() || value.is_array()) || values_.size() == kJsonLdValuesMax) return;
  const size_t bytes = json_text(value).size();
  if (bytes > bytes_left_) return;
  bytes_left_ -= bytes;
  values_.push_back(std::move(value));
}

}  // namespace scraper
