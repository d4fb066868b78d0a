// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scraper/model/url.h"
#include "scraper/parse/json_ld.h"
#include "scraper/parse/meta_tags.h"
#include "scraper/parse/rdfa_names.h"
#include "scraper/parse/tag_attributes.h"

namespace scraper {

/// What structured_data finds, as far as it can be told from tags alone: JSON-LD, <meta>, and of RDFa what <meta
/// property> and <link rel> in the <head> state of the page itself. One page's, on one thread.
class TokenMetadata {
 public:
  /// `wants_tree`: a page with more than that is to be given up, see needs_tree; else more is left out.
  explicit TokenMetadata(bool wants_tree) : wants_tree_(wants_tree) {}

  /// An element outside of <template> and <noscript>; <html> and <head> are among them. `in_head`: the body did not
  /// begin.
  void add(GumboTag tag, const TagAttributes& has, bool in_head) {
    if (tag == GUMBO_TAG_META || (has.names() & kAttributesLookedAt) != 0) look_at(tag, has, in_head);
  }
  void add_json_ld(std::string source) { json_ld_.add_source(std::move(source)); }
  void add_doctype(std::string_view text);

  /// The page has microdata, or RDFa beyond what is read here, and was to be given up for it.
  bool needs_tree() const { return wants_tree_ && (items_ || (has_rdfa_ && complex_rdfa_)); }

  /// See structured_data. `base`: what references are resolved against.
  nlohmann::json take(const Url& base) &&;

 private:
  struct Statement {
    bool is_link = false;
    std::string names;  ///< of property or rel
    std::string value;  ///< the content, or the href
    bool has_value = false;
  };

  static constexpr AttributeNames kAttributesLookedAt = [] {
    using enum AttributeName;
    AttributeNames all = 0;
    for (const AttributeName name : {about, datatype, href, itemscope, lang, prefix, property, rel, resource, rev, src,
                                     type_of, vocab, xml_lang, xmlns_prefix}) {
      all |= mask_of(name);
    }
    return all;
  }();

  void look_at(GumboTag tag, const TagAttributes& has, bool in_head);
  void root(const TagAttributes& has);
  void meta(const TagAttributes& has);
  void state(const TagAttributes& has, bool is_link, AttributeName names, AttributeName value);
  bool names_something(std::string_view words) const;
  nlohmann::json rdfa(const Url& base) const;

  const bool wants_tree_;
  bool items_ = false;
  bool has_rdfa_ = false;
  bool complex_rdfa_ = false;
  std::string language_;
  RdfaNames names_{false};
  RdfaNames::Declarations known_;  ///< by the page itself
  std::vector<Statement> statements_;
  JsonLd json_ld_;
  MetaTags meta_tags_;
};

}  // namespace scraper
