// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace scraper {

inline constexpr std::string_view kRdfType = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
inline constexpr size_t kRdfaPrefixesMax = 100;  ///< that may be declared around an element; further ones are left out

/// The names of RDFa: what prefixes and terms stand for (RDFa Core 1.1, 7.4, with the initial context of
/// https://www.w3.org/2011/rdfa-context/rdfa-1.1). Declarations are kept as a chain from the innermost outwards, so
/// that an element's are its parent's and its own.
///
/// One thread's.
class RdfaNames {
 public:
  /// A place in the chain; none is the initial context.
  using Declarations = std::optional<uint32_t>;

  /// `xhtml_terms`: the page is XHTML+RDFa, where `next`, `icon` and so on mean something.
  explicit RdfaNames(bool xhtml_terms) : xhtml_terms_(xhtml_terms) {}

  /// The page turns out to be XHTML+RDFa.
  void add_xhtml_terms() { xhtml_terms_ = true; }

  Declarations declare(Declarations around, std::string_view prefix, std::string_view iri);

  /// The pairs of a prefix attribute: `dc: http://purl.org/dc/terms/ foaf: ...`.
  Declarations declare_all(Declarations around, std::string_view attribute);

  /// A property, a type or the like (TERMorCURIEorAbsIRI); empty: it names nothing.
  std::string name(std::string_view written, Declarations known, std::string_view vocabulary) const;

  /// What a compact IRI `prefix:reference` stands for, or `_:x`; nullopt: its prefix is none.
  std::optional<std::string> compact(std::string_view written, Declarations known) const;

 private:
  struct Declaration {
    std::string prefix;  ///< in lower case
    std::string iri;
    Declarations around;
    size_t depth;
  };

  std::vector<Declaration> declared_;
  bool xhtml_terms_;
};

}  // namespace scraper
