// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "scraper/model/error.h"
#include "scraper/parse/parser.h"
#include "scraper/parse/watchdog.h"

namespace scraper {

/// What a page says of itself that may name its author, its date and its base; owned, valid UTF-8, bounded in number
/// and length. All in document order.
struct PageFacts {
  struct Meta {
    std::string name;  ///< of name, property or itemprop; in lower case
    std::string content;
  };
  struct Element {
    enum class Kind { itemprop, rel, name, text } kind;  ///< what told, the surest first; text: it begins with "By"
    std::string text;                                    ///< white space collapsed
    std::string names;     ///< of that text what is marked as names, by itemprop=name or links; joined by ", "
    std::string datetime;  ///< of the attribute datetime or content
  };

  std::string title;
  std::optional<std::string> base;  ///< the href of the first <base> that has one
  std::vector<Meta> metas;
  std::vector<std::string> json_ld;  ///< the scripts of type application/ld+json
  std::vector<Element> authors;
  std::vector<Element> published;  ///< itemprop=datePublished, <time>, and what a class calls published or date
};

/// One pass over a page's tree, with an explicit stack. Fails with parse_timeout at the watchdog's deadline and with
/// cancelled on limits.stop. Any thread.
tl::expected<PageFacts, Error> collect_facts(const GumboNode* document, const ParseLimits& limits,
                                             const Watchdog& watchdog);

}  // namespace scraper
