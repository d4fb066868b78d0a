// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "storage/reader.h"

namespace scraper {

/// A body of the table `bodies` as it was: codec, size and data of its row. Throws storage::Error (corrupt) when it is
/// none.
std::string unpack_body(const storage::Value& codec, const storage::Value& size, const storage::Value& data);

}  // namespace scraper
