// SPDX-License-Identifier: MIT
#include "scraper/cli/commands.h"

namespace scraper {

Exit try_command(const TryOptions&, const Settings&) { return Exit::usage; }

}  // namespace scraper
