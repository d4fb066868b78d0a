// SPDX-License-Identifier: MIT
#pragma once

#include <pthread.h>

#include <csignal>

namespace scraper {

/// Keeps the calling thread, and those it starts, out of signal handling: a signal goes to the thread that waits for
/// it, and a write to a connection that the peer has closed fails instead of killing the process (CURLOPT_NOSIGNAL
/// leaves SIGPIPE to us). Signals of a faulty instruction stay as they are.
inline void block_signals() {
  sigset_t blocked;
  sigfillset(&blocked);
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, SIGPROF})
    sigdelset(&blocked, fault);
  pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
}

}  // namespace scraper
