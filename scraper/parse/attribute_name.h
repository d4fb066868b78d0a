// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace scraper {

/// The attributes that somebody asks for, by number: most of a page's are none of them.
enum class AttributeName : uint8_t {
  about,
  alt,
  color,
  content,
  datatype,
  encoding,
  face,
  hidden,
  href,
  http_equiv,
  itemscope,
  lang,
  name,
  prefix,
  property,
  rel,
  resource,
  rev,
  size,
  src,
  srcset,
  title,
  type,
  type_of,
  vocab,
  xml_lang,
  xmlns_prefix,  ///< all that begin with `xmlns:`
  other,
};

/// Several of them, a bit each.
using AttributeNames = uint32_t;
constexpr AttributeNames mask_of(AttributeName name) { return AttributeNames{1} << static_cast<unsigned>(name); }

inline constexpr AttributeNames kAllAttributes = UINT32_MAX;

/// Of an attribute as written, in any case; `key` is its name_key. Any thread.
AttributeName attribute_name(std::string_view name, uint64_t key);

/// Its name in lower case, with a zero behind it; of xmlns_prefix and other: empty.
const char* text_of(AttributeName name);

}  // namespace scraper
