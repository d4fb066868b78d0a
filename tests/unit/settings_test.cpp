// SPDX-License-Identifier: MIT
#include "scraper/cli/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "scraper/cli/config_file.h"
#include "scraper/cli/setting_table.h"
#include "tests/support/temporary_directory.h"

namespace scraper {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// A config file and what becomes of settings that it is applied to.
class ConfigFile : public testing::Test {
 protected:
  bool apply(const std::string& text) {
    std::ofstream(path_, std::ios::binary) << text;
    const auto applied = apply_config_file(path_, settings);
    problems = applied ? "" : applied.error().message;
    return applied.has_value();
  }
  std::string at(int line) const { return path_ + ":" + std::to_string(line) + ":"; }

  Settings settings;
  std::string problems;

 private:
  TemporaryDirectory directory_;
  const std::string path_ = (directory_.path() / "config.toml").string();
};

std::optional<std::string> set(Settings& settings, const std::string& key, const std::vector<std::string>& texts) {
  return find_setting(key)->set(settings, texts);
}

std::string shown(const Settings& settings, const std::string& key) { return find_setting(key)->show(settings); }

TEST(SettingTable, NamesEverySettingOnceAndSaysWhatItIsFor) {
  std::set<std::string> keys, options, variables;
  for (const Setting& setting : setting_table()) {
    EXPECT_TRUE(keys.insert(setting.key).second) << setting.key;
    EXPECT_TRUE(variables.insert(environment_name(setting)).second) << setting.key;
    EXPECT_NE(setting.key.find('.'), std::string::npos) << setting.key;
    EXPECT_THAT(setting.help, Not(IsEmpty())) << setting.key;
    EXPECT_THAT(setting.help, Not(HasSubstr("\n"))) << setting.key;
    EXPECT_TRUE(setting.set && setting.show) << setting.key;
    EXPECT_EQ(find_setting(setting.key), &setting);
    std::stringstream names(setting.option);
    for (std::string option; std::getline(names, option, ',');) {
      EXPECT_TRUE(options.insert(option).second) << option;
      EXPECT_TRUE(option.starts_with("-")) << option;
    }
    EXPECT_EQ(setting.value.empty(), !setting.switch_text.empty()) << setting.key;
  }
  EXPECT_EQ(find_setting("fetch"), nullptr);
  EXPECT_EQ(find_setting(""), nullptr);
}

TEST(SettingTable, HasTheOptionsThatTheContractNames) {
  std::string all;
  for (const Setting& setting : setting_table()) all += "," + setting.option;
  all += ",";
  for (const char* option : {"--fetcher",
                             "--concurrency",
                             "--per-host",
                             "--delay",
                             "-l",
                             "--depth",
                             "--span",
                             "--accept",
                             "--reject",
                             "--connect-timeout",
                             "--first-byte-timeout",
                             "--stall-timeout",
                             "-m",
                             "--max-time",
                             "--parse-timeout",
                             "--deadline",
                             "--retry",
                             "--retry-on",
                             "--patience",
                             "--max-filesize",
                             "--max-redirs",
                             "-A",
                             "--user-agent",
                             "-H",
                             "-x",
                             "--proxy",
                             "-b",
                             "--cookie",
                             "--resolve",
                             "--cacert",
                             "-k",
                             "--private-addresses",
                             "--lock-wait",
                             "--fail-above",
                             "--store",
                             "--head",
                             "-d"}) {
    EXPECT_THAT(all, HasSubstr("," + std::string(option) + ",")) << option;
  }
}

TEST(SettingTable, HasTheDefaultsThatTheContractNames) {
  const Settings settings;
  EXPECT_EQ(shown(settings, "fetch.model"), "\"multi\"");
  EXPECT_EQ(shown(settings, "politeness.per_host"), "2");
  EXPECT_EQ(shown(settings, "politeness.delay"), "\"500ms\"");
  EXPECT_EQ(shown(settings, "scope.depth"), "0");
  EXPECT_EQ(shown(settings, "scope.span"), "\"host\"");
  EXPECT_EQ(shown(settings, "fetch.timeout.connect"), "\"10s\"");
  EXPECT_EQ(settings.fetch.first_byte_timeout, seconds{30});
  EXPECT_EQ(settings.fetch.stall_timeout, seconds{30});
  EXPECT_EQ(settings.fetch.max_time, seconds{60});
  EXPECT_EQ(shown(settings, "parse.timeout"), "\"10s\"");
  EXPECT_EQ(shown(settings, "run.deadline"), "");
  EXPECT_EQ(shown(settings, "fetch.retries"), "2");
  EXPECT_EQ(shown(settings, "run.patience"), "\"10m\"");
  EXPECT_EQ(shown(settings, "fetch.body_max"), "\"16MiB\"");
  EXPECT_EQ(shown(settings, "fetch.redirects_max"), "10");
  EXPECT_EQ(shown(settings, "fetch.private_addresses"), "\"seeds\"");
  EXPECT_EQ(shown(settings, "fetch.retry_on"), "[408, 425, 429, 500, 502, 503, 504]");
  EXPECT_EQ(settings.fail_above, 0);
  EXPECT_EQ(settings.database, "results.db");
  EXPECT_EQ(effective_concurrency(settings), 64u);
}

TEST(SettingTable, RefusesNumbersOutOfBounds) {
  Settings settings;
  const std::pair<const char*, std::vector<const char*>> cases[] = {
      {"fetch.concurrency", {"0", "10001", "-1", "x", "", "1.5", "64x", " 64", "99999999999999999999"}},
      {"fetch.retries", {"-1", "101"}},
      {"run.fail_above", {"-0.1", "100.1", "inf", "x"}},
      {"fetch.retry_on", {"99", "600", "500,", "500;502", ""}},
      {"scope.depth", {"-1", "1000001"}}};
  for (const auto& [key, texts] : cases) {
    for (const char* text : texts) EXPECT_TRUE(set(settings, key, {text})) << key << " = " << text;
  }
  EXPECT_EQ(show_settings(settings), show_settings(Settings{}));
}

TEST(SettingTable, TakesTheLimitsThemselves) {
  Settings settings;
  EXPECT_FALSE(set(settings, "fetch.concurrency", {"10000"}));
  EXPECT_FALSE(set(settings, "run.fail_above", {"100"}));
  EXPECT_FALSE(set(settings, "fetch.retry_on", {"500,502", "404"}));
  EXPECT_EQ(settings.concurrency, 10'000u);
  EXPECT_EQ(settings.fail_above, 100);
  EXPECT_THAT(settings.retry.statuses, ElementsAre(500, 502, 404));
}

TEST(SettingTable, RefusesWordsThatItDoesNotKnow) {
  Settings settings;
  for (const auto& [key, text] : {std::pair("fetch.model", "Multi"),
                                  {"scope.span", ""},
                                  {"fetch.insecure", "1"},
                                  {"politeness.delay", "soon"},
                                  {"fetch.body_max", "0"},
                                  {"fetch.body_max", "big"},
                                  {"store.keep", "pages,all"},
                                  {"fetch.headers", "no colon"},
                                  {"fetch.headers", ": x"},
                                  {"fetch.headers", "A b: c"},
                                  {"fetch.headers", "A: b\r\nC: d"},
                                  {"fetch.user_agent", "a\nb"}}) {
    EXPECT_TRUE(set(settings, key, {text})) << key << " = " << text;
  }
}

TEST(SettingTable, KeepsWhatIsNamedAndNothingElse) {
  Settings settings;
  EXPECT_FALSE(set(settings, "store.keep", {"text,links"}));
  EXPECT_TRUE(!settings.digest.keep.pages && settings.digest.keep.text && settings.digest.keep.links &&
              !settings.digest.keep.bodies);
}

TEST(SettingTable, SuggestsTheNearestKey) {
  EXPECT_EQ(nearest_key("fetch.concurency"), "fetch.concurrency");
  EXPECT_EQ(nearest_key("politeness.perhost"), "politeness.per_host");
  EXPECT_EQ(nearest_key("scope.dpeth"), "scope.depth");
  EXPECT_EQ(nearest_key("x"), "");
  EXPECT_EQ(nearest_key("something.else.entirely"), "");
}

TEST(Settings, TakeFewerThreadsThanTransfers) {
  Settings settings;
  settings.model = FetchModel::threads;
  EXPECT_GE(effective_concurrency(settings), 5u);
  EXPECT_LE(effective_concurrency(settings), 32u);
  settings.concurrency = 3;
  EXPECT_EQ(effective_concurrency(settings), 3u);
  EXPECT_GE(effective_parse_threads(settings), 1u);
}

TEST(Settings, SayWhoAsksUnlessToldOtherwise) {
  Settings settings;
  EXPECT_THAT(effective_user_agent(settings), testing::StartsWith("scraper/"));
  settings.contact = "mail@a.test";
  EXPECT_THAT(effective_user_agent(settings), testing::EndsWith(" (+mail@a.test)"));
  settings.user_agent = "mine";
  EXPECT_EQ(effective_user_agent(settings), "mine");
}

TEST_F(ConfigFile, SetsWhatItNames) {
  ASSERT_TRUE(
      apply("[run]\nseeds = ['a.txt', 'http://b.test/']\ndeadline = '2h'\nfail_above = 2.5\n"
            "[fetch]\nmodel = 'threads'\nconcurrency = 7\nbody_max = 4096\ninsecure = true\nheaders = 'A: b'\n"
            "[fetch.timeout]\ntotal = 5\nstall = 0.25\n[politeness]\ndelay = '0'\n"))
      << problems;
  EXPECT_THAT(settings.seeds, ElementsAre("a.txt", "http://b.test/"));
  EXPECT_EQ(settings.deadline, hours{2});
  EXPECT_EQ(settings.fail_above, 2.5);
  EXPECT_EQ(settings.model, FetchModel::threads);
  EXPECT_EQ(settings.concurrency, 7u);
  EXPECT_EQ(settings.fetch.body_bytes_max, 4096u);
  EXPECT_TRUE(settings.fetch.insecure);
  EXPECT_THAT(settings.fetch.headers, ElementsAre("A: b"));
  EXPECT_EQ(settings.fetch.max_time, seconds{5});
  EXPECT_EQ(settings.fetch.stall_timeout, milliseconds{250});
  EXPECT_EQ(settings.politeness.delay, Duration{0});
}

TEST_F(ConfigFile, LeavesWhatItDoesNotNameAlone) {
  settings.retry.retries = 9;
  ASSERT_TRUE(apply("# nothing\n"));
  EXPECT_EQ(settings.retry.retries, 9);
}

TEST_F(ConfigFile, NamesTheLineOfAnUnknownKeyAndTheNearestOne) {
  EXPECT_FALSE(apply("[fetch]\n\nconcurency = 3\n"));
  EXPECT_THAT(problems, HasSubstr(at(3)));
  EXPECT_THAT(problems, HasSubstr("fetch.concurency"));
  EXPECT_THAT(problems, HasSubstr("did you mean fetch.concurrency?"));
  EXPECT_FALSE(apply("\n[nonsense]\nx = 1\n"));
  EXPECT_THAT(problems, HasSubstr(at(2)));
}

TEST_F(ConfigFile, NamesTheLineOfABadValueAndSaysWhatIsWanted) {
  EXPECT_FALSE(apply("[politeness]\nper_host = 2\ndelay = 'soon'\n"));
  EXPECT_THAT(problems, HasSubstr(at(3)));
  EXPECT_THAT(problems, HasSubstr("`soon`"));
  EXPECT_THAT(problems, HasSubstr("500ms"));
}

TEST_F(ConfigFile, TellsOfEveryProblemAtOnceAndAppliesNothing) {
  EXPECT_FALSE(
      apply("[fetch]\nretries = 5\nmodel = 'fast'\nconcurrency = [1]\n[scope]\ndept = 1\nspan = { a = 1 }\nreject = "
            "[['x']]\n"));
  for (const int line : {3, 4, 6, 7, 8}) EXPECT_THAT(problems, HasSubstr(at(line)));
  EXPECT_EQ(std::count(problems.begin(), problems.end(), '\n'), 4);
  EXPECT_EQ(show_settings(settings), show_settings(Settings{}));
}

TEST_F(ConfigFile, RefusesAValueOfTheWrongType) {
  for (const char* text : {"fetch.retries = 'two'", "fetch.retries = 1.5", "fetch.retries = true",
                           "fetch.retries = 2024-01-01", "fetch.insecure = 1", "fetch.model = {}",
                           "run.seeds = {a = 1}", "run.seeds = [2024-01-01]", "fetch = 3", "scope.depth = [1, 2]"}) {
    EXPECT_FALSE(apply(text)) << text;
    EXPECT_THAT(problems, HasSubstr(at(1))) << text;
  }
}

TEST_F(ConfigFile, NamesTheLineWhereTheFileIsNoToml) {
  EXPECT_FALSE(apply("[fetch]\nretries = = 3\n"));
  EXPECT_THAT(problems, HasSubstr(at(2)));
  EXPECT_FALSE(apply("[fetch]\nretries = 3\nretries = 4\n"));
  EXPECT_THAT(problems, HasSubstr(at(3)));
}

TEST_F(ConfigFile, SaysWhichFileIsNotThere) {
  const auto applied = apply_config_file("/no/such/file.toml", settings);
  ASSERT_FALSE(applied);
  EXPECT_THAT(applied.error().message, HasSubstr("/no/such/file.toml"));
}

TEST_F(ConfigFile, ReadsBackTheDefaultsAsTheyAreShown) {
  Settings changed;
  changed.politeness.delay = Duration{1};
  changed.fetch.body_bytes_max = 1;
  changed.retry.statuses = {};
  changed.digest.keep = {false, false, false, false};
  settings = changed;
  ASSERT_TRUE(apply(show_settings(Settings{}))) << problems;
  EXPECT_EQ(show_settings(settings), show_settings(Settings{}));
}

TEST_F(ConfigFile, ReadsBackWhatWasSetAsItIsShown) {
  Settings changed;
  const std::map<std::string, std::vector<std::string>> values{
      {"run.seeds", {"http://a.test/?q=\"x\"#y", "C:\\list.txt", "# no comment", "\xC3\xA9"}},
      {"run.database", {"my \"own\" \\ results.db"}},
      {"run.deadline", {"90s"}},
      {"run.fail_above", {"12.5"}},
      {"fetch.model", {"threads"}},
      {"fetch.concurrency", {"3"}},
      {"fetch.retry_on", {"404"}},
      {"fetch.headers", {"A: \"b\"", "C: d\\e"}},
      {"fetch.insecure", {"true"}},
      {"fetch.body_max", {"1500"}},
      {"fetch.timeout.total", {"1500ms"}},
      {"scope.accept", {"^https?://a\\.test/\\d+$", "\tx"}},
      {"parse.threads", {"5"}},
      {"store.bodies", {"false"}}};
  for (const auto& [key, texts] : values) EXPECT_FALSE(set(changed, key, texts)) << key;
  ASSERT_TRUE(apply(show_settings(changed))) << problems;
  EXPECT_EQ(show_settings(settings), show_settings(changed));
  EXPECT_EQ(settings.seeds, changed.seeds);
  EXPECT_EQ(settings.scope.accept, changed.scope.accept);
  EXPECT_EQ(settings.database, changed.database);
}

TEST_F(ConfigFile, ShowsEveryKey) {
  const std::string shown_all = show_settings(settings);
  for (const Setting& setting : setting_table()) {
    const size_t dot = setting.key.rfind('.');
    EXPECT_THAT(shown_all, HasSubstr("[" + setting.key.substr(0, dot) + "]"));
    EXPECT_THAT(shown_all, HasSubstr(setting.key.substr(dot + 1) + " ="));
    EXPECT_THAT(shown_all, HasSubstr(setting.help));
  }
}

/// A variable of the environment, for as long as it lives.
class Variable {
 public:
  Variable(std::string name, const std::string& value) : name_(std::move(name)) {
    setenv(name_.c_str(), value.c_str(), 1);
  }
  ~Variable() { unsetenv(name_.c_str()); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  std::string name_;
};

TEST(Environment, NamesSettingsInCapitals) {
  EXPECT_EQ(environment_name(*find_setting("fetch.timeout.first_byte")), "SCRAPER_FETCH_TIMEOUT_FIRST_BYTE");
}

TEST(Environment, SetsWhatItNames) {
  const Variable retries("SCRAPER_FETCH_RETRIES", "7"), delay("SCRAPER_POLITENESS_DELAY", "2s"),
      other("SCRAPER_SOMETHING", "x");
  Settings settings;
  ASSERT_TRUE(apply_environment(settings));
  EXPECT_EQ(settings.retry.retries, 7);
  EXPECT_EQ(settings.politeness.delay, seconds{2});
}

TEST(Environment, SaysWhichVariableIsWrong) {
  const Variable retries("SCRAPER_FETCH_RETRIES", "many");
  Settings settings;
  const auto applied = apply_environment(settings);
  ASSERT_FALSE(applied);
  EXPECT_THAT(applied.error().message, HasSubstr("SCRAPER_FETCH_RETRIES"));
  EXPECT_THAT(applied.error().message, HasSubstr("many"));
}

}  // namespace
}  // namespace scraper
