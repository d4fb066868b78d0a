// SPDX-License-Identifier: MIT
// Which parser reads the pages, and whether any does: the program as a person runs it.
#include "tests/end_to_end/crawl_fixture.h"

namespace scraper::test {
namespace {

class Parsers : public Crawl {
 protected:
  Parsers() {
    server_.raw("/page",
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
                "<title>Two &amp; two</title><meta property=og:title content=O><p>Seen<p hidden>not seen"
                "<a href=/1>one</a><ul><li><a href=/2>t<b>w</b>o</a>");
    server_.raw("/microdata",
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
                "<div itemscope itemtype=https://schema.org/Thing><span itemprop=name>N</span></div>");
  }

  std::string config(const std::string& parser, const std::string& rest = "") const {
    return write_file(parser + ".toml", "[parse]\nparser = \"" + parser + "\"\n" + rest);
  }
};

TEST_F(Parsers, AgreeOnAPage) {
  const char* const facts =
      "SELECT title, text, metadata, (SELECT group_concat(url || ' ' || coalesce(text, ''), '|') FROM links) AS found "
      "FROM pages";
  std::vector<ResultRow> first;
  for (const char* parser : {"auto", "tokens", "tree"}) {
    EXPECT_EQ(run({"-c", config(parser), "--fresh", server_.url("/page")}).exit_code, 0) << parser;
    const auto found = rows(facts);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].at("title"), "Two & two") << parser;
    EXPECT_NE(found[0].at("found").find("/2 two"), std::string::npos) << parser;
    if (first.empty()) first = found;
    EXPECT_EQ(found, first) << parser;
  }
}

TEST_F(Parsers, MicrodataIsReadFromATreeUnlessThatIsForbidden) {
  for (const auto& [parser, is_there] : {std::pair{"tokens", false}, {"auto", true}, {"tree", true}}) {
    EXPECT_EQ(run({"-c", config(parser), "--fresh", server_.url("/microdata")}).exit_code, 0) << parser;
    EXPECT_EQ(value("SELECT coalesce(metadata, '') FROM pages").find("schema.org") != std::string::npos, is_there)
        << parser;
  }
}

TEST_F(Parsers, TokensAloneReadNeitherRulesNorContent) {
  for (const char* wish : {"content = true\n", "[[extract]]\ntable = \"t\"\n[extract.fields]\nx = \"p\"\n"}) {
    const Finished finished = run({"-c", config("tokens", wish), server_.url("/page")});
    EXPECT_EQ(finished.exit_code, 2) << wish;
    EXPECT_NE(finished.err.find("\"auto\""), std::string::npos) << finished.err;
  }
  EXPECT_EQ(server_.accepted(), 0u);
}

TEST_F(Parsers, WhereNothingIsStoredPagesAreCountedAlone) {
  EXPECT_EQ(run({"--store", "none", "--no-robots", server_.url("/page")}).exit_code, 0);
  EXPECT_EQ(result(server_.url("/page")).at("state"), "done");
  EXPECT_EQ(value("SELECT count(*) FROM bodies"), "0");
  EXPECT_EQ(value("SELECT count(*) FROM links"), "0");
  EXPECT_EQ(value("SELECT body_bytes > 100 FROM attempts"), "1");
}

}  // namespace
}  // namespace scraper::test
