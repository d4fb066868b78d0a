// SPDX-License-Identifier: MIT
#include "scraper/engine/body_codec.h"

#include <zstd.h>

namespace scraper {

std::optional<std::string> unpack_body(const storage::BodyRecord& body) {
  if (body.codec == "identity") return body.data;
  if (body.codec != "zstd") return std::nullopt;
  // The size on record is believed only where the packed data says the same: it is room that is made for it.
  if (ZSTD_getFrameContentSize(body.data.data(), body.data.size()) != body.size) return std::nullopt;
  std::string text(body.size, '\0');
  const size_t got = ZSTD_decompress(text.data(), text.size(), body.data.data(), body.data.size());
  return ZSTD_isError(got) == 0 && got == body.size ? std::optional(std::move(text)) : std::nullopt;
}

}  // namespace scraper
