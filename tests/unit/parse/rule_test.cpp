// SPDX-License-Identifier: MIT
// Rules as they are written, and what they make of pages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "scraper/base/utf8.h"
#include "scraper/parse/extractor.h"
#include "scraper/parse/lenient_json.h"
#include "scraper/parse/linked_data.h"
#include "scraper/parse/tree_parser.h"

namespace scraper {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kShop =
    "<html><head><title>Shop</title><meta property='og:title' content='My shop'><base href='http://shop.test/x/'>"
    "<script type='application/ld+json'>{\"@type\": \"Product\", \"sku\": \"S1\", \"offers\": [{\"price\": 5}, "
    "{\"price\": \"6,50\"}]}</script>"
    "</head><body><ul>"
    "<li class=product data-sku=a1><h2> Alpha  <b>one</b></h2><span class=price>1.234,50 €</span><a "
    "href=a.html>more</a>"
    "<i class=tag>x</i><i class=tag>y</i><time datetime='2024-03-05'>March</time></li>"
    "<li class=product data-sku=b2><h2>Beta</h2><span class=price>call us</span><a name=here>no link</a><a "
    "href=/b.html>more</a></li>"
    "</ul><p id=data>{\"a\": [1, 2]}</p></body></html>";

FieldSpec field(std::string name, std::string css, FieldType type = FieldType::text, std::string attribute = {}) {
  FieldSpec spec;
  spec.name = std::move(name);
  spec.expression = std::move(css);
  spec.type = type;
  spec.attribute = std::move(attribute);
  return spec;
}

RuleSpec rule(std::vector<FieldSpec> fields, std::optional<EachSpec> each = std::nullopt) {
  RuleSpec spec;
  spec.table = "things";
  spec.each = std::move(each);
  spec.fields = std::move(fields);
  return spec;
}

ParsedPage parse(const RuleSpec& spec, std::string_view body = kShop, const char* url_text = "http://shop.test/list") {
  auto rules = RuleSet::compile({spec});
  EXPECT_TRUE(rules) << (rules ? "" : rules.error()[0].message);
  TreeParser parser({}, {std::make_shared<const RuleSet>(std::move(*rules)), true, false, false});
  const auto url = Url::parse(url_text);
  auto page = parser.parse({*url, body, "text/html; charset=utf-8"});
  EXPECT_TRUE(page);
  return page ? std::move(*page) : ParsedPage();
}

std::vector<std::vector<FieldValue>> rows(const RuleSpec& spec, std::string_view body = kShop) {
  return parse(spec, body).items.at(0).rows;
}

FieldValue only(const FieldSpec& spec, std::string_view body = kShop) {
  const auto found = rows(rule({spec}), body);
  EXPECT_EQ(found.size(), 1u);
  return found.at(0).at(0);
}

using Row = std::vector<FieldValue>;
const FieldValue kNull = nullptr;

TEST(Rules, MakeARowOfEachMatchAndLeaveNullWhatIsNotThere) {
  const auto found = rows(rule(
      {field("sku", "", FieldType::text, "data-sku"), field("name", "h2"), field("price", ".price", FieldType::real),
       field("link", "a", FieldType::url, "href"), field("when", "time", FieldType::date, "datetime")},
      EachSpec{FieldSource::css, "li.product"}));
  EXPECT_THAT(found, ElementsAre(Row{"a1", "Alpha one", 1234.5, "http://shop.test/x/a.html", "2024-03-05"},
                                 Row{"b2", "Beta", kNull, "http://shop.test/b.html", kNull}));
}

TEST(Rules, CountWhatIsThereButNotOfItsType) {
  const ParsedPage page =
      parse(rule({field("price", ".price", FieldType::real), field("none", "nothing", FieldType::real)},
                 EachSpec{FieldSource::css, "li.product"}));
  EXPECT_THAT(page.items.at(0).failed, ElementsAre(1, 0));
  EXPECT_TRUE(page.items.at(0).asked);
}

TEST(Rules, GiveOneRowAPageWithoutEach) {
  EXPECT_EQ(only(field("name", "h2")), FieldValue("Alpha one"));
  EXPECT_EQ(only(field("none", "h7")), kNull);
}

TEST(Rules, GatherAllMatchesIntoAList) {
  FieldSpec tags = field("tags", ".tag");
  tags.all = true;
  EXPECT_EQ(only(tags), FieldValue(R"(["x","y"])"));
  FieldSpec prices = field("prices", ".price", FieldType::real);
  prices.all = true;
  EXPECT_EQ(only(prices), FieldValue("[1234.5]"));
  tags.expression = "nothing";
  EXPECT_EQ(only(tags), kNull);
}

TEST(Rules, TakeThePartThatARegexFinds) {
  FieldSpec name = field("name", "h2");
  name.regex = "(\\w)eta";
  EXPECT_EQ(only(name), FieldValue("B"));  // the first match that it is found in
  name.regex = "A.pha";
  EXPECT_EQ(only(name), FieldValue("Alpha"));
  name.regex = "nothing";
  EXPECT_EQ(only(name), kNull);
}

TEST(Rules, ReadMetaJsonLdHtmlAndJson) {
  FieldSpec spec = field("x", "OG:Title");
  spec.source = FieldSource::meta;
  EXPECT_EQ(only(spec), FieldValue("My shop"));
  spec.source = FieldSource::jsonld;
  spec.expression = "/sku";
  EXPECT_EQ(only(spec), FieldValue("S1"));
  spec.expression = "Product/offers/price";
  spec.type = FieldType::real;
  EXPECT_EQ(only(spec), FieldValue(5.0));
  spec.all = true;
  EXPECT_EQ(only(spec), FieldValue("[5.0,6.5]"));
  EXPECT_EQ(only(field("x", "h2", FieldType::html)), FieldValue("<h2> Alpha  <b>one</b></h2>"));
  EXPECT_EQ(only(field("x", "#data", FieldType::json)), FieldValue("{\"a\": [1, 2]}"));
  EXPECT_EQ(only(field("x", "h2", FieldType::json)), kNull);
}

TEST(Rules, EvaluateXPathFromTheRow) {
  FieldSpec name = field("name", "normalize-space(.//h2)");
  name.source = FieldSource::xpath;
  FieldSpec link = field("link", ".//a/@href", FieldType::url);
  link.source = FieldSource::xpath;
  FieldSpec tags = field("tags", "count(.//i)", FieldType::integer);
  tags.source = FieldSource::xpath;
  const auto found = rows(rule({name, link, tags}, EachSpec{FieldSource::xpath, "//li[@class='product']"}));
  EXPECT_THAT(found, ElementsAre(Row{"Alpha one", "http://shop.test/x/a.html", int64_t{2}},
                                 Row{"Beta", "http://shop.test/b.html", int64_t{0}}));
}

TEST(Rules, LookOnlyAtPagesWhoseUrlMatches) {
  RuleSpec spec = rule({field("name", "h2")});
  spec.match = "/list$";
  EXPECT_EQ(parse(spec).items.at(0).rows.size(), 1u);
  const ParsedPage other = parse(spec, kShop, "http://shop.test/list/2");
  EXPECT_TRUE(other.items.at(0).rows.empty());
  EXPECT_FALSE(other.items.at(0).asked);
}

TEST(Rules, FillATableTogether) {
  RuleSpec a = rule({field("name", "h2")}), b = rule({field("name", "title"), field("price", ".price")});
  auto rules = RuleSet::compile({a, b});
  ASSERT_TRUE(rules);
  ASSERT_EQ(rules->tables().size(), 1u);
  EXPECT_EQ(rules->tables()[0].columns.size(), 2u);
  b.fields[0].type = FieldType::real;
  EXPECT_FALSE(RuleSet::compile({a, b}));
}

TEST(Rules, ReadJsonResponses) {
  FieldSpec name = field("name", "/name"), price = field("price", "/price", FieldType::real),
            tags = field("tags", "/tags"), ok = field("ok", "/ok", FieldType::boolean);
  for (FieldSpec* spec : {&name, &price, &tags, &ok}) spec->source = FieldSource::json;
  tags.all = true;
  const auto rules = RuleSet::compile({rule({name, price, tags, ok}, EachSpec{FieldSource::json, "/items"})});
  ASSERT_TRUE(rules);
  const auto url = Url::parse("http://a.test/");
  const ParseLimits limits;
  const Watchdog watchdog(limits, steady_now() + limits.timeout);
  const auto extract = [&](const char* text) {
    const auto document = read_json(text);
    return extract_from_json(*rules, document ? &*document : nullptr, *url, limits, watchdog).tables.at(0);
  };
  EXPECT_THAT(extract(R"({"items": [{"name": "a", "price": 5, "tags": ["x", 1], "ok": true}, {"price": "1,5"}]})").rows,
              ElementsAre(Row{"a", 5.0, R"(["x","1"])", int64_t{1}}, Row{kNull, 1.5, kNull, kNull}));
  EXPECT_TRUE(extract("<html>").rows.empty());
  EXPECT_TRUE(extract("<html>").asked);
  EXPECT_TRUE(extract(R"({"items": 5})").rows.empty());
}

TEST(Rules, TakeNoJsonThatIsNestedWithoutEnd) {
  constexpr size_t kLevels = 300'000;
  FieldSpec spec = field("x", "p", FieldType::json);
  for (const bool all : {false, true}) {
    spec.all = all;
    EXPECT_EQ(only(spec, "<p>" + std::string(kLevels, '[') + std::string(kLevels, ']')), kNull);
  }
}

TEST(Rules, MakeValidTextOfJsonAndOfReferencesBeyondUnicode) {
  FieldSpec spec = field("x", "/a", FieldType::html);
  spec.source = FieldSource::json;
  const auto rules = RuleSet::compile({rule({spec})});
  ASSERT_TRUE(rules);
  const auto url = Url::parse("http://a.test/");
  const ParseLimits limits;
  const nlohmann::json document = nlohmann::json::parse(R"({"a": "x\u0000y"})");
  const Extraction found =
      extract_from_json(*rules, &document, *url, limits, Watchdog(limits, steady_now() + limits.timeout));
  EXPECT_THAT(found.tables.at(0).rows, ElementsAre(Row{"x\xEF\xBF\xBDy"}));

  const FieldValue value = only(field("x", "p", FieldType::html, "title"), "<p title='&#11111111111;'>");
  EXPECT_TRUE(is_valid_utf8(std::get<std::string>(value)));
}

TEST(Rules, LookThroughWideListsOfJsonLdInLinearTime) {
  // Half of it beside a list that is as wide itself: taking that apart must not move the rest again and again.
  constexpr size_t kWide = 200'000;
  std::string inner, outer;
  for (size_t i = 0; i < kWide; ++i) {
    inner += i == 0 ? "0" : ",0";
    outer += ",0";
  }
  FieldSpec spec = field("x", "/name");
  spec.source = FieldSource::jsonld;
  EXPECT_EQ(only(spec, "<script type=application/ld+json>{\"@graph\": [[" + inner + "]" + outer +
                           ", {\"name\": \"a\"}]}</script>"),
            FieldValue("a"));
}

TEST(Rules, SayWhatIsWrongWithThem) {
  const auto problem = [](RuleSpec spec) {
    const auto rules = RuleSet::compile({std::move(spec)});
    return rules ? std::string("nothing") : rules.error()[0].place + ": " + rules.error()[0].message;
  };
  EXPECT_THAT(problem(rule({field("a", "li >")})), HasSubstr("extract \"things\".a: css `li >`: column"));
  FieldSpec xpath = field("a", "//a[");
  xpath.source = FieldSource::xpath;
  EXPECT_THAT(problem(rule({xpath})), HasSubstr("xpath `//a[`: column"));
  FieldSpec regex = field("a", "b");
  regex.regex = "(";
  EXPECT_THAT(problem(rule({regex})), HasSubstr("regex `(`: missing )"));
  FieldSpec pointer = field("a", "/b");
  pointer.source = FieldSource::json;
  EXPECT_THAT(problem(rule({pointer, field("c", "h2")})), HasSubstr("make two rules of it"));
  RuleSpec keyed = rule({field("a", "b")});
  keyed.key = {"z"};
  EXPECT_THAT(problem(keyed), HasSubstr("there is no field `z`"));
  EXPECT_THAT(problem(rule({})), HasSubstr("a rule without fields"));
}

TEST(Rules, KeepWhatTheyFoundBeforeALimit) {
  std::string body;
  for (size_t i = 0; i < kRowsMax + 10; ++i) body += "<b>x</b>";
  const ParsedPage page = parse(rule({field("a", "")}, EachSpec{FieldSource::css, "b"}), body);
  EXPECT_EQ(page.items.at(0).rows.size(), kRowsMax);
  ASSERT_TRUE(page.cut_short);
  EXPECT_EQ(page.cut_short->kind, ErrorKind::parse_limit);
}

TEST(Rules, OfOtherTablesGoOnWhenOneIsTooMuch) {
  std::string body = "<h2>x</h2>";
  for (size_t i = 0; i < kRowsMax + 10; ++i) body += "<b>x</b>";
  RuleSpec other = rule({field("h", "h2")});
  other.table = "others";
  auto rules = RuleSet::compile({rule({field("a", "")}, EachSpec{FieldSource::css, "b"}), other});
  ASSERT_TRUE(rules);
  TreeParser parser({}, {std::make_shared<const RuleSet>(std::move(*rules)), true, false, false});
  const auto page = parser.parse({*Url::parse("http://a.test/"), body, "text/html"});
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->cut_short);
  EXPECT_EQ(page->items.at(1).rows.size(), 1u);
}

