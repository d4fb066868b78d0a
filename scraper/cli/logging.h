// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "scraper/cli/commands.h"

namespace scraper {

struct LogSettings {
  Verbosity verbosity = Verbosity::normal;
  std::string file;   ///< appended to; empty: none
  bool json = false;  ///< one JSON object a line in the file, and on stderr under -v
};

/// Sets up spdlog's default logger, once, before other threads are started. What a person must know is not logged but
/// said (complain): the log is for looking back. On stderr only under -v; in the file always, from `info` on, with -v
/// from `debug` on, which is a line for each attempt. Throws spdlog::spdlog_ex when the file cannot be opened.
void set_up_logging(const LogSettings& settings);

}  // namespace scraper
