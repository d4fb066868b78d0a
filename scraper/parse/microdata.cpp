// SPDX-License-Identifier: MIT
#include "scraper/parse/microdata.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "scraper/base/utf8.h"
#include "scraper/parse/element_walk.h"
#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/reference.h"
#include "scraper/parse/words.h"

namespace scraper {
namespace {

using nlohmann::json;

constexpr size_t kStepsBetweenLooks = 4096;
constexpr size_t kItemBytes = 16;  ///< what an item takes without its names and values
constexpr size_t kNameBytes = 8;   ///< what a name takes beside its letters
constexpr size_t kRefsMax = 1000;  ///< words of one itemref
constexpr size_t kNamesMax = 20;   ///< words of one itemprop or itemtype

/// The attribute with the value of a property that is a URL (HTML 5.2.4), or nullptr.
const char* url_attribute(GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_AUDIO:
    case GUMBO_TAG_EMBED:
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_IMG:
    case GUMBO_TAG_SOURCE:
    case GUMBO_TAG_TRACK:
    case GUMBO_TAG_VIDEO:
      return "src";
    case GUMBO_TAG_A:
    case GUMBO_TAG_AREA:
    case GUMBO_TAG_LINK:
      return "href";
    case GUMBO_TAG_OBJECT:
      return "data";
    default:
      return nullptr;
  }
}

std::string cut_value(std::string_view value) {
  std::string text = to_valid_utf8(std::string(value.substr(0, kMicrodataValueBytesMax + 4)));
  cut_utf8(text, kMicrodataValueBytesMax);
  return text;
}

bool is_action_parameter(std::string_view name) { return name.ends_with("-input") || name.ends_with("-output"); }

void add_value(json& properties, const std::string& name, json value) {
  json& entry = properties[name];
  if (entry.is_null())
    entry = std::move(value);
  else if (entry.is_array())  // no value is an array by itself
    entry.push_back(std::move(value));
  else
    entry = json::array({std::move(entry), std::move(value)});
}

}  // namespace

tl::expected<json, Error> Microdata::read(const GumboNode* document, const Elements& items) {
  const bool any_refs =
      std::any_of(items.begin(), items.end(), [](const GumboNode* i) { return attribute(i, "itemref").has_value(); });
  if (any_refs) number_elements(document);
  json out = json::array();
  // First those that stand for themselves, so that what belongs to one is not taken for another; the rest are items
  // with the name of a property that stand in no item, or too deep in one.
  std::vector<json> on_top(items.size());
  for (const bool with_name : {false, true}) {
    for (size_t i = 0; i < items.size() && overrun_ == Overrun::none; ++i) {
      if (attribute(items[i], "itemprop").has_value() != with_name || read_.contains(items[i])) continue;
      if (auto value = item(items[i], 1)) on_top[i] = std::move(*value);
    }
  }
  if (overrun_ != Overrun::none) return tl::make_unexpected(overrun_error(overrun_, limits_));
  for (json& value : on_top) {
    if (!value.is_null()) out.push_back(std::move(value));
  }
  return out;
}

void Microdata::number_elements(const GumboNode* document) {
  ElementWalk walk(document);
  uint32_t number = 0;
  while (const GumboNode* element = walk.next()) {
    if (!step()) return;
    ++number;
    if (const auto id = attribute(element, "id")) by_id_.emplace(*id, element);
    if (attribute(element, "itemprop")) document_order_.emplace(element, number);
  }
}

/// False when the work on the page must end.
bool Microdata::step(size_t steps) {
  if (steps_to_look_ <= steps) {
    overrun_ = watchdog_.look();
    steps_to_look_ = kStepsBetweenLooks;
  } else {
    steps_to_look_ -= steps;
  }
  steps_left_ -= std::min(steps, steps_left_);
  return steps_left_ > 0 && overrun_ == Overrun::none;
}

bool Microdata::spend(size_t bytes) {
  const bool fits = bytes <= bytes_left_;
  if (fits) bytes_left_ -= bytes;
  return fits;
}

/// Calls itself for items in items, kMicrodataDepthMax deep. nullopt: it does not fit any more.
std::optional<json> Microdata::item(const GumboNode* element, int depth) {
  if (items_left_ == 0 || !step() || !spend(kItemBytes)) return std::nullopt;
  --items_left_;
  read_.insert(element);
  open_.insert(element);
  json out = json::object();
  json types = json::array();
  for (const std::string_view type : Words(attribute(element, "itemtype").value_or(""), kNamesMax)) {
    if (spend(type.size())) types.push_back(cut_value(type));
  }
  if (!types.empty()) {
    out["type"] = types.size() == 1 ? std::move(types[0]) : std::move(types);
    const std::string id = resolved_reference(attribute(element, "itemid").value_or(""), base_);
    if (!id.empty() && spend(id.size())) out["id"] = id;
  }
  json properties = json::object();
  for (const GumboNode* found : properties_of(element)) {
    const size_t bytes_before = bytes_left_;
    auto value = property(found, depth);
    if (!value) continue;
    // Each further name has a copy, which counts: items in items with many names would else grow without end.
    const size_t copy_bytes = bytes_before - bytes_left_;
    std::vector<std::string> names;
    for (const std::string_view name : Words(attribute(found, "itemprop").value_or(""), kNamesMax)) {
      if (spend(name.size() + kNameBytes + (names.empty() ? 0 : copy_bytes))) names.push_back(cut_value(name));
    }
    for (size_t i = 1; i < names.size(); ++i) add_value(properties, names[i], *value);
    if (!names.empty()) add_value(properties, names[0], std::move(*value));
  }
  open_.erase(element);
  if (!properties.empty()) {
    out["properties"] = std::move(properties);
  } else {
    std::string value = plain_value(element, /*named=*/false);
    if (spend(value.size())) out["value"] = std::move(value);
  }
  return out;
}

