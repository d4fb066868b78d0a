// SPDX-License-Identifier: MIT
#include "scraper/parse/node_maker.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "scraper/base/ascii.h"
#include "scraper/parse/character_reference.h"
#include "scraper/parse/foreign_names.h"

namespace scraper {
namespace {

// More might overflow gumbo's int.
constexpr size_t kDigitsMax = 7;

bool is_hex_digit(char c) { return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f'); }

bool same_name(const char* lowered, size_t size, const GumboAttribute& other) {
  return std::memcmp(lowered, other.name, size) == 0 && other.name[size] == '\0';
}

}  // namespace

bool references_are_sound(std::string_view text) {
  for (size_t at = text.find("&#"); at != std::string_view::npos; at = text.find("&#", at)) {
    at += 2;
    if (at < text.size() && to_lower(text[at]) == 'x') ++at;
    size_t digits = 0;
    while (at < text.size() && is_hex_digit(text[at])) ++at, ++digits;
    if (digits > kDigitsMax) return false;
  }
  return true;
}

GumboNode* NodeMaker::node(GumboNodeType type) {
  auto* made = new (arena_->allocate(sizeof(GumboNode))) GumboNode{};
  made->type = type;
  return made;
}

const char* NodeMaker::string(std::string_view text) {
  auto* made = static_cast<char*>(arena_->allocate(text.size() + 1));
  std::copy(text.begin(), text.end(), made);
  made[text.size()] = '\0';
  return made;
}

GumboNode* NodeMaker::text(GumboNodeType type, std::string_view text) {
  GumboNode* made = node(type);
  made->v.text.text = string(text);
  return made;
}

GumboVector NodeMaker::children(std::span<GumboNode* const> nodes) {
  if (nodes.empty()) return kGumboEmptyVector;
  const auto count = static_cast<unsigned>(nodes.size());
  auto** data = static_cast<void**>(arena_->allocate(nodes.size_bytes()));
  std::copy(nodes.begin(), nodes.end(), data);
  return {data, count, count};
}

GumboNode* NodeMaker::element(GumboTag tag, GumboNamespaceEnum space, std::string_view original_tag,
                              std::span<const RawAttribute> attributes) {
  GumboNode* made = node(GUMBO_NODE_ELEMENT);
  GumboElement& element = made->v.element;
  element.tag = tag;
  element.tag_namespace = space;
  element.original_tag = {original_tag.data(), original_tag.size()};
  if (!attributes.empty() && !read_attributes(element, attributes)) return nullptr;
  return made;
}

GumboNode* NodeMaker::copy(const GumboNode* element) {
  GumboNode* made = node(GUMBO_NODE_ELEMENT);
  made->v.element = element->v.element;
  made->v.element.children = kGumboEmptyVector;
  return made;
}

/// All of a tag's attributes lie in one piece of memory: the list, the structs, the names and values.
bool NodeMaker::read_attributes(GumboElement& element, std::span<const RawAttribute> attributes) {
  if (attributes.size() > kAttributesMax) return false;
  size_t names_bytes = 0;
  for (const RawAttribute& raw : attributes) names_bytes += raw.name.size() + raw.value.size() + 2;
  const size_t count = attributes.size();
  auto* memory =
      static_cast<std::byte*>(arena_->allocate(count * (sizeof(void*) + sizeof(GumboAttribute)) + names_bytes));
  auto** list = reinterpret_cast<void**>(memory);
  auto* structs = reinterpret_cast<GumboAttribute*>(list + count);
  char* out = reinterpret_cast<char*>(structs + count);
  unsigned made = 0;
  for (const RawAttribute& raw : attributes) {
    char* name = out;
    for (const char c : raw.name) *out++ = to_lower(c);
    *out++ = '\0';
    if (std::any_of(structs, structs + made,
                    [&](const GumboAttribute& other) { return same_name(name, raw.name.size(), other); })) {
      // gumbo loses its place at one without a value: what follows is added to its name.
      if (raw.value.empty()) return false;
      out = name;
      continue;
    }
    auto* attribute = new (structs + made) GumboAttribute{};
    attribute->name = name;
    if (raw.value.find('&') == std::string_view::npos) {
      attribute->value = out;
      out = std::copy(raw.value.begin(), raw.value.end(), out);
      *out++ = '\0';
    } else {
      if (!references_are_sound(raw.value)) return false;
      decoded_.clear();
      append_without_references(decoded_, raw.value, true);
      attribute->value = string(decoded_);
    }
    list[made++] = attribute;
  }
  if (element.tag_namespace != GUMBO_NAMESPACE_HTML) {
    for (unsigned i = 0; i < made; ++i) adjust_foreign_name(structs[i], element.tag_namespace);
  }
  element.attributes = {list, made, made};
  return true;
}

}  // namespace scraper
