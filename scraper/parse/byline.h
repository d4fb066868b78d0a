// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "scraper/parse/article_data.h"
#include "scraper/parse/page_facts.h"

namespace scraper {

/// Who wrote a page: the names alone, several joined by ", "; empty when it does not say. Taken from the first of these
/// that has any: JSON-LD, <meta> (author, article:author and their kin), itemprop=author, rel=author, what a class
/// calls a byline. Any thread.
std::string page_author(const PageFacts& facts, const ArticleData& article);

/// The names in a byline, joined by ", ", each once: without "By", without a date or what follows it, without
/// addresses. Empty for what is no name.
std::string clean_byline(std::string_view text);

}  // namespace scraper
