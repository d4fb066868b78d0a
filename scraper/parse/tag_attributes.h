// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scraper/parse/character_reference.h"
#include "scraper/parse/html_tokenizer.h"
#include "scraper/parse/page_builder.h"

namespace scraper {

/// The attributes of the tag that a tokenizer is at. Values are decoded when they are asked for, and hold until reset.
class TagAttributes final : public ElementAttributes {
 public:
  explicit TagAttributes(const HtmlTokenizer& tokenizer) : ElementAttributes(0), tokenizer_(tokenizer) {}

  /// The next tag was read.
  void reset() {
    names_ = tokenizer_.attribute_names();
    used_ = 0;
  }

  /// Which of them the tag has.
  AttributeNames names() const { return names_; }
  const std::vector<RawAttribute>& all() const { return tokenizer_.attributes(); }

  std::string_view value(const RawAttribute& attribute) const {
    if (attribute.value.find('&') == std::string_view::npos) return attribute.value;
    if (used_ == decoded_.size()) decoded_.emplace_back();
    std::string& text = decoded_[used_++];
    text.clear();
    append_without_references(text, attribute.value, true);
    return text;
  }

 private:
  std::optional<std::string_view> find(AttributeName name) const override {
    for (const RawAttribute& attribute : all()) {
      if (attribute.known_as == name) return value(attribute);
    }
    return std::nullopt;
  }

  const HtmlTokenizer& tokenizer_;
  mutable std::deque<std::string> decoded_;  // views into it outlive further ones
  mutable size_t used_ = 0;
};

}  // namespace scraper
