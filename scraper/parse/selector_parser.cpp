// SPDX-License-Identifier: MIT
#include "scraper/parse/selector_parser.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/selector_arguments.h"
#include "scraper/parse/selector_pseudo.h"
#include "scraper/parse/selector_scanner.h"

namespace scraper {
namespace {

/// HTML 4.16.2: the attributes whose values selectors compare without regard to case, in order.
constexpr std::string_view kCaselessAttributes[] = {
    "accept",   "accept-charset", "align",    "alink",      "axis",   "bgcolor",  "charset",   "checked",  "clear",
    "codetype", "color",          "compact",  "declare",    "defer",  "dir",      "direction", "disabled", "enctype",
    "face",     "frame",          "hreflang", "http-equiv", "lang",   "language", "link",      "media",    "method",
    "multiple", "nohref",         "noresize", "noshade",    "nowrap", "readonly", "rel",       "rev",      "rules",
    "scope",    "scrolling",      "selected", "shape",      "target", "text",     "type",      "valign",   "valuetype",
    "vlink"};
static_assert(std::is_sorted(std::begin(kCaselessAttributes), std::end(kCaselessAttributes)));

bool names_scope(const CompoundSelector& compound) {
  return std::any_of(compound.pseudos.begin(), compound.pseudos.end(),
                     [](const PseudoTest& test) { return test.kind == PseudoTest::Kind::scope; });
}

/// Where the elements of a selector of :has() can be, seen from the anchor.
void limit_search(ComplexSelector& relative) {
  bool at_siblings = relative.parts[1].combinator == Combinator::next_sibling ||
                     relative.parts[1].combinator == Combinator::later_sibling;
  relative.among_siblings = at_siblings;
  relative.siblings_max = relative.levels_max = 0;
  for (size_t i = 1; i < relative.parts.size(); ++i) {
    switch (relative.parts[i].combinator) {
      case Combinator::next_sibling:
        if (at_siblings && relative.siblings_max != ComplexSelector::kUnlimited) ++relative.siblings_max;
        break;
      case Combinator::later_sibling:
        if (at_siblings) relative.siblings_max = ComplexSelector::kUnlimited;
        break;
      case Combinator::child:
        at_siblings = false;
        if (relative.levels_max != ComplexSelector::kUnlimited) ++relative.levels_max;
        break;
      default:
        at_siblings = false;
        relative.levels_max = ComplexSelector::kUnlimited;
    }
  }
}

/// Recursive descent; it recurses into parentheses, which kSelectorNestingMax bounds.
class SelectorParser {
 public:
  explicit SelectorParser(std::string_view text) : scan_(text) {
    if (text.size() > kSelectorBytesMax) scan_.fail("the selector is too long");
  }

  tl::expected<SelectorList, SelectorError> parse() {
    SelectorList list = selector_list(false);
    if (!scan_.failed() && !scan_.at_end()) scan_.fail("this cannot stand here");
    if (scan_.failed()) return tl::make_unexpected(scan_.error());
    return list;
  }

 private:
  SelectorList selector_list(bool relative) {
    SelectorList list;
    do {
      scan_.skip_space();
      list.push_back(complex(relative));
    } while (!scan_.failed() && scan_.take(','));
    return list;
  }

  ComplexSelector complex(bool relative) {
    ComplexSelector selector;
    Combinator combinator = Combinator::none;
    if (relative) {
      selector.parts.emplace_back().compound.is_anchor = true;
      combinator = combinator_sign();
      if (combinator == Combinator::none) combinator = Combinator::descendant;
    }
    while (!scan_.failed()) {
      selector.parts.push_back({combinator, compound()});
      if (selector.parts.size() > kCompoundsMax) scan_.fail("there are too many parts between two commas");
      if (++compounds_ > kAllCompoundsMax) scan_.fail("the selector is too complex");
      if (scan_.peek() == ':' && scan_.peek(1) == ':') pseudo_element(selector);
      combinator = next_combinator();
      if (combinator == Combinator::none) break;
    }
    if (scan_.failed()) return selector;
    ComplexSelector::Part& last = selector.parts.back();
    selector.takes_root = names_scope(last.compound);
    if (selector.output.kind != SelectorOutput::Kind::element && last.compound.is_universal()) {
      selector.takes_root = selector.parts.size() == 1 || last.combinator == Combinator::descendant;
      if (last.combinator == Combinator::descendant) last.combinator = Combinator::self_or_descendant;
    }
    if (relative) limit_search(selector);
    return selector;
  }

  /// none: the complex selector ends here, at a comma, a closing parenthesis or the end.
  Combinator next_combinator() {
    const bool space = scan_.skip_space();
    const Combinator sign = combinator_sign();
    if (sign != Combinator::none) return sign;
    const char c = scan_.peek();
    return scan_.at_end() || c == ',' || c == ')' || !space ? Combinator::none : Combinator::descendant;
  }

  Combinator combinator_sign() {
    Combinator found = Combinator::none;
    if (scan_.take('>'))
      found = Combinator::child;
    else if (scan_.take('+'))
      found = Combinator::next_sibling;
    else if (scan_.take('~'))
      found = Combinator::later_sibling;
    if (found != Combinator::none) scan_.skip_space();
    return found;
  }

