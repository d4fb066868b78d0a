// SPDX-License-Identifier: MIT
#pragma once

#include <csignal>
#include <functional>
#include <thread>

namespace scraper {

/// Blocks SIGINT and SIGTERM in this thread and in all that it starts, for as long as the process lives: construct it
/// before any other thread. They are held back until a SignalWatch takes them.
class SignalMask {
 public:
  SignalMask();
  const sigset_t& signals() const { return signals_; }

 private:
  sigset_t signals_{};
};

/// Turns the first SIGINT or SIGTERM into one call of `on_first`, on a thread of its own that does nothing but sigwait.
/// A second signal ends the process at once with exit code 5, leaving the database as the last commit left it.
class SignalWatch {
 public:
  SignalWatch(const SignalMask& mask, std::function<void()> on_first);
  /// Once it has returned, `on_first` will not be called any more.
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;  // its thread holds its address
  SignalWatch& operator=(const SignalWatch&) = delete;

 private:
  const sigset_t signals_;
  std::function<void()> on_first_;
  std::jthread thread_;
};

}  // namespace scraper
