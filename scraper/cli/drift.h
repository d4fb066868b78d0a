// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "scraper/cli/settings.h"

namespace scraper {

/// What the rules of the database's last run lost of what they used to find, beyond --fail-on-drift: a line a field,
/// the worst first. Empty without that option. Throws storage::Error.
std::vector<std::string> drifts(const Settings& settings);

/// Says it, in few lines.
void complain_of(const std::vector<std::string>& drifts);

}  // namespace scraper
