// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <string>

#include "scraper/engine/engine.h"

namespace scraper {

/// `  1234 done  56 to do  78.9/s  12 in flight  3 failed  ETA 0:07`: one line that is rewritten in place. The rate is
/// that of the last few seconds.
class ProgressLine {
 public:
  explicit ProgressLine(std::FILE* out) : out_(out) {}
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(const Progress& progress, SteadyTime now);
  /// Leaves the line empty, so that a message can be written.
  void clear();

 private:
  void measure(int64_t over, SteadyTime now);
  void write(const std::string& text);

  std::FILE* out_;
  bool shown_ = false;
  std::optional<SteadyTime> measured_at_;
  int64_t measured_ = 0;
  double rate_ = 0;
};

/// The text of the line, for a rate of tasks a second.
std::string progress_text(const Progress& progress, double rate);

/// stderr is a terminal that a line can be rewritten on, and the user did not ask for quiet.
bool wants_progress_line(std::FILE* out);

}  // namespace scraper
