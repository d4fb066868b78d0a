// SPDX-License-Identifier: MIT
#include "scraper/parse/node_maker.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "scraper/base/ascii.h"
#include "scraper/parse/character_reference.h"
#include "scraper/parse/foreign_names.h"
#include "scraper/parse/gumbo_node.h"

namespace scraper {
namespace {

// More might overflow gumbo's int.
constexpr size_t kDigitsMax = 7;

bool is_hex_digit(char c) { return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f'); }

bool same_name(const char* lowered, size_t size, const GumboAttribute& other) {
  return std::memcmp(lowered, other.name, size) == 0 && other.name[size] == '\0';
}

/// Also an empty one: a `=` follows its name.
bool has_value(const RawAttribute& attribute) {
  const char* behind = attribute.name.data() + attribute.name.size();
  while (is_white_space(*behind)) ++behind;  // up to the tag's end, which is there
  return *behind == '=';
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
  const bool is_template = tag == GUMBO_TAG_TEMPLATE && space == GUMBO_NAMESPACE_HTML;
  GumboNode* made = node(is_template ? GUMBO_NODE_TEMPLATE : GUMBO_NODE_ELEMENT);
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

bool NodeMaker::add_attributes(GumboNode& element, std::span<const RawAttribute> attributes) {
  GumboElement more{};
  if (attributes.empty()) return true;
  if (!read_attributes(more, attributes)) return false;
  GumboVector& list = element.v.element.attributes;
  auto** data = static_cast<void**>(arena_->allocate((list.length + more.attributes.length) * sizeof(void*)));
  std::copy_n(list.data, list.length, data);
  unsigned length = list.length;
  for (unsigned i = 0; i < more.attributes.length; ++i) {
    const auto* attribute = static_cast<const GumboAttribute*>(more.attributes.data[i]);
    if (gumbo_get_attribute(&list, attribute->name) == nullptr) data[length++] = more.attributes.data[i];
  }
  list = {data, length, length};
  return length <= kAttributesMax;
}

/// All of a tag's attributes lie in one piece of memory: the list, the structs, the names and values.
bool NodeMaker::read_attributes(GumboElement& element, std::span<const RawAttribute> attributes) {
  const size_t count = attributes.size();
  if (count > kAttributesMax) return false;
  size_t text_bytes = 0;
  for (const RawAttribute& raw : attributes) text_bytes += raw.name.size() + raw.value.size() + 2;
  auto* memory =
      static_cast<std::byte*>(arena_->allocate(count * (sizeof(void*) + sizeof(GumboAttribute)) + text_bytes));
  auto** list = reinterpret_cast<void**>(memory);
  auto* structs = reinterpret_cast<GumboAttribute*>(list + count);
  char* out = reinterpret_cast<char*>(structs + count);
  const char* name = out;
  unsigned made = 0;
  for (const RawAttribute& raw : attributes) {
    out = std::transform(raw.name.begin(), raw.name.end(), out, [](char c) { return to_lower(c); });
    const auto size = static_cast<size_t>(out - name);
    if (std::any_of(structs, structs + made,
                    [&](const GumboAttribute& other) { return same_name(name, size, other); })) {
      // Quirk: one without a value is not forgotten. The next one's name is written behind its.
      if (has_value(raw)) out -= size;
      continue;
    }
    *out++ = '\0';
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
    name = out;
  }
  if (element.tag_namespace != GUMBO_NAMESPACE_HTML) {
    for (unsigned i = 0; i < made; ++i) adjust_foreign_name(structs[i], element.tag_namespace);
  }
  element.attributes = {list, made, made};
  return true;
}

}  // namespace scraper
