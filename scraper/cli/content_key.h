// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "scraper/cli/settings.h"
#include "scraper/frontier/scope.h"

namespace scraper {

/// A number for all that decides what is kept of a page: what is stored, how it is read, the rules, which variant is
/// asked for, and with links to follow where they may lead. With the same one, a page that has not changed would be
/// stored as it is stored. 0: it can't be told, or an unchanged page would not do.
///
/// `scope` has its seeds.
int64_t content_key(const Settings& settings, const Scope& scope);

/// True when the user asks for pages under conditions of their own (If-None-Match and the like): ours stay out of it.
bool has_own_conditions(const Settings& settings);

}  // namespace scraper
