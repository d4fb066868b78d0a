// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "scraper/model/url.h"

namespace scraper {

/// What a reference in structured data names: an http or https URL in canonical form, resolved against `base`, but with
/// its fragment, because a fragment tells one thing of a page from another. What has another scheme or is no URL stays
/// as written, trimmed; so does what would be longer than kFoundUrlBytesMax. Without user info. Empty stays empty.
std::string resolved_reference(std::string_view written, const Url& base);

}  // namespace scraper
