// SPDX-License-Identifier: MIT
// Items of pages: what every store makes of them is told by the reference model; what is in the tables of the SQLite
// store, by SQL.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "storage/item_match.h"
#include "storage/sqlite/sqlite_item_rebuild.h"
#include "tests/conformance/store_fixture.h"

namespace storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Rows = std::vector<ItemRow>;
using Strings = std::vector<std::string>;

PageItems items(Rows rows, std::vector<uint32_t> failed = {}) { return {0, true, std::move(rows), std::move(failed)}; }

// --- which items are the same

std::string told(const ItemMatch& match) {
  std::string out;
  for (const auto& row : match.rows) {
    out += row.old ? std::to_string(*row.old) + (row.same ? "= " : "~ ") : "+ ";
  }
  for (const size_t gone : match.gone) out += "-" + std::to_string(gone) + " ";
  return out;
}

std::string match(const Rows& before, const Rows& now, std::vector<size_t> key = {}) {
  std::vector<KnownItem> known;
  for (const ItemRow& row : before) known.push_back({&row, static_cast<int64_t>(known.size())});
  return told(match_items(known, now, key));
}

TEST(ItemMatch, KnowsItemsAgainByTheirValuesWhereverTheyAre) {
  EXPECT_EQ(match({{"a"}, {"b"}}, {{"new"}, {"a"}, {"b"}}), "+ 0= 1= ");
  EXPECT_EQ(match({{"a"}, {"b"}}, {{"b"}, {"a"}}), "1= 0= ");
  EXPECT_EQ(match({{"a"}, {"a"}}, {{"a"}}), "0= -1 ");
  EXPECT_EQ(match({{nullptr}}, {{""}}), "0= ");
}

TEST(ItemMatch, KnowsTheRestByItsPlaceOrByItsKey) {
  EXPECT_EQ(match({{"a", 1.0}, {"b", 2.0}}, {{"a", 3.0}, {"b", 2.0}}), "0~ 1= ");
  EXPECT_EQ(match({{"a", 1.0}, {"b", 2.0}}, {{"b", 5.0}, {"a", 6.0}}, {0}), "1~ 0~ ");
  EXPECT_EQ(match({{"a", 1.0}, {"b", 2.0}}, {{"c", 5.0}}, {0}), "+ -0 -1 ");
  EXPECT_EQ(match({}, {{"c"}}), "+ ");
  EXPECT_EQ(match({{"c"}}, {}), "-0 ");
}

// --- in every store

class ItemConformance : public StoreConformance {
 protected:
  static RunSpec with_table(std::vector<ItemColumn> columns = {{"name", ColumnType::text}, {"price", ColumnType::real}},
                            std::vector<size_t> key = {}) {
    RunSpec asked = spec();
    asked.tables = {{"things", std::move(columns), std::move(key)}};
    return asked;
  }

  void put(const std::string& url, PageItems found) {
    Outcome outcome = page(url, {});
    outcome.items = {std::move(found)};
    finish(outcome);
  }

  static std::string text(const ItemValue& value) {
    if (const auto* held = std::get_if<std::string>(&value)) return held->empty() ? "NULL" : *held;
    if (const auto* held = std::get_if<int64_t>(&value)) return std::to_string(*held);
    if (const auto* held = std::get_if<double>(&value)) return fmt::format("{}", *held);
    return "NULL";
  }

  /// `id url position values...` of each row.
  Strings now() const { return told("things"); }
  Strings history() const { return told("things_history"); }

  Strings told(const std::string& table) const {
    Strings out;
    if (const auto* memory = dynamic_cast<const memory::MemoryStore*>(store_.get())) {
      const auto found = memory->items().find("things");
      if (found == memory->items().end()) return out;
      for (const auto& item : table == "things" ? found->second.now : found->second.history) {
        std::string line = fmt::format("{} {} {}", item.id, memory->urls().at(item.page).url, item.position);
        for (const ItemValue& value : item.values) line += " " + text(value);
        out.push_back(line);
      }
    } else {
      sqlite::Database database(folder_.path() / "crawl.db", sqlite::Database::Mode::read);
      sqlite::Statement read(database, "SELECT id, url, position, name, price FROM " + table);
      while (read.step()) {
        std::string line = fmt::format("{} {} {}", read.integer(0), read.text(1), read.integer(2));
        for (int i : {3, 4}) line += " " + (read.is_null(i) ? "NULL" : read.text(i));
        // As fmt writes them: 5, not 5.0.
        if (line.ends_with(".0")) line.resize(line.size() - 2);
        out.push_back(line);
      }
    }
    std::sort(out.begin(), out.end());
    return out;
  }
};

