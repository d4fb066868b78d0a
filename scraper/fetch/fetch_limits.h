// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "scraper/base/clock.h"

namespace scraper {

/// Connections that a fetcher keeps open beyond those in use, so that a host's next request finds one.
constexpr size_t kIdleConnectionsMax = 256;

/// What libcurl takes when CURLOPT_CONNECTTIMEOUT_MS is 0.
constexpr Duration kConnectTimeoutOfCurl{300'000};

/// The longest sleep without a look at the clock; any number that fits into epoll's int.
constexpr Duration kWaitMax{3'600'000};

/// A longer grace for stop is as good as none.
constexpr Duration kGraceMax{30LL * 86'400'000};

}  // namespace scraper
