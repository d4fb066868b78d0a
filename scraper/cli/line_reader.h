// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "scraper/base/clock.h"
#include "scraper/model/url.h"

namespace scraper {

/// Ends the reading of a list from outside: stop(), from any thread, or a deadline.
class ReadingStop {
 public:
  explicit ReadingStop(std::optional<SteadyTime> deadline = std::nullopt);
  ~ReadingStop();
  ReadingStop(const ReadingStop&) = delete;
  ReadingStop& operator=(const ReadingStop&) = delete;

  void stop();
  bool happened() const { return stopped_ || (deadline_ && steady_now() >= *deadline_); }
  int fd() const { return fd_; }  ///< can be read from once stop() was called
  std::optional<SteadyTime> deadline() const { return deadline_; }

 private:
  const int fd_;  ///< eventfd
  const std::optional<SteadyTime> deadline_;
  std::atomic<bool> stopped_ = false;
};

/// Lines of a file or a pipe, through one buffer. Of a line longer than any URL may be the beginning is kept, enough to
/// be refused.
class LineReader {
 public:
  enum class Got {
    line,
    nothing_yet,  ///< no whole line has come so far
    end,
  };

  /// Reads from `fd`, which stays the caller's, until `stop`, which must outlive it.
  LineReader(int fd, const ReadingStop& stop) : fd_(fd), stop_(stop) {}

  /// Waits for up to `patience` for more to come; Duration::max(): until it was stopped. Throws std::system_error when
  /// reading fails.
  Got next(std::string& line, Duration patience);

 private:
  static constexpr size_t kLineBytesMax = 2 * kUrlBytesMax;

  bool can_read(Duration patience) const;
  bool fill();

  const int fd_;
  const ReadingStop& stop_;
  std::vector<char> buffer_ = std::vector<char>(65536);
  size_t at_ = 0;
  size_t end_ = 0;
  std::string begun_;  ///< of a line whose end has not come yet
  bool any_ = false;
};

}  // namespace scraper
