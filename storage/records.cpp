// SPDX-License-Identifier: MIT
#include "storage/records.h"

#include "scraper/base/check.h"

namespace storage {

std::string_view name(TaskState state) {
  switch (state) {
    case TaskState::todo:
      return "todo";
    case TaskState::done:
      return "done";
    case TaskState::failed:
      return "failed";
    case TaskState::skipped:
      return "skipped";
  }
  SCRAPER_CHECK(false);
}

void SeedLines::reserve(size_t lines, size_t bytes) {
  plain_.reserve(lines);
  text_.reserve(bytes);
}

void SeedLines::add(SeedRecord seed) {
  const bool is_plain =
      seed.url && seed.skip_reason.empty() && seed.meta.empty() && (seed.input.empty() || seed.input == seed.url->url);
  if (!is_plain) {
    bytes_ += sizeof(SeedRecord) + seed.input.size() + seed.meta.size() + seed.error.size() +
              (seed.url ? seed.url->url.size() : 0);
    return others_.push_back(std::move(seed));
  }
  bytes_ += sizeof(Plain) + seed.url->url.size();
  plain_.push_back({seed.line, text_.size(), static_cast<uint32_t>(seed.url->url.size()),
                    static_cast<uint32_t>(seed.url->origin_bytes)});
  text_ += seed.url->url;
}

}  // namespace storage
