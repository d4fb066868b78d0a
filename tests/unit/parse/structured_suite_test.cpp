// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "corpora.h"
#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/reference.h"
#include "structured_page.h"

namespace scraper {
namespace {

using nlohmann::json;

/// The suite was made with extruct, whose tests give these pages a URL and the others none.
std::string base_of(const std::string& source) {
  static const std::map<std::string, std::string> kBases{
      {"misc/Portfolio_Niels_Lubberman.html", "http://nielslubberman.nl/drupal/"},
      {"songkick/elysianfields.html", "http://www.songkick.com/artists/236156-elysian-fields"},
      {"songkick/elysianfields_1.html", "http://www.songkick.com/artists/236156-elysian-fields"},
      {"w3c/microdata.7.1.html", "http://blog.example.com/progress-report"},
      {"w3c/microdata.object.html", "http://www.example.com/microdata/test"}};
  const auto known = kBases.find(source);
  return known == kBases.end() ? "http://base.test/" : known->second;
}

/// Extruct leaves URLs unresolved where it knows no base, writes them otherwise than WHATWG URL does (no slash after a
/// bare host), and sets blocks of text apart with an empty line where we have a line end.
bool same_text(const std::string& expected, const std::string& ours, const Url& base) {
  return collapse_white_space(expected) == collapse_white_space(ours) || resolved_reference(expected, base) == ours;
}

bool same_microdata(const json& expected, const json& ours, const Url& base) {
  // In its strict mode extruct has a list for a single value too.
  if (expected.is_array() && expected.size() == 1 && !ours.is_array()) return same_microdata(expected[0], ours, base);
  if (expected.is_string() && ours.is_string()) return same_text(expected, ours, base);
  if (expected.size() != ours.size() || expected.type() != ours.type()) return false;
  if (expected.is_array()) {
    return std::equal(expected.begin(), expected.end(), ours.begin(),
                      [&](const json& a, const json& b) { return same_microdata(a, b, base); });
  }
  if (!expected.is_object()) return expected == ours;
  return std::all_of(expected.items().begin(), expected.items().end(), [&](const auto& entry) {
    return ours.contains(entry.key()) && same_microdata(entry.value(), ours[entry.key()], base);
  });
}

void expect_microdata(json expected, const json& ours, const std::string& source) {
  // HTML has the properties of an item in document order, also those that itemref brings; extruct puts these last.
  if (source == "w3c/microdata.5.3.html") expected.at(3)["properties"]["a"] = {"1", "2"};
  const Url base = *Url::parse(base_of(source));
  EXPECT_TRUE(same_microdata(expected, ours, base)) << expected.dump(1) << "\nbut have\n" << ours.dump(1);
}

/// Extruct has lists at the top as they are; here they are taken apart.
void expect_json_ld(const json& expected, const json& ours) {
  json flat = json::array();
  for (const json& value : expected) {
    if (value.is_array())
      flat.insert(flat.end(), value.begin(), value.end());
    else
      flat.push_back(value);
  }
  EXPECT_EQ(flat, ours);
}

/// Extruct has a list of pairs, with names in full; a pair that occurs again is left out, and so is what is in a
/// vocabulary that the page does not declare as extruct knows it.
void expect_open_graph(const json& expected, const json& ours) {
  std::map<std::string, json> wanted;
  for (const json& pair : expected.at("properties")) wanted[pair[0]].push_back(pair[1]);
  for (const auto& [name, values] : wanted) {
    const bool in_og = name.starts_with("og:");
    const bool in_vocabulary = in_og || name.starts_with("article:") || name.starts_with("fb:");
    json have = ours.at(in_vocabulary ? "og" : "meta").value(in_og ? name.substr(3) : name, json());
    if (!have.is_array()) have = json::array({have});
    json distinct = json::array();
    for (const json& value : have) {
      if (std::find(distinct.begin(), distinct.end(), value) == distinct.end()) distinct.push_back(value);
    }
    // Names may be written as full IRIs too; that is RDFa, and is found there.
    for (const json& value :
         ours.at("meta").value("http://ogp.me/ns#" + name.substr(name.find(':') + 1), json::array())) {
      if (in_og) distinct.push_back(value);
    }
    EXPECT_EQ(values, distinct) << name;
  }
  for (const auto& [name, value] : ours.at("og").items()) {
    EXPECT_TRUE(wanted.contains("og:" + name) || wanted.contains(name) || name == "fb:admins") << name;
  }
}

/// One statement, in words that do not depend on the ways of the two:
/// - the language is left out, because extruct does not know `lang` (HTML+RDFa has it beside xml:lang);
/// - markup is left out of XML literals, which RDFa 1.0 makes of elements where 1.1 has text, and its white space
///   collapsed.
json plain_statement(const json& value) {
  if (!value.is_object() || !value.contains("@value")) return value;
  std::string text = value["@value"];
  if (value.value("@type", "").ends_with("#XMLLiteral")) {
    for (size_t at; (at = text.find('<')) != std::string::npos;) text.erase(at, text.find('>', at) - at + 1);
  }
  return collapse_white_space(text);
}

/// Subjects and values by RDF's nature in no order.
json plain_graph(const json& subjects) {
  json out = json::object();
  for (const json& subject : subjects) {
    for (const auto& [property, values] : subject.items()) {
      if (property == "@id") continue;
      json& statements = out[subject.at("@id").get<std::string>()][property];
      for (const json& value : values) statements.push_back(plain_statement(value));
      std::sort(statements.begin(), statements.end());
    }
  }
  return out;
}

void expect_rdfa(const json& expected, const json& ours) { EXPECT_EQ(plain_graph(expected), plain_graph(ours)); }

/// Some cases expect a list without saying of what; its members tell.
void expect_list(const json& list, const json& ours, const std::string& source) {
  if (list.at(0).contains("namespace"))
    expect_open_graph(list[0], ours);
  else if (list.at(0).contains("@id"))
    expect_rdfa(list, ours.at("rdfa"));
  else
    expect_microdata(list, ours.at("microdata"), source);
}

TEST(StructuredData, AgreesWithTheSuite) {
  const auto cases = read_cases("structured-data");
  if (cases.empty()) GTEST_SKIP() << "no corpora";
  EXPECT_GE(cases.size(), 31u);
  for (const json& one : cases) {
    const std::string source = one.at("src");
    SCOPED_TRACE(source);
    const auto read = read_structured(decode_base64(one.at("html_b64").get<std::string>()), base_of(source));
    ASSERT_TRUE(read) << read.error().message;
    const json& expect = one.at("expect");
    if (expect.contains("jsonld")) {
      const json& values = expect["jsonld"];
      expect_json_ld(values.is_object() ? values.at("items") : values, read->at("jsonld"));
    }
    if (!expect.contains("json")) continue;
    const json& all = expect["json"];
    if (all.is_array()) {
      expect_list(all, *read, source);
      continue;
    }
    // What extruct makes of everything; microformats and Dublin Core are not among what we read.
    expect_json_ld(all.at("json-ld"), read->at("jsonld"));
    expect_open_graph(all.at("opengraph").at(0), *read);
    expect_rdfa(all.at("rdfa"), read->at("rdfa"));
    EXPECT_EQ(all.at("microdata"), read->value("microdata", json::array()));
  }
}

}  // namespace
}  // namespace scraper
