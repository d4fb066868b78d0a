// SPDX-License-Identifier: MIT
#include "scraper/cli/table_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

namespace scraper {
namespace {

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

size_t characters(const std::string& line) {
  return static_cast<size_t>(
      std::count_if(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

TEST(AlignedTable, MakesColumnsAsWideAsTheirWidestCell) {
  EXPECT_EQ(
      written(TableFormat::table, {"url", "n"}, {{text("http://a.test/"), int64_t{7}}, {text("x"), int64_t{1234}}}),
      "url                n\n"
      "--------------  ----\n"
      "http://a.test/     7\n"
      "x               1234\n");
}

TEST(AlignedTable, ShowsNullAsNothingAndBlobsInHexadecimal) {
  EXPECT_EQ(written(TableFormat::table, {"a", "b", "c"}, {{nullptr, Blob{std::string("\0\xFF", 2)}, 1.5}}),
            "a        b    c\n"
            "-  -------  ---\n"
            "   X'00ff'  1.5\n");
}

TEST(AlignedTable, ShowsTheColumnsWhenThereAreNoRows) {
  EXPECT_EQ(written(TableFormat::table, {"url", "n"}, {}), "url  n\n---  -\n");
  EXPECT_EQ(written(TableFormat::table, {}, {}).find_first_not_of('\n'), std::string::npos);
}

TEST(AlignedTable, CountsCharactersRatherThanBytes) {
  EXPECT_EQ(written(TableFormat::table, {"t", "u"}, {{text("\xC3\xA9\xC3\xA9"), text("x")}, {text("ab"), text("y")}}),
            "t   u\n"
            "--  -\n"
            "\xC3\xA9\xC3\xA9  x\n"
            "ab  y\n");
}

TEST(AlignedTable, CutsToTheWidthOfTheTerminalBetweenCharacters) {
  std::string wide;
  for (int i = 0; i < 100; ++i) wide += "\xE2\x82\xAC";
  const std::string out =
      written(TableFormat::table, {"id", "title", "more"}, {{int64_t{1}, wide, std::string(50, 'x')}}, 60);
  std::stringstream lines(out);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(characters(line), 60u) << line;
  EXPECT_THAT(out, HasSubstr("\xE2\x82\xAC\xE2\x80\xA6  "));  // a whole euro, an ellipsis
  EXPECT_THAT(out, HasSubstr("\n 1  "));
}

TEST(AlignedTable, LeavesWhatFitsAlone) {
  const std::string out = written(TableFormat::table, {"a", "b"}, {{std::string(20, 'x'), std::string(18, 'y')}}, 40);
  EXPECT_THAT(out, HasSubstr(std::string(20, 'x') + "  " + std::string(18, 'y')));
}

TEST(AlignedTable, LeavesEveryColumnReadableOnANarrowTerminal) {
  for (const size_t width : {1u, 8u, 20u}) {
    const std::string out =
        written(TableFormat::table, {"a", "b", "c"}, {{std::string(99, 'x'), std::string(99, 'y'), text("z")}}, width);
    EXPECT_THAT(out, HasSubstr("xxxxxxx\xE2\x80\xA6  yyyyyyy\xE2\x80\xA6  z\n"));
  }
}

TEST(AlignedTable, CutsNothingWhereThereIsNoTerminal) {
  EXPECT_THAT(written(TableFormat::table, {"a"}, {{std::string(5000, 'x')}}), HasSubstr(std::string(5000, 'x')));
}

TEST(AlignedTable, LetsNoControlCharacterReachTheTerminal) {
  const std::string out =
      written(TableFormat::table, {"t"},
              {{text("a\x1b[31mb\x07\x08\x7F\x01 c")}, {text("two\nlines\tand\r\nmore")}, {Blob{"\x1b"}}});
  for (const char c : out) EXPECT_TRUE(c == '\n' || (c >= 0x20 && c != 0x7F)) << static_cast<int>(c);
  EXPECT_THAT(out, HasSubstr("two lines and  more"));
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 5);
}

TEST(Csv, QuotesWhatNeedsIt) {
  EXPECT_EQ(written(TableFormat::csv, {"a", "b,c"},
                    {{text("x"), text("say \"hi\"")}, {text("1\n2"), text("cr\rx")}, {text(" lead"), text("")}}),
            "a,\"b,c\"\nx,\"say \"\"hi\"\"\"\n\"1\n2\",\"cr\rx\"\n lead,\n");
}

TEST(Csv, WritesNumbersNullAndBlobs) {
  EXPECT_EQ(written(TableFormat::csv, {"a", "b", "c", "d"},
                    {{int64_t{-9'223'372'036'854'775'807 - 1}, 0.1, nullptr, Blob{"\x01"}}}),
            "a,b,c,d\n-9223372036854775808,0.1,,X'01'\n");
}

TEST(Csv, WritesTheHeaderWhenThereAreNoRows) { EXPECT_EQ(written(TableFormat::csv, {"a", "b"}, {}), "a,b\n"); }

TEST(Json, IsOneArrayOfObjects) {
  const std::string out = written(TableFormat::json, {"z", "a"}, {{int64_t{1}, text("x")}, {nullptr, 2.5}});
  const auto parsed = nlohmann::json::parse(out);
  ASSERT_EQ(parsed.size(), 2u);
  EXPECT_EQ(parsed[0]["z"], 1);
  EXPECT_EQ(parsed[0]["a"], "x");
  EXPECT_TRUE(parsed[1]["z"].is_null());
  EXPECT_EQ(parsed[1]["a"], 2.5);
  EXPECT_LT(out.find("\"z\""), out.find("\"a\"")) << "columns keep their order";
}

TEST(Json, IsAnEmptyArrayWhenThereAreNoRows) {
  EXPECT_EQ(written(TableFormat::json, {"a"}, {}), "[]\n");
  EXPECT_EQ(written(TableFormat::jsonl, {"a"}, {}), "");
}

TEST(Json, WritesOneObjectALine) {
  EXPECT_EQ(written(TableFormat::jsonl, {"a"}, {{int64_t{1}}, {text("two\nlines")}}),
            "{\"a\":1}\n{\"a\":\"two\\nlines\"}\n");
}

TEST(Json, StaysJsonWhateverTheValues) {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<storage::Value> values{text("\xFF\xFE\xE2\x82"),
                                           std::string("a\0b", 3),
                                           text("\x1b\x01\"\\"),
                                           Blob{std::string("\0\xFF", 2)},
                                           Blob{},
                                           infinity,
                                           std::nan(""),
                                           int64_t{9'007'199'254'740'993},
                                           1e300};
  for (const TableFormat format : {TableFormat::json, TableFormat::jsonl}) {
    for (const auto& value : values) {
      const std::string out = written(format, {"v\xFF"}, {{value}});
      EXPECT_TRUE(nlohmann::json::accept(out)) << out;
      for (const char c : out) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
    }
  }
  EXPECT_EQ(written(TableFormat::jsonl, {"v"}, {{Blob{std::string("\0\xFF", 2)}}}), "{\"v\":\"00ff\"}\n");
  EXPECT_EQ(written(TableFormat::jsonl, {"v"}, {{infinity}}), "{\"v\":null}\n");
  EXPECT_EQ(written(TableFormat::jsonl, {"v"}, {{text("a\xFF")}}), "{\"v\":\"a\xEF\xBF\xBD\"}\n");
}

}  // namespace
}  // namespace scraper
