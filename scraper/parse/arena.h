// SPDX-License-Identifier: MIT
#pragma once

#include <csetjmp>
#include <cstddef>
#include <memory>
#include <vector>

#include "scraper/parse/watchdog.h"

namespace scraper {

/// Memory for one tree at a time, given out by moving a pointer and taken back all at once. It is also the watchdog
/// over what fills it: an allocation that goes over the bytes or comes after the deadline does not return, it jumps.
/// That is the one way to stop a C parser that knows no limits, and sound only while nothing but C frames without
/// clean-up lie between the allocation and the setjmp.
///
/// C++ does not jump: it watches without a target, and asks overrun() after each thing that it made.
///
/// One thread's. Neither copied nor moved: C code holds its address.
class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  /// Starts a tree; the arena must be empty. `on_overrun` is jumped to, with the Overrun as setjmp's value, and
  /// it and the watchdog must live until stop_watching or the jump. nullptr: memory is given out beyond the limits, and
  /// overrun() tells.
  void watch(size_t bytes_max, const Watchdog& watchdog, std::jmp_buf* on_overrun);

  /// From here on nothing may be allocated.
  void stop_watching() {
    watchdog_ = nullptr;
    on_overrun_ = nullptr;
  }

  /// Looks whether a limit was passed, as an allocation does now and then: for work that allocates nothing.
  void look();

  /// What limit was passed, without a target to jump to.
  Overrun overrun() const { return overrun_; }

  /// Never nullptr; aligned for any type. Jumps with an Overrun instead of returning when a limit is passed.
  void* allocate(size_t bytes) {
    const size_t rounded = (bytes + kAlignment - 1) & ~(kAlignment - 1);
    credit_ -= static_cast<std::ptrdiff_t>(rounded + kCostOfAllocation);
    if (credit_ < 0 || rounded > static_cast<size_t>(end_ - next_)) [[unlikely]]
      return allocate_slowly(rounded);
    return take(rounded);
  }

  /// Takes the memory back if it was given out last, as a token's often was; else it waits for the reset.
  void release(void* pointer) {
    if (pointer == last_ && pointer != nullptr) {
      next_ = last_;
      last_ = nullptr;
    }
  }

  /// Drops all that was allocated. Keeps a few MiB of memory for the next tree.
  void reset();

  /// What the present tree takes, in whole chunks.
  size_t bytes() const { return bytes_; }

 private:
  struct Chunk {
    std::unique_ptr<std::byte[]> memory;
    size_t size = 0;
  };

  static constexpr size_t kAlignment = alignof(std::max_align_t);
  static constexpr size_t kChunkBytes = 512u << 10;
  static constexpr size_t kKeptBytesMax = 4u << 20;

  // The clock is read once for this many bytes, each allocation counting for some more: hostile pages make the parser
  // do a millisecond's work between two small allocations.
  static constexpr std::ptrdiff_t kCreditBytes = 4096;
  static constexpr size_t kCostOfAllocation = 128;

  void* take(size_t rounded) {
    last_ = next_;
    next_ += rounded;
    return last_;
  }

  void* allocate_slowly(size_t rounded);
  void use_another_chunk(size_t bytes_least);
  void pass(Overrun what);

  std::vector<Chunk> chunks_;  ///< the first chunks_used_ hold the tree, the rest wait
  size_t chunks_used_ = 0;
  size_t bytes_ = 0;
  size_t bytes_max_ = 0;
  const Watchdog* watchdog_ = nullptr;
  std::jmp_buf* on_overrun_ = nullptr;
  std::byte* next_ = nullptr;
  std::byte* end_ = nullptr;
  std::byte* last_ = nullptr;
  std::ptrdiff_t credit_ = 0;
  Overrun overrun_ = Overrun::none;
};

}  // namespace scraper
