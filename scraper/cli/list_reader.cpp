// SPDX-License-Identifier: MIT
#include "scraper/cli/list_reader.h"

#include <fmt/format.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>

namespace scraper {
namespace {

constexpr size_t kFirstBatch = 256;           // few: fetching begins with it
constexpr size_t kBatchBytesMax = 64u << 20;  // however long its lines are
constexpr size_t kBatchMax = 655'360;

}  // namespace

struct ListHash::State {
  XXH3_state_t xxh;
};

ListHash::ListHash() : state_(std::make_unique<State>()) { XXH3_128bits_reset(&state_->xxh); }
ListHash::~ListHash() = default;

void ListHash::add(const std::string& text) {
  XXH3_128bits_update(&state_->xxh, text.data(), text.size());
  XXH3_128bits_update(&state_->xxh, "\n", 1);
}

std::string ListHash::digest() const {
  const XXH128_hash_t hash = XXH3_128bits_digest(&state_->xxh);
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

ListReader::ListReader(UrlList& list, const Scope& scope, const storage::ListPosition& after, int64_t lines_before,
                       std::function<void(const storage::SeedRecord&)> on_bad)
    : list_(list),
      scope_(scope),
      after_(after.listed),
      on_bad_(std::move(on_bad)),
      line_(lines_before),
      batch_max_(kFirstBatch) {}

void ListReader::stop() { list_.stop().stop(); }

storage::SeedLines ListReader::next() {
  storage::SeedLines seeds;
  // Twice as many as before, and of about the same length.
  seeds.reserve(batch_max_, std::min(kBatchBytesMax, url_bytes_before_ * 17 / 8));
  std::string line;
  while (seeds.size() < batch_max_ && seeds.bytes() < kBatchBytesMax && next_line(line, seeds.size() == 0)) {
    take(line, seeds);
  }
  seeds.position = {listed_, hash_.digest(), complete_};
  const bool grows = batch_max_ < kBatchMax;
  batch_max_ = std::min(kBatchMax, 2 * batch_max_);
  url_bytes_before_ = grows ? seeds.url_bytes() : seeds.url_bytes() / 2;
  return seeds;
}

/// False when there is nothing more, or not yet.
bool ListReader::next_line(std::string& line, bool wait) {
  for (; source_ < list_.sources().size(); ++source_) {
    UrlList::Source& source = list_.sources()[source_];
    if (!source.file) {
      source.first_line = line_;
      line = source.text;
      ++source_;
      complete_ = source_ == list_.sources().size();
      return true;
    }
    if (!lines_) {
      source.first_line = line_;
      lines_.emplace(source, list_.stop(), false);
    }
    const LineReader::Got got = lines_->next(line, wait ? Duration::max() : Duration{0});
    if (got != LineReader::Got::end) return got == LineReader::Got::line;
    lines_.reset();
  }
  complete_ = true;
  return false;
}

void ListReader::take(const std::string& line, storage::SeedLines& seeds) {
  ++line_;
  const auto text = listed_on(line);
  if (!text) return;
  hash_.add(*text);
  if (++listed_ <= after_) return;
  storage::SeedRecord seed = seed_of(line_, *text, scope_);
  if (!seed.url) on_bad_(seed);
  seeds.add(std::move(seed));
}

}  // namespace scraper