  CompoundSelector compound() {
    CompoundSelector out;
    const size_t begin = scan_.at();
    if (!scan_.take('*') && scan_.starts_name()) {
      out.tag_name = to_lower(scan_.name());
      out.tag = gumbo_tagn_enum(out.tag_name.data(), static_cast<unsigned>(out.tag_name.size()));
    }
    if (scan_.peek() == '|') scan_.fail("namespaces (svg|a) are not supported; the name alone matches in every one");
    scan_.skip_comments();
    while (!scan_.failed() && simple(out)) scan_.skip_comments();
    if (scan_.failed()) return out;
    const char next = scan_.peek();
    const bool before_element = next == ':' && scan_.peek(1) == ':';
    if (scan_.at() == begin && !before_element)
      scan_.fail(scan_.at_end() ? "a selector is missing at the end" : "a selector is missing here");
    else if (!scan_.at_end() && !before_element && !is_white_space(next) && !(next == ')' && nesting_ > 0) &&
             std::string_view(",>+~").find(next) == std::string_view::npos)
      scan_.fail("this cannot stand here");
    return out;
  }

  /// One more simple selector of the compound; false when none follows.
  bool simple(CompoundSelector& out) {
    switch (scan_.peek()) {
      case '#':
        scan_.advance();
        if (!scan_.starts_name())
          scan_.fail("an id is missing after the #, or begins with a digit");
        else if (std::string id = scan_.name(); out.id.empty())
          out.id = std::move(id);
        else
          out.attributes.push_back({"id", AttributeTest::Op::equals, std::move(id), false});
        return true;
      case '.':
        scan_.advance();
        if (!scan_.starts_name())
          scan_.fail("a class name is missing after the dot");
        else
          out.classes.push_back(scan_.name());
        return true;
      case '[':
        scan_.advance();
        out.attributes.push_back(attribute_test());
        return true;
      case ':':
        if (scan_.peek(1) == ':') return false;
        pseudo_class(out);
        return true;
      default:
        return false;
    }
  }

  AttributeTest attribute_test() {
    AttributeTest test;
    scan_.skip_space();
    if (!scan_.starts_name()) {
      scan_.fail("the name of an attribute is missing");
      return test;
    }
    test.name = to_lower(scan_.name());
    if (scan_.peek() == '|' && scan_.peek(1) != '=') scan_.fail("namespaces ([xml|lang]) are not supported");
    scan_.skip_space();
    if (scan_.failed() || scan_.take(']')) return test;
    test.op = attribute_operator();
    if (scan_.failed()) return test;
    scan_.skip_space();
    test.value = attribute_value();
    test.ignore_case = std::binary_search(std::begin(kCaselessAttributes), std::end(kCaselessAttributes), test.name);
    scan_.skip_space();
    if ((scan_.peek() | 0x20) == 'i' || (scan_.peek() | 0x20) == 's') {
      test.ignore_case = (scan_.peek() | 0x20) == 'i';
      scan_.advance();
      scan_.skip_space();
    }
    if (!scan_.take(']'))
      scan_.fail(scan_.at_end() ? "the bracket is not closed" : "a closing bracket should stand here");
    return test;
  }

  AttributeTest::Op attribute_operator() {
    using Op = AttributeTest::Op;
    constexpr std::string_view kSigns = "!~|^$*";
    constexpr Op kOps[] = {Op::differs, Op::has_word, Op::dash_prefix, Op::begins, Op::ends, Op::contains};
    if (scan_.take('=')) return Op::equals;
    const size_t sign = scan_.at_end() ? std::string_view::npos : kSigns.find(scan_.peek());
    if (sign == std::string_view::npos) {
      scan_.fail(scan_.at_end() ? "the bracket is not closed" : "one of = != ~= |= ^= $= *= or ] should stand here");
      return Op::equals;
    }
    if (scan_.peek(1) != '=')
      scan_.fail("an = is missing");
    else
      scan_.advance(2);
    return kOps[sign];
  }

  std::string attribute_value() {
    if (scan_.peek() == '"' || scan_.peek() == '\'') return scan_.quoted();
    std::string value;
    for (char c = scan_.peek(); !scan_.at_end() && c != ']' && !is_white_space(c) && c != '"' && c != '\'';
         c = scan_.peek())
      scan_.append_one(value);
    if (value.empty()) scan_.fail("the value of the attribute is missing");
    return value;
  }