/// The elements with itemprop that belong to the item, in document order (HTML 5.2.5, "the properties of an item").
Microdata::Elements Microdata::properties_of(const GumboNode* item) {
  Elements found;
  const auto refs = attribute(item, "itemref");
  if (!refs) {
    crawl(item, found, nullptr);
    return found;
  }
  // An element may lie below the item and below what it refers to, or below two of these.
  std::unordered_set<const GumboNode*> visited;
  crawl(item, found, &visited);
  for (const std::string_view id : Words(*refs, kRefsMax)) {
    if (!step()) break;
    const auto known = by_id_.find(id);
    if (known == by_id_.end() || known->second == item || !visited.insert(known->second).second) continue;
    if (attribute(known->second, "itemprop")) found.push_back(known->second);
    if (!attribute(known->second, "itemscope") || !attribute(known->second, "itemprop"))
      crawl(known->second, found, &visited);
  }
  std::sort(found.begin(), found.end(),
            [this](const GumboNode* a, const GumboNode* b) { return document_order_[a] < document_order_[b]; });
  return found;
}

void Microdata::crawl(const GumboNode* root, Elements& found, std::unordered_set<const GumboNode*>* visited) {
  std::vector<std::pair<const GumboNode*, unsigned>> stack{{root, 0}};
  while (!stack.empty()) {
    auto& [top, next_child] = stack.back();
    const GumboVector* below = children(top);
    if (next_child == below->length) {
      stack.pop_back();
      continue;
    }
    const GumboNode* node = child(below, next_child++);
    if (!is_element(node)) continue;
    if (!step()) return;
    const GumboTag tag = html_tag(node);
    if (tag == GUMBO_TAG_NOSCRIPT || tag == GUMBO_TAG_TEMPLATE) continue;
    if (visited != nullptr && !visited->insert(node).second) continue;
    if (attribute(node, "itemprop")) found.push_back(node);
    if (!attribute(node, "itemscope")) stack.push_back({node, 0});
  }
}

std::optional<json> Microdata::property(const GumboNode* element, int depth) {
  if (attribute(element, "itemscope")) {
    // An item that refers to one around it has no end.
    if (depth == kMicrodataDepthMax || open_.contains(element)) return std::nullopt;
    return item(element, depth + 1);
  }
  if (bytes_left_ == 0 || !step()) return std::nullopt;
  const std::string_view name = attribute(element, "itemprop").value_or("");
  if (is_action_parameter(name) && !attribute(element, "content")) {
    json parameter = json::object();
    if (attribute(element, "required")) parameter["valueRequired"] = true;
    if (const auto field = attribute(element, "name")) parameter["valueName"] = cut_value(*field);
    return parameter;
  }
  json value = plain_value(element, /*named=*/true);
  if (!spend(value.get_ref<const std::string&>().size())) return std::nullopt;
  return value;
}

std::string Microdata::url_value(const GumboNode* element, const char* name) {
  // Pictures that are loaded late have their URL in `content`.
  std::string_view written = attribute(element, name).value_or("");
  if (written.empty()) written = attribute(element, "content").value_or("");
  step(base_.href().size() / 16);  // a long <base> makes each of them as much work
  return resolved_reference(written, base_);
}

/// The value of an element that is no item (HTML 5.2.4), or the text of an item without properties.
std::string Microdata::plain_value(const GumboNode* element, bool named) {
  const GumboTag tag = html_tag(element);
  const auto content = attribute(element, "content");
  if (tag == GUMBO_TAG_META) return cut_value(content.value_or(""));
  if (const char* name = url_attribute(tag)) return url_value(element, name);
  if (tag == GUMBO_TAG_DATA || tag == GUMBO_TAG_METER) return cut_value(attribute(element, "value").value_or(""));
  if (tag == GUMBO_TAG_TIME) {
    if (const auto datetime = attribute(element, "datetime")) return cut_value(*datetime);
  }
  if (named && content && !content->empty()) return cut_value(*content);
  return element_text(element, std::min(kMicrodataValueBytesMax, bytes_left_), steps_left_);
}

}  // namespace scraper
