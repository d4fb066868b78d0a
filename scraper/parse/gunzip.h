// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "scraper/model/error.h"

namespace scraper {

/// By the magic bytes (RFC 1952 2.3.1), for names and types of files lie.
bool is_gzip(std::string_view bytes);

struct Gunzipped {
  std::string bytes;
  bool complete = true;  ///< false: the data ends or breaks before its end, and these are the bytes before that
};

/// All members of a gzip file. Fails with parse_limit as soon as there are more than `bytes_max` bytes, and with decode
/// when not even the first one can be had. Any thread.
tl::expected<Gunzipped, Error> gunzip(std::string_view file, size_t bytes_max);

}  // namespace scraper
