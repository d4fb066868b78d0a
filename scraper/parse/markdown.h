// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "scraper/model/url.h"
#include "scraper/parse/content_tree.h"
#include "scraper/parse/parser.h"
#include "scraper/parse/watchdog.h"

namespace scraper {

/// The part of the page at `root`, without what is dropped, as Markdown: headings, paragraphs, lists, links, tables,
/// code, emphasis, quotes and pictures. References are resolved against `base`; those that are no http or https are
/// left out, as are all once limits.link_bytes_max is used up. The whole is cut at limits.text_bytes_max. Linear in the
/// tree; ends early when the watchdog sees an overrun, so that the caller must look too. Any thread.
std::string content_markdown(const ContentTree& tree, uint32_t root, const Url& base, const ParseLimits& limits,
                             const Watchdog& watchdog);

/// The same as plain text, as TextBuilder writes it.
std::string content_text(const ContentTree& tree, uint32_t root, size_t bytes_max);

}  // namespace scraper
