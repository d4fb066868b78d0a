// SPDX-License-Identifier: MIT
#include "scraper/cli/stored_body.h"

#include "scraper/engine/body_codec.h"

namespace scraper {

std::string unpack_body(const storage::Value& codec, const storage::Value& size, const storage::Value& data) {
  const auto* name = std::get_if<std::string>(&codec);
  const auto* bytes = std::get_if<int64_t>(&size);
  const auto* blob = std::get_if<storage::Blob>(&data);
  if (name != nullptr && bytes != nullptr && blob != nullptr) {
    const storage::BodyRecord body{{}, *name, static_cast<uint64_t>(*bytes), blob->bytes};
    if (auto text = unpack_body(body)) return std::move(*text);
  }
  throw storage::Error(storage::Error::Kind::corrupt, "the stored body cannot be unpacked");
}

}  // namespace scraper
