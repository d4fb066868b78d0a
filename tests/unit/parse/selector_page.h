// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/page_tree.h"
#include "scraper/parse/selector.h"

namespace scraper {

/// A test that has one page, and asks selectors of it.
class SelectorPage : public testing::Test {
 protected:
  void load(std::string html) {
    html_ = std::move(html);
    const auto output = tree_.parse(html_, limits_, steady_now() + Duration(60'000));
    ASSERT_TRUE(output);
    document_ = (*output)->document;
    root_ = (*output)->root;
  }

  static std::string describe(const SelectorError& error) {
    return "error at " + std::to_string(error.column) + ": " + error.message;
  }

  /// The ids of what matches below `from` (the document), with spaces between.
  std::string ids(std::string_view text, const GumboNode* from = nullptr) {
    return values(text, from,
                  [](const Match& match) { return std::string(attribute(match.node, "id").value_or("?")); });
  }

  /// What `::text` and `::attr()` find, each in brackets.
  std::string texts(std::string_view text, const GumboNode* from = nullptr) {
    return values(text, from, [](const Match& match) {
      return "[" + std::string(match.attribute ? *match.attribute : text_of(match.node)) + "]";
    });
  }

  /// The first element of this id.
  const GumboNode* at(std::string_view id) {
    const Watchdog watchdog(limits_, steady_now() + Duration(60'000));
    return Selector::compile("[id='" + std::string(id) + "']")->select_first(document_, watchdog)->node;
  }

  std::string html_;
  ParseLimits limits_;
  PageTree tree_;
  const GumboNode* document_ = nullptr;
  const GumboNode* root_ = nullptr;

 private:
  template <class Name>
  std::string values(std::string_view text, const GumboNode* from, Name name) {
    const auto selector = Selector::compile(text);
    if (!selector) return describe(selector.error());
    const Watchdog watchdog(limits_, steady_now() + Duration(60'000));
    const auto found = selector->select_all(from == nullptr ? document_ : from, watchdog);
    if (!found) return "out of time";
    std::string out;
    for (const Match& match : *found) {
      if (!out.empty()) out += ' ';
      out += name(match);
    }
    return out;
  }
};

}  // namespace scraper