TEST_P(ItemConformance, APagesItemsAreThoseThatItHasNow) {
  open(with_table());
  list({kA, kB});
  lease_all();
  put(kA, items({{"a", 1.0}, {"b", nullptr}}));
  put(kB, items({{"", 2.5}}));
  EXPECT_THAT(now(), ElementsAre("1 http://a/ 0 a 1", "2 http://a/ 1 b NULL", "3 http://a/b 0 NULL 2.5"));
  EXPECT_THAT(history(), IsEmpty());
}

TEST_P(ItemConformance, WhatAnItemWasGoesIntoTheHistory) {
  open(with_table());
  list({kA});
  lease_all();
  put(kA, items({{"a", 1.0}, {"b", 2.0}, {"c", 3.0}}));
  put(kA, items({{"new", 9.0}, {"a", 1.0}, {"b", 4.0}}));
  // `new` is at the place of `a`, which is known by its values; `b` is at that of `c`.
  EXPECT_THAT(now(), ElementsAre("1 http://a/ 1 a 1", "3 http://a/ 2 b 4", "4 http://a/ 0 new 9"));
  EXPECT_THAT(history(), ElementsAre("2 http://a/ 1 b 2", "3 http://a/ 2 c 3"));
}

TEST_P(ItemConformance, AnItemIsKnownAgainByItsKey) {
  open(with_table({{"name", ColumnType::text}, {"price", ColumnType::real}}, {0}));
  list({kA});
  lease_all();
  put(kA, items({{"a", 1.0}, {"b", 2.0}}));
  put(kA, items({{"b", 3.0}, {"a", 1.0}}));
  put(kA, items({{"b", 4.0}}));
  EXPECT_THAT(now(), ElementsAre("2 http://a/ 0 b 4"));
  EXPECT_THAT(history(), ElementsAre("1 http://a/ 1 a 1", "2 http://a/ 0 b 3", "2 http://a/ 1 b 2"));
}

TEST_P(ItemConformance, AnOutcomeThatComesTwiceChangesNothing) {
  open(with_table());
  list({kA});
  lease_all();
  Outcome outcome = page(kA, {});
  outcome.items = {items({{"a", 1.0}})};
  finish(outcome);
  outcome.items = {items({{"b", 2.0}})};
  finish(outcome);
  EXPECT_THAT(now(), ElementsAre("1 http://a/ 0 a 1"));
}

