// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "scraper/base/ascii.h"
#include "scraper/parse/character_reference.h"
#include "scraper/parse/html_tokenizer.h"
#include "scraper/parse/page_builder.h"

namespace scraper {

/// The attributes of the tag that a tokenizer is at. Values are decoded when they are asked for, and hold until reset.
class TagAttributes final : public ElementAttributes {
 public:
  explicit TagAttributes(const HtmlTokenizer& tokenizer) : tokenizer_(tokenizer) {}

  /// The next tag was read.
  void reset() { used_ = 0; }

  std::optional<std::string_view> get(const char* name) const override {
    const std::string_view wanted = name;
    for (const RawAttribute& attribute : tokenizer_.attributes()) {
      if (equals_ignoring_case(attribute.name, wanted)) return value(attribute);
    }
    return std::nullopt;
  }

  std::string_view value(const RawAttribute& attribute) const {
    if (attribute.value.find('&') == std::string_view::npos) return attribute.value;
    if (used_ == decoded_.size()) decoded_.emplace_back();
    std::string& text = decoded_[used_++];
    text.clear();
    append_without_references(text, attribute.value, true);
    return text;
  }

 private:
  const HtmlTokenizer& tokenizer_;
  mutable std::deque<std::string> decoded_;  // views into it outlive further ones
  mutable size_t used_ = 0;
};

}  // namespace scraper
