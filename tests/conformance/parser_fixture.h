// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "scraper/parse/parser_choice.h"

namespace scraper {

/// What every parser behind the seam does.
class EveryParser : public testing::TestWithParam<ParserChoice> {
 protected:
  ParsedPage parse(std::string_view body, std::string_view url_text = "http://a.test/b/c.html",
                   const ParseLimits& limits = {}, const ParseWishes& wishes = {}) {
    const auto parser = make_parser(GetParam(), limits, wishes);
    const auto url = Url::parse(url_text);
    auto page = parser->parse({*url, body, "text/html; charset=utf-8"});
    EXPECT_TRUE(page) << page.error().message;
    return page ? *page : ParsedPage();
  }

  static std::vector<std::string> targets(const ParsedPage& page) {
    std::vector<std::string> out;
    for (const Link& link : page.links) out.push_back(link.url.href());
    return out;
  }
};

inline std::string parser_name(const testing::TestParamInfo<ParserChoice>& parameter) {
  switch (parameter.param) {
    case ParserChoice::tree:
      return "tree";
    case ParserChoice::tokens:
      return "tokens";
    default:
      return "auto";
  }
}

}  // namespace scraper
