// SPDX-License-Identifier: MIT
// The parser of tokens beside the parser with a tree: real pages, and pages made at random. They differ where
//  - something stands in a table outside of its cells: the tree has it before the table, tokens where it is written, so
//    that links have other positions and the text is in another order;
//  - a page has control characters U+0080 to U+009F, mostly because its charset is not what it says: gumbo makes
//    U+FFFD of them, the standard leaves them;
//  - <isindex>: gumbo makes a form with a prompt of it, as the standard once did;
//  - a <frameset> comes after the body began: the tree may throw the body away;
//  - `hidden` stands on formatting (<b hidden>) that goes on in a further block: tokens show what is in that block;
//  - microdata, and RDFa beyond <meta property> and <link rel> of the head, are wanted of `tokens`.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>

#include "scraper/parse/gunzip.h"
#include "scraper/parse/token_parser.h"
#include "scraper/parse/tree_parser.h"
#include "tests/support/sanitizer.h"
#include "tests/unit/parse/corpora.h"

namespace scraper {
namespace {

constexpr size_t kPagesMax = 1500;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (path.extension() != ".gz") return bytes;
  const auto unpacked = gunzip(bytes, 64u << 20);
  return unpacked ? unpacked->bytes : std::string();
}

/// Real pages, wherever there are some on this machine.
std::vector<std::filesystem::path> real_pages() {
  const std::filesystem::path root = SCRAPER_SOURCE_ROOT;
  std::vector<std::filesystem::path> pages;
  for (const auto& folder :
       {corpora() / "suites/pages", root / "build-sites", std::filesystem::path("/usr/share/doc")}) {
    if (!std::filesystem::is_directory(folder)) continue;
    std::vector<std::filesystem::path> here;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      const std::string name = entry.path().filename();
      if (entry.is_regular_file() && (name.ends_with(".html") || name.ends_with(".html.gz")))
        here.push_back(entry.path());
    }
    std::sort(here.begin(), here.end());
    if (here.size() > kPagesMax) here.resize(kPagesMax);
    pages.insert(pages.end(), here.begin(), here.end());
  }
  return pages;
}

std::string links_of(const ParsedPage& page) {
  std::string out;
  for (const Link& link : page.links) {
    out.append(link.url.href()).append(" ").append(link.kind).append(" ").append(link.rel);
    out.append(link.nofollow ? " nofollow [" : " [").append(link.text).append("]\n");
  }
  return out;
}

/// What differs, by name.
std::vector<std::string> differences(const ParsedPage& tree, const ParsedPage& tokens) {
  std::vector<std::string> out;
  const auto compare = [&out](const char* name, const std::string& a, const std::string& b) {
    if (a != b) out.emplace_back(name);
  };
  compare("links", links_of(tree), links_of(tokens));
  compare("title", tree.title, tokens.title);
  compare("description", tree.description, tokens.description);
  compare("canonical", tree.canonical_url, tokens.canonical_url);
  compare("lang", tree.lang, tokens.lang);
  compare("robots", tree.robots, tokens.robots);
  compare("charset", tree.charset, tokens.charset);
  compare("base", tree.base_url, tokens.base_url);
  compare("text", tree.text, tokens.text);
  compare("metadata", tree.metadata, tokens.metadata);
  return out;
}

class TwoParsers {
 public:
  explicit TwoParsers(bool metadata)
      : tree_(limits(), {nullptr, metadata, false, true}),
        tokens_(limits(), {nullptr, metadata, false, true}, TokenParser::Metadata::by_tree) {}

  std::pair<ParsedPage, ParsedPage> parse(std::string_view body) {
    const auto url = Url::parse("http://a.test/b/c.html");
    auto tree = tree_.parse({*url, body, ""});
    auto tokens = tokens_.parse({*url, body, ""});
    EXPECT_TRUE(tree && tokens);
    if (!tree || !tokens) return {};
    return {std::move(*tree), std::move(*tokens)};
  }

