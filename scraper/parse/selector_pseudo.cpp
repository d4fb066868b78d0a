// SPDX-License-Identifier: MIT
#include "scraper/parse/selector_pseudo.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "scraper/parse/gumbo_node.h"

namespace scraper {
namespace {

using Argument = PseudoArgument;
using Kind = PseudoTest::Kind;

/// `:disabled` (HTML 4.16.3): by an attribute of its own, or by a <fieldset> around it whose first <legend> does not
/// hold it.
#define FORM_CONTROLS ":is(button,input,select,textarea,fieldset)"
#define DISABLED                                                          \
  ":is(button,input,select,textarea,optgroup,option,fieldset)[disabled]," \
  "optgroup[disabled]>option,fieldset[disabled]>" FORM_CONTROLS           \
  ",fieldset[disabled]>:not(legend:first-of-type) " FORM_CONTROLS

/// Controls into which somebody could write (HTML 4.16.3, `:read-write`).
#define READ_WRITE                                                                                            \
  "input:not([type=hidden],[type=range],[type=color],[type=checkbox],[type=radio],[type=file],[type=submit]," \
  "[type=image],[type=reset],[type=button],[readonly])" ENABLED ",textarea:not([readonly])" ENABLED           \
  ",[contenteditable='' i],[contenteditable=true i],[contenteditable=plaintext-only i]"
#define ENABLED ":not(" DISABLED ")"

/// What a placeholder is shown in (HTML 4.16.3).
#define TEXT_TYPES                                                                                                 \
  ":is(:not([type]),[type=''],[type=text],[type=search],[type=url],[type=tel],[type=email],[type=password],[type=" \
  "number])"

#define SUBMITS "input[type=submit],input[type=image],button:not([type]),button[type=submit]"

constexpr PseudoClass kPseudoClasses[] = {
    {"is", Kind::any_of, Argument::selectors},
    {"where", Kind::any_of, Argument::selectors},
    {"matches", Kind::any_of, Argument::selectors},
    {"any", Kind::any_of, Argument::selectors},
    {"-webkit-any", Kind::any_of, Argument::selectors},
    {"-moz-any", Kind::any_of, Argument::selectors},
    {"not", Kind::none_of, Argument::selectors},
    {"has", Kind::has, Argument::relative_selectors},

    {"nth-child", Kind::nth_child, Argument::nth_of},
    {"nth-last-child", Kind::nth_last_child, Argument::nth_of},
    {"nth-of-type", Kind::nth_of_type, Argument::nth},
    {"nth-last-of-type", Kind::nth_last_of_type, Argument::nth},
    {"first-child", Kind::any_of, Argument::none, ":nth-child(1)"},
    {"last-child", Kind::any_of, Argument::none, ":nth-last-child(1)"},
    {"only-child", Kind::any_of, Argument::none, ":nth-child(1):nth-last-child(1)"},
    {"first-of-type", Kind::any_of, Argument::none, ":nth-of-type(1)"},
    {"last-of-type", Kind::any_of, Argument::none, ":nth-last-of-type(1)"},
    {"only-of-type", Kind::any_of, Argument::none, ":nth-of-type(1):nth-last-of-type(1)"},

    {"-soup-contains", Kind::contains, Argument::texts},
    {"contains", Kind::contains, Argument::texts},
    {"-soup-contains-own", Kind::contains_own, Argument::texts},
    {"lang", Kind::language, Argument::languages},
    {"root", Kind::root},
    {"scope", Kind::scope},
    {"empty", Kind::empty},
    {"parent", Kind::parent},

    {"link", Kind::any_of, Argument::none, "a[href],area[href]"},
    {"any-link", Kind::any_of, Argument::none, "a[href],area[href]"},
    {"selected", Kind::chosen},
    {"checked", Kind::any_of, Argument::none,
     "input[type=checkbox][checked],input[type=radio][checked],option:selected"},
    {"disabled", Kind::any_of, Argument::none, DISABLED},
    {"enabled", Kind::any_of, Argument::none, ":is(button,input,select,textarea,optgroup,option,fieldset)" ENABLED},
    {"required", Kind::any_of, Argument::none, ":is(input,select,textarea)[required]"},
    {"optional", Kind::any_of, Argument::none, ":is(input,select,textarea):not([required])"},
    {"read-write", Kind::any_of, Argument::none, READ_WRITE},
    {"read-only", Kind::none_of, Argument::none, READ_WRITE},
    {"placeholder-shown", Kind::any_of, Argument::none,
     "input[placeholder]:not([placeholder='']):not([value]:not([value='']))" TEXT_TYPES
     ",textarea[placeholder]:not([placeholder='']):not(:parent)"},
    {"default", Kind::any_of, Argument::none,
     "input[type=checkbox][checked],input[type=radio][checked],option[selected],:-default-button"},
    {"-default-button", Kind::default_button},
    {"open", Kind::any_of, Argument::none, "details[open],dialog[open]"},
    {"muted", Kind::any_of, Argument::none, "video[muted],audio[muted]"},

    {"header", Kind::any_of, Argument::none, "h1,h2,h3,h4,h5,h6"},
    {"input", Kind::any_of, Argument::none, "input,button,select,textarea"},
    {"button", Kind::any_of, Argument::none, "button,input[type=button]"},
    {"submit", Kind::any_of, Argument::none, SUBMITS},
    {"checkbox", Kind::any_of, Argument::none, "input[type=checkbox]"},
    {"radio", Kind::any_of, Argument::none, "input[type=radio]"},
    {"password", Kind::any_of, Argument::none, "input[type=password]"},
    {"file", Kind::any_of, Argument::none, "input[type=file]"},
    {"image", Kind::any_of, Argument::none, "input[type=image]"},
    {"reset", Kind::any_of, Argument::none, "input[type=reset],button[type=reset]"},

    {"hover", Kind::never},
    {"active", Kind::never},
    {"focus", Kind::never},
    {"focus-visible", Kind::never},
    {"focus-within", Kind::never},
    {"visited", Kind::never},
    {"local-link", Kind::never},
    {"target", Kind::never},
    {"target-within", Kind::never},
    {"past", Kind::never},
    {"future", Kind::never},
    {"current", Kind::never, Argument::anything},
    {"playing", Kind::never},
    {"paused", Kind::never},
    {"seeking", Kind::never},
    {"buffering", Kind::never},
    {"stalled", Kind::never},
    {"user-valid", Kind::never},
    {"user-invalid", Kind::never},
    {"fullscreen", Kind::never},
    {"modal", Kind::never},
    {"popover-open", Kind::never},
    {"picture-in-picture", Kind::never},
    {"autofill", Kind::never},
    {"host", Kind::never, Argument::anything},
    {"host-context", Kind::never, Argument::anything},
};

/// Levenshtein's distance; names are short.
size_t distance(std::string_view a, std::string_view b) {
  std::array<size_t, 64> row{};
  if (b.size() >= row.size()) return a.size() + b.size();
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
    }
  }
  return row[b.size()];
}

}  // namespace

const PseudoClass* find_pseudo_class(std::string_view name) {
  const auto* found = std::find_if(std::begin(kPseudoClasses), std::end(kPseudoClasses),
                                   [&](const PseudoClass& known) { return known.name == name; });
  return found == std::end(kPseudoClasses) ? nullptr : found;
}

std::optional<std::string_view> nearest_pseudo_class(std::string_view name) {
  std::optional<std::string_view> nearest;
  size_t least = name.size() < 5 ? 2 : 3;  // what is as far as this is another word
  if (name.size() > 40) return nearest;
  for (const PseudoClass& known : kPseudoClasses) {
    const size_t far = distance(name, known.name);
    if (far < least) {
      least = far;
      nearest = known.name;
    }
  }
  return nearest;
}

}  // namespace scraper
