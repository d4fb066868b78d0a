// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "scraper/model/url.h"
#include "scraper/parse/article_data.h"
#include "scraper/parse/page_facts.h"

namespace scraper {

/// When a page was published, as iso_date writes it; empty when it does not say. Taken from the first of these that has
/// a date that exists: article:published_time, JSON-LD's datePublished, itemprop=datePublished, other <meta>, <time>,
/// what a class calls published or date, and a date in the path of the URL (/2019/11/19/). Any thread.
std::string page_published(const PageFacts& facts, const ArticleData& article, const Url& page);

}  // namespace scraper
