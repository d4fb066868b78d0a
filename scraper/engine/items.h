// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "scraper/model/page.h"
#include "scraper/parse/rule_set.h"
#include "storage/items.h"

namespace scraper {

/// The tables that the rules want.
std::vector<storage::ItemTable> item_tables(const RuleSet& rules);

/// What a page has that no rule looks at: nothing, in any of the tables.
std::vector<storage::PageItems> no_items(const RuleSet& rules);

/// What rules found on a page, as the store takes it.
std::vector<storage::PageItems> page_items(std::vector<TableItems> tables);

}  // namespace scraper
