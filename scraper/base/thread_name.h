// SPDX-License-Identifier: MIT
#pragma once

#include <pthread.h>

#include <string>

namespace scraper {

/// Names the calling thread for those who look at the process: `top -H`, `perf report --sort comm`, a debugger. At most
/// 15 bytes.
inline void name_thread(const std::string& name) { pthread_setname_np(pthread_self(), name.c_str()); }

}  // namespace scraper
