// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "scraper/parse/main_content.h"
#include "scraper/parse/page_tree.h"

namespace scraper {

/// What extract_content finds on a page at http://a.test/news/page.html; fails the test when it finds nothing.
inline MainContent content_of(std::string_view html, const ParseLimits& limits = ParseLimits()) {
  const auto url = Url::parse("http://a.test/news/page.html");
  const SteadyTime deadline = steady_now() + limits.timeout;
  PageTree tree;
  const auto output = tree.parse(html, limits, deadline);
  if (!output) {
    ADD_FAILURE() << output.error().message;
    return {};
  }
  auto found = extract_content((*output)->document, *url, limits, deadline);
  if (!found) ADD_FAILURE() << found.error().message;
  return found ? *found : MainContent();
}

/// A sentence that reads like part of an article.
inline constexpr std::string_view kSentences =
    "The frontier holds a host until its delay has passed, and only then, if nothing else is due, does it hand out the "
    "next of its pages; whatever the answer, the delay begins anew.";

/// An article whose body is `inside`, between two paragraphs that make it one.
inline std::string article(std::string_view inside) {
  std::string page = "<!doctype html><title>On frontiers - A Test</title><body><article><p>First. ";
  page.append(kSentences).append("</p>").append(inside).append("<p>Last. ").append(kSentences);
  return page.append("</p></article>");
}

/// The Markdown of what stands between the two paragraphs of such an article.
inline std::string markdown_of(std::string_view inside) {
  const std::string markdown = content_of(article(inside)).markdown;
  const size_t begin = markdown.find("\n\n");
  const size_t end = markdown.rfind("\n\n");
  if (begin == std::string::npos || end <= begin) return {};
  return markdown.substr(begin + 2, end - begin - 2);
}

}  // namespace scraper