 private:
  static ParseLimits limits() {
    ParseLimits limits;
    limits.timeout = Duration(60'000);
    return limits;
  }

  TreeParser tree_;
  TokenParser tokens_;
};

TEST(ParserDifference, IsHardlyAnyOnRealPages) {
  const auto pages = real_pages();
  if (pages.size() < 500) GTEST_SKIP() << "only " << pages.size() << " pages here (scripts/sites brings some)";
  TwoParsers with_metadata(true), without(false);
  std::map<std::string, size_t> count;
  size_t read = 0;
  // Sanitizers look for other things, and a part of the pages does for them.
  const size_t step = SCRAPER_SANITIZED ? 8 : 1;
  for (size_t i = 0; i < pages.size(); i += step) {
    const auto& path = pages[i];
    const std::string body = read_file(path);
    if (body.empty()) continue;
    ++read;
    // A page with microdata goes to the tree; without metadata none does.
    const auto [tree, tokens] = without.parse(body);
    for (const std::string& what : differences(tree, tokens)) {
      ++count[what];
      std::printf("%s: %s\n", path.c_str(), what.c_str());
    }
    const auto [full, full_of_tokens] = with_metadata.parse(body);
    if (full.metadata != full_of_tokens.metadata) ++count["metadata"];
  }
  const auto share = [&](const char* what) { return static_cast<double>(count[what]) / static_cast<double>(read); };
  EXPECT_LE(share("links"), 0.002);
  EXPECT_LE(share("text"), 0.005);
  for (const char* what : {"title", "description", "canonical", "lang", "robots", "charset", "base", "metadata"})
    EXPECT_LE(share(what), 0.001) << what;
}

/// Pages made of pieces at random.
std::string soup(std::mt19937& random, const std::vector<std::string_view>& pieces) {
  std::string out;
  const size_t count = std::uniform_int_distribution<size_t>(1, 40)(random);
  for (size_t i = 0; i < count; ++i) {
    out += pieces[std::uniform_int_distribution<size_t>(0, pieces.size() - 1)(random)];
  }
  return out;
}

/// The share of pages made of the pieces that the parsers differ on.
double share_that_differs(const std::vector<std::string_view>& pieces, unsigned seed, int pages) {
  if (SCRAPER_SANITIZED) pages /= 4;
  std::mt19937 random(seed);
  TwoParsers parsers(true);
  int differ = 0;
  for (int i = 0; i < pages; ++i) {
    const auto [tree, tokens] = parsers.parse(soup(random, pieces));
    differ += differences(tree, tokens).empty() ? 0 : 1;
  }
  std::printf("seed %u: %d of %d pages differ\n", seed, differ, pages);
  return static_cast<double>(differ) / pages;
}

// Nobody writes such pages; what differs in them is mostly where formatting or links are open across several blocks,
// and what gumbo makes of <template> and of cells without rows.
constexpr double kShareInTornUpPages = 0.1;

TEST(ParserDifference, IsRareInMarkupThatIsTornUp) {
  EXPECT_LE(share_that_differs({"a ",
                                "b&amp;c",
                                "\n ",
                                "&lt",
                                "<p>",
                                "</p>",
                                "<div>",
                                "</div>",
                                "<ul>",
                                "</ul>",
                                "<li>",
                                "</li>",
                                "<dl>",
                                "<dt>",
                                "<dd>",
                                "</dl>",
                                "<h1>",
                                "</h1>",
                                "<h2>",
                                "</h2>",
                                "<b>",
                                "</b>",
                                "<i>",
                                "</i>",
                                "<span>",
                                "</span>",
                                "<br>",
                                "</br>",
                                "<hr>",
                                "<pre>",
                                "</pre>",
                                "<a href=1>",
                                "<a href=2 rel=nofollow>",
                                "</a>",
                                "<a href=3>",
                                "<img alt=x src=s>",
                                "<!-- c -->",
                                "<!--",
                                "-->",
                                "<x-y>",
                                "</x-y>",
                                "<form>",
                                "</form>",
                                "<button>",
                                "</button>",
                                "<p hidden>",
                                "<div hidden>",
                                "<section>",
                                "</section>",
                                "<code>",
                                "</code>",
                                "<blockquote>",
                                "</blockquote>",
                                "<",
                                ">",
                                "<3",
                                "</",
                                "<object>",
                                "</object>"},
                               1, 4000),
            kShareInTornUpPages);
}

TEST(ParserDifference, IsRareInTornUpHeads) {
  EXPECT_LE(share_that_differs({" ",
                                "x",
                                "<html lang=en>",
                                "<html lang=fr>",
                                "<head>",
                                "</head>",
                                "<body>",
                                "</body>",
                                "</html>",
                                "<title>",
                                "</title>",
                                "<title>t",
                                "<meta name=description content=d>",
                                "<meta property=og:title content=o>",
                                "<meta name=robots content=r>",
                                "<link rel=canonical href=c>",
                                "<link rel=next href=n>",
                                "<base href=/x/>",
                                "<noscript>",
                                "</noscript>",
                                "<style>",
                                "</style>",
                                "<script>",
                                "</script>",
                                "<script type=application/ld+json>",
                                "{\"a\": 1}",
                                "<template>",
                                "</template>",
                                "<a href=1>",
                                "<p>",
                                "<!doctype html>",
                                "<!-- -->",
                                "<iframe src=i>",
                                "</iframe>",
                                "<img src=j>"},
                               2, 4000),
            kShareInTornUpPages);
}

TEST(ParserDifference, IsRareInTornUpTablesWithoutText) {
  EXPECT_LE(
      share_that_differs({"<table>",         "</table>",   "<tr>",       "</tr>",   "<td>",     "</td>",      "<td>x",
                          "<td><a href=1>y", "<th>z",      "</th>",      "<tbody>", "</tbody>", "<thead>",    "<tfoot>",
                          "<caption>c",      "</caption>", "<colgroup>", "<col>",   "<td><p>q", "<td><div>r", "\n"},
                         3, 4000),
      kShareInTornUpPages);
}

TEST(ParserDifference, IsRareInTornUpForeignContent) {
  EXPECT_LE(share_that_differs({"a",
                                "<svg>",
                                "</svg>",
                                "<g>",
                                "</g>",
                                "<math>",
                                "</math>",
                                "<mi>",
                                "</mi>",
                                "<foreignObject>",
                                "</foreignObject>",
                                "<title>",
                                "</title>",
                                "<desc>",
                                "<a href=1>",
                                "</a>",
                                "<p>",
                                "</p>",
                                "<div>",
                                "</div>",
                                "<style>",
                                "</style>",
                                "<path/>",
                                "<![CDATA[x]]>",
                                "<b>",
                                "</b>",
                                "<annotation-xml>",
                                "<font color=x>",
                                "<font>",
                                "<br>"},
                               4, 4000),
            kShareInTornUpPages);
}

TEST(ParserDifference, IsRareInTornUpLists) {
  EXPECT_LE(share_that_differs({"a", "<select>", "</select>", "<option>", "</option>", "<optgroup>", "</optgroup>",
                                "<a href=1>", "</a>", "<p>", "</p>", "<textarea>", "</textarea>", "<input>", "<div>",
                                "</div>", "<b>", "<option hidden>"},
                               5, 4000),
            kShareInTornUpPages);
}

}  // namespace
}  // namespace scraper
