// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scraper/model/fetch.h"
#include "scraper/model/page.h"

namespace scraper {

/// The rel values, lower case, of which links are taken: next, prev (and previous), alternate; empty: of none. Lives
/// for ever.
std::string_view followed_rel(std::string_view rel);

/// The targets of a response's Link headers (RFC 8288) whose rel is one of these, resolved against its URL. Each once,
/// at most some hundreds.
std::vector<Link> header_links(const Headers& headers, const Url& url);

}  // namespace scraper
