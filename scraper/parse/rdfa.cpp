// SPDX-License-Identifier: MIT
#include "scraper/parse/rdfa.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scraper/base/utf8.h"
#include "scraper/parse/element_walk.h"
#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/rdfa_graph.h"
#include "scraper/parse/rdfa_names.h"
#include "scraper/parse/reference.h"
#include "scraper/parse/words.h"

namespace scraper {
namespace {

using Text = std::optional<std::string_view>;
using Thing = std::optional<uint32_t>;

constexpr size_t kIncompleteMax = 10'000;  ///< statements that wait for their object at a time

/// The attributes that RDFa looks at.
struct Attributes {
  explicit Attributes(const GumboNode* element);

  Text about, content, datatype, datetime, href, lang, prefix, property, rel, resource, rev, src, type, value, vocab,
      xml_lang;
  bool declares_xmlns = false;
  bool any = false;  ///< but for href and src, which make no statement by themselves
};

Attributes::Attributes(const GumboNode* element) {
  const GumboVector& all = element->v.element.attributes;
  for (unsigned i = 0; i < all.length; ++i) {
    const auto* attribute = static_cast<const GumboAttribute*>(all.data[i]);
    const std::string_view name = attribute->name;
    const auto is = [&](std::string_view wanted, Text& text) {
      if (name != wanted || text) return false;
      text = attribute->value;
      return true;
    };
    if (name.starts_with("xmlns:")) declares_xmlns = any = true;
    if (is("href", href) || is("src", src) || is("value", value) || is("datetime", datetime)) continue;
    any |= is("about", about) || is("content", content) || is("datatype", datatype) || is("lang", lang) ||
           is("prefix", prefix) || is("property", property) || is("rel", rel) || is("resource", resource) ||
           is("rev", rev) || is("typeof", type) || is("vocab", vocab) || is("xml:lang", xml_lang);
  }
}

/// What holds for the elements in an element: RDFa's "evaluation context". Its views point into the tree.
struct Scope {
  uint32_t subject = 0;
  uint32_t object = 0;
  RdfaNames::Declarations names;
  std::string_view vocabulary;
  std::string_view language;
  size_t incomplete_begin = 0;  ///< statements that wait for a thing to be their object
  size_t incomplete_end = 0;
  Text link;  ///< of an <a> around with nothing but a href: subject and object, once somebody asks
};

struct Incomplete {
  std::string property;
  bool forward;
};

/// What an element speaks of.
struct Things {
  Thing subject;
  Thing object;
  Thing typed;
  bool skip = false;  ///< the element only passes on what surrounds it
};

class RdfaWalk {
 public:
  RdfaWalk(const GumboNode* document, const Url& base, const ParseLimits& limits, const Watchdog& watchdog)
      : base_(base),
        limits_(limits),
        watchdog_(watchdog),
        names_(std::string_view(document->v.document.public_identifier).find("XHTML+RDFa") != std::string_view::npos),
        graph_(kRdfaBytesMax, kRdfaStatementsMax) {}

  tl::expected<nlohmann::json, Error> run(const GumboNode* document);

 private:
  struct Frame {
    const GumboNode* node;
    unsigned next_child;
    Scope scope;
    size_t incomplete_before;
  };

  Scope enter(const GumboNode* element, const Scope& around, bool is_root);
  Scope declared(const Attributes& has, const GumboNode* element, const Scope& around);
  Things things(const Attributes& has, const Scope& scope, GumboTag tag, bool is_root);
  void relations(const Attributes& has, const Scope& scope, const Things& of);
  void properties(const Attributes& has, const GumboNode* element, const Scope& scope, const Things& of);
  void complete(const Scope& around, uint32_t object);
  Thing reference(std::string_view written);
  Thing curie_or_reference(const Text& written, const Scope& scope);
  Thing object_attribute(const Attributes& has, const Scope& scope);
  std::vector<std::string> names(const Text& words, const Scope& scope, bool terms = true) const;

