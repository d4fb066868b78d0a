// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <cstdint>
#include <string_view>

namespace scraper {

/// The tag of this name, in any case; GUMBO_TAG_UNKNOWN for all others. It is what gumbo_tagn_enum says, many times as
/// fast, which counts where it is asked for each tag of a page. Any thread.
GumboTag tag_of(std::string_view name);

/// Likewise, where the name_key of the name is known already.
GumboTag tag_of(std::string_view name, uint64_t key);

}  // namespace scraper