TEST_P(ItemConformance, APageThatWasReadInPartReplacesNothingBetter) {
  open(with_table());
  list({kA, kB});
  lease_all();
  put(kA, items({{"a", 1.0}}));
  for (const std::string& url : {kA, kB}) {
    Outcome part = page(url, {kC});
    part.state = TaskState::failed;
    part.attempt->error_kind = "parse_timeout";
    part.items = {items({{"part", nullptr}})};
    finish(part);
  }
  EXPECT_THAT(now(), ElementsAre("1 http://a/ 0 a 1", "2 http://a/b 0 part NULL"));
  EXPECT_THAT(history(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Stores, ItemConformance, testing::ValuesIn(all_backends()),
                         [](const auto& parameter) { return parameter.param.name; });

// --- what is particular to SQLite

class SqliteItems : public ItemConformance {
 protected:
  std::string sql(const std::string& text) const {
    sqlite::Database database(folder_.path() / "crawl.db", sqlite::Database::Mode::read);
    sqlite::Statement read(database, text);
    std::string out;
    while (read.step()) {
      for (int i = 0; i < read.columns(); ++i) out += (out.empty() || out.back() == '\n' ? "" : "|") + read.text(i);
      out += "\n";
    }
    return out;
  }
  void begin(std::vector<ItemColumn> columns) {
    RunSpec asked = with_table(std::move(columns));
    asked.start = RunSpec::Start::fresh;
    store_.reset();
    store_ = GetParam().open(folder_.path());
    next_attempt_ = store_->begin_run(asked).next_attempt_id;
    list({kA});
    lease_all();
  }
};

TEST_P(SqliteItems, ColumnsAreAddedAndNeverDropped) {
  open(with_table());
  list({kA});
  lease_all();
  put(kA, items({{"a", 1.5}}));
  begin({{"name", ColumnType::text}, {"size", ColumnType::integer}});
  put(kA, items({{"a2", int64_t{7}}}));
  EXPECT_EQ(sql("SELECT id, name, price, size, typeof(size), run_id FROM things"), "1|a2|1.5|7|integer|2\n");
  EXPECT_EQ(sql("SELECT id, name, price, size, run_id, until_run FROM things_history"), "1|a|1.5||1|2\n");
}

TEST_P(SqliteItems, AColumnOfAnotherTypeIsKeptUnderAnotherName) {
  open(with_table());
  list({kA});
  lease_all();
  put(kA, items({{"a", 1.5}}));
  begin({{"name", ColumnType::text}, {"price", ColumnType::text}});
  put(kA, items({{"a", "cheap"}}));
  EXPECT_EQ(sql("SELECT name, price, price_real FROM things"), "a|cheap|1.5\n");
  begin({{"name", ColumnType::text}, {"price", ColumnType::real}});
  EXPECT_EQ(sql("SELECT name, price, price_text, price_real FROM things"), "a||cheap|1.5\n");
}

TEST_P(SqliteItems, ATableOfSomebodyElseIsLeftAlone) {
  open(spec());
  store_.reset();
  sqlite::Database(folder_.path() / "crawl.db", sqlite::Database::Mode::write)
      .execute("CREATE VIEW Things AS SELECT 1 AS x");
  store_ = GetParam().open(folder_.path());
  try {
    store_->begin_run(with_table());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::clash);
    EXPECT_THAT(error.what(), HasSubstr("`things`"));
  }
  EXPECT_EQ(sql("SELECT count(*) FROM runs"), "1\n");
}

TEST_P(SqliteItems, NoNameOfTheDatabaseItselfIsFreeForATable) {
  open(spec());
  const std::string names = sql("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')");
  for (size_t at = 0; at < names.size();) {
    const size_t end = names.find('\n', at);
    EXPECT_NE(problem_with_table_name(names.substr(at, end - at)), "") << names.substr(at, end - at);
    at = end + 1;
  }
  for (const char* name : {"", "a b", "1a", "Pages", "x_history", "sqlite_x", "a\"b", "page_versions"}) {
    EXPECT_NE(problem_with_table_name(name), "") << name;
  }
  EXPECT_EQ(problem_with_table_name("order"), "");
  for (const char* name : {"id", "URL", "run_id", "rowid", "a-b"})
    EXPECT_NE(problem_with_column_name(name), "") << name;
  EXPECT_EQ(problem_with_column_name("select"), "");
}

TEST_P(SqliteItems, ATableThatSomebodyDroppedIsMadeAnew) {
  open(with_table());
  list({kA});
  lease_all();
  put(kA, items({{"a", 1.5}}));
  for (const char* drop : {"DROP TABLE things", "DROP TABLE things_history"}) {
    store_.reset();
    sqlite::Database(folder_.path() / "crawl.db", sqlite::Database::Mode::write).execute(drop);
    begin({{"name", ColumnType::text}, {"price", ColumnType::real}});
    put(kA, items({{"b", 2.5}}));
    EXPECT_EQ(sql("SELECT name FROM things"), "b\n");
  }
}

TEST_P(SqliteItems, TablesWhoseNamesBeginAlikeDoNotClash) {
  RunSpec asked = spec();
  for (const char* name : {"a_page", "a", "a_page_id", "a_history_id"}) {
    asked.tables.push_back({name, {{"x", ColumnType::text}}, {}});
  }
  open(asked);
}

TEST_P(SqliteItems, WordsOfSqlAreNamesLikeOthers) {
  RunSpec asked = spec();
  asked.tables = {{"order", {{"select", ColumnType::text}, {"group", ColumnType::integer}}, {}}};
  open(asked);
  list({kA});
  lease_all();
  put(kA, items({{"a", int64_t{1}}}));
  put(kA, items({{"a", int64_t{2}}}));
  EXPECT_EQ(sql("SELECT \"select\", \"group\" FROM \"order\""), "a|2\n");
  EXPECT_EQ(sql("SELECT \"select\", \"group\" FROM order_history"), "a|1\n");
}

TEST_P(SqliteItems, RuleHealthTellsWhatRulesDidAndWhatTheyLost) {
  open(with_table());
  list({kA, kB});
  lease_all();
  put(kA, items({{"ab", 1.0}, {"abcd", nullptr}}, {0, 1}));
  put(kB, items({{"abc", 2.0}}));
  EXPECT_EQ(
      sql("SELECT field, pages, rows, nulls, failed, null_pct, failed_pct, median_length, pages_filled_pct, lost_pct"
          " FROM rule_health ORDER BY field"),
      "name|2|3|0|0|0.0|0.0|3|100.0|0.0\nprice|2|3|1|1|33.33|33.33|1|100.0|0.0\n");
  begin({{"name", ColumnType::text}, {"price", ColumnType::real}});
  put(kA, items({{"ab", nullptr}, {"abcd", nullptr}}));
  EXPECT_EQ(sql("SELECT field, null_pct, pages_filled_pct, lost_pct FROM rule_health WHERE run_id = 2 ORDER BY field"),
            "name|0.0|100.0|0.0\nprice|100.0|0.0|100.0\n");
  // Rows that are missing altogether are missed too, also when the run before was no better.
  begin({{"name", ColumnType::text}, {"price", ColumnType::real}});
  put(kA, items({}));
  EXPECT_EQ(sql("SELECT field, rows, lost_pct FROM rule_health WHERE run_id = 3 ORDER BY field"),
            "name|0|100.0\nprice|0|100.0\n");
}

TEST_P(SqliteItems, ARebuildGoesOnWhereItWasCutOff) {
  open(with_table());
  list({kA, kB, kC});
  lease_all();
  for (const std::string& url : {kA, kB, kC}) {
    Outcome outcome = page(url, {});
    outcome.attempt->body = BodyRecord{"hash of " + url, "identity", 3, url};
    outcome.attempt->headers = "content-type: text/html\n";
    outcome.items = {items({{"a", 1.0}})};
    finish(outcome);
  }
  store_->end_run("complete", "2026-01-01T00:01:00.000Z");
  store_.reset();
  const std::string path = folder_.path() / "crawl.db";
  const RebuildSpec spec{with_table().tables, "rules"};
  const auto rebuilt = [&](const StoredPage& page, ItemRow row) {
    return RebuiltPage{page.id, page.url, {items({std::move(row)})}, ContentRecord{"c", "m", "", ""}};
  };
  {
    sqlite::SqliteItemRebuild first(path);
    const RebuildInfo info = first.begin(spec);
    EXPECT_FALSE(info.resumed);
    EXPECT_EQ(info.pages, 3);
    const auto pages = first.next(2, 1u << 20);
    ASSERT_EQ(pages.size(), 2u);
    EXPECT_EQ(pages[0].headers, "content-type: text/html\n");
    EXPECT_EQ(pages[0].body.data, pages[0].url);
    first.put(std::vector{rebuilt(pages[0], {"a", 1.0}), rebuilt(pages[1], {"b", 1.0})});
  }
  {
    sqlite::SqliteItemRebuild second(path);
    const RebuildInfo info = second.begin(spec);
    EXPECT_TRUE(info.resumed);
    EXPECT_EQ(info.done, 2);
    const auto pages = second.next(10, 1);
    ASSERT_EQ(pages.size(), 1u);
    second.put(std::vector{rebuilt(pages[0], {"c", 1.0})});
    EXPECT_TRUE(second.next(10, 1).empty());
    EXPECT_EQ(second.changes().at(0).changed, 2);
    EXPECT_EQ(second.changes().at(0).added, 0);
    second.end();
  }
  EXPECT_EQ(sql("SELECT name FROM things ORDER BY name"), "a\nb\nc\n");
  EXPECT_EQ(sql("SELECT rows FROM rule_health WHERE field = 'name'"), "3\n");
  EXPECT_EQ(sql("SELECT DISTINCT content, markdown FROM pages"), "c|m\n");
  sqlite::SqliteItemRebuild third(path);
  EXPECT_FALSE(third.begin(spec).resumed);
}

INSTANTIATE_TEST_SUITE_P(Sqlite, SqliteItems, testing::Values(all_backends().back()),
                         [](const auto& parameter) { return parameter.param.name; });

}  // namespace
}  // namespace storage
