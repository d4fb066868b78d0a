// SPDX-License-Identifier: MIT
#include "scraper/cli/progress_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace scraper {
namespace {

constexpr double kSmoothing = 0.3;        // weight of the newest measurement
constexpr double kEtaMax = 100.0 * 3600;  // a guess beyond some days says nothing

std::string clock_text(double seconds) {
  const auto all = static_cast<int64_t>(seconds + 0.5);
  if (all >= 3600) return fmt::format("{}:{:02}:{:02}", all / 3600, all / 60 % 60, all % 60);
  return fmt::format("{}:{:02}", all / 60, all % 60);
}

}  // namespace

std::string progress_text(const Progress& progress, double rate) {
  const storage::Counts& counts = progress.counts;
  std::string text = fmt::format("{} done  {} to do  {:.1f}/s  {} in flight  {} failed", counts.done, counts.todo, rate,
                                 progress.in_flight, counts.failed);
  const double seconds = rate > 0 ? static_cast<double>(counts.todo) / rate : kEtaMax;
  if (counts.todo > 0 && seconds < kEtaMax) text += "  ETA " + clock_text(seconds);
  return text;
}

void ProgressLine::show(const Progress& progress, SteadyTime now) {
  measure(progress.counts.tasks() - progress.counts.todo, now);
  write("\r\x1b[K" + progress_text(progress, rate_));
  shown_ = true;
}

/// A terminal that has gone away is no reason to end the run.
void ProgressLine::write(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), out_);
  std::fflush(out_);
}

void ProgressLine::measure(int64_t over, SteadyTime now) {
  if (!measured_at_) {
    measured_at_ = now;
    measured_ = over;
    return;
  }
  const double seconds = std::chrono::duration<double>(now - *measured_at_).count();
  if (seconds < 0.2) return;
  const double latest = static_cast<double>(over - measured_) / seconds;
  rate_ = rate_ == 0 ? latest : (1 - kSmoothing) * rate_ + kSmoothing * latest;
  measured_at_ = now;
  measured_ = over;
}

void ProgressLine::clear() {
  if (!shown_) return;
  write("\r\x1b[K");
  shown_ = false;
}

bool wants_progress_line(std::FILE* out) {
  const char* terminal = std::getenv("TERM");
  return isatty(fileno(out)) == 1 && std::getenv("NO_COLOR") == nullptr && terminal != nullptr &&
         std::string_view(terminal) != "dumb";
}

}  // namespace scraper
