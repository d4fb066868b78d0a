// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <nlohmann/json_fwd.hpp>
#include <tl/expected.hpp>

#include "scraper/model/error.h"
#include "scraper/model/url.h"
#include "scraper/parse/watchdog.h"

namespace scraper {

/// What a page says of itself for programs to read, without any rule: an object with what there is of
///
///     jsonld     array of the values of its JSON-LD scripts                               (JsonLd)
///     microdata  array of items {"type", "id", "properties": {name: value or array}}      (Microdata)
///     rdfa       array of subjects {"@id", "@type", property: [{"@value"} or {"@id"}]}    (read_rdfa)
///     og         object of Open Graph: {"title": value or array, "article:author": ...}   (MetaTags)
///     twitter    object of Twitter cards, names without "twitter:"
///     meta       object of the other named <meta>
///
/// RDFa is looked for where an element has `property` or `typeof`, so that a page with Open Graph has that there too,
/// under its full names. Empty when the page has none. All strings are valid UTF-8. What stands in <noscript> and
/// <template> is not read. Each part has its own bounds, and what goes over them is left out; what is broken in one
/// part costs no other.
///
/// `document` is gumbo's, `base` what references are resolved against (after <base href>). Fails with parse_timeout or
/// cancelled, as the watchdog says. Any thread, as long as the tree is not dropped.
tl::expected<nlohmann::json, Error> structured_data(const GumboNode* document, const Url& base,
                                                    const ParseLimits& limits, const Watchdog& watchdog);

}  // namespace scraper
