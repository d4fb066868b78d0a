// SPDX-License-Identifier: MIT
#include "scraper/parse/token_metadata.h"

#include <utility>

#include "scraper/base/utf8.h"
#include "scraper/parse/rdfa.h"
#include "scraper/parse/rdfa_graph.h"
#include "scraper/parse/reference.h"
#include "scraper/parse/words.h"

namespace scraper {
namespace {

constexpr size_t kWordsMax = 20;           // as read_rdfa has it
constexpr size_t kLanguageBytesMax = 100;  // likewise
constexpr size_t kStatementsMax = 10'000;

// The attributes that matter, of one tag.
enum : uint32_t {
  kItemscope = 1u << 0,
  kTypeof = 1u << 1,
  kProperty = 1u << 2,
  kRel = 1u << 3,
  kOther = 1u << 4,  // of RDFa: about, datatype, resource, rev
  kVocab = 1u << 5,
  kPrefix = 1u << 6,
  kLang = 1u << 7,
  kReference = 1u << 8,  // href, src
};

uint32_t mark_of(std::string_view name) {
  const auto is = [name](std::string_view wanted) { return equals_ignoring_case(name, wanted); };
  switch (name.size()) {
    case 3:
      return is("rel") ? kRel : is("rev") ? kOther : is("src") ? kReference : 0u;
    case 4:
      return is("href") ? kReference : is("lang") ? kLang : 0u;
    case 5:
      return is("about") ? kOther : is("vocab") ? kVocab : 0u;
    case 6:
      return is("typeof") ? kTypeof : is("prefix") ? kPrefix : 0u;
    case 8:
      return is("property") ? kProperty : is("resource") || is("datatype") ? kOther : is("xml:lang") ? kLang : 0u;
    case 9:
      return is("itemscope") ? kItemscope : 0u;
    default:
      return starts_with_ignoring_case(name, "xmlns:") ? kPrefix : 0u;
  }
}

}  // namespace

void TokenMetadata::add_doctype(std::string_view text) {
  if (text.find("XHTML+RDFa") != std::string_view::npos) names_.add_xhtml_terms();
}

void TokenMetadata::add(GumboTag tag, const TagAttributes& has, const std::vector<RawAttribute>& attributes,
                        bool in_head) {
  uint32_t marks = 0;
  for (const RawAttribute& attribute : attributes) marks |= mark_of(attribute.name);
  if (tag == GUMBO_TAG_META) meta(has);
  if (marks == 0) return;
  items_ |= (marks & kItemscope) != 0;
  has_rdfa_ |= (marks & (kTypeof | kProperty)) != 0;
  complex_rdfa_ |= (marks & (kTypeof | kVocab)) != 0;
  if (tag == GUMBO_TAG_HTML || tag == GUMBO_TAG_HEAD) {
    if (marks & (kOther | kProperty | kRel | kReference)) complex_rdfa_ = true;
    return root(has, attributes);
  }
  if (marks & kProperty) {
    const bool plain = tag == GUMBO_TAG_META && in_head && !(marks & (kOther | kRel | kLang | kReference | kPrefix));
    if (!plain) complex_rdfa_ = true;
    if (plain) state(has, false, "property", "content");
  } else if (marks & kRel) {
    // In the body it matters what is around it; but rel="nofollow" and the like say nothing in RDFa.
    if (!in_head && !has_rdfa_) return;
    const bool plain = in_head && tag == GUMBO_TAG_LINK && !(marks & (kOther | kPrefix));
    if (plain) return state(has, true, "rel", "href");
    if (names_something(has.get("rel").value_or(""))) complex_rdfa_ = true;
  }
}

void TokenMetadata::root(const TagAttributes& has, const std::vector<RawAttribute>& attributes) {
  for (const RawAttribute& attribute : attributes) {
    if (starts_with_ignoring_case(attribute.name, "xmlns:"))
      known_ = names_.declare(known_, attribute.name.substr(6), has.value(attribute));
  }
  if (const auto prefix = has.get("prefix")) known_ = names_.declare_all(known_, *prefix);
  auto language = has.get("xml:lang");
  if (!language) language = has.get("lang");
  if (language && language_.empty()) language_ = to_valid_utf8(std::string(language->substr(0, kLanguageBytesMax)));
}

void TokenMetadata::meta(const TagAttributes& has) {
  const auto content = has.get("content");
  if (!content) return;
  const auto property = has.get("property");
  meta_tags_.add(property ? *property : has.get("name").value_or(""), *content);
}

void TokenMetadata::state(const TagAttributes& has, bool is_link, const char* names, const char* value) {
  if (statements_.size() == kStatementsMax) return;
  const auto text = has.get(value);
  statements_.push_back(
      {is_link, std::string(has.get(names).value_or("")), std::string(text.value_or("")), text.has_value()});
}

bool TokenMetadata::names_something(std::string_view words) const {
  for (const std::string_view word : Words(words, kWordsMax)) {
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
    for (const std::string_view word : Words(statement.names, kWordsMax)) {
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
