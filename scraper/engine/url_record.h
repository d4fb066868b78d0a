// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include "scraper/model/url.h"
#include "storage/records.h"

namespace scraper {

/// A URL as the store takes it. Any thread.
inline storage::UrlRecord url_record(Url url) {
  const size_t origin_bytes = url.origin().size();
  return {std::move(url).take_href(), origin_bytes};
}

}  // namespace scraper
