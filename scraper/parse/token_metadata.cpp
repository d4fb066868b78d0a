// SPDX-License-Identifier: MIT
#include "scraper/parse/token_metadata.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "scraper/base/utf8.h"
#include "scraper/parse/rdfa.h"
#include "scraper/parse/rdfa_graph.h"
#include "scraper/parse/reference.h"
#include "scraper/parse/words.h"

namespace scraper {
namespace {

constexpr size_t kStatementsMax = 10'000;

// The attributes that matter, some by what they do.
constexpr AttributeNames kItemscope = mask_of(AttributeName::itemscope);
constexpr AttributeNames kTypeof = mask_of(AttributeName::type_of);
constexpr AttributeNames kProperty = mask_of(AttributeName::property);
constexpr AttributeNames kRel = mask_of(AttributeName::rel);
constexpr AttributeNames kVocab = mask_of(AttributeName::vocab);
constexpr AttributeNames kOther = mask_of(AttributeName::about) | mask_of(AttributeName::datatype) |
                                  mask_of(AttributeName::resource) | mask_of(AttributeName::rev);
constexpr AttributeNames kPrefix = mask_of(AttributeName::prefix) | mask_of(AttributeName::xmlns_prefix);
constexpr AttributeNames kLang = mask_of(AttributeName::lang) | mask_of(AttributeName::xml_lang);
constexpr AttributeNames kReference = mask_of(AttributeName::href) | mask_of(AttributeName::src);

}  // namespace

void TokenMetadata::add_doctype(std::string_view text) {
  if (text.find("XHTML+RDFa") != std::string_view::npos) names_.add_xhtml_terms();
}

void TokenMetadata::look_at(GumboTag tag, const TagAttributes& has, bool in_head) {
  const AttributeNames marks = has.names() & kAttributesLookedAt;
  if (tag == GUMBO_TAG_META) meta(has);
  if (marks == 0) return;
  items_ |= (marks & kItemscope) != 0;
  has_rdfa_ |= (marks & (kTypeof | kProperty)) != 0;
  complex_rdfa_ |= (marks & (kTypeof | kVocab)) != 0;
  if (tag == GUMBO_TAG_HTML || tag == GUMBO_TAG_HEAD) {
    if (marks & (kOther | kProperty | kRel | kReference)) complex_rdfa_ = true;
    return root(has);
  }
  if (marks & kProperty) {
    const bool plain = tag == GUMBO_TAG_META && in_head && !(marks & (kOther | kRel | kLang | kReference | kPrefix));
    if (!plain) complex_rdfa_ = true;
    if (plain) state(has, false, AttributeName::property, AttributeName::content);
  } else if (marks & kRel) {
    // In the body it matters what is around it; but rel="nofollow" and the like say nothing in RDFa.
    if (!in_head && !has_rdfa_) return;
    const bool plain = in_head && tag == GUMBO_TAG_LINK && !(marks & (kOther | kPrefix));
    if (plain) return state(has, true, AttributeName::rel, AttributeName::href);
    if (names_something(has.get(AttributeName::rel).value_or(""))) complex_rdfa_ = true;
  }
}

void TokenMetadata::root(const TagAttributes& has) {
  for (const RawAttribute& attribute : has.all()) {
    if (attribute.known_as == AttributeName::xmlns_prefix)
      known_ = names_.declare(known_, attribute.name.substr(6), has.value(attribute));
  }
  if (const auto prefix = has.get(AttributeName::prefix)) known_ = names_.declare_all(known_, *prefix);
  auto language = has.get(AttributeName::xml_lang);
  if (!language) language = has.get(AttributeName::lang);
  if (language && language_.empty()) language_ = to_valid_utf8(std::string(language->substr(0, kRdfaLanguageBytesMax)));
}

void TokenMetadata::meta(const TagAttributes& has) {
  const auto content = has.get(AttributeName::content);
  if (!content) return;
  const auto property = has.get(AttributeName::property);
  meta_tags_.add(property ? *property : has.get(AttributeName::name).value_or(""), *content);
}

void TokenMetadata::state(const TagAttributes& has, bool is_link, AttributeName names, AttributeName value) {
  if (statements_.size() == kStatementsMax) return;
  const auto text = has.get(value);
  statements_.push_back(
      {is_link, std::string(has.get(names).value_or("")), std::string(text.value_or("")), text.has_value()});
}

bool TokenMetadata::names_something(std::string_view words) const {
  for (const std::string_view word : Words(words, kRdfaWordsMax)) {
    if (!names_.name(word, known_, "").empty()) return true;
  }
  return false;
}

/// As read_rdfa would have it, where all that is said is said of the page.
nlohmann::json TokenMetadata::rdfa(const Url& base) const {
  RdfaGraph graph(kRdfaBytesMax, kRdfaStatementsMax);
  const uint32_t page = graph.thing(base.href());
  for (const Statement& statement : statements_) {
    if (graph.full()) break;
    std::string text;
    std::optional<uint32_t> object;
    if (!statement.is_link) {
      text = to_valid_utf8(statement.value.substr(0, kRdfaValueBytesMax + 4));
      cut_utf8(text, kRdfaValueBytesMax);
    } else if (statement.has_value) {
      const std::string iri = resolved_reference(statement.value, base);
      object = iri.empty() ? page : graph.thing(iri);
    } else {
      continue;  // it waits for an object that does not come
    }
    for (const std::string_view word : Words(statement.names, kRdfaWordsMax)) {
      const std::string name = names_.name(word, known_, "");
      if (name.empty()) continue;
      if (object)
        graph.add_thing(page, name, *object);
      else
        graph.add_text(page, name, text, language_, "");
    }
  }
  return std::move(graph).take();
}

nlohmann::json TokenMetadata::take(const Url& base) && {
  nlohmann::json out = nlohmann::json::object();
  std::move(meta_tags_).put_into(out);
  if (nlohmann::json values = std::move(json_ld_).take(); !values.empty()) out["jsonld"] = std::move(values);
  if (!has_rdfa_) return out;
  if (nlohmann::json read = rdfa(base); !read.empty()) out["rdfa"] = std::move(read);
  return out;
}

}  // namespace scraper
