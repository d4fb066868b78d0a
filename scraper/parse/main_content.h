// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <string>
#include <tl/expected.hpp>

#include "scraper/base/clock.h"
#include "scraper/model/error.h"
#include "scraper/model/url.h"
#include "scraper/parse/parser.h"

namespace scraper {

/// What a page's main text is and who wrote it when; what is not to be found is empty. Valid UTF-8.
struct MainContent {
  std::string content;       ///< the article's text, one block a line, as TextBuilder writes it
  std::string markdown;      ///< the same as CommonMark with GitHub's tables; references resolved
  std::string author;        ///< several are joined by ", "
  std::string published_at;  ///< ISO 8601, as iso_date writes it
};

/// Reads a page's tree, once more than PageWalk does and without changing it. `page` is the URL of the page, which a
/// <base> is resolved against. Text and markdown are cut at limits.text_bytes_max each, and links and pictures are left
/// without a target once limits.link_bytes_max is used up. Time is linear in the tree, and so is memory: about half of
/// what the tree takes, which limits.memory_bytes_max does not count. Fails with
/// parse_timeout at the deadline and with cancelled on limits.stop. Any thread, as long as the tree is not dropped.
tl::expected<MainContent, Error> extract_content(const GumboNode* document, const Url& page, const ParseLimits& limits,
                                                 SteadyTime deadline);

}  // namespace scraper
