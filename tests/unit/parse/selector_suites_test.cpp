// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "corpora.h"
#include "selector_page.h"

namespace scraper {
namespace {

class SelectorSuites : public SelectorPage {
 protected:
  static std::string wanted_ids(const nlohmann::json& test) {
    std::string want;
    for (const auto& id : test["ids"]) {
      if (id.is_null()) continue;
      if (!want.empty()) want += ' ';
      want += id.get<std::string>();
    }
    return want;
  }

  /// The ids of what has one.
  std::string found_ids(std::string_view text) {
    std::string all = ids(text), out;
    for (size_t at = 0; at < all.size();) {
      const size_t end = std::min(all.find(' ', at), all.size());
      if (const std::string id = all.substr(at, end - at); id != "?") out += (out.empty() ? "" : " ") + id;
      at = end + 1;
    }
    return out;
  }
};

TEST_F(SelectorSuites, AgreesWithSizzleOnEveryCase) {
  const auto cases = read_cases("css-sizzle");
  if (cases.empty()) GTEST_SKIP() << "no public suites at " << corpora();
  std::ifstream file(corpora() / "suites/css-sizzle/sizzle.html", std::ios::binary);
  load(std::string(std::istreambuf_iterator<char>(file), {}));
  int compared = 0;
  for (const auto& test : cases) {
    if (!test.value("usable", false)) continue;
    const std::string text = test["selector"];
    EXPECT_EQ(ids(text), wanted_ids(test)) << text;
    ++compared;
  }
  EXPECT_EQ(compared, 150);
}

TEST_F(SelectorSuites, AgreesWithSoupsieveOnEveryCase) {
  const auto cases = read_cases("css-select");
  if (cases.empty()) GTEST_SKIP() << "no public suites at " << corpora();
  int compared = 0;
  for (const auto& test : cases) {
    const std::string text = test["selector"];
    // These two go wrong in what is passed beside the selector, which is `div`.
    if (!test.value("usable", false) || (text == "div" && test.contains("error"))) continue;
    ++compared;
    if (test.contains("error")) {
      EXPECT_FALSE(Selector::compile(text)) << text;
      continue;
    }
    load(test["markup"]);
    EXPECT_EQ(found_ids(text), wanted_ids(test)) << text;
  }
  EXPECT_EQ(compared, 81);
}

}  // namespace
}  // namespace scraper
