// SPDX-License-Identifier: MIT
#include "scraper/parse/attribute_name.h"

#include <iterator>

#include "scraper/parse/name_table.h"

namespace scraper {
namespace {

// In the order of their numbers.
constexpr std::string_view kAttributeNames[] = {
    "about",      "alt",       "color",  "content", "datatype", "encoding", "face",  "hidden",   "href",
    "http-equiv", "itemscope", "lang",   "name",    "prefix",   "property", "rel",   "resource", "rev",
    "size",       "src",       "srcset", "title",   "type",     "typeof",   "vocab", "xml:lang"};
static_assert(std::size(kAttributeNames) == static_cast<size_t>(AttributeName::xmlns_prefix));

constexpr NameTable kAttributes(kAttributeNames);

}  // namespace

AttributeName attribute_name(std::string_view name, uint64_t key) {
  const size_t found = kAttributes.find(name, key);
  if (found < std::size(kAttributeNames)) return static_cast<AttributeName>(found);
  return name.size() > 5 && name[5] == ':' && starts_with_ignoring_case(name, "xmlns:") ? AttributeName::xmlns_prefix
                                                                                        : AttributeName::other;
}

const char* text_of(AttributeName name) {
  return name < AttributeName::xmlns_prefix ? kAttributeNames[static_cast<size_t>(name)].data() : "";
}

}  // namespace scraper
