// SPDX-License-Identifier: MIT
#include "scraper/parse/rdfa_names.h"

#include <algorithm>
#include <array>
#include <utility>

#include "scraper/base/utf8.h"
#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/words.h"

namespace scraper {
namespace {

constexpr size_t kIriBytesMax = 1024;
constexpr std::string_view kXhtmlVocabulary = "http://www.w3.org/1999/xhtml/vocab#";

constexpr std::array<std::pair<std::string_view, std::string_view>, 40> kInitialPrefixes{{
    {"as", "https://www.w3.org/ns/activitystreams#"},
    {"cc", "http://creativecommons.org/ns#"},
    {"csvw", "http://www.w3.org/ns/csvw#"},
    {"ctag", "http://commontag.org/ns#"},
    {"dc", "http://purl.org/dc/terms/"},
    {"dc11", "http://purl.org/dc/elements/1.1/"},
    {"dcat", "http://www.w3.org/ns/dcat#"},
    {"dcterms", "http://purl.org/dc/terms/"},
    {"dqv", "http://www.w3.org/ns/dqv#"},
    {"duv", "https://www.w3.org/ns/duv#"},
    {"foaf", "http://xmlns.com/foaf/0.1/"},
    {"gr", "http://purl.org/goodrelations/v1#"},
    {"grddl", "http://www.w3.org/2003/g/data-view#"},
    {"ical", "http://www.w3.org/2002/12/cal/icaltzd#"},
    {"ldp", "http://www.w3.org/ns/ldp#"},
    {"ma", "http://www.w3.org/ns/ma-ont#"},
    {"oa", "http://www.w3.org/ns/oa#"},
    {"og", "http://ogp.me/ns#"},
    {"org", "http://www.w3.org/ns/org#"},
    {"owl", "http://www.w3.org/2002/07/owl#"},
    {"prov", "http://www.w3.org/ns/prov#"},
    {"qb", "http://purl.org/linked-data/cube#"},
    {"rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"},
    {"rdfa", "http://www.w3.org/ns/rdfa#"},
    {"rdfs", "http://www.w3.org/2000/01/rdf-schema#"},
    {"rev", "http://purl.org/stuff/rev#"},
    {"rif", "http://www.w3.org/2007/rif#"},
    {"rr", "http://www.w3.org/ns/r2rml#"},
    {"schema", "http://schema.org/"},
    {"sd", "http://www.w3.org/ns/sparql-service-description#"},
    {"sioc", "http://rdfs.org/sioc/ns#"},
    {"skos", "http://www.w3.org/2004/02/skos/core#"},
    {"skosxl", "http://www.w3.org/2008/05/skos-xl#"},
    {"v", "http://rdf.data-vocabulary.org/#"},
    {"vcard", "http://www.w3.org/2006/vcard/ns#"},
    {"void", "http://rdfs.org/ns/void#"},
    {"wdr", "http://www.w3.org/2007/05/powder#"},
    {"wdrs", "http://www.w3.org/2007/05/powder-s#"},
    {"xhv", kXhtmlVocabulary},
    {"xsd", "http://www.w3.org/2001/XMLSchema#"},
}};

constexpr std::array<std::string_view, 28> kXhtmlTerms{
    "alternate", "appendix", "bookmark",   "chapter",    "cite",  "contents", "copyright",
    "first",     "glossary", "help",       "icon",       "index", "itsrules", "last",
    "license",   "meta",     "next",       "p3pv1",      "prev",  "previous", "role",
    "section",   "start",    "stylesheet", "subsection", "top",   "toc",      "up"};

std::string as_text(std::string_view iri) {
  std::string text = to_valid_utf8(std::string(iri.substr(0, kIriBytesMax)));
  cut_utf8(text, kIriBytesMax);
  return text;
}

bool is_absolute(std::string_view iri) {
  const size_t colon = iri.find(':');
  if (colon == 0 || colon == std::string_view::npos) return false;
  for (const char c : iri.substr(0, colon)) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !(c >= '0' && c <= '9') && c != '+' && c != '-' && c != '.') return false;
  }
  return true;
}

}  // namespace

RdfaNames::Declarations RdfaNames::declare(Declarations around, std::string_view prefix, std::string_view iri) {
  const size_t depth = around ? declared_[*around].depth + 1 : 1;
  if (depth > kRdfaPrefixesMax || prefix.empty() || prefix == "_" || prefix.size() > kIriBytesMax) return around;
  declared_.push_back({to_lower(prefix), as_text(iri), around, depth});
  return static_cast<uint32_t>(declared_.size() - 1);
}

RdfaNames::Declarations RdfaNames::declare_all(Declarations around, std::string_view attribute) {
  const Words words(attribute, 2 * kRdfaPrefixesMax);
  for (size_t i = 0; i + 1 < words.size();) {
    if (!words[i].ends_with(':')) {
      ++i;  // what is no pair is passed over
      continue;
    }
    around = declare(around, words[i].substr(0, words[i].size() - 1), words[i + 1]);
    i += 2;
  }
  return around;
}

std::optional<std::string> RdfaNames::compact(std::string_view written, Declarations known) const {
  const size_t colon = written.find(':');
  if (colon == std::string_view::npos || written.size() > kIriBytesMax) return std::nullopt;
  const std::string_view reference = written.substr(colon + 1);
  if (reference.starts_with("//")) return std::nullopt;
  const std::string prefix = to_lower(written.substr(0, colon));
  if (prefix == "_") return as_text(written);
  if (prefix.empty()) return std::string(kXhtmlVocabulary) + as_text(reference);
  for (Declarations at = known; at; at = declared_[*at].around) {
    if (declared_[*at].prefix == prefix) return declared_[*at].iri + as_text(reference);
  }
  for (const auto& [name, iri] : kInitialPrefixes) {
    if (name == prefix) return std::string(iri) + as_text(reference);
  }
  return std::nullopt;
}

std::string RdfaNames::name(std::string_view written, Declarations known, std::string_view vocabulary) const {
  if (written.size() > kIriBytesMax) return {};
  if (written.find(':') == std::string_view::npos) {
    if (!vocabulary.empty()) return std::string(vocabulary) + as_text(written);
    const std::string term = to_lower(written);
    if (term == "describedby") return "http://www.w3.org/2007/05/powder-s#describedby";
    if (term == "license" || term == "role") return std::string(kXhtmlVocabulary) + term;
    if (xhtml_terms_ && std::find(kXhtmlTerms.begin(), kXhtmlTerms.end(), term) != kXhtmlTerms.end())
      return std::string(kXhtmlVocabulary) + term;
    return {};
  }
  if (auto iri = compact(written, known)) return *iri;
  return is_absolute(written) ? as_text(written) : std::string();
}

}  // namespace scraper
