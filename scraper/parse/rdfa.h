// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <nlohmann/json_fwd.hpp>
#include <tl/expected.hpp>

#include "scraper/model/error.h"
#include "scraper/model/url.h"
#include "scraper/parse/watchdog.h"

namespace scraper {

inline constexpr size_t kRdfaBytesMax = 1u << 20;        ///< of what the statements of a page say
inline constexpr size_t kRdfaValueBytesMax = 64u << 10;  ///< longer text is cut
inline constexpr size_t kRdfaLanguageBytesMax = 100;
inline constexpr size_t kRdfaWordsMax = 20;  ///< of one property, typeof or rel
inline constexpr size_t kRdfaStatementsMax = 10'000;
/// Steps that statements of a page may take, nodes of their text and pieces of their subjects counted.
inline constexpr size_t kRdfaStepsMax = 4'000'000;

/// The statements of a page in RDFa (RDFa Core 1.1, 7.5, with HTML+RDFa 1.1), as flattened, expanded JSON-LD: an array
/// with `{"@id": subject, "@type": [...], property: [{"@value": text} or {"@id": thing}]}` for each subject, in order
/// of first appearance. Things without a name are `_:b0`, `_:b1` ... A statement made twice is there once.
///
/// Text is as a reader sees it, also where the standard has XML; `inlist` and rdfa:Pattern are not looked at. What goes
/// over a bound is left out. Fails with parse_timeout or cancelled. Any thread.
tl::expected<nlohmann::json, Error> read_rdfa(const GumboNode* document, const Url& base, const ParseLimits& limits,
                                              const Watchdog& watchdog);

}  // namespace scraper