/// Lists of what holds everything else: each element's text is nearly the whole page.
TEST(Rules, AreBoundedInTimeAndMemoryInsideOneRow) {
  std::string body;
  for (int i = 0; i < 3'000; ++i) body += "<div>";
  body += std::string(500'000, 'x');
  FieldSpec all = field("all", "div");
  all.all = true;
  FieldSpec regex = field("regex", "div");
  regex.regex = "nothing ([0-9]+)";
  for (const FieldSpec& spec : {all, regex}) {
    auto rules = RuleSet::compile({rule({spec})});
    ASSERT_TRUE(rules);
    ParseLimits limits;
    limits.timeout = Duration(1'000);
    TreeParser parser(limits, {std::make_shared<const RuleSet>(std::move(*rules)), true, false, false});
    const SteadyTime begin = steady_now();
    const auto page = parser.parse({*Url::parse("http://a.test/"), body, "text/html"});
    EXPECT_LT(steady_now() - begin, Duration(15'000));
    EXPECT_TRUE(!page || page->items.empty() || page->items[0].rows.size() <= 1);
  }
}

TEST(Rules, ThatDifferInCaseAloneAreRefused) {
  RuleSpec a = rule({field("name", "h2")}), b = rule({field("Name", "h2")});
  EXPECT_FALSE(RuleSet::compile({a, b}));
  b = a;
  b.table = "Things";
  EXPECT_FALSE(RuleSet::compile({a, b}));
  b = rule({field("name", "h2")}, EachSpec{FieldSource::css, "li::text"});
  EXPECT_FALSE(RuleSet::compile({b}));
}

TEST(Rules, TakeValuesThatAreMadeToBreakThem) {
  EXPECT_EQ(only(field("x", "p", FieldType::json), "<p>" + std::string(400'000, '[')), kNull);
  FieldSpec deep = field("x", "p", FieldType::json);
  deep.all = true;
  EXPECT_EQ(only(deep, "<p>" + std::string(400'000, '[') + std::string(400'000, ']')), kNull);
  EXPECT_EQ(only(field("x", "p", FieldType::real), "<p>-0"), FieldValue(0.0));
  EXPECT_FALSE(std::signbit(std::get<double>(only(field("x", "p", FieldType::real), "<p>-0"))));
  EXPECT_EQ(
      only(field("x", "a", FieldType::url, "href"), "<base href='/" + std::string(60'000, 'b') + "/'><a href=x>y</a>"),
      kNull);
}

TEST(Rules, MendJsonResponsesThatAreNearlyRight) {
  FieldSpec n = field("n", "/n");
  n.source = FieldSource::json;
  const auto rules = RuleSet::compile({rule({n}, EachSpec{FieldSource::json, ""})});
  ASSERT_TRUE(rules);
  const ParseLimits limits;
  const auto url = Url::parse("http://a.test/");
  for (const char* text :
       {"[{\"n\": 1}, {\"n\": 2},]", "{\"n\": 1}\n{\"n\": 2}\n", "[{\"n\": \"\\ud83d\"}, {\"n\": 2}]"}) {
    const auto document = read_json(text);
    ASSERT_TRUE(document) << text;
    const Extraction found =
        extract_from_json(*rules, &*document, *url, limits, Watchdog(limits, steady_now() + limits.timeout));
    EXPECT_EQ(found.tables.at(0).rows.size(), 2u) << text;
  }
  EXPECT_FALSE(read_json("no JSON"));
}

}  // namespace
}  // namespace scraper
