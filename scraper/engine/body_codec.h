// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "storage/records.h"

namespace scraper {

/// A stored body as it came; nullopt when it cannot be unpacked. Any thread.
std::optional<std::string> unpack_body(const storage::BodyRecord& body);

}  // namespace scraper
