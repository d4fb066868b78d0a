// SPDX-License-Identifier: MIT
#include "scraper/cli/content_key.h"

#include <gtest/gtest.h>

namespace scraper {
namespace {

int64_t key(const Settings& settings, const std::vector<std::string>& seeds = {"http://a.test/"}) {
  Scope scope = std::move(*Scope::make(settings.scope));
  for (const std::string& seed : seeds) scope.add_seed(*Url::parse(seed));
  return content_key(settings, scope);
}

Settings following_links() {
  Settings settings;
  settings.scope.depth = 1;
  return settings;
}

TEST(ContentKey, IsTheSameForTheSameSettings) {
  EXPECT_GT(key({}), 0);
  EXPECT_EQ(key({}), key({}));
}

TEST(ContentKey, ChangesWithWhatIsKeptAndHowItIsRead) {
  Settings without_text, content, rules, language;
  without_text.digest.keep.text = false;
  content.content = true;
  FieldSpec name;
  name.name = "name";
  name.expression = "h1";
  rules.rule_specs.emplace_back();
  rules.rule_specs.back().table = "t";
  rules.rule_specs.back().fields = {name};
  language.fetch.headers = {"Accept-Language: fr"};
  for (const Settings& settings : {without_text, content, rules, language}) EXPECT_NE(key(settings), key({}));
}

TEST(ContentKey, DoesNotChangeWithWhatOnlySaysHowToGetThere) {
  Settings settings;
  settings.concurrency = 7;
  settings.database = "other.db";
  settings.parse_threads = 3;
  settings.politeness.delay = Duration{1};
  settings.pages_max = 5;
  settings.scope.reject = {"x"};  // without links to follow
  settings.older_than = Duration{1};
  settings.fresh = true;
  EXPECT_EQ(key(settings), key({}));
}

TEST(ContentKey, DoesNotKnowTheValuesOfHeadersThatMayBeSecret) {
  Settings one, other, none;
  one.fetch.headers = {"Authorization: Basic abc"};
  other.fetch.headers = {"Authorization: Basic xyz"};
  EXPECT_EQ(key(one), key(other));
  EXPECT_NE(key(one), key(none));
}

TEST(ContentKey, ChangesWithTheScopeOnceLinksAreFollowed) {
  Settings settings = following_links(), rejecting = settings, deeper = settings;
  rejecting.scope.reject = {"x"};
  deeper.scope.depth = 4;
  EXPECT_NE(key(settings), key({}));
  EXPECT_NE(key(rejecting), key(settings));
  EXPECT_EQ(key(deeper), key(settings));
  EXPECT_EQ(key(settings, {"http://a.test/", "http://a.test/x"}), key(settings));
  EXPECT_NE(key(settings, {"http://a.test/", "http://b.test/x"}), key(settings));
}

TEST(ContentKey, IsNoneWhereAnUnchangedPageWouldNotDo) {
  Settings without_links = following_links(), heads, own;
  without_links.digest.keep.links = false;
  heads.head = true;
  own.fetch.headers = {"if-modified-since: Sat, 01 Jan 2022 00:00:00 GMT"};
  for (const Settings& settings : {without_links, heads, own}) EXPECT_EQ(key(settings), 0);
  HostOverride host;
  host.headers = {"If-None-Match: \"x\""};
  Settings of_host;
  of_host.hosts["a.test"] = host;
  EXPECT_EQ(key(of_host), 0);
}

}  // namespace
}  // namespace scraper