  /// `::text` and `::attr(name)`, which end a selector.
  void pseudo_element(ComplexSelector& selector) {
    const size_t begin = scan_.at();
    scan_.advance(2);
    const std::string name = scan_.starts_name() ? to_lower(scan_.name()) : "";
    if (nesting_ > 0) {
      scan_.fail_at(begin, "a pseudo-element cannot stand in parentheses");
    } else if (name == "text" && scan_.peek() != '(') {
      selector.output.kind = SelectorOutput::Kind::text;
    } else if (name == "attr" && scan_.take('(')) {
      selector.output.kind = SelectorOutput::Kind::attribute;
      scan_.skip_space();
      if (!scan_.starts_name()) scan_.fail("the name of an attribute is missing");
      selector.output.attribute = to_lower(scan_.name());
      scan_.close_parenthesis();
    } else if (name == "attr") {
      scan_.fail("the name of an attribute is missing: ::attr(href)");
    } else {
      scan_.fail_at(begin, "of pseudo-elements there are only ::text and ::attr(name)");
    }
    scan_.skip_space();
    if (!scan_.at_end() && scan_.peek() != ',') scan_.fail("nothing can follow a pseudo-element");
  }

  void pseudo_class(CompoundSelector& out) {
    const size_t begin = scan_.at();
    scan_.advance();
    if (!scan_.starts_name()) {
      scan_.fail("the name of a pseudo-class is missing after the colon");
      return;
    }
    const std::string name = to_lower(scan_.name());
    const PseudoClass* known = find_pseudo_class(name);
    if (known == nullptr) {
      scan_.fail_at(begin, unknown_pseudo_class(name));
      return;
    }
    PseudoTest test{known->kind};
    const bool given = scan_.take('(');
    if (!given && known->argument != PseudoArgument::none && known->argument != PseudoArgument::anything) {
      scan_.fail(":" + name + " needs something in parentheses");
    } else if (given && known->argument == PseudoArgument::none) {
      scan_.fail_at(scan_.at() - 1, ":" + name + " takes no parentheses");
    } else if (given) {
      if (++nesting_ > kSelectorNestingMax)
        scan_.fail("parentheses are nested too deeply");
      else
        argument(known->argument, test);
      --nesting_;
    } else if (!known->means.empty()) {
      test.list = meaning(known->means);
    }
    add(std::move(test), out);
  }

  static std::string unknown_pseudo_class(const std::string& name) {
    if (name == "text" || name == "attr") return "there is no :" + name + "; did you mean ::" + name + "?";
    constexpr std::string_view kOldElements[] = {"before", "after", "first-line", "first-letter"};
    if (std::find(std::begin(kOldElements), std::end(kOldElements), name) != std::end(kOldElements))
      return "of pseudo-elements there are only ::text and ::attr(name)";
    const auto nearest = nearest_pseudo_class(name);
    return "there is no :" + name + (nearest ? "; did you mean :" + std::string(*nearest) + "?" : "");
  }

  /// What a name stands for, read in its place: it has passed our tests.
  std::shared_ptr<const SelectorList> meaning(std::string_view text) {
    SelectorScanner inner(text);
    std::swap(inner, scan_);
    auto list = std::make_shared<const SelectorList>(selector_list(false));
    std::swap(inner, scan_);
    if (inner.failed()) scan_.fail(inner.error().message);
    return list;
  }

  /// Takes the test into the compound: what is one compound for any type of element becomes part of it.
  static void add(PseudoTest test, CompoundSelector& out) {
    const bool one = test.kind == PseudoTest::Kind::any_of && test.list && test.list->size() == 1 &&
                     test.list->front().parts.size() == 1;
    if (!one) {
      out.pseudos.push_back(std::move(test));
      return;
    }
    const CompoundSelector& inner = test.list->front().parts.front().compound;
    if (!inner.tag_name.empty() || !inner.id.empty()) {
      out.pseudos.push_back(std::move(test));
      return;
    }
    out.classes.insert(out.classes.end(), inner.classes.begin(), inner.classes.end());
    out.attributes.insert(out.attributes.end(), inner.attributes.begin(), inner.attributes.end());
    out.pseudos.insert(out.pseudos.end(), inner.pseudos.begin(), inner.pseudos.end());
  }

  /// From behind the opening parenthesis to behind the closing one.
  void argument(PseudoArgument kind, PseudoTest& test) {
    switch (kind) {
      case PseudoArgument::selectors:
      case PseudoArgument::relative_selectors:
        test.list = std::make_shared<const SelectorList>(selector_list(kind == PseudoArgument::relative_selectors));
        break;
      case PseudoArgument::nth:
      case PseudoArgument::nth_of:
        nth(kind == PseudoArgument::nth_of, test);
        break;
      case PseudoArgument::texts:
        test.words = read_texts(scan_);
        break;
      case PseudoArgument::languages:
        test.words = read_languages(scan_);
        break;
      default:
        read_texts(scan_);
    }
    scan_.close_parenthesis();
  }

  void nth(bool may_have_of, PseudoTest& test) {
    if (!read_position(scan_, test)) return;
    if (!may_have_of)
      scan_.fail_at(scan_.at() - 2, "`of` goes with :nth-child and :nth-last-child alone");
    else
      test.list = std::make_shared<const SelectorList>(selector_list(false));
  }

  SelectorScanner scan_;
  size_t nesting_ = 0;  ///< parentheses around
  size_t compounds_ = 0;
};

}  // namespace

tl::expected<SelectorList, SelectorError> parse_selector(std::string_view text) { return SelectorParser(text).parse(); }

}  // namespace scraper
