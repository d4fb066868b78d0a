// SPDX-License-Identifier: MIT
#include "scraper/cli/signals.h"

#include <pthread.h>
#include <unistd.h>

#include "scraper/base/thread_name.h"
#include "scraper/cli/commands.h"

namespace scraper {
namespace {

constexpr int kWake = SIGUSR1;  // ends the wait when the watch is over

}  // namespace

SignalMask::SignalMask() {
  sigemptyset(&signals_);
  for (const int signal : {SIGINT, SIGTERM, kWake}) sigaddset(&signals_, signal);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
}

SignalWatch::SignalWatch(const SignalMask& mask, std::function<void()> on_first)
    : signals_(mask.signals()), on_first_(std::move(on_first)), thread_([this](const std::stop_token& stop) {
        name_thread("signal");
        for (bool first = true;;) {
          int signal = 0;
          sigwait(&signals_, &signal);
          if (stop.stop_requested()) return;
          if (signal == kWake) continue;
          if (!first) _exit(static_cast<int>(Exit::interrupted));
          first = false;
          on_first_();
        }
      }) {}

SignalWatch::~SignalWatch() {
  thread_.request_stop();
  pthread_kill(thread_.native_handle(), kWake);
}

}  // namespace scraper
