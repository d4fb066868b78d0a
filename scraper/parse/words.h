// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <vector>

#include "scraper/parse/gumbo_node.h"

namespace scraper {

/// The words of an attribute that is a list of them (HTML 2.3.7, "space-separated tokens"), the first `most`. They
/// point into the text.
class Words {
 public:
  explicit Words(std::string_view text, size_t most) {
    size_t at = 0;
    while (words_.size() < most) {
      while (at < text.size() && is_white_space(text[at])) ++at;
      if (at == text.size()) return;
      size_t end = at;
      while (end < text.size() && !is_white_space(text[end])) ++end;
      words_.push_back(text.substr(at, end - at));
      at = end;
    }
  }

  auto begin() const { return words_.begin(); }
  auto end() const { return words_.end(); }
  size_t size() const { return words_.size(); }
  std::string_view operator[](size_t i) const { return words_[i]; }

 private:
  std::vector<std::string_view> words_;
};

}  // namespace scraper
