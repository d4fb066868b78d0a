// SPDX-License-Identifier: MIT
#include "scraper/parse/main_content.h"

#include "scraper/parse/byline.h"
#include "scraper/parse/content_choice.h"
#include "scraper/parse/content_tree.h"
#include "scraper/parse/markdown.h"
#include "scraper/parse/page_facts.h"
#include "scraper/parse/published.h"
#include "scraper/parse/watchdog.h"

namespace scraper {

tl::expected<MainContent, Error> extract_content(const GumboNode* document, const Url& page, const ParseLimits& limits,
                                                 SteadyTime deadline) {
  const Watchdog watchdog(limits, deadline);
  const auto facts = collect_facts(document, limits, watchdog);
  if (!facts) return tl::make_unexpected(facts.error());
  MainContent found;
  const ArticleData article = read_article_data(facts->json_ld);
  found.author = page_author(*facts, article);
  found.published_at = page_published(*facts, article, page);

  auto tree = ContentTree::make(document, limits, watchdog);
  if (!tree) return tl::make_unexpected(tree.error());
  const uint32_t root = choose_content(*tree, facts->title, watchdog);
  Overrun seen = watchdog.look();
  if (seen != Overrun::none) return tl::make_unexpected(overrun_error(seen, limits));
  found.content = content_text(*tree, root, limits.text_bytes_max);
  const auto base = facts->base ? Url::parse(*facts->base, &page) : tl::expected<Url, Error>(page);
  found.markdown = content_markdown(*tree, root, base ? *base : page, limits, watchdog);
  seen = watchdog.look();
  if (seen != Overrun::none) return tl::make_unexpected(overrun_error(seen, limits));
  return found;
}

}  // namespace scraper
