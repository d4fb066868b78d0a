// SPDX-License-Identifier: MIT
// What only an unfriendly list, config file or page contains.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "scraper/cli/setting_table.h"
#include "scraper/cli/table_format.h"
#include "scraper/cli/url_list.h"
#include "scraper/parse/content_type.h"

namespace scraper {
namespace {

std::optional<std::string> set(Settings& settings, const std::string& key, const std::vector<std::string>& texts) {
  return find_setting(key)->set(settings, texts);
}

TEST(SettingTable, RefusesWhatIsNoNumberWhereAShareIsWanted) {
  Settings settings;
  EXPECT_TRUE(set(settings, "run.fail_above", {"nan"}));
  EXPECT_TRUE(set(settings, "run.fail_above", {"-nan"}));
}

class UrlListOf : public testing::Test {
 protected:
  static UrlList open(const std::vector<std::string>& sources) {
    auto list = UrlList::open(sources);
    EXPECT_TRUE(list) << list.error().message;
    return std::move(*list);
  }
  static std::vector<storage::SeedRecord> seeds(UrlList& list) {
    Scope scope = std::move(*Scope::make({}));
    std::vector<storage::SeedRecord> out;
    list.read(scope, [&](storage::SeedRecord seed) {
      out.push_back(std::move(seed));
      return true;
    });
    return out;
  }
};

TEST(ParseListedUrl, TakesANameForHttpAlsoWhenItsQueryHoldsAUrl) {
  const auto url = parse_listed_url("example.com/login?next=http://a.test/");
  ASSERT_TRUE(url) << url.error().message;
  EXPECT_EQ(url->href(), "http://example.com/login?next=http://a.test/");
  const auto path = parse_listed_url("web.archive.test/web/2020/https://a.test/");
  ASSERT_TRUE(path) << path.error().message;
  EXPECT_EQ(path->href(), "http://web.archive.test/web/2020/https://a.test/");
}

TEST_F(UrlListOf, RefusesAnEmptyName) { EXPECT_FALSE(UrlList::open({""})); }

TEST_F(UrlListOf, CanBeAPipeWhichIsReadOnceOnly) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const std::string text = "http://a.test/\nhttp://b.test/\n";
  ASSERT_EQ(write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  close(ends[1]);
  UrlList list = open({"/dev/fd/" + std::to_string(ends[0])});  // as the shell's <(...) does
  const std::string known = list.whole().hash;
  EXPECT_EQ(known, list.whole().hash);
  EXPECT_EQ(seeds(list).size(), 2u);
  close(ends[0]);
}

using storage::Blob;
using storage::Row;
using testing::HasSubstr;
using testing::Not;

using Columns = std::vector<std::string>;

std::string text(const char* words) { return words; }

std::string written(TableFormat format, const Columns& columns, const std::vector<Row>& rows, size_t width_max = 0) {
  char* data = nullptr;
  size_t size = 0;
  std::FILE* out = open_memstream(&data, &size);
  {
    const auto writer = make_table_writer(format, out, width_max);
    writer->begin(columns);
    for (const Row& row : rows) writer->row(row);
    writer->end();
  }
  std::fclose(out);
  const std::string result(data, size);
  std::free(data);
  return result;
}

TEST(AlignedTable, LetsNoControlCharacterOfTheSecondBlockReachTheTerminal) {
  // U+009B is CSI, U+0090 DCS, U+009D OSC: xterm obeys them also when they come as UTF-8.
  const std::string out = written(TableFormat::table, {"t"},
                                  {{text("a\xC2\x9B"
                                         "31mb\xC2\x90\xC2\x9D\xC2\x80\xC2\x9F\xC2\xA0"
                                         "c")}});
  for (char low = '\x80'; low <= '\x9F'; ++low) EXPECT_THAT(out, Not(HasSubstr(std::string("\xC2") + low)));
  EXPECT_THAT(out, HasSubstr("\xC2\xA0"));  // a space that does not break is none of them
}

TEST(AlignedTable, LetsNoControlCharacterOfAColumnsNameReachTheTerminal) {
  const std::string out = written(TableFormat::table, {"count(\n  *)", "\x1b[31m"}, {{int64_t{1}, int64_t{2}}});
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 3);
  EXPECT_THAT(out, Not(HasSubstr("\x1b")));
}

TEST(ContentKind, SniffsWhereTheServerSaysThatItDoesNotKnow) {
  for (const char* type : {"*/*", "unknown/unknown", "application/unknown"}) {  // MIME Sniffing 7, step 1
    EXPECT_EQ(content_kind(type, "<html>"), ContentKind::html) << type;
  }
}

TEST(ContentKind, KnowsDocumentsThatLookLikeTextAtFirst) {
  EXPECT_EQ(content_kind("", "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n1 0 obj"), ContentKind::other);
  EXPECT_EQ(content_kind("", std::string("\xFF\xFEh\0i\0", 6)), ContentKind::text);
}

}  // namespace
}  // namespace scraper
