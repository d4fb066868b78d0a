// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "corpora.h"
#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/gunzip.h"
#include "structured_page.h"

namespace scraper {
namespace {

using nlohmann::json;

/// Gold that recipe-scrapers does not take from the structured data: its module for the host reads the field with
/// selectors of its own, and for most of these the text of the gold is nowhere in the data
/// (tests/bench/measure_recipes.py shows which).
const std::set<std::pair<std::string, std::string>> kFromElsewhere{
    {"dobruchut.aktuality.sk-dobruchutaktualitysk", "instructions_list"},
    {"eggs.ca-eggsca_1", "ingredients"},
    {"fattoincasadabenedetta.it-fattoincasadabenedetta", "instructions_list"},
    {"gourmandize.com-gourmandize", "title"},
    {"heb.com-heb", "ingredients"},
    {"joyfoodsunshine.com-joyfoodsunshine", "ingredients"},
    {"kuchnia-domowa.pl-kuchniadomowa", "instructions_list"},
    {"maangchi.com-maangchi", "ingredients"},
    {"maangchi.com-maangchi", "instructions_list"},
    {"netacooks.com-netacooks_1", "ingredients"},
    {"ninjatestkitchen.eu-ninjatestkitchen_1", "instructions_list"},
    {"okokorecepten.nl-okokorecepten_1", "instructions_list"},
    {"potatorolls.com-potatorolls_1", "ingredients"},
    {"potatorolls.com-potatorolls_1", "instructions_list"},
    {"primaledgehealth.com-primaledgehealth", "ingredients"},
    {"simply-cookit.com-simplycookit_1", "ingredients"},
    {"simply-cookit.com-simplycookit_1", "instructions_list"},
    {"taste.com.au-tasteau_1", "ingredients"},
    {"tasteline.com-tasteline_1", "ingredients"},
    {"thespruceeats.com-thespruceeats_1", "ingredients"},
    {"uitpaulineskeuken.nl-uitpaulineskeukennl_1", "ingredients"},
    {"uitpaulineskeuken.nl-uitpaulineskeukennl_1", "instructions_list"}};

void erase_all(std::string& text, std::string_view what) {
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos;) text.erase(at, what.size());
}

/// References resolved and tags taken out, twice, as recipe-scrapers does; its double brackets made one. White space is
/// left out altogether: how a text is broken into lines differs from host to host.
std::string squeezed(std::string text) {
  for (int i = 0; i < 2; ++i) {
    PageTree tree;
    const auto output = tree.parse("<body>" + text, ParseLimits{}, steady_now() + Duration(10'000));
    text = output ? node_text((*output)->document) : "";
  }
  for (const std::string_view space : {" ", "\n", "\t", "\u00A0", "\u200B", "\u202F", "\u2009", "\u3000"})
    erase_all(text, space);
  for (const char* twice : {"((", "))"}) {
    for (size_t at; (at = text.find(twice)) != std::string::npos;) text.erase(at, 1);
  }
  return text;
}

json as_list(const json& value) {
  if (value.is_array()) return value;
  return value.is_null() ? json::array() : json::array({value});
}

bool is_recipe(const json& thing, const char* key) {
  if (!thing.is_object() || !thing.contains(key)) return false;
  for (const json& type : as_list(thing[key])) {
    if (type.is_string() && to_lower(type.get<std::string>()).ends_with("recipe")) return true;
  }
  return false;
}

/// All recipes in the structured data, those on top first, as properties by their names.
std::vector<json> recipes_in(const json& data) {
  std::vector<json> found;
  for (const char* syntax : {"jsonld", "microdata"}) {
    const bool microdata = syntax == std::string_view("microdata");
    std::vector<json> level = as_list(data.value(syntax, json()));
    while (!level.empty()) {
      std::vector<json> below;
      for (const json& thing : level) {
        if (is_recipe(thing, microdata ? "type" : "@type"))
          found.push_back(microdata ? thing.value("properties", json::object()) : thing);
        if (thing.is_structured()) below.insert(below.end(), thing.begin(), thing.end());
      }
      level = std::move(below);
    }
  }
  return found;
}

json first_of(const std::vector<json>& recipes, std::initializer_list<const char*> names) {
  for (const json& recipe : recipes) {
    for (const char* name : names) {
      const json value = recipe.value(name, json());
      if (!value.empty() && !(value.is_string() && collapse_white_space(value.get<std::string>()).empty()))
        return value;
    }
  }
  return {};
}

/// A page may write the name twice, in a <meta> and where it is seen.
json first_value(const json& value) { return value.is_array() ? value.at(0) : value; }

std::string text_of_any(const json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

std::string first_text(const json& thing, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (const json value = thing.value(name, json()); value.is_string() && value != "") return value.get<std::string>();
  }
  return {};
}

/// The text of ingredients or instructions; the sites differ in whether the names of sections and steps are part of it.
std::string whole_text(const json& value, bool sections, bool steps) {
  std::string out;
  for (const json& one : as_list(value)) {
    if (one.is_array()) {
      out += whole_text(one, sections, steps);
    } else if (!one.is_object()) {
      out += text_of_any(one) + "\n";
    } else {
      const json& thing = one.contains("properties") ? one["properties"] : one;
      std::string name = first_text(thing, {"name", "Name"});
      const std::string text = first_text(thing, {"text", "description"});
      if (const json below = thing.value("itemListElement", json()); !below.empty()) {
        out += (sections ? name + "\n" : "") + whole_text(below, sections, steps);
        continue;
      }
      const bool repeats = text.starts_with(name.substr(0, name.find_last_not_of('.') + 1));
      if (text.empty() || (steps && !repeats)) out += name + "\n";
      out += text + "\n";
    }
  }
  return out;
}

bool agrees(const json& value, const std::string& gold) {
  for (const bool sections : {true, false}) {
    for (const bool steps : {true, false}) {
      if (squeezed(whole_text(value, sections, steps)) == gold) return true;
    }
  }
  return false;
}

std::string read_page(const std::string& file) {
  std::ifstream stream(corpora() / "suites/pages/recipes" / file, std::ios::binary);
  const std::string packed{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  const auto page = gunzip(packed, 64u << 20);
  return page ? page->bytes : "";
}

TEST(Recipes, AreAsTheGoldHasThem) {
  const auto cases = read_cases("pages/recipes");
  if (cases.empty()) GTEST_SKIP() << "no corpora";
  struct Count {
    int carried = 0;
    int equal = 0;
    std::string others;
  };
  std::map<std::string, Count> counts;
  for (const json& one : cases) {
    const std::string url = one.at("url");
    const std::string id = one.at("id");
    const auto data =
        read_structured(read_page(one.at("file")), url.find("://") == std::string::npos ? "https://" + url : url);
    ASSERT_TRUE(data) << id << ": " << data.error().message;
    const auto recipes = recipes_in(*data);
    const std::map<std::string, json> fields{
        {"title", first_value(first_of(recipes, {"name"}))},
        {"ingredients", first_of(recipes, {"recipeIngredient", "ingredients"})},
        {"instructions_list", first_of(recipes, {"recipeInstructions", "RecipeInstructions", "instructions"})}};
    for (const auto& [field, value] : fields) {
      std::string gold;
      for (const json& line : as_list(one.at("gold").value(field, json()))) gold += line.get<std::string>() + "\n";
      if (value.is_null() || gold.empty() || kFromElsewhere.contains({id, field})) continue;
      Count& count = counts[field];
      ++count.carried;
      if (agrees(value, squeezed(gold)))
        ++count.equal;
      else
        count.others += "\n" + id;
    }
  }
  for (const auto& [field, count] : counts) {
    EXPECT_GE(count.equal, 0.95 * count.carried) << field << " differs on" << count.others;
    EXPECT_GE(count.carried, 90) << field;
    RecordProperty(field, std::to_string(count.equal) + " of " + std::to_string(count.carried));
    std::cout << field << ": " << count.equal << " of " << count.carried << count.others << "\n";
  }
}

}  // namespace
}  // namespace scraper
