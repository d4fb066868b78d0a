// SPDX-License-Identifier: MIT
#include "scraper/cli/stored_body.h"

#include <zstd.h>

namespace scraper {

std::string unpack_body(const storage::Value& codec, const storage::Value& size, const storage::Value& data) {
  const auto* name = std::get_if<std::string>(&codec);
  const auto* bytes = std::get_if<int64_t>(&size);
  const auto* blob = std::get_if<storage::Blob>(&data);
  if (name != nullptr && bytes != nullptr && blob != nullptr) {
    if (*name == "identity") return blob->bytes;
    std::string body(static_cast<size_t>(*bytes), '\0');
    const size_t got = ZSTD_decompress(body.data(), body.size(), blob->bytes.data(), blob->bytes.size());
    if (*name == "zstd" && ZSTD_isError(got) == 0 && got == body.size()) return body;
  }
  throw storage::Error(storage::Error::Kind::corrupt, "the stored body cannot be unpacked");
}

}  // namespace scraper