  const Url& base_;
  const ParseLimits& limits_;
  const Watchdog& watchdog_;
  RdfaNames names_;
  RdfaGraph graph_;
  uint32_t page_ = 0;
  std::vector<Incomplete> incomplete_;
  std::vector<Frame> stack_;
  size_t steps_left_ = kRdfaStepsMax;
};

tl::expected<nlohmann::json, Error> RdfaWalk::run(const GumboNode* document) {
  page_ = graph_.thing(base_.href());
  Scope start;
  start.subject = start.object = page_;
  stack_.push_back({document, 0, start, 0});
  size_t nodes = 0;
  while (!stack_.empty() && !graph_.full() && steps_left_ > 0) {
    if (nodes++ % kNodesBetweenLooks == 0) {
      const Overrun seen = watchdog_.look();
      if (seen != Overrun::none) return tl::make_unexpected(overrun_error(seen, limits_));
    }
    Frame& top = stack_.back();
    const GumboVector* below = children(top.node);
    if (top.next_child == below->length) {
      incomplete_.resize(top.incomplete_before);
      stack_.pop_back();
      continue;
    }
    const GumboNode* node = child(below, top.next_child++);
    if (!is_element(node)) continue;
    const GumboTag tag = html_tag(node);
    if (tag == GUMBO_TAG_NOSCRIPT || tag == GUMBO_TAG_TEMPLATE) continue;
    const size_t incomplete_before = incomplete_.size();
    const Scope around = top.scope;
    const bool is_root = stack_.size() == 1;
    stack_.push_back({node, 0, enter(node, around, is_root), incomplete_before});
  }
  return std::move(graph_).take();
}

Scope RdfaWalk::enter(const GumboNode* element, const Scope& around, bool is_root) {
  const Attributes has(element);
  const bool completes = around.incomplete_begin != around.incomplete_end;
  if (!has.any && !completes) {
    Scope scope = around;
    if (has.href || has.src) scope.link = has.href ? has.href : has.src;
    return scope;
  }
  Scope scope = declared(has, element, around);
  if (around.link) {
    scope.subject = scope.object = *reference(*around.link);
    scope.link = std::nullopt;
  }
  const Things of = things(has, scope, html_tag(element), is_root);
  if (of.typed) {
    for (const std::string& type : names(has.type, scope)) graph_.add_type(*of.typed, type);
  }
  if (!of.skip && of.subject) complete(scope, *of.subject);
  const size_t incomplete_begin = incomplete_.size();
  Things full = of;
  if (has.rel || has.rev) {
    relations(has, scope, of);
    if (incomplete_.size() > incomplete_begin) full.object = graph_.new_thing();
  }
  if (has.property) properties(has, element, scope, of);
  if (of.skip && incomplete_.size() == incomplete_begin) return scope;
  Scope inner = scope;
  inner.subject = full.subject.value_or(scope.subject);
  inner.object = full.object.value_or(inner.subject);
  inner.incomplete_begin = incomplete_begin;
  inner.incomplete_end = incomplete_.size();
  return inner;
}

Scope RdfaWalk::declared(const Attributes& has, const GumboNode* element, const Scope& around) {
  Scope scope = around;
  if (has.vocab) {
    const Words words(*has.vocab, 1);
    scope.vocabulary = words.size() == 0 ? std::string_view() : words[0].substr(0, kUrlBytesMax >> 6);
    if (words.size() > 0)
      graph_.add_thing(page_, "http://www.w3.org/ns/rdfa#usesVocabulary", *reference(scope.vocabulary));
  }
  if (has.declares_xmlns) {
    const GumboVector& all = element->v.element.attributes;
    for (unsigned i = 0; i < all.length; ++i) {
      const auto* attribute = static_cast<const GumboAttribute*>(all.data[i]);
      const std::string_view name = attribute->name;
      if (name.starts_with("xmlns:")) scope.names = names_.declare(scope.names, name.substr(6), attribute->value);
    }
  }
  if (has.prefix) scope.names = names_.declare_all(scope.names, *has.prefix);
  if (const Text& language = has.xml_lang ? has.xml_lang : has.lang)
    scope.language = language->substr(0, kRdfaLanguageBytesMax);
  return scope;
}

Thing RdfaWalk::reference(std::string_view written) {
  // A long <base> makes each of them as much work.
  steps_left_ -= std::min(steps_left_, 1 + base_.href().size() / 16);
  const std::string iri = resolved_reference(written, base_);
  return iri.empty() ? page_ : graph_.thing(iri);
}

/// SafeCURIEorCURIEorIRI (RDFa Core 7.4).
Thing RdfaWalk::curie_or_reference(const Text& written, const Scope& scope) {
  if (!written) return std::nullopt;
  const Words words(*written, 1);
  const std::string_view text = words.size() == 0 ? std::string_view() : words[0];
  if (text.starts_with('[') && text.ends_with(']')) {
    const auto iri = names_.compact(text.substr(1, text.size() - 2), scope.names);
    return iri ? Thing(graph_.thing(*iri)) : std::nullopt;
  }
  if (const auto iri = names_.compact(text, scope.names)) return graph_.thing(*iri);
  return reference(*written);
}

Thing RdfaWalk::object_attribute(const Attributes& has, const Scope& scope) {
  if (auto thing = curie_or_reference(has.resource, scope)) return thing;
  if (has.href) return reference(*has.href);
  return has.src ? reference(*has.src) : std::nullopt;
}

/// Steps 5 and 6 of RDFa Core 7.5, with what HTML+RDFa says of <head> and <body>.
Things RdfaWalk::things(const Attributes& has, const Scope& scope, GumboTag tag, bool is_root) {
  Things of;
  const Thing about = curie_or_reference(has.about, scope);
  const bool inherits = tag == GUMBO_TAG_HEAD || tag == GUMBO_TAG_BODY;
  const Thing of_place = is_root ? Thing(page_) : inherits ? Thing(scope.object) : std::nullopt;
  if (has.rel || has.rev) {
    of.subject = about ? about : of_place ? of_place : Thing(scope.object);
    of.object = object_attribute(has, scope);
    if (!of.object && has.type && !about) of.object = graph_.new_thing();
    if (has.type) of.typed = about ? about : of.object;
  } else if (has.property && !has.content && !has.datatype) {
    of.subject = about ? about : of_place ? of_place : Thing(scope.object);
    if (!has.type) return of;
    of.typed = about ? about : of_place;
    if (!of.typed) of.typed = object_attribute(has, scope);
    if (!of.typed) of.typed = graph_.new_thing();
    of.object = of.typed;
  } else {
    of.subject = about ? about : object_attribute(has, scope);
    if (!of.subject) of.subject = of_place;
    if (!of.subject && has.type) of.subject = graph_.new_thing();
    if (!of.subject) {
      of.subject = scope.object;
      of.skip = !has.property;
    }
    if (has.type) of.typed = of.subject;
  }
  return of;
}

std::vector<std::string> RdfaWalk::names(const Text& words, const Scope& scope, bool terms) const {
  std::vector<std::string> out;
  if (!words) return out;
  for (const std::string_view word : Words(*words, kRdfaWordsMax)) {
    if (!terms && word.find(':') == std::string_view::npos) continue;
    std::string name = names_.name(word, scope.names, scope.vocabulary);
    if (!name.empty()) out.push_back(std::move(name));
  }
  return out;
}

/// Steps 9 and 10: what rel and rev say of the object, or will say of the things below.
void RdfaWalk::relations(const Attributes& has, const Scope& scope, const Things& of) {
  // Where there is a property too, rel="nofollow" and the like are HTML's own (HTML+RDFa 3.1).
  const bool terms = !has.property;
  for (const bool forward : {true, false}) {
    for (std::string& property : names(forward ? has.rel : has.rev, scope, terms)) {
      if (!of.object) {
        if (incomplete_.size() < kIncompleteMax) incomplete_.push_back({std::move(property), forward});
      } else if (forward) {
        graph_.add_thing(*of.subject, property, *of.object);
      } else {
        graph_.add_thing(*of.object, property, *of.subject);
      }
    }
  }
}

/// Step 12.
void RdfaWalk::complete(const Scope& around, uint32_t object) {
  for (size_t i = around.incomplete_begin; i < around.incomplete_end; ++i) {
    const Incomplete& open = incomplete_[i];
    if (open.forward)
      graph_.add_thing(around.subject, open.property, object);
    else
      graph_.add_thing(object, open.property, around.subject);
  }
}

/// Step 11.
void RdfaWalk::properties(const Attributes& has, const GumboNode* element, const Scope& scope, const Things& of) {
  const std::vector<std::string> said = names(has.property, scope);
  if (said.empty() || !of.subject) return;
  const GumboTag tag = html_tag(element);
  const Text content = has.content                                       ? has.content
                       : tag == GUMBO_TAG_TIME                           ? has.datetime
                       : tag == GUMBO_TAG_DATA || tag == GUMBO_TAG_METER ? has.value
                                                                         : std::nullopt;
  Thing object;
  if (!has.datatype && !content) {
    if (!has.rel && !has.rev) object = of.typed && !has.about ? of.typed : object_attribute(has, scope);
    if (!object && of.typed && !has.about) object = of.typed;
  }
  if (object) {
    for (const std::string& property : said) graph_.add_thing(*of.subject, property, *object);
    return;
  }
  std::string text = content ? to_valid_utf8(std::string(content->substr(0, kRdfaValueBytesMax + 4)))
                             : element_text(element, kRdfaValueBytesMax, steps_left_);
  cut_utf8(text, kRdfaValueBytesMax);
  const std::string datatype =
      has.datatype && !has.datatype->empty() ? names_.name(*has.datatype, scope.names, scope.vocabulary) : "";
  const std::string language = to_valid_utf8(std::string(scope.language));
  for (const std::string& property : said) graph_.add_text(*of.subject, property, text, language, datatype);
}

}  // namespace

tl::expected<nlohmann::json, Error> read_rdfa(const GumboNode* document, const Url& base, const ParseLimits& limits,
                                              const Watchdog& watchdog) {
  return RdfaWalk(document, base, limits, watchdog).run(document);
}

}  // namespace scraper
