// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace scraper {

/// What the structured data of a page (schema.org, as JSON-LD) says of its article.
struct ArticleData {
  std::vector<std::string> authors;
  std::string published;  ///< datePublished, as it stands there
};

/// Reads a page's JSON-LD scripts: the first article in them, or else whatever else has an author or a date. Authors
/// that are references to other nodes of the page's graph are looked up. Scripts that are no JSON are left out. A
/// bounded number of nodes is looked at, without recursion. Any thread.
ArticleData read_article_data(const std::vector<std::string>& json_ld);

}  // namespace scraper
