// SPDX-License-Identifier: MIT
#include "scraper/parse/json_path.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "scraper/parse/json_text.h"
#include "scraper/parse/linked_data.h"

namespace scraper {
namespace {

using nlohmann::json;

json at(const char* path, const char* document) {
  const json value = json::parse(document);
  const auto compiled = JsonPath::compile(path);
  const json* found = compiled->find(value);
  return found == nullptr ? json("nothing") : *found;
}

TEST(JsonPath, FollowsRfc6901) {
  // The examples of its section 5.
  const char* document = R"({"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "m~n": 8, " ": 7, "k\"l": 6})";
  EXPECT_EQ(at("/foo", document), json::parse(R"(["bar", "baz"])"));
  EXPECT_EQ(at("/foo/0", document), "bar");
  EXPECT_EQ(at("/", document), 0);
  EXPECT_EQ(at("/a~1b", document), 1);
  EXPECT_EQ(at("/c%d", document), 2);
  EXPECT_EQ(at("/m~0n", document), 8);
  EXPECT_EQ(at("/ ", document), 7);
  EXPECT_EQ(at("/k\"l", document), 6);
  EXPECT_EQ(at("/foo/2", document), "nothing");
  EXPECT_EQ(at("/foo/01", document), "nothing");
  EXPECT_EQ(at("/foo/bar", document), "nothing");
  EXPECT_FALSE(JsonPath::compile("/a~2"));
  EXPECT_FALSE(JsonPath::compile("/a~"));
}

TEST(JsonPath, StepsIntoListsAsLinkedDataMeansThem) {
  const json value = json::parse(R"({"offers": [{"price": 1}, {"price": 2}, {"x": 3}]})");
  const auto found = JsonPath::compile("/offers/price")->find_all(value, 10);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(*found[0], 1);
  EXPECT_EQ(JsonPath::compile("/offers/1/price")->find_all(value, 10).size(), 1u);
  EXPECT_EQ(JsonPath::compile("/offers/price")->find_all(value, 1).size(), 1u);
}

TEST(LinkedData, FindsThingsByTypeWhereverTheyStand) {
  const json metadata = json::parse(R"({
    "jsonld": [{"@context": "x", "@graph": [{"@type": "WebSite", "name": "site"},
                                            {"@type": ["Product", "Thing"], "name": "p", "brand": {"@type": "Brand", "name": "b"}}]}],
    "microdata": [{"type": "http://schema.org/Offer", "properties": {"price": "5", "seller": {"properties": {"name": "s"}}}}]})");
  const LinkedData data(metadata);
  const auto first = [&](const char* path) {
    const auto found = data.find(*JsonPath::compile(path), 1);
    return found.empty() ? json() : *found[0];
  };
  EXPECT_EQ(first("/name"), "site");
  EXPECT_EQ(first("Product/name"), "p");
  EXPECT_EQ(first("schema:Brand/name"), "b");
  EXPECT_EQ(first("Offer/price"), "5");
  EXPECT_EQ(first("/seller/name"), "s");
  EXPECT_EQ(first("/nothing"), json());
}

TEST(JsonText, RefusesWhatIsNestedTooDeep) {
  EXPECT_TRUE(parse_json(std::string(100, '[') + std::string(100, ']')));
  EXPECT_FALSE(parse_json(std::string(100'000, '[') + std::string(100'000, ']')));
  EXPECT_FALSE(parse_json("{"));
  EXPECT_EQ(json_text(json("\xFF")), "\"\uFFFD\"");
}

}  // namespace
}  // namespace scraper
