// SPDX-License-Identifier: MIT
#include "scraper/parse/arena.h"

#include <algorithm>
#include <memory>
#include <new>

#include "scraper/base/check.h"

namespace scraper {

void Arena::watch(size_t bytes_max, const Watchdog& watchdog, std::jmp_buf* on_overrun) {
  SCRAPER_CHECK(chunks_used_ == 0 && watchdog_ == nullptr);
  bytes_max_ = bytes_max;
  watchdog_ = &watchdog;
  on_overrun_ = on_overrun;
  credit_ = kCreditBytes;
  overrun_ = Overrun::none;
}

void Arena::look() {
  const Overrun seen = watchdog_->look();
  if (seen != Overrun::none) pass(seen);
}

void* Arena::allocate_slowly(size_t rounded) {
  SCRAPER_CHECK(watchdog_ != nullptr);
  if (credit_ < 0) {
    credit_ = kCreditBytes;
    look();
  }
  if (rounded > static_cast<size_t>(end_ - next_)) use_another_chunk(rounded);
  return take(rounded);
}

void Arena::use_another_chunk(size_t bytes_least) {
  if (chunks_used_ < chunks_.size() && chunks_[chunks_used_].size < bytes_least) chunks_.resize(chunks_used_);
  const bool kept = chunks_used_ < chunks_.size();
  const size_t size = kept ? chunks_[chunks_used_].size : std::max(bytes_least, kChunkBytes);
  if (size > bytes_max_ || bytes_ > bytes_max_ - size) pass(Overrun::memory);
  if (!kept) {
    // A plain pointer, because a jump from here must not skip a destructor. Not value-initialised: memory that is
    // never touched costs nothing.
    std::byte* memory = new (std::nothrow) std::byte[size];
    if (memory == nullptr) {
      pass(Overrun::memory);
      throw std::bad_alloc();  // nobody to jump to
    }
    chunks_.push_back(Chunk{std::unique_ptr<std::byte[]>(memory), size});
  }
  next_ = chunks_[chunks_used_].memory.get();
  end_ = next_ + size;
  last_ = nullptr;
  bytes_ += size;
  ++chunks_used_;
}

void Arena::pass(Overrun what) {
  if (on_overrun_ == nullptr) {
    if (overrun_ == Overrun::none) overrun_ = what;
    return;
  }
  std::jmp_buf& target = *on_overrun_;
  stop_watching();
  std::longjmp(target, static_cast<int>(what));
}

void Arena::reset() {
  stop_watching();
  size_t kept = 0, kept_bytes = 0;
  while (kept < chunks_.size() && kept_bytes + chunks_[kept].size <= kKeptBytesMax) kept_bytes += chunks_[kept++].size;
  chunks_.resize(kept);
  chunks_used_ = 0;
  bytes_ = 0;
  next_ = end_ = last_ = nullptr;
}

}  // namespace scraper
