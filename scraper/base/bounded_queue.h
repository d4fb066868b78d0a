// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <iterator>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "scraper/base/check.h"
#include "scraper/base/clock.h"

namespace scraper {

/// A closable queue between threads. Any number of producers and consumers; every function may be called from any
/// thread.
///
/// It never makes a producer wait: admission is bounded where work enters the ring, so a queue that is full is our own
/// mistake and CHECKs. Values are owned and moved through.
template <typename T>
class BoundedQueue {
 public:
  explicit BoundedQueue(size_t capacity) : capacity_(capacity) {}

  /// False when the queue is closed; the value is dropped then. `at_once`: pop_grown_batch waits no longer.
  bool push(T value, bool at_once = false) {
    bool enough = false;
    {
      const std::lock_guard lock(mutex_);
      if (closed_) return false;
      SCRAPER_CHECK(values_.size() < capacity_);
      values_.push_back(std::move(value));
      hurried_ = hurried_ || at_once;
      enough = hurried_ || values_.size() >= awaited_;
    }
    if (enough) ready_.notify_one();
    return true;
  }

  /// pop_grown_batch waits no longer for more than what is queued, if anything is.
  void hurry() {
    {
      const std::lock_guard lock(mutex_);
      if (values_.empty()) return;
      hurried_ = true;
    }
    ready_.notify_one();
  }

  /// Waits for a value; nullopt once the queue is closed and empty.
  std::optional<T> pop() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return closed_ || !values_.empty(); });
    if (values_.empty()) return std::nullopt;
    std::optional<T> value(std::move(values_.front()));
    values_.pop_front();
    return value;
  }

  /// Waits for at least one value, then takes up to `most`. Empty once the queue is closed and empty.
  std::vector<T> pop_batch(size_t most) {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return closed_ || !values_.empty(); });
    return take(most);
  }

  /// As pop_batch, but waits until `deadline` for `least` values; the consumer is not woken for each of them. For a
  /// queue with one consumer.
  std::vector<T> pop_grown_batch(size_t most, size_t least, SteadyTime deadline) {
    std::unique_lock lock(mutex_);
    awaited_ = least;
    ready_.wait_until(lock, deadline, [&] { return closed_ || hurried_ || values_.size() >= least; });
    awaited_ = 1;
    ready_.wait(lock, [&] { return closed_ || !values_.empty(); });
    std::vector<T> batch = take(most);
    hurried_ = hurried_ && !values_.empty();
    return batch;
  }

  /// As pop_batch, but waits no longer than until `deadline` (nullopt: for ever); may return nothing.
  std::vector<T> pop_batch_until(size_t most, std::optional<SteadyTime> deadline) {
    std::unique_lock lock(mutex_);
    const auto done = [&] { return closed_ || !values_.empty(); };
    if (deadline)
      ready_.wait_until(lock, *deadline, done);
    else
      ready_.wait(lock, done);
    return take(most);
  }

  /// What is queued can still be popped; nothing more can be pushed.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    ready_.notify_all();
  }

  /// Takes what is queued, `most` of it, without waiting.
  std::vector<T> drain(size_t most = SIZE_MAX) {
    const std::lock_guard lock(mutex_);
    return take(most);
  }

  size_t size() const {
    const std::lock_guard lock(mutex_);
    return values_.size();
  }

 private:
  std::vector<T> take(size_t most) {
    const auto count = static_cast<std::ptrdiff_t>(most < values_.size() ? most : values_.size());
    std::vector<T> out(std::make_move_iterator(values_.begin()), std::make_move_iterator(values_.begin() + count));
    values_.erase(values_.begin(), values_.begin() + count);
    return out;
  }

  const size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<T> values_;
  size_t awaited_ = 1;    ///< with fewer values nobody is woken
  bool hurried_ = false;  ///< what is queued is wanted at once
  bool closed_ = false;
};

}  // namespace scraper
