// SPDX-License-Identifier: MIT
// How links are stored: together in a row, shown one by one by the views.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "storage/open_store.h"
#include "storage/sqlite/database.h"
#include "storage/sqlite/sqlite_store.h"
#include "tests/support/temporary_directory.h"

namespace storage {
namespace {

constexpr const char* kOrigin = "https://a.example";

UrlRecord record(const std::string& path) { return {kOrigin + path, std::string_view(kOrigin).size()}; }

/// A database with one page, which is stored again and again.
class StoredLinks : public testing::Test {
 protected:
  StoredLinks() : path_((folder_.path() / "crawl.db").string()), store_(path_) {
    RunSpec spec;
    spec.started_at = kTime;
    spec.fetcher = "multi";
    store_.begin_run(spec);
    SeedLines lines;
    SeedRecord seed;
    seed.line = 1;
    seed.url = record("/");
    lines.add(seed);
    store_.add_seeds(lines);
    page_ = store_.lease({1, 1}).at(0).tasks.at(0).id;
  }

  void store(std::vector<LinkRecord> links) {
    Outcome outcome;
    outcome.url_id = page_;
    outcome.attempt.emplace();
    outcome.attempt->id = ++attempt_;
    outcome.attempt->number = static_cast<int>(attempt_);
    outcome.attempt->url = record("/").url;
    outcome.attempt->started_at = kTime;
    outcome.attempt->status = 200;
    outcome.page.emplace();
    outcome.links = std::move(links);
    store_.finish({&outcome, 1});
  }

  /// As page_links has them, a line each.
  std::vector<std::string> shown(const std::string& columns, const std::string& relation) {
    sqlite::Database database(path_, sqlite::Database::Mode::read);
    sqlite::Statement rows(database,
                           "SELECT " + columns + " FROM " + relation + " WHERE page_id = ? ORDER BY position");
    std::vector<std::string> out;
    for (rows.bind(page_); rows.step();) {
      std::string& line = out.emplace_back();
      for (int i = 0; i < rows.columns(); ++i) line += (i > 0 ? "|" : "") + rows.text(i);
    }
    return out;
  }

  static constexpr const char* kTime = "2026-01-01T00:00:00.000Z";
  scraper::TemporaryDirectory folder_;
  std::string path_;
  sqlite::SqliteStore store_;
  UrlId page_ = 0;
  AttemptId attempt_ = 0;
};

std::string line_of(const LinkRecord& link) {
  const bool counted = link.follow && link.family != 0;
  return link.target.url + "|" + link.text + "|" + link.rel + "|" + std::to_string(link.position) + "|" + link.kind +
         "|" + (link.follow ? "1" : "0") + "|" + (link.follow ? link.skip_reason : std::string()) + "|" +
         (counted ? std::to_string(static_cast<int64_t>(link.family)) : std::string()) + "|" +
         (counted ? std::to_string(link.family_max) : std::string());
}

TEST_F(StoredLinks, AreShownAsTheyWereFoundWhateverTheySay) {
  std::mt19937_64 random(17);
  const auto one_in = [&](uint64_t n) { return random() % n == 0; };
  const std::vector<std::string> texts{"",
                                       "",
                                       "Next",
                                       "\"quoted\" \\ and / that",
                                       "two\nlines\t\x01\x1f\x7f",
                                       "\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x8d\x8e",
                                       "[1,2]",
                                       "null",
                                       "{\"a\":1}",
                                       "\\u0041"};
  for (int round = 0; round < 60; ++round) {
    const bool gaps = one_in(3), kinds = one_in(2), follows = !one_in(3), plain = one_in(4);
    std::vector<LinkRecord> links(random() % 40);
    int position = gaps ? 3 : 0;
    for (LinkRecord& link : links) {
      link.target = record("/" + std::to_string(&link - links.data() + round));
      link.position = position++;
      if (gaps && one_in(4)) position += 7;
      link.kind = kinds && one_in(3) ? (one_in(2) ? "iframe" : "") : "a";
      if (!plain) link.text = texts[random() % texts.size()];
      if (one_in(8)) link.rel = texts[random() % texts.size()];
      link.follow = follows && !one_in(4);
      if (one_in(4)) link.skip_reason = link.follow ? "nofollow" : "";
      if (link.follow && one_in(4)) link.family = one_in(2) ? random() | (uint64_t{1} << 63) : random() >> 1;
      if (link.family != 0) link.family_max = static_cast<int>(random() % 1000);
    }
    std::vector<std::string> expected;
    for (const LinkRecord& link : links) expected.push_back(line_of(link));
    store(links);
    EXPECT_EQ(shown("url, text, rel, position, kind, follow, skip_reason, family, family_max",
                    "(SELECT l.*, u.url FROM page_links l JOIN urls u ON u.id = l.target_id)"),
              expected)
        << "round " << round;
  }
}

TEST_F(StoredLinks, AreReadOnceByAQueryAndNotOnceForEachUrl) {
  sqlite::Database database(path_, sqlite::Database::Mode::read);
  for (const std::string query : {"SELECT * FROM broken_links", "SELECT * FROM links WHERE url = 'x'",
                                  "SELECT * FROM links l JOIN urls r ON r.url = l.url WHERE r.state = 'failed'"}) {
    sqlite::Statement plan(database, "EXPLAIN QUERY PLAN " + query);
    std::vector<std::string> steps;  // the outermost loop first
    while (plan.step()) steps.push_back(plan.text(3).substr(0, 8));
    ASSERT_GE(steps.size(), 3u) << query;
    steps.resize(3);
    EXPECT_THAT(steps, testing::ElementsAre("SCAN l", "SCAN e V", "SEARCH t")) << query;
  }
}

TEST_F(StoredLinks, GreatestAndLeastFamiliesStay) {
  std::vector<LinkRecord> links(3);
  const uint64_t families[] = {uint64_t{1} << 63, ~uint64_t{0}, (uint64_t{1} << 63) - 1};
  std::vector<std::string> expected;
  for (size_t i = 0; i < links.size(); ++i) {
    links[i].target = record("/" + std::to_string(i));
    links[i].position = static_cast<int>(i);
    links[i].follow = true;
    links[i].family = families[i];
    links[i].family_max = 1;
    expected.push_back(std::to_string(static_cast<int64_t>(families[i])));
  }
  store(links);
  EXPECT_EQ(shown("family", "page_links"), expected);
}

TEST_F(StoredLinks, OfAPageThatHasNoneAnyLongerAreGone) {
  LinkRecord link;
  link.target = record("/next");
  link.text = "Next";
  store({link});
  EXPECT_THAT(shown("url, text", "links"), testing::ElementsAre(link.target.url + "|Next"));
  store({});
  EXPECT_THAT(shown("url, text", "links"), testing::IsEmpty());
}

}  // namespace
}  // namespace storage
