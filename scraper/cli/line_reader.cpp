// SPDX-License-Identifier: MIT
#include "scraper/cli/line_reader.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "scraper/base/check.h"

namespace scraper {

ReadingStop::ReadingStop(std::optional<SteadyTime> deadline)
    : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), deadline_(deadline) {
  SCRAPER_CHECK(fd_ >= 0);
}

ReadingStop::~ReadingStop() { close(fd_); }

void ReadingStop::stop() {
  stopped_ = true;
  eventfd_write(fd_, 1);
}

LineReader::Got LineReader::next(std::string& line, Duration patience) {
  for (;;) {
    if (at_ == end_) {
      if (!can_read(patience)) return Got::nothing_yet;
      if (!fill()) {
        if (!any_) return Got::end;
        break;
      }
    }
    const char* begin = buffer_.data() + at_;
    const auto* newline = static_cast<const char*>(std::memchr(begin, '\n', end_ - at_));
    const size_t length = newline != nullptr ? static_cast<size_t>(newline - begin) : end_ - at_;
    begun_.append(begin, std::min(length, kLineBytesMax - std::min(kLineBytesMax, begun_.size())));
    any_ = true;
    at_ += length + (newline != nullptr ? 1 : 0);
    if (newline != nullptr) break;
  }
  line.swap(begun_);
  begun_.clear();
  any_ = false;
  return Got::line;
}

bool LineReader::can_read(Duration patience) const {
  std::array<pollfd, 2> fds{{{fd_, POLLIN, 0}, {stop_.fd(), POLLIN, 0}}};
  for (;;) {
    if (stop_.happened()) return false;
    Duration wait = patience;
    if (const auto deadline = stop_.deadline()) {
      wait = std::min(wait, std::chrono::ceil<Duration>(*deadline - steady_now()));
    }
    const int timeout = wait == Duration::max() ? -1 : static_cast<int>(std::clamp<int64_t>(wait.count(), 0, 1 << 30));
    const int ready = poll(fds.data(), fds.size(), timeout);
    if (ready < 0 && errno == EINTR) continue;
    return ready > 0 && fds[0].revents != 0 && !stop_.happened();
  }
}

bool LineReader::fill() {
  ssize_t got = 0;
  do {
    got = read(fd_, buffer_.data(), buffer_.size());
  } while (got < 0 && errno == EINTR);
  if (got < 0) throw std::system_error(errno, std::generic_category(), "reading the list of URLs");
  at_ = 0;
  end_ = static_cast<size_t>(got);
  return got > 0;
}

}  // namespace scraper
