// SPDX-License-Identifier: MIT
#include "storage/run_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>

#include "scraper/base/quantity.h"
#include "storage/error.h"

namespace storage {
namespace {

constexpr scraper::Duration kMomentOfALook{50};

void wake(int) {}

/// Ends a blocking flock after a while: SIGALRM without SA_RESTART makes it return EINTR.
class Alarm {
 public:
  explicit Alarm(scraper::Duration after) {
    struct sigaction action {};
    action.sa_handler = wake;
    sigaction(SIGALRM, &action, &before_);
    set(after);
  }
  ~Alarm() {
    set(scraper::Duration{0});
    sigaction(SIGALRM, &before_, nullptr);
  }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

 private:
  static void set(scraper::Duration after) {
    itimerval timer{};
    timer.it_value.tv_sec = after.count() / 1000;
    timer.it_value.tv_usec = after.count() % 1000 * 1000;
    // Should the alarm come before flock has begun to wait, the next one ends it.
    timer.it_interval.tv_usec = after.count() > 0 ? 100'000 : 0;
    setitimer(ITIMER_REAL, &timer, nullptr);
  }
  struct sigaction before_ {};
};

}  // namespace

bool is_run_in_progress(const std::string& database_path) {
  const std::string path = std::filesystem::weakly_canonical(database_path).string() + ".lock";
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return false;
  const bool held = flock(fd, LOCK_SH | LOCK_NB) != 0;
  close(fd);  // and with it the lock
  return held;
}

RunLock::RunLock(const std::string& database_path, scraper::Duration wait)
    : path_(std::filesystem::weakly_canonical(database_path).string() + ".lock") {
  // Who only looks whether it is held holds it for a moment.
  const auto deadline = scraper::steady_now() + std::max(wait, kMomentOfALook);
  for (;;) {
    fd_ = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd_ < 0)
      throw Error(Error::Kind::missing, fmt::format("{}: cannot make the lock file: {}", path_, std::strerror(errno)));
    bool locked = flock(fd_, LOCK_EX | LOCK_NB) == 0;
    const auto left = std::chrono::duration_cast<scraper::Duration>(deadline - scraper::steady_now());
    if (!locked && left.count() > 0) {
      const Alarm alarm(left);
      locked = flock(fd_, LOCK_EX) == 0;
    }
    if (!locked) {
      close(fd_);
      throw Error(Error::Kind::held, fmt::format("{}: another run holds this database; wait for it with --lock-wait {}",
                                                 database_path, scraper::format_duration(std::chrono::minutes{10})));
    }
    // The holder removes the file when it is done: what was locked may be one that no newcomer can see.
    struct stat mine {
    }, there{};
    if (fstat(fd_, &mine) == 0 && stat(path_.c_str(), &there) == 0 && mine.st_ino == there.st_ino) return;
    close(fd_);
  }
}

RunLock::~RunLock() {
  unlink(path_.c_str());
  close(fd_);
}

}  // namespace storage
